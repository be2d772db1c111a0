// Where one looks: zoom, pan, fit, by pointer, wheel and fingers.

const stage = element("stage");
const view = { scale: 1, x: 0, y: 0 };
const [originX, originY] = svg.getAttribute("viewBox").split(" ").map(Number);
const LEAST = 0.02;
const MOST = 6;

let drawing = 0;
let settling = 0;

/** Draws at the next frame, however often it is asked. */
function look() {
  drawing ||= requestAnimationFrame(() => {
    drawing = 0;
    svg.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    // Words too small to read cost as much to draw as large ones.
    svg.classList.toggle("far", view.scale < 0.22);
  });
  // While it moves the picture is a layer; at rest it is drawn sharp again.
  svg.classList.add("moving");
  clearTimeout(settling);
  settling = setTimeout(() => svg.classList.remove("moving"), 150);
}

/** Zooms by a factor and keeps what is at a point of the stage there. */
function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const scale = Math.min(MOST, Math.max(LEAST, view.scale * factor));
  view.x = x - ((x - view.x) * scale) / view.scale;
  view.y = y - ((y - view.y) * scale) / view.scale;
  view.scale = scale;
  look();
}

/** The frame of all that is shown. */
function extent() {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const card of cards) {
    if (!card.shown) continue;
    left = Math.min(left, card.now.x);
    top = Math.min(top, card.now.y);
    right = Math.max(right, card.now.x + card.width);
    bottom = Math.max(bottom, card.now.y + card.height);
  }
  // A list has its years and columns their headings between the cards.
  if (data.fixed && cards.every((card) => card.shown)) {
    for (const [x, y] of data.words_between) [left, top] = [Math.min(left, x), Math.min(top, y - 16)];
  }
  return left > right ? { x: 0, y: 0, width: 100, height: 100 } : { x: left - 16, y: top - 24, width: right - left + 32, height: bottom - top + 48 };
}

/** Shows all, but never so small that a narrow screen has only specks. */
function fit(least = 0) {
  const { x, y, width, height } = extent();
  const whole = Math.min(stage.clientWidth / width, stage.clientHeight / height, 1.5);
  view.scale = Math.max(whole, least, LEAST);
  const middle = Math.max(0, (stage.clientWidth - width * view.scale) / 2);
  const rest = Math.max(0, (stage.clientHeight - height * view.scale) / 2);
  view.x = middle - (x - originX) * view.scale;
  view.y = Math.min(rest, 40) - (y - originY) * view.scale;
  look();
}

/** The part of the stage that nothing covers: on a narrow screen the card of an entity lies on it. */
function room() {
  const [own, above] = [stage.getBoundingClientRect(), element("entity").getBoundingClientRect()];
  const covers = above.height > 0 && above.left < own.right && above.top < own.bottom;
  return { width: own.width, height: Math.max(60, (covers ? above.top : own.bottom) - own.top) };
}

/** Brings a card into the middle where it is not in sight, or always. */
function show(card, always = false) {
  const { width: roomX, height: roomY } = room();
  if (always) view.scale = Math.max(view.scale, 0.8);
  const x = view.x + (card.now.x - originX) * view.scale;
  const y = view.y + (card.now.y - originY) * view.scale;
  const [width, height] = [card.width * view.scale, card.height * view.scale];
  const inSight = x >= 0 && y >= 0 && x + width <= roomX && y + height <= roomY;
  if (inSight && !always) return;
  view.x += roomX / 2 - (x + width / 2);
  view.y += roomY / 2 - (y + height / 2);
  look();
}

stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  const frame = stage.getBoundingClientRect();
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 24 : 1;
  zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - frame.left, event.clientY - frame.top);
}, { passive: false });

const fingers = new Map();
let travelled = 0;

stage.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
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
  if (travelled < 4) return;
  if (!stage.hasPointerCapture(event.pointerId)) stage.setPointerCapture(event.pointerId);
  if (others.length === 1) {
    const [[x, y]] = others;
    const frame = stage.getBoundingClientRect();
    const factor = Math.hypot(event.clientX - x, event.clientY - y) / Math.max(1, Math.hypot(before[0] - x, before[1] - y));
    zoom(factor, x - frame.left, y - frame.top);
  } else {
    view.x += dx;
    view.y += dy;
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

const wholeView = svg.getAttribute("viewBox");
addEventListener("beforeprint", () => {
  element("legend").open = true;
  const { x, y, width, height } = extent();
  svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
});
addEventListener("afterprint", () => svg.setAttribute("viewBox", wholeView));
