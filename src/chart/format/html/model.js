// A view in a language: its cards, which of them are open, shown and inside the filter.

/** More cards than these are begun with the upper generations, and drawn only where one looks. */
const LARGE = 300;

/** What is shown now, and of it what everything here works on. */
let model, scene, cards, order, byEntity;

const models = new Map();

/** The picture with which the page came, taken out of it so that others can stand in its place. */
const firstPicture = svg.cloneNode(false);
firstPicture.append(...svg.childNodes);

/** The model of a view in the languages and the edition that are chosen. */
function modelOf(at) {
  const own = data.views[at];
  const n = data.variants.length;
  const index = variant() + (state.edition === "before" && own.scenes.length > n ? n : 0);
  const name = `${at}-${index}`;
  if (!models.has(name)) {
    const source = name === "0-0" ? firstPicture : element("scene-" + name).content.querySelector("svg");
    models.set(name, begin(own, own.scenes[index], source));
  }
  return models.get(name);
}

/** Reads a picture and its data. */
function begin(own, scene, source) {
  const part = (name) => source.querySelector("." + name);
  const parts = { grounds: part("grounds"), lines: part("lines"), over: makeSvg("g", { class: "over", "aria-hidden": "true" }), pills: part("pills"), between: part("between"), cards: part("cards"), far: makeSvg("g", { class: "afar", "aria-hidden": "true" }) };
  const about = Object.fromEntries(["aria-label", "lang", "viewBox", "width", "height"].map((name) => [name, source.getAttribute(name)]));
  const nodes = [...parts.cards.children];
  const made = { own, scene, parts, about, isList: Boolean(scene.said), origin: about.viewBox.split(" ").map(Number) };
  made.cards = scene.cards.map(([item, [x, y, width, height], below], index) => {
    const [entity, kind, status] = own.items[item];
    const node = nodes[index];
    node.setAttribute("tabindex", -1);
    node.removeAttribute("id");
    node.dataset.card = index;
    return { index, below, entity: entities[entity], kind, status: status ?? -1, x, y, width, height, node, said: scene.said?.[index], parent: null, open: true, inside: true, kept: true, shown: true, now: { x, y } };
  });
  for (const card of made.cards) {
    card.children = card.below.map((child) => made.cards[child]);
    for (const child of card.children) child.parent = card;
  }
  made.byEntity = new Map();
  for (const card of made.cards) if (!made.byEntity.has(card.entity)) made.byEntity.set(card.entity, card);
  // The cards as one reads them: each before those below it.
  made.order = [];
  // The main tree, whose top is filled, comes first.
  const isMain = (card) => card.node.querySelector("rect")?.getAttribute("fill")?.startsWith("var(--fill") ?? false;
  const tops = made.cards.filter((card) => !card.parent);
  for (const top of scene.fixed ? tops : [...tops.filter(isMain), ...tops.filter((card) => !isMain(card))]) {
    const work = [top];
    while (work.length) {
      const card = work.pop();
      card.place = made.order.push(card) - 1;
      for (let at = card.children.length - 1; at >= 0; at--) work.push(card.children[at]);
    }
  }
  for (let at = made.order.length - 1; at >= 0; at--) {
    const card = made.order[at];
    card.nBelow = card.children.reduce((n, child) => n + 1 + child.nBelow, 0);
  }
  parts.cards.append(...made.order.map((card) => card.node));
  made.isLarge = made.cards.length > LARGE;
  for (const card of made.cards) card.opensWith = true;
  if (made.isLarge) closeLower(made);
  for (const card of made.cards.filter((card) => card.children.length)) addToggle(card);
  return made;
}

/** Closes the lower generations of a chart that is too large to read at once. */
function closeLower({ order }) {
  let generation = order.filter((card) => !card.parent);
  let n = generation.length;
  while (generation.length) {
    const below = generation.flatMap((card) => card.children);
    n += below.length;
    if (n > LARGE) for (const card of generation) card.opensWith = !card.children.length;
    generation = n > LARGE ? [] : below;
  }
}

/** A place to press; whoever has a keyboard presses space or an arrow on the card. */
function addToggle(card) {
  card.toggle = makeSvg("g", { class: "toggle", transform: `translate(${card.width / 2} ${card.height + 4})`, "aria-hidden": "true" });
  card.toggle.append(
    makeSvg("rect", { x: -16, y: -10, width: 32, height: 24, class: "target" }),
    makeSvg("rect", { x: -11, y: -6, width: 22, height: 12, rx: 6 }),
    makeSvg("text", { y: 3, "text-anchor": "middle", "font-size": 8 }),
  );
  card.node.append(card.toggle);
}

