// Where cards go when some are hidden. What is whole stays as it was drawn;
// a tree of which a part is hidden keeps its columns and closes up.

const SPACE = { columns: 18, rows: 10, bus: 12, spine: 12, trees: 26, regions: 62, padding: 10 };

// The cards of each region: its frame goes with them.
const regionOf = new Set(data.regions.flatMap(([, members]) => members.map((index) => cards[index])));

// Each subtree as it was drawn: its frame, and the columns of its children.
// A child that hangs on a spine has a line that comes from the side.
const lineTo = new Map();
for (const [index, [from, to, arrow, points]] of data.lines.entries()) {
  if (cards[to].parent === cards[from] && !arrow) lineTo.set(cards[to], { index, points });
}
const pillsOf = new Map();
data.pills.forEach(([frame, of], index) => {
  const [x, y, width, height] = frame;
  pillsOf.set(of, [...(pillsOf.get(of) ?? []), { index, x, y, width, height }]);
});
// In a network a label goes with the lines that run through it.
for (const [of, pills] of data.fixed ? pillsOf : []) {
  const lines = data.lines.filter(([from, to]) => from === of || to === of);
  for (const pill of pills) {
    const touches = ([x1, y1], [x2, y2]) =>
      Math.max(x1, x2) >= pill.x && Math.min(x1, x2) <= pill.x + pill.width && Math.max(y1, y2) >= pill.y && Math.min(y1, y2) <= pill.y + pill.height;
    pill.lines = lines.filter(([, , , points]) => points.some((point, at) => at > 0 && touches(points[at - 1], point)));
  }
}
for (let at = order.length - 1; at >= 0; at--) {
  const card = order[at];
  const pills = pillsOf.get(card.index) ?? [];
  const parts = [card, ...card.children.map((child) => child.drawn), ...pills];
  const left = Math.min(...parts.map((part) => part.x));
  const top = card.y;
  const right = Math.max(...parts.map((part) => part.x + part.width));
  const bottom = Math.max(...parts.map((part) => part.y + part.height));
  card.drawn = { x: left, y: top, width: right - left, height: bottom - top };
  card.columns = columnsOf(card, pills);
}

/** The children in columns, each child with the label of its group. */
function columnsOf(card, pills) {
  const columns = [];
  for (const child of card.children) {
    const points = lineTo.get(child)?.points ?? [];
    const [end, before] = [points.at(-1), points.at(-2)];
    const aside = Boolean(end && before && Math.abs(end[1] - before[1]) < 0.01 && Math.abs(end[0] - before[0]) > 0.01);
    const x = before ? before[0] : child.x;
    const last = columns.at(-1);
    const same = last && aside && last.aside && Math.abs(last.x - x) < 0.5;
    if (same) last.children.push(child);
    else columns.push({ x, aside, children: [child] });
  }
  for (const column of columns) {
    const right = Math.max(...column.children.map((child) => child.drawn.x + child.drawn.width));
    const left = Math.min(column.x, ...column.children.map((child) => child.drawn.x));
    const own = pills.filter((pill) => pill.x >= left - 8 && pill.x <= right);
    for (const child of column.children) {
      // The lowest label above a child is that of its group.
      const above = own.filter((pill) => pill.y < child.y);
      child.pill = above.sort((a, b) => b.y - a.y)[0];
    }
  }
  return columns;
}

/** The size of a subtree as it is now. */
function measure(card) {
  card.cut = !data.still && card.children.length > 0 && (!card.open || card.children.some((child) => !child.kept || child.cut));
  card.shownColumns = card.columns
    .map((column) => ({ ...column, children: column.children.filter((child) => child.shown) }))
    .filter((column) => column.children.length);
  if (!card.cut) {
    card.size = { width: card.drawn.width, height: card.drawn.height };
    return;
  }
  let [width, height] = [0, 0];
  for (const column of card.shownColumns) {
    let [bottom, pill] = [0, null];
    column.indent = column.aside ? SPACE.spine : 0;
    column.width = 0;
    for (const child of column.children) {
      if (child.pill && child.pill !== pill) {
        bottom += child.pill.height + SPACE.rows / 2;
        column.width = Math.max(column.width, child.pill.width);
      }
      pill = child.pill;
      bottom += child.size.height + SPACE.rows;
      column.width = Math.max(column.width, column.indent + child.size.width);
    }
    width += column.width + SPACE.columns;
    height = Math.max(height, bottom - SPACE.rows);
  }
  card.total = Math.max(0, width - SPACE.columns);
  const below = card.shownColumns.length ? 2 * SPACE.bus + height : 0;
  card.size = { width: Math.max(card.width, card.total), height: card.height + below };
}

