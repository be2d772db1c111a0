// The chart: its cards, which of them are open, shown and inside the filter.

const element = (id) => document.getElementById(id);
const data = JSON.parse(element("data").textContent);
const svg = element("chart");

/** An element with attributes and children; texts stay texts. */
function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function makeSvg(name, attributes = {}) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const cards = data.cards.map((card, index) => {
  const [x, y, width, height] = card.frame;
  const status = card.status ?? -1;
  const node = element("card-" + index);
  return { ...card, index, x, y, width, height, status, node, parent: null, open: true, inside: true, kept: true, shown: true };
});
for (const card of cards) {
  card.children = card.children.map((child) => cards[child]);
  for (const child of card.children) child.parent = card;
}

/** The cards as one reads them: each before those below it. */
const order = [];
for (const top of cards.filter((card) => !card.parent)) {
  const work = [top];
  while (work.length) {
    const card = work.pop();
    card.place = order.push(card) - 1;
    for (let at = card.children.length - 1; at >= 0; at--) work.push(card.children[at]);
  }
}
for (let at = order.length - 1; at >= 0; at--) {
  const card = order[at];
  card.nBelow = card.children.reduce((n, child) => n + 1 + child.nBelow, 0);
}

/** What the filter leaves out: indexes of classes and statuses (-1 is none). */
const leftOut = { classes: new Set(), statuses: new Set() };

/** Says anew what is shown, and moves what has to move. */
function refresh() {
  for (let at = order.length - 1; at >= 0; at--) {
    const card = order[at];
    card.inside = !leftOut.classes.has(card.class) && !leftOut.statuses.has(card.status);
    card.kept = card.inside || card.children.some((child) => child.kept);
  }
  for (const card of order) {
    card.shown = card.kept && (!card.parent || (card.parent.shown && card.parent.open));
  }
  arrange();
  for (const card of cards) {
    card.node.classList.toggle("away", !card.shown);
    card.node.classList.toggle("faded", !card.inside);
    if (card.children.length) {
      card.node.setAttribute("aria-expanded", card.open);
      card.toggle.lastChild.textContent = card.open ? "−" : "+" + card.nBelow;
      card.toggle.classList.toggle("closed", !card.open);
    }
  }
  const nShown = cards.filter((card) => card.shown && card.inside).length;
  element("shown").textContent = word("shown", { n: nShown, all: cards.length });
}

function toggle(card, open = !card.open) {
  if (!card.children.length || card.open === open) return;
  card.open = open;
  refresh();
}

function openAll(open) {
  for (const card of cards) card.open = open || !card.children.length;
  refresh();
  fit();
}

/** Opens what is above a card, so that it is shown. */
function reveal(card) {
  let hidden = false;
  for (let above = card.parent; above; above = above.parent) {
    hidden ||= !above.open;
    above.open = true;
  }
  if (hidden) refresh();
}

/** Closes the lower generations of a chart that is too large to read at once. */
function closeLarge(limit) {
  let generation = order.filter((card) => !card.parent);
  let n = generation.length;
  while (generation.length) {
    const below = generation.flatMap((card) => card.children);
    n += below.length;
    if (n > limit) for (const card of generation) card.open = !card.children.length;
    generation = n > limit ? [] : below;
  }
}

for (const card of cards) {
  if (!card.children.length) continue;
  // A place to press; whoever has a keyboard presses space or an arrow on the card.
  card.toggle = makeSvg("g", { class: "toggle", transform: `translate(${card.width / 2} ${card.height + 4})`, "aria-hidden": "true" });
  card.toggle.append(
    makeSvg("rect", { x: -14, y: -12, width: 28, height: 24, class: "target" }),
    makeSvg("rect", { x: -11, y: -6, width: 22, height: 12, rx: 6 }),
    makeSvg("text", { y: 3, "text-anchor": "middle", "font-size": 8 }),
  );
  card.node.append(card.toggle);
}
