// What can be taken away: the picture as SVG or PNG, the cards as CSV, sheets of paper.

/** A file for the reader. */
function save(name, type, content) {
  const link = make("a", { download: name, href: URL.createObjectURL(new Blob([content], { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const fileName = (extension) => {
  const of = state.only ?? data.views[state.view].name;
  return `${of.replace(/^.*[:/#]/, "").replace(/[^\p{L}\p{N}-]+/gu, "-") || "chart"}.${extension}`;
};

/** What is shown as a picture of its own: with colours, fonts, title and foot in it. */
function picture() {
  const style = getComputedStyle(root);
  const fixed = (text) => text.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
  const { x, y, width, height } = extent();
  const wide = Math.max(width, 360);
  const foot = [...scene.notes, ...scene.foot];
  const [above, below] = [34, 16 + foot.length * 11];
  const whole = makeSvg("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `${x} ${y - above} ${wide} ${height + above + below}`, width: wide, height: height + above + below, lang: root.lang });
  const faces = [...document.styleSheets[0].cssRules].filter((rule) => rule instanceof CSSFontFaceRule).map((rule) => rule.cssText);
  const look = makeSvg("style");
  const lines = `.lines,.over{fill:none;stroke:${style.getPropertyValue("--line")};stroke-width:1.2;stroke-linejoin:round}.dashed{stroke-dasharray:4 3}.dotted{stroke-dasharray:.1 3.4;stroke-linecap:round}.faded{opacity:.5}#arrow path,#head path{fill:${style.getPropertyValue("--line")}}`;
  const text = getComputedStyle(document.body);
  look.textContent = `${faces.join("\n")}\ntext{font-family:${text.fontFamily};font-kerning:none}${lines}`;
  const ground = makeSvg("rect", { x, y: y - above, width: wide, height: height + above + below, fill: style.getPropertyValue("--ground").trim() });
  whole.append(look, ground);
  const { grounds, lines: ways, pills, between, cards: own } = model.parts;
  const copy = (group, nodes) => {
    const made = group.cloneNode(false);
    made.append(...nodes.map((node) => node.cloneNode(true)));
    whole.append(made);
  };
  copy(grounds, [...grounds.children].filter((node) => !node.classList.contains("away")));
  copy(ways, model.isLarge ? [...model.lines, ...model.ways.values()].filter((line) => line.shown).map((line) => line.node) : [...ways.children].filter((node) => !node.classList.contains("away")));
  copy(pills, model.pills.filter((pill) => pill.shown).map((pill) => pill.node));
  copy(between, [...between.children].filter((node) => !node.classList.contains("away")));
  copy(own, cards.filter((card) => card.shown).map((card) => card.node));
  for (const node of whole.querySelectorAll(".toggle")) node.remove();
  const write = (words, size, at, colour, weight) => {
    const made = makeSvg("text", { x: x + 8, y: at, "font-size": size, fill: style.getPropertyValue(colour).trim(), ...(weight ? { "font-weight": weight } : {}) });
    made.textContent = words;
    whole.append(made);
  };
  write(document.title, 14, y - above + 22, "--ink", 700);
  foot.forEach((line, at) => write(line, 7.5, y + height + 12 + at * 11, "--faint"));
  for (const node of whole.querySelectorAll("*")) {
    for (const { name, value } of [...node.attributes]) {
      if (value.includes("var(")) node.setAttribute(name, fixed(value));
      if (/^(tabindex|role|aria-|data-)/.test(name)) node.removeAttribute(name);
    }
    node.classList.remove("hit", "lit", "faded-by", "away");
  }
  return whole;
}

const asText = (node) => new XMLSerializer().serializeToString(node);

function saveSvg() {
  save(fileName("svg"), "image/svg+xml", asText(picture()));
}

async function savePng() {
  const whole = picture();
  const [width, height] = ["width", "height"].map((name) => Number(whole.getAttribute(name)));
  // What a browser can hold at once.
  const scale = Math.min(2, 16000 / Math.max(width, height), Math.sqrt(1.2e8 / (width * height)));
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([asText(whole)], { type: "image/svg+xml" }));
  try {
    await image.decode();
    const canvas = make("canvas");
    [canvas.width, canvas.height] = [Math.ceil(width * scale), Math.ceil(height * scale)];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    save(fileName("png"), "image/png", blob);
  } catch {
    tell(word("notDrawn"));
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** The cards that are shown, a row each. */
function saveCsv() {
  const tags = data.languages.length ? data.languages : [""];
  const cell = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const rows = [["id", ...tags.map((tag) => (tag ? `name_${tag}` : "name")), "kind", "status", "under", ...(model.isList ? ["statement"] : []), "address"]];
  for (const card of order) {
    if (!card.shown || !card.inside) continue;
    const status = card.status >= 0 ? labelOf(data.statuses[card.status]) : "";
    rows.push([card.entity.id, ...tags.map((_, at) => card.entity.names[at] ?? ""), labelOf(data.kinds[card.kind]), status, card.parent?.entity.id ?? "", ...(model.isList ? [card.said] : []), card.entity.href ?? ""]);
  }
  save(fileName("csv"), "text/csv", rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n");
}

// Paper: one sheet; of a large chart, or if it is asked for, as many as have words that can be read.

/** A sheet in points, without its margins and what stands above and below. */
const SHEET = { width: 770, height: 445 };
/** The smallest words on several sheets, in points, and those of a card, in the measure of the picture. */
const PRINTED = 6;
const SMALLEST = 7.5;
const MOST_ON_ONE = 150;
let sheetsAsked = null;

/** Where a long side is cut, so that few cards are: the ends of pieces no longer than `most`. */
function cuts(spans, from, to, most) {
  const ends = [];
  while (to - from > most) {
    let [best, least] = [from + most, Infinity];
    for (let at = from + most; at > from + most * 0.6; at -= 6) {
      const n = spans.filter(([a, b]) => a < at && b > at).length;
      if (n < least) [best, least] = [at, n];
      if (!n) break;
    }
    ends.push([from, best]);
    // What is cut is whole on the next sheet.
    const cut = spans.filter(([a, b]) => a < best && b > best && a > from + most * 0.3).map(([a]) => a);
    from = Math.min(best, ...cut);
  }
  return [...ends, [from, to]];
}

function sheets() {
  const shown = cards.filter((card) => card.shown);
  const { x, y, width, height } = extent();
  const single = sheetsAsked === null ? shown.length <= MOST_ON_ONE : sheetsAsked === "one";
  const scale = PRINTED / SMALLEST;
  if (single || (width * scale <= SHEET.width && height * scale <= SHEET.height)) return [{ x, y, width, height }];
  const parts = [];
  const rows = cuts(shown.map((card) => [card.now.y - 6, card.now.y + card.height + 6]), y, y + height, SHEET.height / scale);
  for (const [top, bottom] of rows) {
    const inside = shown.filter((card) => card.now.y < bottom && card.now.y + card.height > top);
    if (!inside.length) continue;
    const [left, right] = [Math.min(...inside.map((card) => card.now.x)) - 12, Math.max(...inside.map((card) => card.now.x + card.width)) + 12];
    for (const [from, to] of cuts(inside.map((card) => [card.now.x - 6, card.now.x + card.width + 6]), left, right, SHEET.width / scale)) {
      parts.push({ x: from, y: top, width: Math.max(to - from, SHEET.width / scale), height: Math.max(bottom - top, SHEET.height / scale) });
    }
  }
  return parts;
}

function layOut() {
  const parts = sheets();
  const inside = (part, box) => meets({ left: part.x, top: part.y, right: part.x + part.width, bottom: part.y + part.height }, box);
  const { grounds, lines, pills, between } = model.parts;
  const marks = [...element("kind-entries").querySelectorAll("label"), ...element("status-entries").querySelectorAll("label")].map((label) => {
    const made = label.cloneNode(true);
    made.querySelector("input")?.remove();
    return make("span", { class: "mark" }, ...made.childNodes);
  });
  element("sheets").replaceChildren(...parts.map((part, at) => {
    const own = makeSvg("svg", { viewBox: `${part.x} ${part.y} ${part.width} ${part.height}`, "aria-hidden": "true" });
    const copy = (group, nodes) => {
      const made = group.cloneNode(false);
      made.append(...nodes.map((node) => node.cloneNode(true)));
      own.append(made);
    };
    const kept = (nodes) => [...nodes].filter((node) => !node.classList.contains("away"));
    copy(grounds, kept(grounds.children));
    copy(lines, model.isLarge ? [...model.lines, ...model.ways.values()].filter((line) => line.shown && inside(part, line.box)).map((line) => line.node) : kept(lines.children));
    copy(pills, model.pills.filter((pill) => pill.shown && inside(part, { left: pill.at.x, top: pill.at.y, right: pill.at.x + pill.width, bottom: pill.at.y + pill.height })).map((pill) => pill.node));
    copy(between, kept(between.children));
    copy(model.parts.cards, cards.filter((card) => card.shown && inside(part, boxOfCard(card))).map((card) => card.node));
    for (const node of own.querySelectorAll(".toggle")) node.remove();
    const number = parts.length > 1 ? ` · ${at + 1}/${parts.length}` : "";
    const foot = at === parts.length - 1 || at === 0 ? [...scene.notes, ...scene.foot] : [];
    return make("section", { class: "sheet" }, make("h2", {}, document.title + number), own, ...(at === 0 ? [make("p", { class: "marks" }, ...marks.map((mark) => mark.cloneNode(true)))] : []), ...foot.map((line) => make("p", {}, line)));
  }));
}

addEventListener("beforeprint", layOut);
addEventListener("afterprint", () => element("sheets").replaceChildren());

function printSheets(how) {
  sheetsAsked = how;
  print();
  sheetsAsked = null;
}

async function copyLink() {
  let done = false;
  try {
    await navigator.clipboard.writeText(location.href);
    done = true;
  } catch {
    const box = make("textarea", { "aria-hidden": "true", class: "skip" });
    box.value = location.href;
    document.body.append(box);
    box.select();
    done = document.execCommand("copy");
    box.remove();
  }
  tell(done ? word("copied") : location.href);
}
