// Where one looks: zoom, pan, fit, by pointer, wheel and fingers; what is drawn of it; the small map.

const view = { scale: 1, x: 0, y: 0, moved: false };
const MOST = 6;
/** Names are not smaller than this when the page opens, in pixels. */
const LEGIBLE = 11;
/** Words smaller than this, in pixels, are not drawn. */
const SPECKS = 2.2;
/** The same of a large chart, of which too much would be in sight. */
const SPECKS_OF_MANY = 4.5;
const specks = () => (model.isLarge ? SPECKS_OF_MANY : SPECKS);
/** The most nodes that are brought in within a frame. */
const AT_ONCE = 8;

let drawing = 0;
let settling = 0;

const legible = () => LEGIBLE / scene.size;
const least = () => Math.min(0.2, whole() * 0.8);

/** Draws at the next frame, however often it is asked. */
function look() {
  drawing ||= requestAnimationFrame(() => {
    drawing = 0;
    svg.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    const far = view.scale * scene.size < specks();
    if (far !== svg.classList.contains("far")) svg.classList.toggle("far", far);
    populate();
    frameMap();
  });
  if (svg.classList.contains("moving")) {
    clearTimeout(settling);
  } else {
    // While it moves the picture is a layer; at rest it is drawn sharp again.
    svg.classList.add("moving");
  }
  settling = setTimeout(() => svg.classList.remove("moving"), 150);
}

/** Keeps the middle of the stage within the picture, so that a piece of it is in sight. */
function hold() {
  const { x, y, width, height } = extent();
  const [left, top] = [(x - model.origin[0]) * view.scale, (y - model.origin[1]) * view.scale];
  const [edgeX, edgeY] = [stage.clientWidth / 2, stage.clientHeight / 2];
  view.x = Math.min(stage.clientWidth - edgeX - left, Math.max(edgeX - left - width * view.scale, view.x));
  view.y = Math.min(stage.clientHeight - edgeY - top, Math.max(edgeY - top - height * view.scale, view.y));
}

/** Zooms by a factor and keeps what is at a point of the stage there. */
function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const scale = Math.min(MOST, Math.max(least(), view.scale * factor));
  view.x = x - ((x - view.x) * scale) / view.scale;
  view.y = y - ((y - view.y) * scale) / view.scale;
  view.scale = scale;
  view.moved = true;
  hold();
  look();
}

/** The frame of all that is shown. */
function extent() {
  if (model.extent) return model.extent;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const card of cards) {
    if (!card.shown) continue;
    left = Math.min(left, card.now.x);
    top = Math.min(top, card.now.y);
    right = Math.max(right, card.now.x + card.width);
    bottom = Math.max(bottom, card.now.y + card.height);
  }
  // A list has its years and columns their headings between the cards.
  if (scene.fixed && !onlyCard()) {
    for (const [x, y] of scene.between) [left, top] = [Math.min(left, x), Math.min(top, y - 16)];
  }
  model.extent = left > right ? { x: 0, y: 0, width: 100, height: 100 } : { x: left - 16, y: top - 24, width: right - left + 32, height: bottom - top + 48 };
  return model.extent;
}

/** The scale at which all is in sight. */
const whole = () => Math.min(stage.clientWidth / extent().width, stage.clientHeight / extent().height, 1.5);

/** Shows all, however small. */
function fit() {
  place(whole());
}

/** Shows all if it can be read, otherwise the beginning in a size that can be read. */
function home() {
  const scale = whole();
  place(scale >= legible() * 0.8 ? scale : legible());
  view.moved = false;
}

