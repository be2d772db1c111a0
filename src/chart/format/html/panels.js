// Beside the chart: the legend, which filters; what changed; the card of an entity.

// Legend and filter

/** Shows only some kinds or statuses; all with null. */
function filter(name, ids) {
  go({ [name]: ids }, "replace");
  home();
}

function legend() {
  for (const [name, entries, key] of [["kind", data.kinds, "kind"], ["status", data.statuses, "status"]]) {
    const counts = new Map();
    for (const card of cards) counts.set(card[key], (counts.get(card[key]) ?? 0) + 1);
    const rows = entries.map((entry, index) => ({ ...entry, index, label: labelOf(entry) })).filter(({ index }) => counts.has(index));
    if (name === "status" && counts.has(-1)) rows.unshift({ index: -1, id: "in-place", label: word("inPlace") });
    const own = element(name + "-entries");
    own.parentElement.hidden = rows.length < 2 && name === "status";
    const every = () => new Set(rows.map(({ id }) => id));
    own.replaceChildren(
      make("div", { class: "choices" }, button({}, word("all"), () => filter(name, null)), button({}, word("none"), () => filter(name, new Set()))),
      ...rows.map(({ id, colour, label, index }) => {
        const box = make("input", { type: "checkbox" });
        box.checked = !state[name] || state[name].has(id);
        box.addEventListener("change", () => {
          const ids = state[name] ? new Set(state[name]) : every();
          if (!ids.delete(id)) ids.add(id);
          filter(name, [...every()].every((one) => ids.has(one)) ? null : ids);
        });
        const sample = make("span", { class: name === "status" && index >= 0 && !isThere(index) ? "sample dashed" : "sample", "aria-hidden": "true" });
        if (colour !== undefined) sample.style.background = `var(--mark-${colour})`;
        const only = button({ class: "only", "aria-label": `${word("only")}: ${label}` }, word("only"), () => filter(name, new Set([id])));
        return make("div", { class: "row" }, make("label", {}, box, sample, make("span", {}, label), make("span", { class: "count" }, String(counts.get(index)))), only);
      }),
    );
  }
}

// What changed since another edition

function changes() {
  const box = element("changes");
  box.hidden = !data.since;
  if (!data.since) return;
  const [since, all] = data.since;
  element("since").textContent = word("since", { since });
  element("change-entries").replaceChildren(...all.map(([index, sign, words, gone]) => {
    const entity = entities[index];
    const open = make("a", { href: address({ at: entity.id }) }, nameOf(entity));
    open.addEventListener("click", (event) => followLink(event, () => visit(entity, entity.views.includes(state.view) || !entity.views.length ? {} : { view: entity.views[0] })));
    return make("li", { class: gone ? "gone" : "" }, make("span", { class: "sign", "aria-hidden": "true" }, sign), " ", open, make("span", { class: "remark" }, " " + words));
  }));
}

// The card of an entity

let opened = null;

function openEntity(entity, focus) {
  if (opened) byEntity.get(opened)?.node.removeAttribute("aria-selected");
  const isNew = opened !== entity;
  opened = entity;
  byEntity.get(entity)?.node.setAttribute("aria-selected", "true");
  const detail = detailOf(entity);
  const names = namesOf(entity);
  const heading = make("h2", { tabindex: -1 }, ...names.flatMap((name, index) => (index ? [make("br"), name] : [name])));
  const known = element("known");
  known.replaceChildren(...wayUp(entity), heading, make("p", { class: "about" }, [...new Set(detail.about)].join(" · ")), ...evidenceOf(detail, word("evidence") + ": "), actions(entity));
  const change = data.since?.[1].filter(([index]) => index === entity.index) ?? [];
  for (const [, sign, words] of change) known.append(make("p", { class: "change" }, `${sign} ${words}`));
  relations(known, detail.relations ?? []);
  section(known, "figures", detail.figures ?? []);
  section(known, "parts", detail.parts ?? []);
  section(known, "names", detail.names ?? []);
  section(known, "also", detail.also ?? []);
  const identifier = entity.href ? [make("a", { href: entity.href, rel: "noopener" }, entity.href)] : [entity.id];
  known.append(make("h3", {}, word("identifier")), make("p", {}, ...identifier));
  element("entity").hidden = false;
  if (isNew) known.scrollTop = 0;
  if (focus) heading.focus({ preventScroll: true });
}

/** The way to the top, each step of which can be pressed. */
function wayUp(entity) {
  const steps = [];
  for (let above = byEntity.get(entity)?.parent; above; above = above.parent) steps.unshift(above.entity);
  if (!steps.length) return [];
  return [make("nav", { class: "path", "aria-label": word("path") }, make("ol", {}, ...steps.map((step) => make("li", {}, linkTo(step)))))];
}

