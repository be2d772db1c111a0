// The view as a list: the branches of a tree, the entries of a list by year, whom each gives something to.

const listing = element("listing");
const narrow = matchMedia("(max-width: 600px)");

/** Whether the list is shown: on a narrow screen, and for a view that is a list, if nobody chose. */
const isListed = () => (state.show ?? (narrow.matches || model.isList ? "list" : "chart")) === "list";

function writeList() {
  const only = onlyCard();
  const tops = order.filter((card) => card.kept && (only && !scene.fixed ? card === only : !card.parent));
  if (model.isList) listing.replaceChildren(...years(tops));
  else listing.replaceChildren(listOf(tops));
  markListed();
}

/** The levels of a list that are set in. */
const DEEPEST = 60;

function listOf(tops) {
  const list = make("ul");
  // Without recursion: a chain may be longer than the stack.
  const work = tops.map((card) => [card, list, 1]).reverse();
  while (work.length) {
    const [card, into, depth] = work.pop();
    const item = make("li", { "data-card": card.index }, rowOf(card));
    into.append(item);
    const below = card.children.filter((child) => child.kept);
    if (below.length && card.open) {
      // What is deeper than browsers nest stands on one level.
      const inner = depth < DEEPEST ? make("ul") : into;
      if (inner !== into) item.append(inner);
      for (const child of below.reverse()) work.push([child, inner, depth + 1]);
    }
    if (scene.fixed) item.append(...given(card));
  }
  return list;
}

function rowOf(card) {
  const row = make("div", { class: card.inside ? "item" : "item faded" });
  if (card.children.some((child) => child.kept)) {
    const name = nameOf(card.entity);
    row.append(button({ class: "turn", "aria-expanded": card.open, "aria-label": `${word(card.open ? "collapse" : "expand")}: ${name}` }, card.open ? "▾" : "▸", () => toggle(card)));
  } else {
    row.append(make("span", { class: "turn" }));
  }
  const [name, ...others] = namesOf(card.entity);
  const below = card.children.length && !card.open ? `+${card.nBelow}` : "";
  const status = card.status >= 0 ? [labelOf(data.statuses[card.status])] : [];
  const about = [...new Set([...detailOf(card.entity).about, ...status, below])].filter(Boolean).join(" · ");
  const sample = make("span", { class: "sample", "aria-hidden": "true" });
  sample.style.background = `var(--mark-${data.kinds[card.kind].colour})`;
  const link = make("a", { href: address({ at: card.entity.id }) }, make("span", { class: "name" }, name), ...others.map((other) => make("span", { class: "second" }, other)), make("span", { class: "kind" }, about));
  link.addEventListener("click", (event) => followLink(event, () => visit(card.entity)));
  row.append(sample, link);
  return row;
}

/** Where the lines from a card lead. */
function given(card) {
  const to = scene.lines.filter(([from, end]) => from === card.index && cards[end].shown).map(([, end]) => cards[end].entity);
  return to.length ? [make("p", { class: "given" }, "→ ", ...[...new Set(to)].flatMap((entity, at) => (at ? [", ", linkTo(entity)] : [linkTo(entity)])))] : [];
}

/** The entries of a list below their years. */
function years(entries) {
  const parts = [];
  const headings = scene.between.map(([x, y], at) => ({ x, y, text: model.parts.between.children[at].textContent }));
  let [year, into] = [null, null];
  for (const card of entries.filter((card) => card.inside)) {
    const above = headings.filter((heading) => heading.y <= card.y + 1 && heading.x >= card.x - 1 && heading.x < card.x + card.width).sort((a, b) => b.y - a.y)[0];
    if (above && above.text !== year) {
      year = above.text;
      into = make("ul", { class: "entries" });
      parts.push(make("h2", {}, year), into);
    }
    if (!into) parts.push((into = make("ul", { class: "entries" })));
    const sample = make("span", { class: card.status >= 0 && !isThere(card.status) ? "sample ring" : "sample", "aria-hidden": "true" });
    sample.style.borderColor = `var(--mark-${data.kinds[card.kind].colour})`;
    if (!sample.classList.contains("ring")) sample.style.background = `var(--mark-${data.kinds[card.kind].colour})`;
    const link = make("a", { href: address({ at: card.entity.id }) }, ...linesOf(card));
    link.addEventListener("click", (event) => followLink(event, () => visit(card.entity)));
    into.append(make("li", { "data-card": card.index }, make("div", { class: "item" }, sample, link)));
  }
  return parts;
}

/** The texts of an entry as they are drawn, those of a line joined. */
function linesOf(card) {
  const lines = new Map();
  for (const text of card.node.querySelectorAll("text")) {
    const key = `${text.getAttribute("fill")} ${text.getAttribute("lang")}`;
    lines.set(key, [...(lines.get(key) ?? []), text]);
  }
  return [...lines.values()].map((texts) => {
    const fill = texts[0].getAttribute("fill");
    const language = texts[0].getAttribute("lang");
    const line = make("span", { class: { "var(--ink)": "name", "var(--faint)": "second" }[fill] ?? "kind", ...(language ? { lang: language } : {}) });
    let before = null;
    for (const text of texts) {
      const gap = before !== null && !/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]$/.test(before) ? " " : "";
      const words = text.textContent;
      const joins = gap && !/^[,.;:)’]/.test(words) ? gap : "";
      line.append(joins, text.getAttribute("font-weight") ? make("b", {}, words) : words);
      before = words;
    }
    return line;
  });
}

/** Marks the entry of the card that is open. */
function markListed() {
  for (const node of listing.querySelectorAll("[aria-current]")) node.removeAttribute("aria-current");
  const card = opened && byEntity.get(opened);
  const link = card && listing.querySelector(`li[data-card="${card.index}"] a`);
  link?.setAttribute("aria-current", "true");
  return link;
}
