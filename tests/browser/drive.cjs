// Drives the HTML of a chart in Chromium, as people do, and compares the SVG
// with the PNG. `tests/it/charts/browser.rs` makes the files and runs this:
//
//   CIVIGRAPH_BROWSER=folder-with-node_modules node drive.cjs FOLDER
//
// Each line that it prints says what was seen; the first thing that is not as
// it should be ends it with exit code 1. Screenshots stay in FOLDER.

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");
const installed = createRequire(path.join(process.env.CIVIGRAPH_BROWSER, "x"));
const { chromium } = installed("playwright-core");
const axe = fs.readFileSync(installed.resolve("axe-core/axe.min.js"), "utf8");

const folder = path.resolve(process.argv[2]);
const file = (name) => path.join(folder, name);
const address = (name) => "file://" + file(name);
const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--font-render-hinting=none"];

let browser;
const faults = [];

/** A page that tells faults and requests; nothing but the file itself may be asked for. */
async function open(name, { width = 1280, height = 800, ...more } = {}) {
  const page = await browser.newPage({ viewport: { width, height }, locale: "en-GB", ...more });
  page.on("console", (message) => faults.push(`${name}: ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`${name}: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (url.split("#")[0] !== address(name) && !url.startsWith("data:")) faults.push(`${name}: asks for ${url}`);
  });
  page.setDefaultTimeout(10000);
  await page.goto(address(name));
  return page;
}

async function accessible(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  const told = found.violations.map((rule) => `${rule.id}: ${rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + " " + node.failureSummary).join("\n  ")}`);
  assert.deepEqual(told, [], `axe on ${what}`);
  console.log(`axe has no complaint: ${what}`);
}

/** After the frame that is being drawn, with transitions done. */
const settled = (page) => page.waitForTimeout(300);
const picture = async (page, name) => (await settled(page), page.screenshot({ path: file(name) }));
const focused = (page) => page.evaluate(() => document.activeElement.id);
const nShown = (page) => page.locator(".card:not(.away)").count();

/** Whether a card is in sight, from the edges of the stage in. */
const inSight = (page, selector) =>
  page.evaluate((selector) => {
    const [card, stage] = [document.querySelector(selector), document.getElementById("stage")].map((node) => node.getBoundingClientRect());
    return card.left >= stage.left - 1 && card.right <= stage.right + 1 && card.top >= stage.top - 1 && card.bottom <= stage.bottom + 1;
  }, selector);

/** No two cards that are shown overlap. */
async function apart(page, what) {
  const over = await page.evaluate(() => {
    const frames = [...document.querySelectorAll(".card:not(.away) > rect:first-child")].map((node) => node.getBoundingClientRect());
    const overlap = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    return frames.flatMap((a, at) => frames.slice(at + 1).filter((b) => overlap(a, b))).length;
  });
  assert.equal(over, 0, `cards overlap: ${what}`);
}

async function search() {
  const page = await open("org.html");
  for (const [text, name] of [["創新科技署", "創新科技署"], ["innovation and technology commission", "創新科技署"], ["HKSTP", "香港科技園公司"]]) {
    await page.fill("#query", text);
    await settled(page);
    const label = await page.locator(".card.current").getAttribute("aria-label");
    assert.ok(label.includes(` ${name} `), `${text} finds ${label}`);
    assert.ok(await inSight(page, ".card.current"), `${text} is moved to`);
  }
  await page.fill("#query", "r&d centre");
  const hits = await page.locator(".card.hit").count();
  await page.fill("#query", "technology");
  const many = await page.locator(".card.hit").count();
  assert.ok(many > 5 && many > hits);
  assert.equal(await page.textContent("#hits"), `1 of ${many}`);
  await page.press("#query", "Enter");
  assert.equal(await page.textContent("#hits"), `2 of ${many}`);
  await page.press("#query", "Shift+Enter");
  await page.press("#query", "Shift+Enter");
  assert.equal(await page.textContent("#hits"), `${many} of ${many}`);
  await page.fill("#query", "qqqq");
  assert.equal(await page.textContent("#hits"), "no hit");
  // A hit inside of a collapsed tree opens it.
  await page.click("#collapse-all");
  await page.fill("#query", "AIR@InnoHK");
  assert.ok(await page.locator(".card.current").isVisible());
  await page.fill("#query", "science park");
  await picture(page, "search.png");
  console.log(`search finds in both languages and by short names, ${many} hits for “technology”`);
  await page.close();
}

