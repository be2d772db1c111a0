// Where cards go when some are hidden. What is whole stays as it was drawn;
// a tree of which a part is hidden keeps its columns and closes up.

const SPACE = { columns: 18, rows: 10, bus: 12, spine: 12, trees: 26, padding: 12 };

let regionOf, lineTo, pillsOf;

/** How a picture was drawn: each subtree with its frame and the columns of its children. A child that hangs on a
 * spine has a line that comes from the side. */
function prepare() {
  if (!model.lineTo) measureDrawn();
  ({ regionOf, lineTo, pillsOf } = model);
}

function measureDrawn() {
  // The cards of each region: its frame goes with them.
  model.regionOf = regionOf = new Map(scene.regions.flatMap(([region, members]) => members.map((index) => [cards[index], region])));
  model.lineTo = lineTo = new Map();
  for (const [index, [from, to, arrow, points]] of scene.lines.entries()) {
    if (cards[to].parent === cards[from] && !arrow) lineTo.set(cards[to], { index, points });
  }
  model.pillsOf = pillsOf = new Map();
  const nodes = model.parts.pills.children;
  model.pills = scene.pills.map(([[x, y, width, height], of, to], index) => ({ index, x, y, width, height, of, to, node: nodes[index] }));
  for (const pill of model.pills) {
    pill.node.dataset.pill = pill.index;
    if (!pillsOf.has(pill.of)) pillsOf.set(pill.of, []);
    pillsOf.get(pill.of).push(pill);
  }
  // In a network a label goes with the lines that run through it.
  for (const [of, pills] of scene.fixed ? pillsOf : []) {
    const lines = scene.lines.filter(([from, to]) => from === of || to === of);
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
    const right = Math.max(...parts.map((part) => part.x + part.width));
    const bottom = Math.max(...parts.map((part) => part.y + part.height));
    card.drawn = { x: left, y: card.y, width: right - left, height: bottom - card.y };
    card.columns = columnsOf(card, pills);
  }
  collectLines();
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
  card.cut = !scene.still && card.children.length > 0 && (!card.open || card.children.some((child) => !child.kept || child.cut));
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

/** Puts boxes into rows of this width, in their order; gives the size of all. */
function inRows(boxes, most, gapX, gapY) {
  let [x, y, row, width] = [0, 0, 0, 0];
  for (const box of boxes) {
    if (x > 0 && x + box.width > most) [x, y, row] = [0, y + row + gapY, 0];
    [box.x, box.y] = [x, y];
    x += box.width + gapX;
    row = Math.max(row, box.height);
    width = Math.max(width, x - gapX);
  }
  return { width, height: y + row };
}

/** The frame of a region as it was drawn. */
function frameOf(region) {
  const node = model.parts.grounds.querySelectorAll("rect")[region];
  node.drawn ??= Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, Number(node.getAttribute(name))]));
  return node.drawn;
}

/** The tops in groups: the main trees, then those of each region. */
function groupsOf(tops) {
  const groups = new Map();
  for (const card of tops) {
    const region = regionOf.get(card) ?? -1;
    if (!groups.has(region)) groups.set(region, { region, boxes: [] });
    groups.get(region).boxes.push({ card, width: card.size.width, height: card.size.height });
  }
  for (const [region, members, head] of scene.regions) {
    const group = groups.get(region);
    // Where nothing is hidden all stays as it was drawn.
    if (group) [group.head, group.isWhole] = [head, members.every((index) => cards[index].shown && !cards[index].cut)];
  }
  return [...groups.values()];
}

/** Packs trees anew where some are closed: those of a region in rows, and the regions below the main trees. */
function pack(tops) {
  const groups = groupsOf(tops);
  const aspect = (stage.clientWidth || 3) / (stage.clientHeight || 2);
  const areas = groups.flatMap((group) => group.boxes).map((box) => (box.width + SPACE.trees) * (box.height + SPACE.trees));
  const widest = Math.max(...groups.flatMap((group) => group.boxes.map((box) => box.width)));
  const most = Math.max(widest, Math.sqrt(areas.reduce((sum, area) => sum + area, 0) * aspect));
  for (const group of groups) {
    const alone = group.boxes.every(({ card }) => !card.children.length);
    const size = group.isWhole ? frameOf(group.region) : inRows(group.boxes, most, alone ? SPACE.rows * 2 : SPACE.trees, alone ? SPACE.rows * 2 : SPACE.trees);
    const [edge, head] = group.region < 0 || group.isWhole ? [0, 0] : [SPACE.padding, group.head];
    Object.assign(group, { edge, width: size.width + 2 * edge, height: size.height + head + edge });
  }
  inRows(groups, Math.max(most, ...groups.map((group) => group.width)), SPACE.trees, SPACE.trees);
  const blocks = [];
  for (const { region, isWhole, boxes, x, y, width, height, edge, head = 0 } of groups) {
    const drawn = region < 0 ? null : frameOf(region);
    if (drawn) model.frames.set(region, { x, y, width, height });
    for (const box of boxes) {
      const [left, top] = isWhole ? [box.card.drawn.x - drawn.x, box.card.drawn.y - drawn.y] : [box.x + edge, box.y + (region < 0 ? 0 : head)];
      blocks.push({ card: box.card, x: x + left, y: y + top });
    }
  }
  return { blocks, groups };
}