/** Where in its subtree's frame a card begins. */
const offset = (card) => (card.cut ? (card.size.width - card.width) / 2 : card.x - card.drawn.x);

/** Puts a subtree at a place. */
function put(card, x, y) {
  if (!card.cut) {
    const [dx, dy] = [x - card.drawn.x, y - card.drawn.y];
    for (let at = card.place; at <= card.place + card.nBelow; at++) order[at].now = { x: order[at].x + dx, y: order[at].y + dy };
    for (let at = card.place; at <= card.place + card.nBelow; at++) order[at].way = null;
    return [];
  }
  card.now = { x: x + offset(card), y };
  card.way = null;
  const middle = card.now.x + card.width / 2;
  const bus = y + card.height + SPACE.bus;
  const left = x + (card.size.width - card.total) / 2;
  return placeColumns(card, left, middle, bus);
}

function placeColumns(card, left, middle, bus) {
  const below = [];
  for (const column of card.shownColumns) {
    let [bottom, pill] = [bus + SPACE.bus, null];
    const first = column.children[0];
    const hook = column.aside ? left : left + offset(first) + first.width / 2;
    for (const child of column.children) {
      if (child.pill && child.pill !== pill) {
        const pillX = column.aside ? left - 3 : Math.max(left, hook - child.pill.width / 2);
        child.pill.now = { x: pillX, y: bottom };
        bottom += child.pill.height + SPACE.rows / 2;
      }
      pill = child.pill;
      const start = [[middle, bus - SPACE.bus], [middle, bus], [hook, bus]];
      const stub = bottom + Math.min(child.height, 2 * SPACE.rows) / 2;
      const end = column.aside ? [[left, stub], [left + SPACE.spine + offset(child), stub]] : [[hook, bottom]];
      below.push({ child, x: left + column.indent, y: bottom, way: [...start, ...end] });
      bottom += child.size.height + SPACE.rows;
    }
    left += column.width + SPACE.columns;
  }
  return below;
}

/** Lets blocks of the forest close up, upwards and to the left, in the order in which they stand. */
function settle(blocks) {
  const [down, right] = [["y", "height", "x", "width"], ["x", "width", "y", "height"]];
  // To the left again there may be room above.
  for (const [along, length, across, breadth] of [down, right, down]) {
    const before = Math.min(...blocks.map((block) => block[along]));
    const placed = [];
    for (const block of blocks.sort((a, b) => a[along] - b[along])) {
      const beside = (other) => other[across] < block[across] + block[breadth] + block.gap && block[across] < other[across] + other[breadth] + other.gap;
      let place = before;
      for (const other of placed) {
        if (beside(other)) place = Math.max(place, other[along] + other[length] + Math.max(block.gap, other.gap));
      }
      // Never further off than it was: cards of a panel stand closer than trees.
      block[along] = Math.min(block[along], place);
      placed.push(block);
    }
  }
}

/** Gives all that is shown its place. */
function arrange() {
  for (let at = order.length - 1; at >= 0; at--) measure(order[at]);
  const tops = order.filter((card) => !card.parent && card.shown);
  const texts = data.words_between.map(([x, y], at) => ({ x, y: y - 12, top: y, node: element("between").children[at] }));
  const blocks = tops.map((card) => {
    // Trees of two regions leave room for the frames of both.
    const gap = card.children.length ? (regionOf.has(card) ? SPACE.regions : SPACE.trees) : SPACE.rows;
    return { card, x: card.drawn.x, y: card.drawn.y, width: card.size.width, height: card.size.height, gap };
  });
  // A heading goes with what is below it, and nothing passes it.
  const headings = texts.filter((text) => tops.some((card) => card.y > text.top && card.y - text.top < 40));
  for (const text of headings) {
    Object.assign(text, { width: 1e6, height: 12, gap: SPACE.rows, wasY: text.y });
    blocks.push(text);
  }
  if (!data.fixed && !cards.every((card) => card.shown)) settle(blocks);
  for (const pills of pillsOf.values()) for (const pill of pills) pill.now = null;
  for (const block of blocks.filter(({ card }) => card)) {
    const work = [{ child: block.card, x: block.x, y: block.y, way: null }];
    while (work.length) {
      const { child, x, y, way } = work.pop();
      const below = put(child, x, y);
      child.way = way;
      work.push(...below);
    }
  }
  for (const text of texts) {
    text.node.classList.toggle("away", !data.fixed && !headings.includes(text));
    text.node.setAttribute("transform", `translate(0 ${round(text.y - (text.wasY ?? text.y))})`);
  }
  move();
}

