// Asks on the pages of a server in Chromium, as people do. `tests/it/serve/asking.rs` starts the server and runs this:
//
//   CIVIGRAPH_BROWSER=folder-with-node_modules node ask.cjs http://127.0.0.1:PORT FOLDER
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

const [base, folder] = process.argv.slice(2);
const quiet = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const faults = [];

async function open(browser, address, more = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB", ...more });
  page.on("pageerror", (error) => faults.push(`${address}: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(base)) faults.push(`${address}: asks for ${request.url()}`);
  });
  page.setDefaultTimeout(120000);
  await page.goto(base + address);
  return page;
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
  assert.deepEqual(faults, []);
  await browser.close();
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
