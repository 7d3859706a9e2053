// The page's half of canvas.py: draws the next picture when the screen is ready for one, and answers every second one.

const ARROW_HEAD = 5; // pixels
const INK = "#222222";
const EDGE = 1; // pixels of white around what is drawn in ink while it is drawn
const SPACING = 0.03; // between points along a stroke, in units of the plane
const STRIDE = 0.1; // of the cursor that keys move, in units of the plane; a tenth of it with Shift
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const HELP =
  "Draw with mouse or finger. With keys: arrows move the cursor, Shift makes small moves, " +
  "Space sets a point, Backspace takes the last one back.";

function floats(buffer) {
  // A copy, because the numbers of a message need not begin where a Float32Array can.
  return new Float32Array(buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength));
}

function* places(buffer, to) {
  // Where on the canvas each of the layer's points lies.
  const data = floats(buffer);
  for (let i = 0; i < data.length; i += 2) {
    yield to(data[i], data[i + 1]);
  }
}

const PAINTERS = {
  heat(context, layer, buffer, to, size) {
    const bytes = new Uint8ClampedArray(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    const small = new OffscreenCanvas(layer.columns, layer.rows);
    small.getContext("2d").putImageData(new ImageData(bytes, layer.columns, layer.rows), 0, 0);
    context.drawImage(small, 0, 0, ...size);
  },

  dots(context, layer, buffer, to) {
    context.fillStyle = layer.colour;
    context.beginPath();
    for (const [x, y] of places(buffer, to)) {
      context.moveTo(x + layer.size, y);
      context.arc(x, y, layer.size, 0, 2 * Math.PI);
    }
    context.fill();
  },

  crosses(context, layer, buffer, to) {
    context.strokeStyle = layer.colour;
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [x, y] of places(buffer, to)) {
      for (const slope of [-1, 1]) {
        context.moveTo(x - layer.size, y - slope * layer.size);
        context.lineTo(x + layer.size, y + slope * layer.size);
      }
    }
    context.stroke();
  },

  arrows(context, layer, buffer, to) {
    const data = floats(buffer);
    context.strokeStyle = layer.colour;
    context.lineWidth = 1.2;
    context.beginPath();
    for (let i = 0; i < data.length; i += 4) {
      const [x, y] = to(data[i + 2], data[i + 3]);
      const [startX, startY] = to(data[i], data[i + 1]);
      const angle = Math.atan2(y - startY, x - startX);
      context.moveTo(startX, startY);
      context.lineTo(x, y);
      for (const side of [-0.5, 0.5]) {
        context.moveTo(x, y);
        context.lineTo(x - ARROW_HEAD * Math.cos(angle + side), y - ARROW_HEAD * Math.sin(angle + side));
      }
    }
    context.stroke();
  },

  line(context, layer, buffer, to) {
    const data = floats(buffer);
    context.strokeStyle = layer.colour;
    context.lineWidth = layer.width;
    context.setLineDash(layer.dash);
    context.beginPath();
    let going = false;
    for (let i = 0; i < data.length; i += 2) {
      if (Number.isNaN(data[i])) {
        going = false;
      } else {
        context[going ? "lineTo" : "moveTo"](...to(data[i], data[i + 1]));
        going = true;
      }
    }
    context.stroke();
    context.setLineDash([]);
  },

  words(context, layer, buffer, to) {
    context.fillStyle = layer.colour;
    context.font = `${layer.size}px sans-serif`;
    [...places(buffer, to)].forEach(([x, y], i) => context.fillText(layer.texts[i], x + 3, y - 3));
  },
};