/** What can be done with it: only its branch, the views in which it stands, its link. */
function actions(entity) {
  const card = byEntity.get(entity);
  const own = make("div", { class: "choices" });
  if (card && (card.children.length || scene.fixed) && state.only !== entity.id) {
    own.append(button({}, word("onlyBranch"), () => (go({ only: entity.id }), home())));
  }
  own.append(button({ class: "copy" }, word("copyLink"), () => copyLink()));
  for (const at of entity.views.filter((at) => at !== state.view)) own.append(button({ class: "other-view" }, word("inView", { view: nameOfView(at) }), () => visit(entity, { view: at })));
  if (!card && data.views.length > 1 && !entity.views.length) own.append(make("span", { class: "remark" }, word("inNoView")));
  return own;
}

/** A link to the card of an entity; what is pressed with a key for a new window goes there. */
function linkTo(entity, text = nameOf(entity)) {
  const link = make("a", { href: address({ at: entity.id }), class: "other" }, text);
  link.addEventListener("click", (event) => followLink(event, () => visit(entity)));
  return link;
}

function followLink(event, then) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  then();
}

/** Where a statement is found: titles of sources, which can be pressed, with lines or pages. */
function evidenceOf({ evidence }, intro = "") {
  if (!evidence) return [];
  const places = evidence.split("; ").map((place) => {
    const at = place.indexOf(" ");
    const [name, rest] = at < 0 ? [place, ""] : [place.slice(0, at), place.slice(at)];
    const source = entities[data.sources[name]];
    const lines = rest.replace(/ L(\d+)-L(\d+)/g, (_, from, to) => ` ${word("lines", { from, to })}`).replace(/ L(\d+)/g, (_, line) => ` ${word("line", { line })}`);
    const title = source ? linkTo(source) : name;
    if (source) title.title = title.textContent;
    return make("span", { class: "place" }, title, ...withLinks(lines, true));
  });
  return [make("p", { class: "evidence" }, intro, ...places.flatMap((place, index) => (index ? ["; ", place] : [place])))];
}

/** A text in which web addresses can be pressed; in short only their ends are shown. */
function withLinks(text, short = false) {
  const shown = (address) => (short ? "↗ " + decoded(address.replace(/[/?#]+$/, "").replace(/^.*\//, "")) : address);
  return text.split(/(https?:\/\/[^\s,;]+)/).filter(Boolean).map((part) => (/^https?:\/\//.test(part) ? make("a", { href: part, title: part, rel: "noopener" }, shown(part)) : part));
}

function valueOf(fact) {
  const other = byId.get(fact.other);
  const value = other ? linkTo(other, fact.text) : make("span", fact.language ? { lang: fact.language } : {}, ...withLinks(fact.text));
  const item = make("div", { class: "fact" }, value);
  if (other) item.dataset.other = other.id;
  // What has no name but its address is a page of the web.
  if (other && other.id === other.href) item.append(" ", ...withLinks(other.href, true));
  if (fact.remarks) item.append(make("p", { class: "remark" }, ...withLinks(fact.remarks.join("; "))));
  item.append(...evidenceOf(fact));
  return item;
}

/** Relations under a heading for each. */
function relations(known, facts) {
  if (!facts.length) return;
  known.append(make("h3", {}, word("relations")));
  const groups = new Map();
  for (const fact of facts) {
    const name = `${fact.arrives ? "to" : "from"} ${fact.label}`;
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(fact);
  }
  for (const own of groups.values()) {
    const items = own.map((fact) => make("li", {}, valueOf(fact)));
    known.append(make("h4", {}, own[0].label, make("span", { class: "count" }, own.length > 1 ? ` ${own.length}` : "")), make("ul", { class: "facts" }, ...items));
  }
}

function section(known, name, facts) {
  if (!facts.length) return;
  const list = make("dl");
  let before = null;
  for (const fact of facts) {
    if (fact.label !== before) list.append(make("dt", {}, fact.label));
    before = fact.label;
    list.append(make("dd", {}, valueOf(fact)));
  }
  known.append(make("h3", {}, word(name)), list);
}

/** Marks and shows the facts about others; where none is about them, all relations. */
function seek(others) {
  const all = [...element("known").querySelectorAll(".fact")];
  for (const item of all) item.classList.toggle("sought", others.has(item.dataset.other));
  (all.find((item) => others.has(item.dataset.other)) ?? element("known").querySelector("h3"))?.scrollIntoView({ block: "center" });
}

function closeEntity() {
  if (!opened) return;
  const card = byEntity.get(opened);
  card?.node.removeAttribute("aria-selected");
  element("entity").hidden = true;
  opened = null;
  return card;
}