/** Gives all that is shown its place. */
function arrange() {
  for (let at = order.length - 1; at >= 0; at--) measure(order[at]);
  const only = onlyCard();
  const tops = order.filter((card) => card.shown && (!card.parent || card === only));
  const isWhole = scene.fixed || only || cards.every((card) => card.shown) || !tops.length;
  model.frames = new Map();
  const packed = isWhole ? null : pack(tops);
  const blocks = packed?.blocks ?? tops.map((card) => ({ card, x: card.drawn.x, y: card.drawn.y }));
  for (const pills of pillsOf.values()) for (const pill of pills) pill.now = null;
  for (const block of blocks) {
    const work = [{ child: block.card, x: block.x, y: block.y, way: null }];
    while (work.length) {
      const { child, x, y, way } = work.pop();
      const below = put(child, x, y);
      child.way = way;
      work.push(...below);
    }
  }
  moveTexts(packed?.groups, only);
  move();
}

/** Moves the headings of regions with them; those inside of a region only where it is as it was drawn. */
function moveTexts(groups, only) {
  const texts = scene.between.map(([x, y], at) => ({ x, y, node: model.parts.between.children[at] }));
  for (const { x, y, node } of texts) {
    let [isShown, shiftX, shiftY] = [!only, 0, 0];
    if (groups) {
      const holds = ({ region }) => {
        if (region < 0) return false;
        const drawn = frameOf(region);
        return x >= drawn.x - 1 && x <= drawn.x + drawn.width && y >= drawn.y - 1 && y <= drawn.y + drawn.height;
      };
      const group = groups.find(holds);
      const drawn = group && frameOf(group.region);
      isShown = Boolean(group) && (group.isWhole || y - drawn.y <= group.head);
      if (group) [shiftX, shiftY] = [group.x - drawn.x, group.y - drawn.y];
    }
    node.classList.toggle("away", !isShown);
    setOnce(node, "transform", `translate(${round(shiftX)} ${round(shiftY)})`);
  }
}

/** Fits the frames of regions to the cards that are shown in them. */
function frameRegions() {
  const only = onlyCard();
  for (const [region, members] of scene.regions) {
    const node = model.parts.grounds.querySelectorAll("rect")[region];
    const isEmpty = only !== undefined || members.every((index) => !cards[index].shown);
    node.classList.toggle("away", isEmpty);
    if (isEmpty) continue;
    for (const [name, value] of Object.entries(model.frames.get(region) ?? frameOf(region))) setOnce(node, name, String(round(value)));
  }
}

/** Moves cards, lines and labels to their places. */
function move() {
  frameRegions();
  for (const card of cards) {
    if (card.shown) setOnce(card.node, "transform", `translate(${round(card.now.x)} ${round(card.now.y)})`);
    card.node.classList.toggle("away", !card.shown);
  }
  moveLines();
  for (const [of, pills] of pillsOf) {
    const card = cards[of];
    for (const pill of pills) {
      const alone = pill.lines?.length > 0 && pill.lines.every(([from, to]) => !cards[from].shown || !cards[to].shown);
      pill.shown = card.shown && card.open && (!card.cut || Boolean(pill.now)) && !alone;
      pill.node.classList.toggle("away", !pill.shown);
      const [dx, dy] = pill.now ? [pill.now.x - pill.x, pill.now.y - pill.y] : pill.shown ? shift(card) : [0, 0];
      pill.at = { x: pill.x + dx, y: pill.y + dy };
      if (pill.shown) setOnce(pill.node, "transform", `translate(${round(dx)} ${round(dy)})`);
    }
  }
}

const shift = (card) => [card.now.x - card.x, card.now.y - card.y];
const round = (value) => Math.round(value * 100) / 100;

function setOnce(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}
