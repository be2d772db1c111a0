// Reads the pages of a server and those of a folder in Chromium, as people do. `tests/it/site.rs` makes the folder,
// starts the server and runs this:
//
//   CIVIGRAPH_BROWSER=folder-with-node_modules node pages.cjs FOLDER http://127.0.0.1:PORT [KIND,KIND]
//
// Each line that it prints says what was seen; the first thing that is not as it should be ends it with exit code 1.
// Screenshots stay in FOLDER/../pictures.

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");
const installed = createRequire(path.join(process.env.CIVIGRAPH_BROWSER, "x"));
const { chromium } = installed("playwright-core");
const axe = fs.readFileSync(installed.resolve("axe-core/axe.min.js"), "utf8");

const folder = path.resolve(process.argv[2]);
const server = process.argv[3].replace(/\/$/, "");
const pictures = path.join(folder, "..", "pictures");
fs.mkdirSync(pictures, { recursive: true });
const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--font-render-hinting=none"];

const only = process.argv[4]?.split(",");

let browser;
const faults = [];

async function open(url, { width = 1280, height = 800, ...more } = {}) {
  const page = await browser.newPage({ viewport: { width, height }, locale: "en-GB", ...more });
  // That a page is not there is told where it is looked for.
  const isKnown = (message) => url.endsWith("/hkst") && message.text().includes("404");
  page.on("console", (message) => isKnown(message) || faults.push(`${url}: ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`${url}: ${error.message}`));
  page.on("dialog", (dialog) => faults.push(`${url}: says ${dialog.message()}`));
  page.on("request", (request) => {
    const asked = request.url();
    const own = url.startsWith("file:") ? asked.startsWith("file://" + folder) : asked.startsWith(server);
    if (!own && !asked.startsWith("data:") && !asked.startsWith("blob:")) faults.push(`${url}: asks for ${asked}`);
  });
  // A page that takes long gives way on the processor, which others may need.
  page.setDefaultTimeout(180000);
  const answer = await page.goto(url);
  return { page, status: answer?.status() };
}

async function accessible(page, what) {
  // The policy of the page lets no script in but its own.
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { preload: false, resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  const told = found.violations.map((rule) => `${rule.id}: ${rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + " " + node.failureSummary).join("\n  ")}`);
  assert.deepEqual(told, [], `axe on ${what}`);
  // Targets of 24 pixels either way (WCAG 2.5.8), but for links within a sentence.
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button, select, input:not([type=hidden]), nav a, .brand, .language, a.chip, .questions a, .hits li > a, .facts dd li > a")]
      .filter((node) => node.getClientRects().length)
      .map((node) => [node.textContent.slice(0, 30), node.getBoundingClientRect()])
      .filter(([, box]) => box.height < 23.5 || box.width < 12)
      .map(([name, box]) => `${name}: ${box.width} × ${box.height}`));
  assert.deepEqual(small, [], `targets on ${what}`);
}

/** Nothing is wider than the window, but for what scrolls by itself. */
async function fits(page, what) {
  const [all, own] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(all <= own, `${what}: ${all} > ${own}`);
}

/** By the key Tab alone: each stop is seen, and the first leads to the content. */
async function keyboard(page, what) {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip", what);
  const box = await page.locator(".skip").boundingBox();
  assert.ok(box.y >= 0, `${what}: the skip link is not in sight`);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main", `${what}: the content has the focus`);
  const seen = new Set();
  for (let at = 0; at < 12; at += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const node = document.activeElement;
      if (node === document.body) return null;
      const style = getComputedStyle(node);
      const card = node.querySelector?.(".card");
      const isMarked = style.outlineStyle !== "none" || (card && getComputedStyle(card).strokeWidth === "3px");
      return { name: node.outerHTML.slice(0, 120), isMarked };
    });
    if (!stop) break;
    assert.ok(stop.isMarked, `${what}: the focus is not seen at ${stop.name}`);
    seen.add(stop.name);
  }
  assert.ok(seen.size > 0, `${what} has no stop in its content`);
}

const forms = [
  ["light", 1280, "light"],
  ["dark", 1280, "dark"],
  ["narrow", 360, "light"],
  ["wide", 1600, "light"],
];

/** A page in both colours and three widths, and by the keyboard. */
async function look(kind, url, expected = 200) {
  if (only && !only.includes(kind)) return;
  const { page, status } = await open(url);
  if (!url.startsWith("file:")) assert.equal(status, expected, url);
  const headings = await page.evaluate(() => [...document.querySelectorAll("h1")].length);
  assert.equal(headings, 1, `${kind} has one main heading`);
  if (expected === 200) await keyboard(page, kind);
  for (const [form, width, colorScheme] of forms) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    const what = `${kind}, ${form}`;
    // What is only wider has nothing new for it.
    if (form !== "wide") await accessible(page, what);
    await fits(page, what);
    await page.screenshot({ path: path.join(pictures, `${kind}-${form}.png`), fullPage: !kind.includes("vocabulary") && kind !== "file-search" });
  }
  await page.close();
  console.log(`no complaint, nothing too wide or too small, all by keyboard: ${kind}`);
}

async function typing(url, kind) {
  const { page } = await open(url);
  await page.locator("main input[type=search]").fill("sciense park");
  await page.waitForFunction(() => document.querySelectorAll(".hits li:not([hidden])").length > 0 && document.querySelectorAll(".hits li:not([hidden])").length < 40);
  const first = await page.locator(".hits li:not([hidden]) > a").first().innerText();
  assert.match(first, /Science Park|Science park/, kind);
  await page.locator("main input[type=search]").fill("科学园");
  await page.waitForFunction(() => /科學園/.test(document.querySelector(".hits li:not([hidden])")?.innerText ?? ""));
  await page.screenshot({ path: path.join(pictures, `${kind}-typing.png`) });
  console.log(`results while typing, with an error and in Simplified characters: ${kind}`);
  await page.close();
}

(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: quiet });
  const thing = "/id/hk/hkstp.html";
  const served = [
    ["home", "/"],
    ["search", "/search?text=science+park"],
    ["search-empty", "/search"],
    ["search-question", "/search?text=who+supports+ITB"],
    ["search-nothing", "/search?text=zzzzqqqq"],
    ["entity", thing],
    ["figure", "/search?kind=Fund"],
    ["vocabulary", "/vocabulary"],
    ["about", "/about"],
    ["questions", "/questions"],
  ];
  for (const [kind, address] of served) {
    await look(kind, server + address);
    await look(`${kind}-zh`, server + address + (address.includes("?") ? "&" : "?") + "lang=zh-Hant");
  }
  await look("not-found", server + "/id/hk/hkst", 404);
  await typing(server + "/search", "server");

  const file = (name) => "file://" + path.join(folder, name);
  for (const name of ["index", "search", "id/hk/hkstp", "vocabulary", "about", "questions", "questions/fund-sizes"]) {
    await look(`file-${name.replaceAll("/", "-")}`, file(`${name}.html`));
    await look(`file-${name.replaceAll("/", "-")}-zh`, file(`zh-Hant/${name}.html`));
  }
  await typing(file("search.html"), "folder");

  // From the first page of the folder to a thing and to the other language, by links and forms alone.
  const { page } = await open(file("index.html"));
  await page.locator("main input[type=search]").fill("HKSTP");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll(".hits li:not([hidden])").length === 1 || /Science and Technology Parks/.test(document.querySelector(".hits li:not([hidden])")?.innerText ?? ""));
  await page.locator(".hits li:not([hidden]) > a").first().click();
  await page.waitForSelector("h1");
  assert.match(await page.locator("h1").innerText(), /Science and Technology Parks/);
  await page.locator(".language").click();
  assert.equal(await page.locator("h1").innerText(), "香港科技園公司");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-Hant");
  await page.locator(".brand").click();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-Hant", "the language is kept");
  await page.close();
  console.log("the folder is read from its first page on, in both languages");

  // Without a script, in a landscape phone, on paper.
  const bare = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 740, height: 360 } });
  const still = await bare.newPage();
  await still.goto(file("search.html"));
  assert.ok((await still.locator(".hits li").count()) > 100, "without a script, the list of all things is read");
  await still.goto(server + "/");
  await still.locator("main input[type=search]").fill("cyberport");
  await still.keyboard.press("Enter");
  await still.waitForSelector(".hits li");
  await still.screenshot({ path: path.join(pictures, "landscape-without-script.png") });
  await bare.close();
  console.log("without a script, the search of the server answers and that of the folder lists all things");
  const { page: paper } = await open(server + thing);
  await paper.emulateMedia({ media: "print" });
  assert.ok(!(await paper.locator(".top nav").isVisible()), "no navigation on paper");
  await paper.screenshot({ path: path.join(pictures, "print.png"), fullPage: true });
  await paper.close();

  // The charts, with a way back.
  const { page: charts } = await open(file("charts.html"));
  assert.ok(await charts.locator(".home").isVisible());
  await charts.locator(".home").click();
  assert.match(charts.url(), /index\.html$/);
  await charts.close();
  console.log("the charts lead back");
  await browser.close();
  assert.deepEqual(faults, []);
})().catch((error) => {
  console.error(error.message ?? error, faults);
  process.exit(1);
});