/** Sets the scale: what is smaller than the stage in its middle, of what is larger the first card. */
function place(scale) {
  const { x, y, width, height } = extent();
  view.scale = scale;
  const first = order.find((card) => card.shown);
  const along = (from, length, room, start, size) => {
    if (length * scale <= room) return (room - length * scale) / 2 - from * scale;
    const wanted = first && !scene.fixed ? room / 2 - (start + size / 2) * scale : -from * scale;
    return Math.max(room - (from + length) * scale, Math.min(-from * scale, wanted));
  };
  const [ox, oy] = model.origin;
  view.x = along(x - ox, width, stage.clientWidth, first ? first.now.x - ox : 0, first?.width ?? 0);
  const roomY = Math.max(0, (stage.clientHeight - height * scale) / 2);
  view.y = height * scale <= stage.clientHeight ? Math.min(roomY, 40) - (y - oy) * scale : Math.max(stage.clientHeight - (y - oy + height) * scale, Math.min(-(y - oy) * scale, first && !scene.fixed ? 24 - (first.now.y - oy) * scale : 0));
  if (scene.fixed && height * scale > stage.clientHeight) view.y = -(y - oy) * scale;
  view.moved = true;
  look();
}

/** The part of the stage that nothing covers: on a narrow screen the card of an entity lies on it. */
function room() {
  const [own, above] = [stage.getBoundingClientRect(), element("entity").getBoundingClientRect()];
  const covers = above.height > 0 && above.left < own.right && above.top < own.bottom && above.width > own.width / 2;
  return { width: own.width, height: Math.max(60, (covers ? above.top : own.bottom) - own.top) };
}

/** Brings a card into sight, in a size that can be read: near the top if much is below it. */
function show(card, always = false) {
  const { width: roomX, height: roomY } = room();
  if (view.scale < legible() * 0.7) [view.scale, always] = [legible(), true];
  const x = view.x + (card.now.x - model.origin[0]) * view.scale;
  const y = view.y + (card.now.y - model.origin[1]) * view.scale;
  const [width, height] = [card.width * view.scale, card.height * view.scale];
  const inSight = x >= 0 && y >= 0 && x + width <= roomX && y + height <= roomY;
  if (inSight && !always) return;
  const below = card.open && card.children.length > 0;
  view.x += roomX / 2 - (x + width / 2);
  view.y += (below ? Math.min(roomY / 4, 120) : roomY / 2) - (y + (below ? 0 : height / 2));
  view.moved = true;
  hold();
  look();
}

// What is drawn: of a large chart only what is near.

let pending = 0;

/** The stage in the measure of the picture, with an edge. */
function sight(edge) {
  const [width, height] = [stage.clientWidth, stage.clientHeight];
  const left = model.origin[0] + (-view.x - width * edge) / view.scale;
  const top = model.origin[1] + (-view.y - height * edge) / view.scale;
  return { left, top, right: left + (width * (1 + 2 * edge)) / view.scale, bottom: top + (height * (1 + 2 * edge)) / view.scale };
}

const meets = (a, b) => a.left <= b.right && a.right >= b.left && a.top <= b.bottom && a.bottom >= b.top;
const boxOfCard = ({ now, width, height }) => ({ left: now.x - 4, top: now.y - 4, right: now.x + width + 4, bottom: now.y + height + 20 });

/** Brings in what is near and takes out what is far, some at a time. */
function populate() {
  const far = svg.classList.contains("far");
  if (!model.isFarDrawn && (far || !model.isLarge)) drawFar();
  if (!model.isLarge || far) return;
  const near = sight(0.1);
  if (!model.toDraw) model.toDraw = drawable();
  const seen = model.seen;
  if (seen && !pending && meets(seen, near) && near.left >= seen.left && near.right <= seen.right && near.top >= seen.top && near.bottom <= seen.bottom) return;
  const kept = sight(0.35);
  // What is in sight comes first; what is out of it goes when there is time.
  const [now, later, gone] = [[], [], []];
  for (const part of model.toDraw) {
    const isThere = part.node.parentNode !== null;
    const isNear = meets(part.box, kept) || (part.card && part.card === active);
    if (isThere === isNear) continue;
    (isThere ? gone : meets(part.box, near) ? now : later).push(part);
  }
  const coming = [...now, ...later];
  for (const part of coming.slice(0, AT_ONCE)) part.group.append(part.node);
  if (coming.length < AT_ONCE) for (const part of gone.slice(0, 3 * AT_ONCE)) part.node.remove();
  model.seen = kept;
  cancelAnimationFrame(pending);
  const isDone = coming.length <= AT_ONCE && gone.length <= 3 * AT_ONCE;
  pending = isDone ? 0 : requestAnimationFrame(() => ((pending = 0), (model.seen = null), populate()));
}

