// Search by name, kind and status: whole names before beginnings before parts, either way of writing Chinese, with
// one typing error.

const spellings = new Map();
{
  const characters = [...data.spellings];
  for (let at = 0; at + 1 < characters.length; at += 2) spellings.set(characters[at], characters[at + 1]);
}
const isHan = (c) => c > "\u2e7f" && /\p{Script=Han}/u.test(c);
/** Whether a character is a letter or a digit. */
const isPart = (c) => {
  const code = c.charCodeAt(0);
  return code < 128 ? (code > 96 && code < 123) || (code > 64 && code < 91) || (code > 47 && code < 58) : /[\p{L}\p{N}]/u.test(c);
};

/** A text as it is compared: words and numbers, set apart by single spaces. */
function fold(text) {
  let folded = "";
  let before = null;
  for (const c of text.normalize("NFKC").replace(/['’\u0300-\u036f]/g, "")) {
    if (!isPart(c)) {
      before = null;
      continue;
    }
    if (folded && (before === null || isHan(before) !== isHan(c))) folded += " ";
    folded += spellings.get(c) ?? c.toLowerCase();
    before = c;
  }
  return folded;
}

/** What is compared of an entity. */
function searched(entity) {
  entity.searched ??= {
    names: [...new Set([...entity.names, ...entity.details.flatMap((detail) => (detail.names ?? []).map((name) => name.text)), entity.id.replace(/^.*[:/#]/, "")].map(fold))],
    about: fold(entity.details.flatMap((detail) => detail.about).join(" ")),
  };
  return entity.searched;
}

/** The number of letters put in, left out, exchanged or swapped that make one word of another; more than one is 2. */
function apart(a, b) {
  if (Math.abs(a.length - b.length) > 1) return 2;
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  const rest = (i, j) => a.slice(at + i) === b.slice(at + j);
  if (a === b) return 0;
  if (rest(1, 0) || rest(0, 1) || rest(1, 1)) return 1;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && rest(2, 2) ? 1 : 2;
}

const RANKS = { whole: 0, start: 1, word: 2, part: 3, words: 4, about: 5, error: 6 };

/** How well a name answers; nothing if it does not. */
function rankOf(name, wanted) {
  if (name === wanted.text || name.replaceAll(" ", "") === wanted.dense) return RANKS.whole;
  if (name.startsWith(wanted.text + " ") || ` ${name} `.includes(` ${wanted.text} `)) return name.startsWith(wanted.text) ? RANKS.start : RANKS.word;
  if (name.startsWith(wanted.text)) return RANKS.start;
  if (name.includes(wanted.text) || (wanted.dense.length > 2 && name.replaceAll(" ", "").includes(wanted.dense))) return RANKS.part;
  if (wanted.words.length > 1 && wanted.words.every((word) => name.includes(word))) return RANKS.words;
  return null;
}

function nearly(name, wanted) {
  if ([...wanted.dense].length < 4) return false;
  if (apart(name.replaceAll(" ", ""), wanted.dense) < 2) return true;
  const words = name.split(" ");
  // A Chinese name is one word: any part of it as long as what is wanted.
  const parts = (word) => (isHan(wanted.dense[0]) && word.length > wanted.dense.length ? [...word].map((_, at) => word.slice(at, at + wanted.dense.length)) : [word]);
  return wanted.words.every((own) => words.some((word) => word.includes(own) || (own.length > 3 && parts(word).some((part) => apart(part, own) < 2))));
}

/** How far an entity is from the view that is shown: on it, on another, on none. */
const away = (entity) => (entity.views.includes(state.view) ? 0 : entity.views.length ? 1 : 2);

/** The entities that a text finds, the best first. */
function find(text) {
  const folded = fold(text);
  if (!folded) return [];
  const wanted = { text: folded, dense: folded.replaceAll(" ", ""), words: folded.split(" ") };
  const found = [];
  for (const entity of entities) {
    const { names, about } = searched(entity);
    let [rank, length] = [Infinity, Infinity];
    for (const name of names) {
      const own = rankOf(name, wanted);
      if (own !== null && (own < rank || (own === rank && name.length < length))) [rank, length] = [own, name.length];
    }
    if (rank === Infinity) {
      const all = `${names.join(" ")} ${about}`;
      if (!wanted.words.every((word) => all.includes(word))) continue;
      rank = RANKS.about;
      length = names[0].length;
    }
    // What stands nowhere is found by its name only.
    if (away(entity) < 2 || rank <= RANKS.part) found.push({ entity, rank, away: away(entity), length });
  }
  // A typing error is forgiven where nothing is found without.
  if (!found.length) {
    const near = entities.filter((entity) => searched(entity).names.some((name) => nearly(name, wanted)));
    found.push(...near.map((entity) => ({ entity, rank: RANKS.error, away: away(entity), length: searched(entity).names[0].length })));
  }
  const order = (a, b) => a.rank - b.rank || a.away - b.away || a.length - b.length || a.entity.index - b.entity.index;
  return found.sort(order).map((hit) => hit.entity);
}

/** Prepares the search while nothing else is to be done. */
function prepareSearch(from = 0) {
  requestIdleCallback?.((deadline) => {
    let at = from;
    while (at < entities.length && deadline.timeRemaining() > 2) searched(entities[at++]);
    if (at < entities.length) prepareSearch(at);
  });
}

const query = element("query");
const list = element("hits");
const MOST_HITS = 40;
let hits = [];
let chosenHit = -1;

/** Writes the hits below the box, and marks those on the chart. */
function search(shows = true) {
  hits = find(state.q);
  for (const card of cards) card.node.classList.remove("hit");
  for (const entity of hits) byEntity.get(entity)?.node.classList.add("hit");
  const n = hits.length;
  element("n-hits").textContent = fold(state.q) ? (n ? word("hits", { n }) : word("noHits")) : "";
  chosenHit = -1;
  list.replaceChildren(...hits.slice(0, MOST_HITS).map(hitOf));
  spread(shows && n > 0);
}

function hitOf(entity, index) {
  const detail = detailOf(entity);
  const here = entity.views.includes(state.view);
  const where = here ? "" : entity.views.length ? nameOfView(entity.views[0]) : "";
  const about = [...detail.about, where].filter(Boolean).join(" · ");
  const item = make("li", { id: "hit-" + index, role: "option", "aria-selected": "false" }, make("span", { class: "name" }, namesOf(entity).join(" ")), make("span", { class: "kind" }, about));
  item.addEventListener("click", () => take(index));
  return item;
}

const nameOfView = (at) => (data.views[at].scenes[variant()] ?? data.views[at].scenes[0]).view || data.views[at].name;

/** Shows or hides the list of hits. */
function spread(open) {
  list.hidden = !open;
  query.setAttribute("aria-expanded", open);
  if (!open) query.removeAttribute("aria-activedescendant");
}

function choose(index) {
  list.children[chosenHit]?.setAttribute("aria-selected", "false");
  chosenHit = (index + list.children.length) % list.children.length;
  const item = list.children[chosenHit];
  item.setAttribute("aria-selected", "true");
  query.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}

/** Goes to a hit: where it stands on this view, or on the first that has it. */
function take(index) {
  const entity = hits[index];
  if (!entity) return;
  spread(false);
  const here = entity.views.includes(state.view) || !entity.views.length;
  visit(entity, here ? {} : { view: entity.views[0] });
}

query.addEventListener("input", () => {
  go({ q: query.value }, "typed");
  search();
});
query.addEventListener("focus", () => query.value && hits.length && spread(true));
query.addEventListener("blur", () => setTimeout(() => spread(false), 150));
query.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!hits.length) return;
    if (list.hidden) spread(true);
    choose(chosenHit < 0 ? (event.key === "ArrowDown" ? 0 : -1) : chosenHit + (event.key === "ArrowDown" ? 1 : -1));
  } else if (event.key === "Escape") {
    event.stopPropagation();
    if (!list.hidden) return spread(false);
    if (query.value) {
      query.value = "";
      go({ q: "" }, "replace");
      search(false);
    }
  }
});
list.addEventListener("pointerdown", (event) => event.preventDefault());
element("search").addEventListener("submit", (event) => {
  event.preventDefault();
  take(Math.max(0, chosenHit));
});