async function collapse() {
  const page = await open("org.html");
  const all = await nShown(page);
  await apart(page, "as drawn");
  const top = page.locator(".card[aria-expanded]").first();
  const below = Number((await top.getAttribute("aria-expanded")) === "true");
  assert.equal(below, 1);
  await top.locator(".target").click();
  assert.equal(await top.getAttribute("aria-expanded"), "false");
  const n = await nShown(page);
  const told = await top.locator(".toggle text").textContent();
  assert.equal(told, `+${all - n}`, "the sign says how many are hidden");
  await apart(page, "one tree collapsed");
  await page.click("#collapse-all");
  const tops = await nShown(page);
  assert.equal(await page.locator(".card[aria-level='1']").count(), tops);
  await apart(page, "all collapsed");
  await picture(page, "collapsed.png");
  // Every tree by itself, so that each has been closed up once.
  await page.click("#expand-all");
  const inner = page.locator(".card[aria-expanded]");
  for (let at = 0; at < (await inner.count()); at++) {
    await inner.nth(at).evaluate((node) => node.dispatchEvent(new Event("focus")));
    await inner.nth(at).locator(".target").dispatchEvent("click");
    await apart(page, `tree ${at} collapsed`);
    await inner.nth(at).locator(".target").dispatchEvent("click");
  }
  assert.equal(await nShown(page), all);
  console.log(`collapse: ${all} cards, ${tops} when all is collapsed, no overlap on the way`);
  await page.close();
}

async function filter() {
  const page = await open("org.html");
  const all = await nShown(page);
  const rows = page.locator("#classes label");
  let sum = 0;
  for (let at = 0; at < (await rows.count()); at++) sum += Number(await rows.nth(at).locator(".count").textContent());
  assert.equal(sum, all, "the counts of the kinds are those of the cards");
  const n = Number(await rows.first().locator(".count").textContent());
  await rows.first().locator("input").uncheck();
  assert.equal(await page.textContent("#shown"), `${all - n} of ${all} shown`);
  await apart(page, "a kind left out");
  const hidden = await page.locator(".card.away").count();
  const faded = await page.locator(".card.faded:not(.away)").count();
  assert.equal(hidden + faded, n, "left out is hidden, or pale where something hangs below");
  await page.fill("#query", "bureau");
  assert.equal(await page.locator(".card.hit.faded").count(), 0, "what is left out is not found");
  const planned = page.locator("#statuses label", { hasText: "planned" });
  const nPlanned = Number(await planned.locator(".count").textContent());
  await rows.first().locator("input").check();
  for (const box of await page.locator("#statuses input").all()) if (!(await planned.locator("input").evaluate((own, other) => own === other, await box.elementHandle()))) await box.uncheck();
  assert.equal(await page.textContent("#shown"), `${nPlanned} of ${all} shown`);
  await page.click("#fit");
  await picture(page, "filter.png");
  console.log(`filter: ${n} of the first kind, ${nPlanned} planned`);
  await page.close();
}

async function keyboard() {
  const page = await open("org.html");
  const seen = [];
  // Tab from the beginning: the skip link first, then every control, one card, and out.
  for (let press = 0; press < 60; press++) {
    await page.keyboard.press("Tab");
    const [id, ring] = await page.evaluate(() => {
      const node = document.activeElement;
      const style = getComputedStyle(node.matches(".card") ? node.firstElementChild : node);
      const ring = node.matches(".card") ? parseFloat(style.strokeWidth) >= 3 : style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      return [node.id || node.className || node.localName, ring];
    });
    if (id === "body" || seen.length > 50) break;
    assert.ok(ring, `${id} shows that it has the focus`);
    seen.push(id);
    if (id.startsWith("card-")) break;
  }
  assert.equal(seen[0], "skip");
  for (const id of ["query", "previous", "next", "zoom-in", "fit", "collapse-all", "expand-all", "theme", "language"]) assert.ok(seen.includes(id), `${id} is reached by Tab`);
  assert.match(seen.at(-1), /^card-/);
  await page.keyboard.press("ArrowRight");
  const child = await focused(page);
  assert.equal(await page.locator("#" + child).getAttribute("aria-level"), "2");
  await page.keyboard.press("ArrowLeft");
  const top = await focused(page);
  if ((await page.locator("#" + top).getAttribute("aria-level")) === "2") await page.keyboard.press("ArrowLeft");
  const parent = await focused(page);
  await page.keyboard.press(" ");
  assert.equal(await page.locator("#" + parent).getAttribute("aria-expanded"), "false");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator("#" + parent).getAttribute("aria-expanded"), "true");
  await page.keyboard.press("End");
  assert.ok(await inSight(page, "#" + (await focused(page))), "what has the focus is in sight");
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  assert.ok(await page.locator("#entity").isVisible());
  assert.equal(await page.evaluate(() => document.activeElement.localName), "h2");
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator("#entity").isVisible()));
  assert.equal(await focused(page), parent, "the focus goes back to the card");
  const scale = () => page.evaluate(() => new DOMMatrix(getComputedStyle(document.getElementById("chart")).transform).a);
  const before = await scale();
  await page.keyboard.press("+");
  await settled(page);
  assert.ok((await scale()) > before);
  await page.keyboard.press("0");
  await page.keyboard.press("/");
  assert.equal(await focused(page), "query");
  // The skip link leads past the controls.
  await page.reload();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.match(await focused(page), /^card-/);
  console.log(`keyboard: ${seen.length} stops to the first card, each with a visible focus`);
  await page.close();
}