function render({ model, el }) {
  const size = [model.get("width"), model.get("height")];
  const hint = model.get("hint");
  const canvas = document.createElement("canvas");
  const help = document.createElement("div");
  const context = canvas.getContext("2d");
  let picture = null; // the one on the screen
  const coming = []; // those that have arrived since: several at once, since the network hands them over in heaps
  let due = false; // whether the screen has been asked for its next refresh
  let stroke = null; // numbers x, y, x, y, … of the stroke under way
  let cursor = [0, 0];

  const shape = `width: ${size[0]}px; max-width: 100%; aspect-ratio: ${size[0]} / ${size[1]}`;
  canvas.style.cssText = `${shape}; display: block; box-shadow: 0 0 0 1px #cccccc`;
  help.setAttribute("role", "status");
  help.style.cssText = `max-width: ${size[0]}px; line-height: 1.4`;
  el.append(canvas, help);

  // Painting

  function edges() {
    return picture ? picture.content.limits : [-1, 1, -1, 1];
  }

  function to(x, y) {
    const [left, right, bottom, top] = edges();
    return [((x - left) / (right - left)) * size[0], ((top - y) / (top - bottom)) * size[1]];
  }

  function paint() {
    const sharpness = window.devicePixelRatio || 1;
    const pixels = size.map((side) => Math.round(side * sharpness));
    if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) [canvas.width, canvas.height] = pixels;
    context.setTransform(sharpness, 0, 0, sharpness, 0, 0);
    context.fillStyle = "white";
    context.fillRect(0, 0, ...size);
    if (picture) {
      picture.content.layers.forEach((layer, i) => PAINTERS[layer.kind](context, layer, picture.buffers[i], to, size));
    }
    if (model.get("drawing")) paintDrawing();
    describe();
  }

  // In ink with a white edge, so that both are seen on dark pictures, too.
  function paintDrawing() {
    const points = new DataView(new Float32Array(stroke || []).buffer);
    const pen = model.get("pen");
    PAINTERS.dots(context, { colour: "white", size: pen + EDGE }, points, to);
    PAINTERS.dots(context, { colour: INK, size: pen }, points, to);
    if (document.activeElement !== canvas) return;
    const [x, y] = to(...cursor);
    context.beginPath();
    context.arc(x, y, 7, 0, 2 * Math.PI);
    for (const [dx, dy] of Object.values(KEYS)) {
      context.moveTo(x + 4 * dx, y + 4 * dy);
      context.lineTo(x + 11 * dx, y + 11 * dy);
    }
    for (const [colour, width] of [["white", 1 + 2 * EDGE], [INK, 1]]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke();
    }
  }

  function describe() {
    const drawing = model.get("drawing");
    const alt = picture ? picture.content.alt : "";
    canvas.setAttribute("role", drawing ? "application" : "img");
    canvas.setAttribute("aria-label", drawing ? `${hint || HELP} ${alt}` : alt);
    canvas.tabIndex = drawing ? 0 : -1;
    canvas.toggleAttribute("data-lm-suppress-shortcuts", drawing); // or keys that draw would command the notebook
    canvas.style.touchAction = drawing ? "none" : "auto"; // or a finger would scroll the page
    canvas.style.cursor = drawing ? "crosshair" : "auto";
  }

  function refresh() {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      const next = coming.shift();
      picture = next || picture;
      paint();
      if (next && next.content.number % 2 === 0) model.send({ shown: next.content.number }); // for the one before too
      if (coming.length) refresh();
    });
  }

  function receive(content, buffers) {
    if (document.hidden) coming.length = 0; // a page in the background is not drawn: it will need the newest alone
    coming.push({ content, buffers });
    refresh();
  }

  // Drawing by hand

  function drawn() {
    const strokes = model.get("strokes");
    return strokes && strokes.byteLength ? Array.from(floats(strokes)) : [];
  }

  function keep(numbers) {
    const all = new Float32Array(numbers.slice(0, 2 * model.get("most_points")));
    model.set("strokes", new DataView(all.buffer));
    model.save_changes();
  }

  function say() {
    const count = drawn().length / 2;
    const [x, y] = cursor.map((value) => value.toFixed(2));
    const place = document.activeElement === canvas ? ` Cursor at ${x}, ${y}.` : "";
    const told = hint || `${HELP} ${count} ${count === 1 ? "point" : "points"}.`;
    help.textContent = model.get("drawing") ? `${told}${place}` : "";
    refresh();
  }

  function clamp(value) {
    return Math.min(1, Math.max(-1, value));
  }

  function under(event) {
    const box = canvas.getBoundingClientRect();
    const [left, right, bottom, top] = edges();
    const x = left + ((event.clientX - box.left) / box.width) * (right - left);
    const y = top - ((event.clientY - box.top) / box.height) * (top - bottom);
    return [clamp(x), clamp(y)];
  }

  function extend(x, y) {
    const [lastX, lastY] = stroke.slice(-2);
    const steps = Math.floor(Math.hypot(x - lastX, y - lastY) / SPACING);
    for (let i = 1; i <= steps; i++) stroke.push(lastX + ((x - lastX) * i) / steps, lastY + ((y - lastY) * i) / steps);
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (!model.get("drawing") || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId); // so that a release outside is heard
    stroke = under(event);
    refresh();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke || hint) return;
    extend(...under(event));
    refresh();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (!stroke) return;
      keep(drawn().concat(stroke));
      stroke = null;
    });
  }
  canvas.addEventListener("keydown", (event) => {
    if (!model.get("drawing")) return;
    if (event.key in KEYS) {
      const stride = event.shiftKey ? STRIDE / 10 : STRIDE;
      cursor = cursor.map((value, axis) => clamp(value + stride * KEYS[event.key][axis]));
    } else if (event.key === " ") {
      keep(drawn().concat(cursor));
    } else if (event.key === "Backspace" && !hint) {
      keep(drawn().slice(0, -2));
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    say();
  });
  for (const change of ["focus", "blur"]) canvas.addEventListener(change, say);

  window.addEventListener("resize", refresh); // a change of zoom is one, and wants other pixels
  model.on("msg:custom", receive);
  model.on("change:drawing", say);
  model.on("change:strokes", say);
  say();
  model.send({ new: true });
  return () => {
    window.removeEventListener("resize", refresh);
    model.off("msg:custom", receive);
    model.off("change:drawing", say);
    model.off("change:strokes", say);
  };
}

export default { render };