/** Puts a model into the page. */
function use(next) {
  model = next;
  ({ scene, cards, order, byEntity } = model);
  const { grounds, lines, over, pills, between, cards: own, far } = model.parts;
  svg.replaceChildren(grounds, lines, over, pills, between, own, far);
  for (const [name, value] of Object.entries(model.about)) svg.setAttribute(name, value);
  prepare();
  stage.classList.toggle("large", model.isLarge);
}

/** The card whose branch alone is shown, if it has one here. */
const onlyCard = () => (state.only === null ? undefined : byEntity.get(byId.get(state.only)));

/** The cards that are joined to one where nothing hangs. */
function around(card) {
  const near = new Set([card]);
  for (const [from, to] of scene.lines) {
    if (cards[from] === card) near.add(cards[to]);
    if (cards[to] === card) near.add(cards[from]);
  }
  return near;
}

/** Says anew what is shown, and moves what has to move. */
function refresh() {
  const only = onlyCard();
  const near = only && scene.fixed ? around(only) : null;
  const isPart = (card) => !only || (near ? near.has(card) : card.place >= only.place && card.place <= only.place + only.nBelow);
  const base = { closed: false, open: true }[state.branches];
  const [kinds, statuses] = [chosen("kind"), chosen("status")];
  for (let at = order.length - 1; at >= 0; at--) {
    const card = order[at];
    card.open = card.children.length ? (base ?? card.opensWith) !== state.turned.has(card.entity.id) : true;
    card.inside = isPart(card) && (!kinds || kinds.has(card.kind)) && (!statuses || statuses.has(card.status));
    card.kept = isPart(card) && (card.inside || card.children.some((child) => child.kept));
  }
  for (const card of order) {
    card.shown = card.kept && (!card.parent || card === only || (card.parent.shown && card.parent.open));
  }
  arrange();
  for (const card of cards) {
    card.node.classList.toggle("faded", !card.inside);
    if (card.children.length) {
      card.node.setAttribute("aria-expanded", card.open);
      card.toggle.lastChild.textContent = (card.open ? "−" : "+") + card.nBelow;
      card.toggle.classList.toggle("closed", !card.open);
      card.spoken ??= card.node.getAttribute("aria-label");
      setOnce(card.node, "aria-label", `${card.spoken} ${card.toggle.lastChild.textContent}`);
      const width = Math.max(22, 8 + 5 * card.toggle.lastChild.textContent.length);
      const sign = card.toggle.children[1];
      setOnce(sign, "x", String(-width / 2));
      setOnce(sign, "width", String(width));
    }
  }
  const n = cards.filter((card) => card.shown && card.inside).length;
  element("shown").textContent = word("shown", { n, all: cards.length });
  element("nothing").hidden = n > 0 || cards.length === 0;
  element("branches").hidden = cards.every((card) => !card.children.length);
  const branch = element("branch");
  branch.hidden = !only;
  if (only) element("branch-name").textContent = nameOf(only.entity);
  if (active && !active.shown) activate(order.find((card) => card.shown) ?? null, false);
  model.isFarDrawn = false;
  populate();
  drawMap();
  if (isListed()) writeList();
}

/** What the filter lets through, as indexes of kinds or statuses (-1 is none); null for everything. */
function chosen(name) {
  if (state[name] === null) return null;
  const entries = name === "kind" ? data.kinds : data.statuses;
  return new Set([...state[name]].map((id) => (id === "in-place" && name === "status" ? -1 : entries.findIndex((entry) => entry.id === id))));
}

/** Opens or closes a branch. */
function toggle(card, open = !card.open) {
  if (!card.children.length || card.open === open) return;
  const turned = new Set(state.turned);
  if (!turned.delete(card.entity.id)) turned.add(card.entity.id);
  go({ turned }, "replace");
}

/** Opens what is above a card, and if it was asked for takes away the filter that hides it. */
function reveal(card, isAsked) {
  const only = onlyCard();
  if (!card.kept && isAsked) {
    if (only && !(card.place >= only.place && card.place <= only.place + only.nBelow)) state.only = null;
    if (only && scene.fixed) state.only = null;
    const [kinds, statuses] = [chosen("kind"), chosen("status")];
    if (kinds && !kinds.has(card.kind)) state.kind = null;
    if (statuses && !statuses.has(card.status)) state.status = null;
  }
  const turned = new Set(state.turned);
  for (let above = card.parent; above; above = above.parent) {
    if (above.open) continue;
    if (!turned.delete(above.entity.id)) turned.add(above.entity.id);
  }
  state.turned = turned;
}
