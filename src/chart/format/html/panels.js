// Around the chart: words, search, legend, the card of an entity, keys.

let language = document.documentElement.lang;

const primary = (tag) => tag.split("-")[0].toLowerCase();

/** The languages that both the interface and the chart speak. */
const spoken = Object.keys(data.words).filter((tag) => data.languages.some((own) => primary(own) === primary(tag)));
// That of the reader, where it is one of them.
language = navigator.languages.map((tag) => spoken.find((own) => primary(own) === primary(tag))).find(Boolean) ?? language;

/** A word of the interface, with numbers for what stands in braces. */
function word(name, values = {}) {
  const text = data.words[language]?.[name] ?? data.words.en[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

const contentLanguage = () => Math.max(0, data.languages.findIndex((tag) => primary(tag) === primary(language)));

/** Says all words of the page in the language. */
function speak() {
  document.documentElement.lang = language;
  // The interface speaks English where it has no words in the language of the chart.
  for (const node of document.querySelectorAll("[data-interface]")) node.lang = data.words[language] ? language : "en";
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-name]")) {
    node.setAttribute("aria-label", word(node.dataset.name));
    if (node.localName === "button") node.title = word(node.dataset.name);
  }
  element("query").placeholder = word("searchHint");
  const other = otherLanguage();
  element("language").hidden = !other;
  if (other) {
    element("language").textContent = data.words[other].name;
    element("language").lang = other;
  }
  legend("classes", data.classes, leftOut.classes, "class");
  legend("statuses", data.statuses, leftOut.statuses, "status");
}

const otherLanguage = () => spoken.find((tag) => tag !== language);

// Legend and filter

function legend(id, entries, out, key) {
  const own = element(id);
  own.replaceChildren();
  const n = (index) => cards.filter((card) => card[key] === index).length;
  const rows = entries.map(({ labels, colour }, index) => ({ index, colour, label: labels[contentLanguage()] ?? "" }));
  if (key === "status") rows.unshift({ index: -1, label: word("inPlace") });
  for (const { index, colour, label } of rows.filter(({ index }) => n(index))) {
    const box = make("input", { type: "checkbox", value: index });
    box.checked = !out.has(index);
    box.addEventListener("change", () => {
      if (box.checked) out.delete(index);
      else out.add(index);
      refresh();
      if (element("query").value) find();
    });
    const sample = make("span", { class: key === "status" && index >= 0 ? "sample dashed" : "sample", "aria-hidden": "true" });
    if (key === "class") sample.style.background = `var(--fill-${colour})`;
    own.append(make("label", {}, box, sample, make("span", {}, label || "–"), make("span", { class: "count" }, String(n(index)))));
  }
}

// Search

const plain = (text) => text.normalize("NFKC").toLowerCase();
for (const card of cards) {
  const own = data.details.flatMap((details) => details[card.index] ?? []);
  card.id = own[0]?.id ?? "";
  card.searched = plain([...card.names, card.id, ...own.flatMap((detail) => detail.names.map((name) => name.text))].join("\n"));
}
const byId = new Map(cards.map((card) => [card.id, card]));

let hits = [];
let at = 0;

function find() {
  const wanted = plain(element("query").value).split(/\s+/).filter(Boolean);
  for (const card of hits) card.node.classList.remove("hit", "current");
  hits = wanted.length ? order.filter((card) => card.inside && wanted.every((part) => card.searched.includes(part))) : [];
  for (const card of hits) card.node.classList.add("hit");
  at = 0;
  if (hits.length) goTo(0);
  else element("hits").textContent = wanted.length ? word("noHits") : "";
}

function goTo(index) {
  if (!hits.length) return;
  hits[at].node.classList.remove("current");
  at = (index + hits.length) % hits.length;
  const card = hits[at];
  card.node.classList.add("current");
  reveal(card);
  activate(card, false);
  show(card, true);
  element("hits").textContent = word("hits", { at: at + 1, n: hits.length });
}

element("query").addEventListener("input", find);
element("search").addEventListener("submit", (event) => {
  event.preventDefault();
  goTo(at + 1);
});
element("previous").addEventListener("click", () => goTo(at - 1));

// What is known of an entity

let opened = null;

function open(card, focus = true) {
  opened?.node.removeAttribute("aria-selected");
  opened = card;
  card.node.setAttribute("aria-selected", "true");
  const detail = data.details[contentLanguage()]?.[card.index];
  const names = [...new Set([card.names[contentLanguage()], ...card.names])].filter(Boolean);
  const heading = make("h2", { tabindex: -1 }, ...names.flatMap((name, index) => (index ? [make("br"), name] : [name])));
  const known = element("known");
  known.replaceChildren(heading);
  if (detail) {
    known.append(make("p", { class: "about" }, [...detail.about].join(" · ")), ...evidence(detail));
    section(known, "names", detail.names);
    section(known, "relations", detail.relations);
    section(known, "figures", detail.figures);
    section(known, "parts", detail.parts);
    section(known, "also", detail.also);
  }
  if (card.href) {
    known.append(make("h3", {}, word("address")), make("p", {}, make("a", { href: card.href, rel: "noopener" }, card.href)));
  }
  element("entity").hidden = false;
  known.scrollTop = 0;
  show(card);
  if (focus) heading.focus({ preventScroll: true });
}