async function entity() {
  const page = await open("org.html");
  await page.fill("#query", "HKSTP");
  await page.locator(".card.current").click();
  const text = await page.locator("#known").innerText();
  for (const part of ["Hong Kong Science and Technology Parks Corporation", "香港科技園公司", "Names", "HKSTP", "Relations", "manages", "Figures", "Evidence: hkyb-2019-06 L24", "https://w3id.org/civigraph/id/hk/hkstp"]) {
    assert.ok(text.includes(part), `“${part}” is on the card: ${text}`);
  }
  await picture(page, "entity.png");
  await accessible(page, "a card open");
  await page.locator("#known .other", { hasText: "Hong Kong Science Park" }).first().click();
  assert.ok((await page.locator("#known h2").innerText()).includes("香港科學園"));
  assert.ok((await page.locator("#known").innerText()).includes("← managed by"), "relations go both ways");
  await page.click("#language");
  assert.ok((await page.locator("#known").innerText()).includes("關係"));
  assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-Hant");
  assert.equal(await page.getAttribute("#zoom-in", "aria-label"), "放大");
  await accessible(page, "in Chinese");
  await page.click("#close");
  // The list says the same as the picture, and leads to it.
  await page.click("#outline summary");
  assert.equal(await page.locator("#outline li").count(), await page.locator(".card").count());
  assert.ok((await page.locator("#outline ul ul").count()) > 5, "the list is nested");
  await page.locator("#outline a", { hasText: "創新科技署" }).first().click();
  assert.ok((await page.locator("#known h2").innerText()).includes("創新科技署"));
  console.log("a card has names, relations both ways, figures and evidence, in both languages");
  await page.close();
}

async function looks() {
  const ground = (page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  let page = await open("org.html");
  const light = await ground(page);
  await picture(page, "desktop.png");
  await accessible(page, "light");
  await page.selectOption("#theme", "dark");
  const dark = await ground(page);
  assert.notEqual(light, dark);
  await page.selectOption("#theme", "auto");
  assert.equal(await ground(page), light);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await ground(page), dark, "the system's colours are followed");
  await picture(page, "dark.png");
  await accessible(page, "dark");
  await page.selectOption("#theme", "print");
  await accessible(page, "print colours on a screen");
  await page.selectOption("#theme", "dark");
  await page.fill("#query", "technology");
  await page.emulateMedia({ media: "print" });
  assert.equal(await ground(page), "rgb(255, 255, 255)", "paper is white");
  assert.ok(!(await page.locator(".tools").isVisible()) && !(await page.locator("#entity").isVisible()));
  assert.ok(await page.locator("#legend #classes").isVisible());
  await page.pdf({ path: file("print.pdf"), preferCSSPageSize: true, printBackground: true });
  for (const format of ["A4", "Letter", "A3"]) {
    const printed = (await page.pdf({ format, landscape: true, printBackground: true })).toString("latin1");
    assert.equal((printed.match(/\/Type\s*\/Page\b/g) ?? []).length, 1, `one sheet of ${format}`);
  }
  await page.close();
  page = await open("org-dark.html");
  assert.equal(await ground(page), dark, "--theme dark");
  await page.close();
  console.log("light, dark by switch and by the system, print");
}