/** All that can be drawn, with its frame. */
function drawable() {
  const { lines, pills, cards: own } = model.parts;
  model.seen = null;
  own.replaceChildren();
  pills.replaceChildren();
  lines.replaceChildren();
  return [
    ...cards.filter((card) => card.shown).map((card) => ({ card, node: card.node, group: own, box: boxOfCard(card) })),
    ...model.pills.filter((pill) => pill.shown).map(({ node, at, width, height }) => ({ node, group: pills, box: { left: at.x, top: at.y, right: at.x + width, bottom: at.y + height } })),
    ...[...model.lines, ...model.ways.values()].filter((line) => line.shown).map(({ node, box }) => ({ node, group: lines, box })),
  ];
}

/** The picture from far away: cards without words, and the names of the tops. */
function drawFar() {
  model.isFarDrawn = true;
  const { far } = model.parts;
  far.replaceChildren();
  const tops = order.filter((card) => card.shown && card.children.length && (!card.parent || card === onlyCard()));
  if (model.isLarge) {
    const ways = [...model.lines, ...model.ways.values()].filter((line) => line.shown).map((line) => line.node.getAttribute("d"));
    far.append(makeSvg("path", { class: "way", d: ways.join("") }));
    const byColour = new Map();
    for (const card of cards) {
      if (!card.shown) continue;
      const colour = data.kinds[card.kind].colour;
      byColour.set(colour, `${byColour.get(colour) ?? ""}M${round(card.now.x)} ${round(card.now.y)}h${card.width}v${card.height}h${-card.width}Z`);
    }
    for (const [colour, d] of byColour) far.append(makeSvg("path", { fill: `var(--mark-${colour})`, d }));
  }
  const scale = Math.max(least(), (specks() / scene.size) * 0.6);
  for (const card of scene.fixed ? [] : tops) {
    const name = namesOf(card.entity)[0];
    const width = Math.max(card.width, card.size?.width ?? 0);
    const size = Math.min(13 / scale, (width * 1.7) / name.length);
    if (size * scale < 7) continue;
    const text = makeSvg("text", { x: round(card.now.x + card.width / 2), y: round(card.now.y - size * 0.3), "font-size": round(size), "text-anchor": "middle" });
    text.textContent = name;
    far.append(text);
  }
}

// The small map

const map = element("map");
const mapFrame = element("map-frame");
let mapScale = 0;

function drawMap() {
  model.extent = null;
  model.toDraw = null;
  const { x, y, width, height } = extent();
  const [mostX, mostY] = [168, 112];
  mapScale = Math.min(mostX / width, mostY / height);
  const ratio = devicePixelRatio || 1;
  const [w, h] = [Math.ceil(width * mapScale), Math.ceil(height * mapScale)];
  const canvas = map.querySelector("canvas");
  [canvas.width, canvas.height] = [w * ratio, h * ratio];
  [map.style.width, map.style.height] = [w + "px", h + "px"];
  const context = canvas.getContext("2d");
  context.scale(mapScale * ratio, mapScale * ratio);
  const style = getComputedStyle(root);
  const colours = new Map();
  for (const card of cards) {
    if (!card.shown) continue;
    const colour = data.kinds[card.kind].colour;
    if (!colours.has(colour)) colours.set(colour, style.getPropertyValue(`--mark-${colour}`));
    context.fillStyle = colours.get(colour);
    context.fillRect(card.now.x - x, card.now.y - y, card.width, card.height);
  }
  populate();
  frameMap();
  if (model.isLarge && !model.isFarDrawn) setTimeout(() => model.isFarDrawn || drawFar());
}

