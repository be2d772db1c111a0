// The page: its data, its words, and the language in which they are said.

const element = (id) => document.getElementById(id);
const root = document.documentElement;
const data = JSON.parse(element("data").textContent);
const svg = element("chart");
const stage = element("stage");

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

/** A button that does something when it is pressed. */
function button(attributes, text, press) {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", press);
  return made;
}

const entities = data.entities.map((entity, index) => ({ ...entity, index, views: [] }));
const byId = new Map(entities.map((entity) => [entity.id, entity]));
data.views.forEach((view, at) => {
  for (const [entity] of view.items) if (entities[entity]?.views.at(-1) !== at) entities[entity]?.views.push(at);
});

/** What the page shows; its address says the same. Null is what nobody chose. */
const initial = () => ({ view: 0, at: null, kind: null, status: null, q: "", lang: null, only: null, show: null, edition: null, branches: null, turned: new Set() });
const state = initial();

const primary = (tag) => tag.split("-")[0].toLowerCase();

/** The language of the reader, where the chart has it. */
const ofReader = () => navigator.languages.map((tag) => data.languages.find((own) => own === tag) ?? data.languages.find((own) => primary(own) === primary(tag))).find(Boolean);

/** The language that is spoken: that which was chosen, or of several together that of the reader. */
const language = () => state.lang ?? ofReader() ?? data.languages[0] ?? "en";
const interfaceLanguage = () => Object.keys(data.words).find((tag) => primary(tag) === primary(language())) ?? "en";
const contentLanguage = () => Math.max(0, data.languages.indexOf(language()));
const variant = () => {
  const at = data.variants.findIndex((own) => own.length === 1 && data.languages[own[0]] === state.lang);
  return state.lang && at >= 0 ? at : 0;
};

/** A word of the interface, with numbers for what stands in braces. */
function word(name, values = {}) {
  const text = data.words[interfaceLanguage()][name] ?? data.words.en[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

/** The names of an entity: that in the language first. */
const namesOf = (entity) => {
  const shown = data.variants[variant()].map((at) => entity.names[at]);
  const all = [entity.names[contentLanguage()], ...(state.lang ? [] : shown)].filter(Boolean);
  return [...new Set(all)].length ? [...new Set(all)] : [entity.id];
};
const nameOf = (entity) => namesOf(entity)[0];
const labelOf = (entry) => entry?.labels[contentLanguage()] || entry?.labels[0] || "–";
/** Whether a status says of something that it is there, or was. */
const isThere = (index) => !data.statuses[index].dashed;
const detailOf = (entity) => entity.details[contentLanguage()] ?? entity.details[0];

/** The name of a language in itself. */
function nameOfLanguage(tag) {
  const known = data.words[tag]?.name;
  if (known) return known;
  try {
    return new Intl.DisplayNames([tag], { type: "language" }).of(tag);
  } catch {
    return tag;
  }
}

let telling = 0;

/** Tells something, for a while or until something else is told; with what can be done about it. */
function tell(text, ...actions) {
  const note = element("note");
  note.replaceChildren(make("span", {}, text), ...actions);
  note.append(button({ class: "plain", "aria-label": word("close") }, "×", () => (note.hidden = true)));
  note.hidden = false;
  clearTimeout(telling);
  if (!actions.length) telling = setTimeout(() => (note.hidden = true), 4000);
}

/** Says all words of the page in the language. */
function speak() {
  root.lang = language();
  for (const node of document.querySelectorAll("[data-interface]")) node.lang = interfaceLanguage();
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-name]")) {
    node.setAttribute("aria-label", word(node.dataset.name));
    if (node.localName === "button") node.title = word(node.dataset.name);
  }
  element("query").placeholder = word("searchHint");
  const { title, view, foot, notes, subtitle } = model.scene;
  document.title = [title, view].filter(Boolean).join(" · ");
  element("title").textContent = title;
  element("about").textContent = subtitle;
  element("foot").replaceChildren(...[...notes, ...foot].map((line) => make("p", {}, line)));
  const views = element("views");
  views.replaceChildren(...data.views.map((own, at) => make("option", { value: at }, (own.scenes[variant()] ?? own.scenes[0]).view || own.name)));
  views.value = state.view;
  views.parentElement.hidden = data.views.length < 2;
  const languages = element("languages");
  const choices = data.languages.map((tag) => make("option", { value: tag, lang: tag }, nameOfLanguage(tag)));
  languages.replaceChildren(make("option", { value: "" }, data.languages.length > 1 && data.variants.length > 1 ? data.languages.map(nameOfLanguage).join(" + ") : word("auto")), ...choices);
  languages.value = state.lang ?? "";
  languages.hidden = data.languages.length < 2;
  element("edition").hidden = !data.since;
  for (const box of document.querySelectorAll("#edition button")) box.setAttribute("aria-pressed", String((state.edition ?? "after") === box.value));
}