async function narrow() {
  const page = await open("org.html", { width: 360, height: 740, hasTouch: true });
  const over = () => page.evaluate(() => [document.documentElement.scrollWidth, ...[...document.querySelectorAll("header *, #side > details, footer")].filter((node) => node.getClientRects().length).map((node) => Math.round(node.getBoundingClientRect().right))]);
  assert.ok(Math.max(...(await over())) <= 360, `nothing is cut off at 360 px: ${await over()}`);
  await picture(page, "narrow.png");
  await accessible(page, "360 px");
  await page.click("#legend summary");
  assert.ok(Math.max(...(await over())) <= 360);
  await picture(page, "narrow-legend.png");
  await page.click("#legend summary");
  await page.fill("#query", "InnoCentre");
  await page.locator(".card.current").click();
  assert.ok(await page.locator("#known h2").isVisible());
  await picture(page, "narrow-entity.png");
  const box = await page.locator("#close").boundingBox();
  assert.ok(box.width >= 24 && box.height >= 24, "large enough to press");
  console.log("360 px: all is there, nothing cut off");
  await page.close();
}

/** By pointer: zoom at the pointer, pan, and a press that is no pan. */
async function pointer() {
  const page = await open("org.html");
  const matrix = () => page.evaluate(() => new DOMMatrix(getComputedStyle(document.getElementById("chart")).transform).toFloat64Array()).then((all) => [0, 12, 13].map((at) => all[at]));
  const card = () => page.locator("#card-1").boundingBox();
  const before = await card();
  const [x, y] = [before.x + before.width / 2, before.y + before.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -400);
  await settled(page);
  const after = await card();
  assert.ok(after.width > before.width * 1.5, "the wheel zooms");
  assert.ok(Math.abs(after.x + after.width / 2 - x) < 3 && Math.abs(after.y + after.height / 2 - y) < 3, "what is below the pointer stays there");
  const from = await matrix();
  await page.mouse.down();
  await page.mouse.move(x + 50, y + 30, { steps: 5 });
  await page.mouse.up();
  await settled(page);
  const to = await matrix();
  assert.deepEqual(to.map((value, at) => Math.round(value - from[at])), [0, 50, 30], "the chart goes with the pointer");
  assert.ok(!(await page.locator("#entity").isVisible()), "a pan opens nothing");
  await page.mouse.click(x + 50, y + 30);
  assert.ok(await page.locator("#entity").isVisible(), "a press opens");
  console.log("pointer: zoom, pan, press");
  await page.close();
}

/** Without the script there are the picture and the list. */
async function scriptless() {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(address("org.html"));
  assert.ok(await page.locator("#card-0").isVisible());
  assert.ok(!(await page.locator("#query").isVisible()), "nothing that would do nothing");
  await page.click("#outline summary");
  assert.ok(await page.locator("#outline a").first().isVisible());
  await picture(page, "scriptless.png");
  console.log("without the script: picture and list");
  await context.close();
}

/** Labels that are code stay words. */
async function hostile() {
  const page = await open("hostile.html");
  const label = `</script><img src=x onerror=alert(1)>`;
  assert.equal(await page.locator("img").count(), 0);
  await page.fill("#query", "onerror");
  await page.locator(".card.current").click();
  assert.ok((await page.locator("#known h2").innerText()).includes(label), "the label is shown as it is");
  assert.equal(await page.locator("img").count(), 0);
  await page.setContent("<p>left</p>");
  console.log("a label that is code is a label");
  await page.close();
}