/** Where one looks, on the map. */
function frameMap() {
  const { x, y, width, height } = extent();
  const [w, h] = [stage.clientWidth / view.scale, stage.clientHeight / view.scale];
  const hidden = w >= width * 0.98 && h >= height * 0.98;
  if (map.hidden !== hidden) map.hidden = hidden;
  if (hidden) return;
  const left = Math.max(0, (model.origin[0] - view.x / view.scale - x) * mapScale);
  const top = Math.max(0, (model.origin[1] - view.y / view.scale - y) * mapScale);
  mapFrame.style.transform = `translate(${left}px, ${top}px)`;
  mapFrame.style.width = Math.min(w * mapScale, width * mapScale - left) + "px";
  mapFrame.style.height = Math.min(h * mapScale, height * mapScale - top) + "px";
}

function lookAtMap(event) {
  const frame = map.getBoundingClientRect();
  const { x, y } = extent();
  const [atX, atY] = [(event.clientX - frame.left) / mapScale + x - model.origin[0], (event.clientY - frame.top) / mapScale + y - model.origin[1]];
  [view.x, view.y] = [stage.clientWidth / 2 - atX * view.scale, stage.clientHeight / 2 - atY * view.scale];
  view.moved = true;
  hold();
  look();
}

map.addEventListener("pointerdown", (event) => {
  event.stopPropagation();
  map.setPointerCapture(event.pointerId);
  lookAtMap(event);
});
map.addEventListener("pointermove", (event) => map.hasPointerCapture(event.pointerId) && lookAtMap(event));

// Wheel, pointer, fingers

stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  const frame = stage.getBoundingClientRect();
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 24 : 1;
  zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - frame.left, event.clientY - frame.top);
}, { passive: false });

const fingers = new Map();
let travelled = 0;

stage.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || event.target.closest("button")) return;
  fingers.set(event.pointerId, [event.clientX, event.clientY]);
  travelled = fingers.size === 1 ? 0 : Infinity;
});

stage.addEventListener("pointermove", (event) => {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  const [dx, dy] = [event.clientX - before[0], event.clientY - before[1]];
  const others = [...fingers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
  fingers.set(event.pointerId, [event.clientX, event.clientY]);
  travelled += Math.hypot(dx, dy);
  // A press that hardly moves is meant for the card below it.
  if (travelled < (event.pointerType === "mouse" ? 4 : 10)) return;
  if (!stage.hasPointerCapture(event.pointerId)) stage.setPointerCapture(event.pointerId);
  if (others.length === 1) {
    const [[x, y]] = others;
    const frame = stage.getBoundingClientRect();
    const factor = Math.hypot(event.clientX - x, event.clientY - y) / Math.max(1, Math.hypot(before[0] - x, before[1] - y));
    zoom(factor, x - frame.left, y - frame.top);
  } else {
    view.x += dx;
    view.y += dy;
    view.moved = true;
    hold();
    look();
  }
});

for (const name of ["pointerup", "pointercancel"]) {
  stage.addEventListener(name, (event) => {
    fingers.delete(event.pointerId);
    // Not before the click that ends a pan has gone by.
    setTimeout(() => (travelled = 0));
  });
}

// What the browser scrolls to by itself would be moved twice.
stage.addEventListener("scroll", () => stage.scrollTo(0, 0));

// Another size of the window, or the phone turned.
let stageSize = "";
new ResizeObserver(() => {
  const size = `${stage.clientWidth} ${stage.clientHeight}`;
  if (!model || !stage.clientWidth || size === stageSize) return;
  const isFirst = stageSize === "";
  stageSize = size;
  const card = opened && byEntity.get(opened);
  if (isFirst || !view.moved) home();
  if (card?.shown) show(card);
  else if (view.moved) (hold(), look());
  model.seen = null;
}).observe(stage);