/** Fits the frames of regions to the cards that are shown in them. */
function frameRegions() {
  for (const [index, members, head] of data.regions) {
    const shown = members.map((member) => cards[member]).filter((card) => card.shown);
    const node = element("grounds").querySelectorAll("rect")[index];
    node.classList.toggle("away", !shown.length);
    if (!shown.length || shown.length === members.length) {
      for (const [name, value] of Object.entries(node.drawn ?? {})) node.setAttribute(name, value);
      continue;
    }
    node.drawn ??= Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, node.getAttribute(name)]));
    const left = Math.min(...shown.map((card) => card.now.x)) - SPACE.padding;
    const top = Math.min(...shown.map((card) => card.now.y)) - head;
    const right = Math.max(...shown.map((card) => card.now.x + card.width)) + SPACE.padding;
    const bottom = Math.max(...shown.map((card) => card.now.y + card.height)) + SPACE.padding;
    const frame = { x: left, y: top, width: right - left, height: bottom - top };
    for (const [name, value] of Object.entries(frame)) node.setAttribute(name, round(value));
  }
}

const move = () => {
  frameRegions();
  for (const card of cards) {
    if (card.shown) setOnce(card.node, "transform", `translate(${round(card.now.x)} ${round(card.now.y)})`);
  }
  drawShared();
  data.lines.forEach(([from, to, , points, shared], index) => {
    if (shared !== null) return;
    const [start, end] = [cards[from], cards[to]];
    const node = element("line-" + index);
    const shown = start.shown && end.shown;
    node.classList.toggle("away", !shown);
    node.classList.toggle("faded", !start.inside || !end.inside);
    // Where no card moves, a line stays as it was drawn, with its bridges.
    if (shown && !data.fixed) setOnce(node, "d", path(wayOf(start, end, points, lineTo.get(end)?.index === index)));
  });
  for (const [of, pills] of pillsOf) {
    const card = cards[of];
    for (const pill of pills) {
      const node = element("pill-" + pill.index);
      const alone = pill.lines?.length > 0 && pill.lines.every(([from, to]) => !cards[from].shown || !cards[to].shown);
      const shown = card.shown && card.open && (!card.cut || pill.now) && !alone;
      node.classList.toggle("away", !shown);
      const [dx, dy] = pill.now ? [pill.now.x - pill.x, pill.now.y - pill.y] : shown ? shift(card) : [0, 0];
      if (shown) setOnce(node, "transform", `translate(${round(dx)} ${round(dy)})`);
    }
  }
};

// The lines below a card share their way: what several share is drawn once. For each card and each look, a path.
const sharedOf = new Map();
for (const [index, [from, , , , shared]] of data.lines.entries()) {
  if (shared !== null) sharedOf.set(from, [...(sharedOf.get(from) ?? []), index]);
}
const sharedPaths = new Map();
for (const node of document.querySelectorAll("#lines .shared")) node.remove();

function drawShared() {
  for (const [from, indexes] of sharedOf) {
    const start = cards[from];
    const ways = { "": [], dashed: [], faded: [], "dashed faded": [] };
    for (const index of indexes) {
      const [, to, , points, dashed] = data.lines[index];
      const end = cards[to];
      if (!start.shown || !end.shown) continue;
      const look = [dashed ? "dashed" : "", !start.inside || !end.inside ? "faded" : ""].filter(Boolean).join(" ");
      ways[look].push(wayOf(start, end, points, lineTo.get(end)?.index === index));
    }
    // What is solid, or within the filter, is drawn where others share its way.
    const drawn = [];
    for (const [look, own] of Object.entries(ways)) {
      const name = from + " " + look;
      let node = sharedPaths.get(name);
      if (!own.length && !node) continue;
      if (!node) {
        node = makeSvg("path", look ? { class: look } : {});
        element("lines").prepend(node);
        sharedPaths.set(name, node);
      }
      const bars = barsOf(own);
      for (const others of drawn) cutBars(bars, others);
      drawn.push(bars);
      setOnce(node, "d", chainsOf(bars).map(path).join(""));
    }
  }
}