function evidence({ evidence }) {
  return evidence ? [make("p", { class: "evidence" }, `${word("evidence")}: ${evidence}`)] : [];
}

function section(known, name, facts) {
  if (!facts.length) return;
  const list = make("dl");
  for (const fact of facts) {
    const arrow = fact.other && name === "relations" ? [make("span", { class: "arrow", role: "img", "aria-label": word(fact.arrives ? "to" : "from") }, fact.arrives ? "← " : "→ ")] : [];
    const value = make("dd");
    const other = byId.get(fact.other);
    if (other) {
      const button = make("button", { type: "button", class: "other" }, fact.text);
      button.addEventListener("click", () => {
        reveal(other);
        activate(other, false);
        open(other);
      });
      value.append(button);
    } else {
      value.append(make("span", fact.language ? { lang: fact.language } : {}, fact.text));
    }
    if (fact.remarks) value.append(make("p", { class: "remark" }, fact.remarks.join("; ")));
    value.append(...evidence(fact));
    list.append(make("dt", {}, ...arrow, fact.label), value);
  }
  known.append(make("h3", {}, word(name)), list);
}

function close() {
  if (element("entity").hidden) return;
  element("entity").hidden = true;
  opened.node.removeAttribute("aria-selected");
  activate(opened, true);
  opened = null;
}

// Keys: one card of the chart at a time can be reached by Tab.

let active = null;

function activate(card, focus = true) {
  active?.node.setAttribute("tabindex", -1);
  active = card;
  card.node.setAttribute("tabindex", 0);
  if (!focus) return;
  card.node.focus({ preventScroll: true });
  show(card);
}

const reachable = () => order.filter((card) => card.shown);

const chartKeys = {
  ArrowDown: (card) => step(card, 1),
  ArrowUp: (card) => step(card, -1),
  ArrowRight: (card) => {
    if (card.children.length && !card.open) toggle(card, true);
    else activate(card.children.find((child) => child.shown) ?? card);
  },
  ArrowLeft: (card) => {
    if (card.children.length && card.open) toggle(card, false);
    else activate(card.parent ?? card);
  },
  Home: () => activate(reachable()[0]),
  End: () => activate(reachable().at(-1)),
  Enter: (card) => open(card),
  " ": (card) => toggle(card),
};

function step(card, by) {
  const all = reachable();
  activate(all[all.indexOf(card) + by] ?? card);
}

svg.addEventListener("keydown", (event) => {
  const key = chartKeys[event.key];
  if (!key || !active || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  key(active);
  show(active);
});

addEventListener("keydown", (event) => {
  if (event.key === "Escape") return close();
  const typing = event.target.closest?.("input, select, textarea");
  if (typing) {
    if (event.key === "Enter" && event.shiftKey && event.target.id === "query") {
      event.preventDefault();
      goTo(at - 1);
    }
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const keys = { "/": () => element("query").focus(), "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: () => fit() };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

svg.addEventListener("click", (event) => {
  const node = event.target.closest(".card");
  if (!node || travelled >= 4) return;
  const card = cards[node.id.slice("card-".length)];
  activate(card);
  if (event.target.closest(".toggle")) toggle(card);
  else open(card, false);
});

element("outline").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  const card = cards[link.hash.slice("#card-".length)];
  reveal(card);
  activate(card, false);
  show(card, true);
  open(card);
});

// Buttons and the beginning

const buttons = {
  "zoom-in": () => zoom(1.25),
  "zoom-out": () => zoom(0.8),
  fit: () => fit(),
  "collapse-all": () => openAll(false),
  "expand-all": () => openAll(true),
  close,
  language: () => {
    language = otherLanguage() ?? language;
    speak();
    refresh();
    if (opened) open(opened, false);
  },
};
for (const [id, press] of Object.entries(buttons)) element(id).addEventListener("click", press);

for (const id of ["collapse-all", "expand-all"]) element(id).hidden = cards.every((card) => !card.children.length);

const theme = element("theme");
theme.value = document.documentElement.dataset.theme;
theme.addEventListener("change", () => (document.documentElement.dataset.theme = theme.value));

document.documentElement.classList.add("live");
element("legend").open = innerWidth > 900;
const LARGE = 300;
if (cards.length > LARGE) closeLarge(LARGE);
speak();
refresh();
if (order.length) activate(order[0], false);
fit(innerWidth < 700 ? 0.6 : 0);
const wanted = byId.get(decodeURIComponent(location.hash.slice(1)));
if (wanted) {
  reveal(wanted);
  activate(wanted, false);
  show(wanted, true);
  open(wanted, false);
}
