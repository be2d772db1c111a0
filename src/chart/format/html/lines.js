// Lines between cards. Those below a card share their way: what several share is drawn once.

/** The lines of the picture, those that share their way by the card above them. */
function collectLines() {
  for (const node of model.parts.lines.querySelectorAll(".shared")) node.remove();
  const nodes = new Map([...model.parts.lines.children].map((node) => [Number(node.dataset.line), node]));
  model.lines = [];
  model.shared = new Map();
  for (const [index, [from, to, , points, dashed]] of scene.lines.entries()) {
    if (dashed === null) {
      model.lines.push({ index, from, to, points, node: nodes.get(index), shown: true });
    } else {
      if (!model.shared.has(from)) model.shared.set(from, []);
      model.shared.get(from).push({ index, to, points, dashed });
    }
  }
  /** By card and look. */
  model.ways = new Map();
}

/** Draws lines where their cards are now. */
function moveLines() {
  for (const line of model.lines) {
    const [start, end] = [cards[line.from], cards[line.to]];
    line.shown = start.shown && end.shown;
    line.node.classList.toggle("away", !line.shown);
    line.node.classList.toggle("faded", !start.inside || !end.inside);
    if (!line.shown) continue;
    // Where no card moves, a line stays as it was drawn, with its bridges.
    line.way = scene.fixed ? line.points : wayOf(start, end, line.points, lineTo.get(end)?.index === line.index);
    if (!scene.fixed) setOnce(line.node, "d", path(line.way));
    line.box = boxOf(line.way);
  }
  for (const [from, below] of model.shared) moveShared(cards[from], below);
}

function moveShared(start, below) {
  const ways = { "": [], dashed: [], faded: [], "dashed faded": [] };
  for (const { index, to, points, dashed } of start.shown ? below : []) {
    const end = cards[to];
    if (!end.shown) continue;
    const look = [dashed ? "dashed" : "", !start.inside || !end.inside ? "faded" : ""].filter(Boolean).join(" ");
    ways[look].push(wayOf(start, end, points, lineTo.get(end)?.index === index));
  }
  // What is solid, or within the filter, is drawn where others share its way.
  const drawn = [];
  for (const [look, own] of Object.entries(ways)) {
    const name = start.index + " " + look;
    let line = model.ways.get(name);
    if (!own.length) {
      if (line) line.shown = false;
      line?.node.classList.add("away");
      continue;
    }
    if (!line) {
      line = { node: makeSvg("path", look ? { class: look } : {}) };
      if (!model.isLarge) model.parts.lines.prepend(line.node);
      model.ways.set(name, line);
    }
    line.shown = true;
    line.node.classList.remove("away");
    const bars = barsOf(own);
    for (const others of drawn) cutBars(bars, others);
    drawn.push(bars);
    setOnce(line.node, "d", chainsOf(bars).map(path).join(""));
    line.box = boxOf(own.flat());
  }
}

const boxOf = (points) => {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  return { left, top, right, bottom };
};

let lit = null;

/** Lights the way from a card to the top. */
function light(card) {
  if (card === lit) return;
  for (let above = lit; above; above = above.parent) above.node.classList.remove("lit");
  lit = card;
  let ways = "";
  for (let at = card; at; at = at.parent) {
    at.node.classList.add("lit");
    const line = lineTo.get(at);
    if (line && at.parent?.shown) ways += path(wayOf(at.parent, at, line.points, true));
  }
  for (const line of card && scene.fixed ? model.lines : []) {
    if (line.shown && (cards[line.from] === card || cards[line.to] === card)) ways += path(line.way);
  }
  model.parts.over.replaceChildren(...(ways ? [makeSvg("path", { d: ways })] : []));
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