/** Level and upright bars, by height (or distance from the left), in hundredths; those that touch are one. */
function barsOf(ways) {
  const bars = [new Map(), new Map()];
  const add = (axis, place, a, b) => {
    if (!bars[axis].has(place)) bars[axis].set(place, []);
    bars[axis].get(place).push([Math.min(a, b), Math.max(a, b)]);
  };
  for (const way of ways) {
    const corners = way.map((point) => point.map((value) => Math.round(value * 100)));
    for (let at = 1; at < corners.length; at++) {
      const [[x1, y1], [x2, y2]] = [corners[at - 1], corners[at]];
      if (y1 === y2 && x1 !== x2) add(0, y1, x1, x2);
      else if (x1 === x2 && y1 !== y2) add(1, x1, y1, y2);
    }
  }
  for (const axis of bars) {
    for (const [place, intervals] of axis) {
      const united = [];
      for (const [from, to] of intervals.sort((a, b) => a[0] - b[0])) {
        const last = united.at(-1);
        if (last && from <= last[1]) last[1] = Math.max(last[1], to);
        else united.push([from, to]);
      }
      axis.set(place, united);
    }
  }
  return bars;
}

/** Removes what other bars draw already. */
function cutBars(bars, others) {
  bars.forEach((axis, index) => {
    for (const [place, intervals] of axis) {
      let left = intervals;
      for (const [from, to] of others[index].get(place) ?? []) {
        left = left.flatMap((bar) => [[bar[0], Math.min(bar[1], from)], [Math.max(bar[0], to), bar[1]]]).filter(([a, b]) => a < b);
      }
      axis.set(place, left);
    }
  });
}

/** Bars joined at their corners: where the ends of a level and an upright one meet, and none goes straight on. */
function chainsOf(bars) {
  const all = bars.flatMap((axis, index) =>
    [...axis].flatMap(([place, intervals]) => intervals.map((ends) => ends.map((at) => (index === 0 ? [at, place] : [place, at])))));
  const ends = new Map();
  all.forEach((bar, index) => {
    for (const end of bar) ends.set(String(end), [...(ends.get(String(end)) ?? []), index]);
  });
  const inside = (intervals, at) => (intervals ?? []).some(([from, to]) => from < at && at < to);
  const goesOn = ([x, y]) => inside(bars[0].get(y), x) || inside(bars[1].get(x), y);
  const next = (bar, end) => {
    const met = ends.get(String(end));
    return met.length === 2 && !goesOn(end) ? met.find((other) => other !== bar) : undefined;
  };
  const drawn = new Set();
  const chains = [];
  const free = all.map((_, index) => index).filter((index) => all[index].some((end) => next(index, end) === undefined));
  for (const start of [...free, ...all.keys()]) {
    if (drawn.has(start)) continue;
    drawn.add(start);
    const [a, b] = all[start];
    const chain = next(start, a) === undefined ? [a, b] : [b, a];
    for (let [bar, other] = [start, next(start, chain[1])]; other !== undefined && !drawn.has(other); other = next(bar, chain.at(-1))) {
      const last = String(chain.at(-1));
      chain.push(all[other].find((end) => String(end) !== last));
      drawn.add(other);
      bar = other;
    }
    chains.push(chain.map(([x, y]) => [x / 100, y / 100]));
  }
  return chains;
}

const shift = (card) => [card.now.x - card.x, card.now.y - card.y];
const round = (value) => Math.round(value * 100) / 100;

function setOnce(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** The corners of a line as its cards are now. */
function wayOf(start, end, points, hangs) {
  if (hangs && end.way) return end.way;
  const [[x1, y1], [x2, y2]] = [shift(start), shift(end)];
  if (Math.abs(x1 - x2) + Math.abs(y1 - y2) < 0.01) return points.map(([x, y]) => [x + x1, y + y1]);
  const middle = (card) => [card.now.x + card.width / 2, card.now.y + card.height / 2];
  return [middle(start), middle(end)];
}

/** A line as a path with round corners. */
function path(points) {
  const clean = points.filter(([x, y], at) => at === 0 || Math.hypot(x - points[at - 1][0], y - points[at - 1][1]) > 0.01);
  let text = "";
  clean.forEach(([x, y], at) => {
    const [before, after] = [clean[at - 1], clean[at + 1]];
    if (!before) text += `M${round(x)} ${round(y)}`;
    else if (!after) text += `L${round(x)} ${round(y)}`;
    else {
      const near = ([ox, oy]) => {
        const part = Math.min(4 / Math.max(Math.hypot(ox - x, oy - y), 1e-9), 0.5);
        return `${round(x + (ox - x) * part)} ${round(y + (oy - y) * part)}`;
      };
      text += `L${near(before)}Q${round(x)} ${round(y)} ${near(after)}`;
    }
  });
  return text;
}