/** The SVG by Chromium and by resvg. */
async function same() {
  const png = fs.readFileSync(file("org.png"));
  // Drawn at twice the size, compared at half of it: what differs then is no matter of a pixel's edge.
  const [width, height] = [16, 20].map((at) => Math.ceil(png.readUInt32BE(at) / 2));
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: 2 });
  await page.goto(address("org.svg"));
  await page.evaluate(() => document.fonts.ready);
  const theirs = await page.screenshot({ path: file("org-chromium.png") });
  await page.goto("about:blank");
  const difference = await page.evaluate(async ([a, b]) => {
    const read = async (data) => {
      const image = new Image();
      image.src = "data:image/png;base64," + data;
      await image.decode();
      return image;
    };
    const images = [await read(a), await read(b)];
    // A fraction of a point more or less at the edge is a pixel that one rounds up and the other down.
    const apart = Math.max(Math.abs(images[0].width - images[1].width), Math.abs(images[0].height - images[1].height));
    const [width, height] = [images[0].width / 4, images[0].height / 4].map(Math.floor);
    const pixels = (image) => {
      const context = new OffscreenCanvas(width, height).getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, width, height);
      return context.getImageData(0, 0, width, height).data;
    };
    const [own, other] = images.map(pixels);
    let [sum, far] = [0, 0];
    for (let at = 0; at < own.length; at += 4) {
      const by = Math.max(Math.abs(own[at] - other[at]), Math.abs(own[at + 1] - other[at + 1]), Math.abs(own[at + 2] - other[at + 2]));
      sum += by;
      far += by > 96;
    }
    const n = own.length / 4;
    return { apart, mean: sum / n, far: far / n };
  }, [png.toString("base64"), theirs.toString("base64")]);
  assert.ok(difference.apart <= 1, `both have the same size, but for a pixel: ${difference.apart}`);
  assert.ok(difference.mean < 3 && difference.far < 0.001, JSON.stringify(difference));
  console.log(`SVG by Chromium and by resvg: mean difference ${difference.mean.toFixed(2)} of 255, ${(difference.far * 100).toFixed(2)} % of pixels far off`);
  await page.close();
}

/** Five thousand cards: how long each thing takes. */
async function large() {
  const started = Date.now();
  const page = await open("large.html");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const figures = { load: Date.now() - started };
  const take = async (name, action) => {
    figures[name] = await page.evaluate(`(async () => {
      const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      await frame();
      const start = performance.now();
      ${action};
      await frame();
      return Math.round(performance.now() - start);
    })()`);
  };
  const pan = async (name) => {
    await page.evaluate(() => {
      window.times = [];
      const next = (time) => (window.times.push(time), (window.asked = requestAnimationFrame(next)));
      next(performance.now());
    });
    await page.mouse.move(900, 300);
    await page.mouse.down();
    for (let at = 0; at < 60; at++) await page.mouse.move(900 - at * 6, 300 + (at % 20) * 6);
    await page.mouse.up();
    figures[name] = await page.evaluate(() => {
      cancelAnimationFrame(window.asked);
      const steps = window.times.slice(1).map((time, at) => time - window.times[at]).sort((a, b) => a - b);
      return [steps[Math.floor(steps.length / 2)], steps[Math.floor(steps.length * 0.95)]].map(Math.round);
    });
  };
  assert.ok((await nShown(page)) <= 300, "it begins with what can be read at once");
  await take("expandAll", "document.getElementById('expand-all').click()");
  assert.equal(await nShown(page), 5000);
  await pan("panFar");
  await picture(page, "large.png");
  await take("search", "const q = document.getElementById('query'); q.value = 'body 4711'; q.dispatchEvent(new Event('input'))");
  assert.equal(await page.locator(".card.current").count(), 1);
  await settled(page);
  await pan("panNear");
  const click = "document.querySelector('.card[aria-expanded] .target').dispatchEvent(new MouseEvent('click', { bubbles: true }))";
  await take("collapse", click);
  assert.ok((await nShown(page)) < 5000);
  await take("expand", click);
  await take("filter", "document.querySelector('#classes input').click()");
  console.log("5,000 cards, ms (pan: median and 95th percentile of frames): " + JSON.stringify(figures));
  // Wide limits: the machine may be busy. What a person would call stuck fails.
  for (const [name, most] of Object.entries({ load: 20000, expandAll: 3000, search: 3000, collapse: 3000, expand: 3000, filter: 3000 })) assert.ok(figures[name] < most, `${name} takes ${figures[name]} ms`);
  for (const name of ["panFar", "panNear"]) assert.ok(figures[name][0] <= 100, `${name}: ${figures[name]} ms a frame`);
  await page.close();
}

(async () => {
  browser = await chromium.launch({ executablePath: process.env.CIVIGRAPH_CHROMIUM ?? "/usr/bin/chromium", args: quiet });
  try {
    for (const part of [search, collapse, filter, keyboard, entity, pointer, looks, narrow, scriptless, hostile, same, large]) await part();
    assert.deepEqual(faults, [], "no message on the console and no request");
    console.log("no message on the console, no request but for the file itself");
  } catch (error) {
    console.error(error.message, error.stack);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
})();
