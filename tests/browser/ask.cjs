// Asks on the pages of a server in Chromium, as people do. `tests/it/serve/asking.rs` starts the server and runs this:
//
//   CIVIGRAPH_BROWSER=folder-with-node_modules node ask.cjs http://127.0.0.1:PORT FOLDER http://127.0.0.1:HOSTILE
//
// Each line that it prints says what was seen; the first thing that is not as it should be ends it with exit code 1.
// Screenshots stay in FOLDER.

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");
const installed = createRequire(path.join(process.env.CIVIGRAPH_BROWSER, "x"));
const { chromium } = installed("playwright-core");
const axe = fs.readFileSync(installed.resolve("axe-core/axe.min.js"), "utf8");

const [base, folder, hostile] = process.argv.slice(2);
const quiet = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const faults = [];

async function open(browser, address, more = {}, root = base) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB", ...more });
  page.on("dialog", (dialog) => faults.push(`${address}: says ${dialog.message()}`));
  page.on("pageerror", (error) => faults.push(`${address}: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(root)) faults.push(`${address}: asks for ${request.url()}`);
  });
  page.setDefaultTimeout(120000);
  await page.goto(root + address);
  return page;
}

/** The editor, by keys alone: names are completed, what is wrong is underlined, Tab leaves, Ctrl+Enter asks. */
async function editor(browser, width, colorScheme, language) {
  const page = await open(browser, "/sparql" + language, { viewport: { width, height: 740 }, colorScheme });
  const what = `editor, ${width} ${colorScheme}`;
  const field = page.locator("#editor .cm-content");
  await field.waitFor();
  assert.equal(await page.locator("textarea").isVisible(), false, what);
  assert.equal(await field.getAttribute("aria-label"), await page.locator("label[for=query]").innerText(), what);
  const isInside = () => page.evaluate(() => document.activeElement.id === "editor");
  while (!(await isInside())) await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none", what);
  const write = async (text) => {
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Backspace");
    await page.keyboard.type(text, { delay: 20 });
  };
  const offered = page.locator(".cm-tooltip-autocomplete li");
  const wait = (part) => offered.filter({ hasText: part }).first().waitFor();
  // By the name, and by the label in the language of the page.
  await write("SELECT * { ?park a cg:Facil");
  await wait("cg:Facility");
  await page.screenshot({ path: path.join(folder, `editor-names-${width}.png`) });
  await page.waitForTimeout(150);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("textarea").inputValue(), "SELECT * { ?park a cg:Facility}", what);
  await write(`SELECT * { ?park a ${language ? "設施" : "facilit"}`);
  await wait("cg:Facility");
  await write("SELECT ?where { ?wh");
  await wait("?where");
  await page.keyboard.press("Escape");
  // Escape closes the list and stays; Tab leaves, forwards and backwards.
  assert.ok(await isInside(), what);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.type), "submit", what);
  await page.keyboard.press("Shift+Tab");
  assert.ok(await isInside(), what);
  // What is wrong, and what the graph does not have, is marked while it is written; F8 leads to it and says what it is.
  await write("SELECT ?park {\nFILTR(?park) ");
  const fault = page.locator(".cm-lintRange-error");
  await fault.first().waitFor();
  assert.equal(await fault.first().innerText(), "FILTR", what);
  assert.equal(await field.getAttribute("aria-invalid"), "true", what);
  assert.match(await fault.first().evaluate((node) => getComputedStyle(node).textDecoration), /wavy/, what);
  await page.keyboard.press("F8");
  await page.locator(".cm-tooltip", { hasText: "did you mean `FILTER`" }).waitFor();
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { preload: false, resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  assert.deepEqual(found.violations.map((rule) => `${rule.id}: ${rule.nodes[0].html.slice(0, 200)}`), [], what);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, what);
  await page.screenshot({ path: path.join(folder, `editor-fault-${width}.png`), fullPage: true });
  await write("SELECT ?park { ?park a cg:Facilty }");
  await page.locator(".cm-lintRange-warning").first().waitFor();
  assert.equal(await fault.count(), 0, what);
  await write("SELECT ?park { ?park a cg:Facility }");
  await Promise.all([page.waitForURL(/Facility/), page.keyboard.press("Control+Enter")]);
  assert.ok((await page.locator("table.rows tbody tr").count()) > 5, what);
  assert.match(await field.innerText(), /cg:Facility/, "the query stays in the editor");
  await page.locator("label[for=query]").click();
  assert.ok(await isInside(), `${what}: the label leads into it`);
  // A query that is wrong comes back with its fault marked, and markup in it is text.
  await write("SELECT * { ?a ?b '<img src=x onerror=alert(1)>' . </textarea><script>alert(1)</script>");
  await Promise.all([page.waitForURL(/onerror/), page.keyboard.press("Control+Enter")]);
  await page.locator(".cm-lintRange-error").first().waitFor();
  assert.equal(await page.locator("main img").count(), 0, what);
  console.log(`a query is written by keys, names completed, faults underlined, Tab leaves: ${what}`);
  await page.close();
}

/** Labels that are markup and IRIs that are scripts, on every page and in the editor: nothing of it runs. */
async function hostileLabels(browser) {
  const all = "/sparql?query=" + encodeURIComponent("SELECT * { ?s ?p ?o }");
  const pages = ["/", "/search", "/search?text=img", "/search?kind=" + encodeURIComponent("<img src=x onerror=alert(2)>"), "/questions", "/charts", "/vocabulary", "/about", all, "/sparql?query=" + encodeURIComponent("DESCRIBE <http://e.example/a>"), "/resource?iri=" + encodeURIComponent("http://e.example/a"), "/resource?iri=" + encodeURIComponent("javascript:alert(5)")];
  for (const language of ["", "lang=zh-Hant"]) {
    for (const address of pages) {
      const tagged = language ? `${address}${address.includes("?") ? "&" : "?"}${language}` : address;
      const page = await open(browser, tagged, {}, hostile);
      const found = await page.evaluate(() => ({
        images: document.querySelectorAll("main img:not([src^='/chart'])").length,
        links: [...document.querySelectorAll("a, form, iframe, object")].filter((node) => /^javascript:/i.test(node.getAttribute("href") ?? node.getAttribute("action") ?? "")).length,
        ran: window.ran === true,
      }));
      assert.deepEqual(found, { images: 0, links: 0, ran: false }, tagged);
      await page.close();
    }
  }
  const page = await open(browser, "/sparql", {}, hostile);
  await page.locator("label[for=query]").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("ASK { ?a a onerror", { delay: 20 });
  const name = page.locator(".cm-tooltip-autocomplete li", { hasText: "<img src=x onerror=alert(2)>" });
  await name.first().waitFor();
  assert.equal(await page.locator("#editor img").count(), 0);
  await page.close();
  const { length } = pages;
  console.log(`markup in labels and scripts in IRIs run nothing on ${2 * length} pages and in the editor`);
}

(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: quiet });
  const query = (text) => "/sparql?query=" + encodeURIComponent(text);
  const count = query("SELECT ?class (COUNT(?thing) AS ?things) { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?things) LIMIT 12");
  const pages = ["/questions", "/questions/supporters?body=itb", "/questions/supporters?body=science+parc", "/sparql", count, query("SELECT * {\n  FILTR(?a)\n}")];
  for (const [width, colorScheme, language] of [[1600, "light", ""], [360, "dark", "zh-Hant"]]) {
    for (const [at, address] of pages.entries()) {
      const tagged = language ? `${address}${address.includes("?") ? "&" : "?"}lang=${language}` : address;
      const page = await open(browser, tagged, { viewport: { width, height: 800 }, colorScheme });
      await page.evaluate(axe);
      const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      assert.deepEqual(found.violations.map((rule) => `${rule.id}: ${rule.nodes[0].html.slice(0, 200)}`), [], tagged);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, `${tagged} is wider than ${width}`);
      await page.screenshot({ path: path.join(folder, `${at}-${width}.png`), fullPage: true });
      await page.close();
    }
    console.log(`axe has no complaint and nothing is too wide: ${width} pixels, ${colorScheme} ${language}`);
  }

  // Without a script, and by keys alone.
  const page = await open(browser, "/sparql", { javaScriptEnabled: false });
  const field = page.locator("textarea");
  while (!(await field.evaluate((node) => node === document.activeElement))) await page.keyboard.press("Tab");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("SELECT ?park { FILTR(?park) }");
  await page.keyboard.press("Tab");
  await Promise.all([page.waitForURL(/query=/), page.keyboard.press("Enter")]);
  assert.equal(await page.locator("pre mark").innerText(), "FILTR");
  assert.match(await page.locator("#wrong .fault").first().innerText(), /1:16.*did you mean `FILTER`/s);
  assert.equal(await page.locator("textarea").inputValue(), "SELECT ?park { FILTR(?park) }");
  await page.locator("textarea").fill("SELECT ?park { ?park a cg:Facility }");
  await Promise.all([page.waitForURL(/Facility/), page.locator("form.query button").press("Enter")]);
  const first = () => page.locator("table.rows tbody tr td").first().innerText();
  const before = await first();
  await Promise.all([page.waitForURL(/sort=park/), page.locator("th a").press("Enter")]);
  const up = await first();
  await Promise.all([page.waitForURL(/sort=-park/), page.locator("th a").press("Enter")]);
  assert.equal(await page.locator("th").getAttribute("aria-sort"), "descending");
  assert.notEqual(await first(), up, before);
  console.log("a query is written, corrected, answered and sorted by keys, without a script");

  await page.goto(base + "/questions/supporters?body=science+parc");
  await Promise.all([page.waitForURL(/science-park/), page.locator(".answer li a").first().press("Enter")]);
  assert.equal(await page.locator("form.asking input").first().inputValue(), "hk:science-park");
  console.log("a name that nothing has leads to one that something has");
  for (const [width, colorScheme, language] of [[1280, "light", ""], [360, "dark", "?lang=zh-Hant"]]) await editor(browser, width, colorScheme, language);
  await hostileLabels(browser);
  assert.deepEqual(faults, []);
  await browser.close();
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
