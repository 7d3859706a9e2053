// A sheet to draw on with mouse, finger or keyboard, as gancore/widgets/canvas.js has it in a notebook.
(function (gancore) {
  const { button, element, soon } = gancore.controls;
  const MOST_POINTS = 2000, SPACING = 0.03; // between points along a stroke, in units of a sheet from -1 to 1
  const STRIDE = 0.1; // of the cursor that keys move; a tenth of it with Shift
  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
  const HELP =
    "Draw with mouse or finger. With keys: arrows move the cursor, Shift makes small moves, Space sets a point, " +
    "Backspace takes the last one back.";
  const SHARPER = 2; // pixels of the canvas for each of the page

  const clamp = (value) => Math.min(1, Math.max(-1, value));

  // A sheet of `size` × `height` pixels called `label`; `pen` is the radius of what is drawn, in [-1, 1], and `reach` what
  // its edges stand for. `change()` is called after each stroke, `points` are then all pairs so far; `paper(pen, size)`
  // paints what lies beneath. Strokes that are not `lasting` are left to it once they are drawn.
  gancore.controls.pad = function (label, { size, height = size, reach = 1, pen, lasting = true, paper = () => {} }, change) {
    const canvas = element("canvas", { width: size * SHARPER, height: height * SHARPER, className: "gancore-pad", tabIndex: 0 });
    const help = element("p", { className: "gancore-legend" });
    const context = canvas.getContext("2d");
    let stroke = null; // the one under way
    let cursor = [0, 0], keyed = false; // and whether keys draw, or a pointer, which needs none
    canvas.style.width = `${size}px`;
    help.setAttribute("role", "status");
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", `${label}. ${HELP}`);

    const to = ([x, y]) => [((x / reach + 1) / 2) * size, ((1 - y / reach) / 2) * height];

    function paint() {
      context.setTransform(SHARPER, 0, 0, SHARPER, 0, 0);
      context.fillStyle = "#fff";
      context.fillRect(0, 0, size, height);
      paper(context, size);
      context.fillStyle = "#222";
      context.beginPath();
      for (const point of [...(lasting ? pad.points : []), ...(stroke ?? [])]) {
        const [x, y] = to(point);
        context.moveTo(x + pen, y);
        context.arc(x, y, pen, 0, 2 * Math.PI);
      }
      context.fill();
      if (keyed) paintCursor(...to(cursor));
    }

    function paintCursor(x, y) {
      context.strokeStyle = "#b34700";
      context.lineWidth = 1.5;
      context.beginPath();
      context.arc(x, y, 7, 0, 2 * Math.PI);
      for (const [dx, dy] of Object.values(KEYS)) {
        context.moveTo(x + 4 * dx, y + 4 * dy);
        context.lineTo(x + 11 * dx, y + 11 * dy);
      }
      context.stroke();
    }

    function say() {
      const place = keyed ? ` Cursor at ${cursor.map((value) => value.toFixed(2)).join(", ")}.` : "";
      help.textContent = `${HELP} ${pad.points.length} ${pad.points.length === 1 ? "point" : "points"}.${place}`;
      refresh();
    }

    function keep(points) {
      pad.points = points.slice(0, MOST_POINTS);
      say();
      change();
    }

    function under(event) {
      const box = canvas.getBoundingClientRect();
      const across = ((event.clientX - box.left) / box.width) * 2 - 1, up = 1 - ((event.clientY - box.top) / box.height) * 2;
      return [clamp(reach * across), clamp(reach * up)];
    }

    function extend([x, y]) {
      const [lastX, lastY] = stroke.at(-1);
      const steps = Math.floor(Math.hypot(x - lastX, y - lastY) / SPACING);
      for (let i = 1; i <= steps; i++) stroke.push([lastX + ((x - lastX) * i) / steps, lastY + ((y - lastY) * i) / steps]);
    }

    function press(event) {
      const stride = event.shiftKey ? STRIDE / 10 : STRIDE;
      if (event.key in KEYS) cursor = cursor.map((value, axis) => clamp(value + stride * KEYS[event.key][axis]));
      else if (event.key === " ") keep([...pad.points, cursor]);
      else if (event.key === "Backspace") keep(pad.points.slice(0, -1));
      else return;
      event.preventDefault(); // or the page would scroll
      keyed = true;
      say();
    }

    const refresh = soon(paint);
    const end = () => {
      if (!stroke) return;
      const drawn = stroke;
      stroke = null;
      keep([...pad.points, ...drawn]);
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId); // so that a release outside is heard
      stroke = [under(event)];
      keyed = false;
      refresh();
    });
    canvas.addEventListener("pointermove", (event) => stroke && (extend(under(event)), refresh()));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, end);
    canvas.addEventListener("keydown", press);
    for (const name of ["focus", "blur"]) canvas.addEventListener(name, () => ((keyed = canvas.matches(":focus-visible")), say()));

    // `put` lays out a sheet with points on it, without a word to `change`.
    const put = (points) => ((pad.points = points), say());
    const pad = { canvas, help, points: [], put, refresh, clear: button("Clear", () => keep([])) };
    say();
    return pad;
  };
})(globalThis.gancore);
