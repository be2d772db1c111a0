// The address says what is shown, and what is shown follows the address: view, entity, filter, language, branches.

const KEYS = ["view", "at", "only", "kind", "status", "q", "lang", "show", "edition", "branches", "turned"];
const parts = new Set(["kind", "status", "turned"]);

/** A text of an address; what is wrongly encoded stays as it is. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
const encoded = (text) => encodeURIComponent(text).replace(/%3A/g, ":").replace(/%2F/g, "/");

/** The address of a state; empty for that with which the page opens. */
function written(of) {
  const said = [];
  for (const key of KEYS) {
    const value = of[key];
    if (key === "view" ? value === 0 : value === null || value === "" || (key === "turned" && !value.size)) continue;
    const text = key === "view" ? data.views[value].name : value;
    said.push(`${key}=${parts.has(key) ? [...text].map(encoded).join(",") : encoded(text)}`);
  }
  return said.length ? "#" + said.join("&") : "#";
}

/** The address of what is shown, but for some changes. */
const address = (changes) => written({ ...state, ...changes });

/** The entity that a text names: by its short name or the end of it, its IRI, or any of its names. */
function named(text) {
  const bare = text.replace(/^<(.*)>$/, "$1");
  const exact = byId.get(bare) ?? entities.find((entity) => entity.href === bare);
  if (exact) return exact;
  const local = entities.filter((entity) => entity.id.replace(/^.*[:/#]/, "") === bare);
  const folded = fold(bare);
  const all = local.length ? local : folded ? entities.filter((entity) => searched(entity).names.includes(folded)) : [];
  return all.find((entity) => entity.views.includes(state.view)) ?? all.find((entity) => entity.views.length) ?? all[0];
}

/** What an address says, and what in it is not understood. */
function read(hash) {
  const read = initial();
  const faults = [];
  const text = hash.replace(/^#/, "");
  if (!text) return [read, faults];
  // What has no keys is an entity, as addresses were before.
  if (!new RegExp(`^(${KEYS.join("|")})=`).test(text)) {
    const entity = named(decoded(text));
    if (entity) Object.assign(read, { at: entity.id, view: entity.views.includes(0) ? 0 : entity.views[0] ?? 0 });
    else faults.push(["at", decoded(text)]);
    return [read, faults];
  }
  for (const part of text.split("&")) {
    const at = part.indexOf("=");
    const [key, raw] = [part.slice(0, at), part.slice(at + 1)];
    const value = decoded(raw);
    if (at < 0 || !KEYS.includes(key)) {
      faults.push(["key", decoded(part)]);
    } else if (key === "view") {
      const index = data.views.findIndex((view) => view.name === value);
      if (index < 0) faults.push([key, value]);
      else read.view = index;
    } else if (key === "at" || key === "only") {
      const entity = named(value);
      if (entity) read[key] = entity.id;
      else faults.push([key, value]);
    } else if (key === "lang") {
      const tag = data.languages.find((tag) => tag.toLowerCase() === value.toLowerCase());
      if (tag) read.lang = tag;
      else faults.push([key, value]);
    } else if (key === "turned") {
      read.turned = new Set(raw.split(",").map(decoded).filter((id) => byId.has(id)));
    } else if (parts.has(key)) {
      const ids = raw.split(",").filter(Boolean).map(decoded);
      const known = (key === "kind" ? data.kinds : data.statuses).map((entry) => entry.id).concat("in-place");
      read[key] = new Set(ids.filter((id) => known.includes(id)));
      for (const id of ids.filter((id) => !known.includes(id))) faults.push([key, id]);
      if (ids.length && !read[key].size) read[key] = null;
    } else if (key === "q") {
      read.q = value;
    } else {
      const values = { show: ["list", "chart"], edition: ["before", "after"], branches: ["open", "closed"] }[key];
      if (values.includes(value)) read[key] = value;
      else faults.push([key, value]);
    }
  }
  return [read, faults];
}

/** Tells what an address does not name, with what it may have meant. */
function complain(faults) {
  if (!faults.length) return;
  const [key, value] = faults[0];
  const near = (words) => words.find((word) => fold(word).includes(fold(value)) || apart(fold(word), fold(value)) < 2);
  let suggestion = [];
  if (key === "at" || key === "only") {
    const entity = find(value.replace(/^.*[:/#]/, "")).at(0) ?? entities.find((entity) => apart(fold(entity.id.replace(/^.*[:/#]/, "")), fold(value.replace(/^.*[:/#]/, ""))) < 2);
    if (entity) suggestion = [make("span", {}, word("didYouMean")), linkTo(entity)];
  } else if (key === "view") {
    const name = near(data.views.map((view) => view.name)) ?? data.views[0].name;
    suggestion = [make("span", {}, word("didYouMean")), make("a", { href: `#view=${encoded(name)}` }, name)];
  } else if (key === "kind" || key === "status") {
    const id = near((key === "kind" ? data.kinds : data.statuses).map((entry) => entry.id));
    if (id) suggestion = [make("span", {}, word("didYouMean")), button({}, id, () => filter(key, new Set([id])))];
  }
  tell(word("namesNothing", { value: value.length > 80 ? value.slice(0, 80) + "…" : value }), ...suggestion, make("span", {}));
}

let typing = 0;

/** Changes what is shown, and the address with it: as a new step (push), in the place of the last (replace), or in
 * its place when typing is over (typed). */
function go(changes, how = "push") {
  const before = written(state);
  Object.assign(state, changes);
  write(before, how);
  render();
}

function write(before, how) {
  const after = written(state);
  clearTimeout(typing);
  if (after === before && how !== "replace") return;
  const own = after === "#" ? location.pathname + location.search : after;
  const commit = () => {
    try {
      history[how === "push" ? "pushState" : "replaceState"](null, "", location.protocol === "file:" && after === "#" ? "#" : own);
    } catch {
      // Some places have no history: the page works without.
    }
  };
  if (how === "typed") typing = setTimeout(commit, 250);
  else commit();
}

/** Opens the card of an entity, on another view if that is said. */
function visit(entity, changes = {}) {
  const before = written(state);
  Object.assign(state, changes, { at: entity.id });
  revealAt(true);
  write(before, "push");
  render(true);
}

/** Opens the branches above what is open. */
function revealAt(isAsked = false) {
  const next = modelOf(state.view);
  if (next !== model) {
    light(null);
    use(next);
    readState();
  }
  const card = state.at && byEntity.get(byId.get(state.at));
  if (card) {
    readState();
    reveal(card, isAsked);
  }
}

/** Which cards are open and kept by the state, before anything is drawn. */
function readState() {
  const only = onlyCard();
  const base = { closed: false, open: true }[state.branches];
  const [kinds, statuses] = [chosen("kind"), chosen("status")];
  const near = only && scene.fixed ? around(only) : null;
  for (let at = order.length - 1; at >= 0; at--) {
    const card = order[at];
    const isPart = !only || (near ? near.has(card) : card.place >= only.place && card.place <= only.place + only.nBelow);
    card.open = card.children.length ? (base ?? card.opensWith) !== state.turned.has(card.entity.id) : true;
    card.kept = isPart && (((!kinds || kinds.has(card.kind)) && (!statuses || statuses.has(card.status))) || card.children.some((child) => child.kept));
  }
}

let rendered = {};
const sign = () => ({
  model: `${state.view} ${variant()} ${state.edition}`,
  shown: [state.only, state.kind && "=" + [...state.kind].sort().join(","), state.status && "=" + [...state.status].sort().join(","), state.branches, [...state.turned].sort().join(",")].join("|"),
  words: `${state.lang} ${state.view} ${state.edition}`,
  listed: String(state.show),
  at: state.at,
  q: state.q,
});

/** Shows the state; only what changed is done. */
function render(focus = false) {
  const [was, now] = [rendered, sign()];
  rendered = now;
  const isNew = was.model !== now.model;
  const next = modelOf(state.view);
  if (next !== model) {
    light(null);
    active = null;
    use(next);
  }
  if (was.words !== now.words) speak();
  if (isNew || was.shown !== now.shown || was.listed !== now.listed) {
    root.classList.toggle("listed", isListed());
    listing.hidden = !isListed();
    stage.hidden = isListed();
    for (const name of ["list", "chart"]) element("show-" + name).setAttribute("aria-pressed", String(isListed() === (name === "list")));
    refresh();
  }
  if (isNew || was.shown !== now.shown) legend();
  if (isNew || was.words !== now.words) changes();
  if (isNew) {
    if (!active && order.length) activate(order.find((card) => card.shown) ?? null, false);
    home();
    if (was.model !== undefined && was.words !== now.words && opened) openEntity(opened, false);
  }
  if (was.q !== now.q || isNew) {
    if (query.value !== state.q) query.value = state.q;
    search(document.activeElement === query);
  }
  if (was.at !== now.at || isNew || (focus && state.at)) {
    if (state.at === null) leaveEntity();
    else arrive(byId.get(state.at), focus);
  }
}

/** Opens the card of an entity, and brings it into sight. */
function arrive(entity, focus) {
  openEntity(entity, focus);
  const card = byEntity.get(entity);
  if (!card) return;
  if (!card.shown) return;
  activate(card, false);
  if (isListed()) markListed()?.scrollIntoView({ block: "nearest" });
  else requestAnimationFrame(() => card.shown && byEntity.get(opened) === card && show(card));
}

function leaveEntity() {
  const inside = element("entity").contains(document.activeElement);
  const card = closeEntity();
  if (!card || !inside) return;
  if (isListed()) (listing.querySelector(`li[data-card="${card.index}"] a`) ?? listing).focus();
  else activate(card, true);
}

function follow() {
  const [next, faults] = read(location.hash);
  Object.assign(state, next);
  if (state.at) {
    revealAt();
    // A link of another form is from now on as all are.
    if (!faults.length) write("", "replace");
  }
  render();
  if (faults.length) complain(faults);
  else element("note").hidden = true;
}
addEventListener("popstate", follow);
addEventListener("hashchange", () => written(state) !== written(read(location.hash)[0]) && follow());

// Keys: one card of the chart at a time can be reached by Tab.

let active = null;

function activate(card, focus = true) {
  active?.node.setAttribute("tabindex", -1);
  active = card;
  if (!card) return;
  card.node.setAttribute("tabindex", 0);
  if (model.isLarge && !card.node.parentNode) model.parts.cards.append(card.node);
  if (!focus) return;
  show(card);
  card.node.focus({ preventScroll: true });
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
    else activate(card.parent?.shown ? card.parent : card);
  },
  Home: () => activate(reachable()[0]),
  End: () => activate(reachable().at(-1)),
  Enter: (card) => visit(card.entity),
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
});

addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) return menu.removeAttribute("open"), menu.querySelector("summary").focus();
    if (opened) go({ at: null });
    return;
  }
  if (event.target.closest?.("input, select, textarea") || event.ctrlKey || event.altKey || event.metaKey) return;
  const keys = { "/": () => query.focus(), "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: () => fit() };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

const cardAt = (target) => {
  const node = target.closest?.(".card");
  return node ? cards[node.dataset.card] : null;
};

stage.addEventListener("click", (event) => {
  if (event.target.closest("#map")) return;
  if (travelled >= 4) return;
  const pill = event.target.closest("[data-pill]");
  if (pill) {
    const { of, to } = model.pills[pill.dataset.pill];
    visit(cards[of].entity);
    seek(new Set(to.map((index) => cards[index].entity.id)));
    return;
  }
  const card = cardAt(event.target) ?? cardFromAfar(event);
  if (!card) return;
  if (svg.classList.contains("far")) return visit(card.entity);
  const onToggle = event.target.closest(".toggle");
  activate(card, false);
  // A finger that meets the edge of a card means the card.
  const inCard = (event.clientX || event.clientY) && event.clientY < card.node.querySelector("rect").getBoundingClientRect().bottom;
  if (onToggle && !inCard) return toggle(card);
  visit(card.entity);
  const said = chipAt(card, event);
  if (said) {
    const others = [...element("known").querySelectorAll("[data-other]")].filter((item) => byId.get(item.dataset.other).names.some((name) => said.includes(name)));
    seek(new Set(others.map((item) => item.dataset.other)));
  }
});

/** The card at a place where all are only blocks. */
function cardFromAfar({ clientX, clientY }) {
  if (!svg.classList.contains("far")) return null;
  const frame = stage.getBoundingClientRect();
  const [x, y] = [(clientX - frame.left - view.x) / view.scale + model.origin[0], (clientY - frame.top - view.y) / view.scale + model.origin[1]];
  return cards.find((card) => card.shown && x >= card.now.x && x <= card.now.x + card.width && y >= card.now.y && y <= card.now.y + card.height);
}

/** The words of the remark on a card that is pressed. */
function chipAt(card, { clientX, clientY }) {
  const holds = (box, x, y) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  for (const chip of card.node.querySelectorAll('rect[rx="5"]')) {
    const box = chip.getBoundingClientRect();
    if (!holds(box, clientX, clientY)) continue;
    const words = [...card.node.querySelectorAll("text")].filter((text) => {
      const own = text.getBoundingClientRect();
      return holds(box, own.left + own.width / 2, own.top + own.height / 2);
    });
    return words.map((text) => text.textContent).join(" ");
  }
  return null;
}

svg.addEventListener("pointerover", (event) => light(cardAt(event.target)));
svg.addEventListener("pointerleave", () => light(null));
stage.addEventListener("focusin", (event) => light(cardAt(event.target)));
stage.addEventListener("focusout", () => light(null));

// Buttons and the beginning

const buttons = {
  "zoom-in": () => zoom(1.25),
  "zoom-out": () => zoom(0.8),
  fit: () => fit(),
  "collapse-all": () => (go({ branches: "closed", turned: new Set() }, "replace"), home()),
  "expand-all": () => (go({ branches: "open", turned: new Set() }, "replace"), home()),
  close: () => go({ at: null }),
  "show-list": () => go({ show: "list" }, "replace"),
  "show-chart": () => (go({ show: "chart" }, "replace"), home()),
  "branch-all": () => (go({ only: null }), home()),
  "show-all": () => (go({ kind: null, status: null, only: null }), home()),
  "copy-link": () => copyLink(),
  "save-png": () => savePng(),
  "save-svg": () => saveSvg(),
  "save-csv": () => saveCsv(),
  "print-one": () => printSheets("one"),
  "print-pages": () => printSheets("pages"),
  "edition-before": () => go({ edition: "before" }),
  "edition-after": () => go({ edition: null }),
};
for (const [id, press] of Object.entries(buttons)) element(id).addEventListener("click", press);
element("views").addEventListener("change", (event) => go({ view: Number(event.target.value), only: null, kind: null, status: null, branches: null, turned: new Set(), show: state.show }));
element("languages").addEventListener("change", (event) => go({ lang: event.target.value || null }, "replace"));
// A menu closes when something in it, or something else, is pressed.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest("details.menu button")) menu.removeAttribute("open");
  }
});
element("skip").addEventListener("click", (event) => {
  event.preventDefault();
  (isListed() ? listing : stage).focus();
});

const theme = element("theme");
theme.value = root.dataset.theme;
theme.addEventListener("change", () => {
  root.dataset.theme = theme.value;
  drawMap();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawMap());
narrow.addEventListener("change", () => {
  rendered.listed = "";
  render();
});

element("legend").open = innerWidth > 900 && innerHeight > 480;
element("changes").open = innerWidth > 900;
root.classList.add("ready");
follow();
if (window.requestIdleCallback) prepareSearch();
