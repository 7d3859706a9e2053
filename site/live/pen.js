// Drawing: a canvas on which a plane or a chart has units of its own, and what is drawn there more than once.
(function (gancore) {
  const { element } = gancore.controls;
  const SHARPER = 2; // pixels of a canvas for each of the page
  const REAL = "#0072B2", GENERATED = "#D55E00", GREEN = "#007A59", GREY = "#666666", INK = "#222222";
  const HEAD = 5; // of an arrow

  // White paper, `width` × `height` pixels of a wide page; on a narrow one it shrinks. `ink` draws on it.
  function paper(width, height, className = "gancore-plane") {
    const canvas = element("canvas", { width: width * SHARPER, height: height * SHARPER, className });
    canvas.ink = canvas.getContext("2d");
    canvas.ink.setTransform(SHARPER, 0, 0, SHARPER, 0, 0);
    canvas.clear = () => {
      canvas.ink.fillStyle = "#fff";
      canvas.ink.fillRect(0, 0, width, height);
    };
    return canvas;
  }

  // A rectangle { left, top, width, height } with units of its own: where `x` and `y` of these ranges lie.
  function scale({ left, top, width, height }, [x0, x1], [y0, y1]) {
    return (x, y) => [left + (width * (x - x0)) / (x1 - x0), top + height - (height * (y - y0)) / (y1 - y0)];
  }

  function stroke(ink, colour, width, draw, dashes = []) {
    Object.assign(ink, { strokeStyle: colour, lineWidth: width });
    ink.setLineDash(dashes);
    ink.beginPath();
    draw();
    ink.stroke();
    ink.setLineDash([]);
  }

  function join(ink, from, to) {
    ink.moveTo(...from);
    ink.lineTo(...to);
  }

  // A line from place to place, with a gap where a number is none.
  function trace(ink, places) {
    let drawing = false;
    for (const [x, y] of places) {
      if (Number.isFinite(y)) ink[drawing ? "lineTo" : "moveTo"](x, y);
      drawing = Number.isFinite(y);
    }
  }

  function each(points, to, draw) {
    for (let i = 0; i < points.length; i += 2) draw(...to(points[i], points[i + 1]));
  }

  // Real points are dots, generated ones crosses.
  function dots(ink, points, to, radius = 2) {
    ink.fillStyle = REAL;
    ink.beginPath();
    each(points, to, (x, y) => (ink.moveTo(x + radius, y), ink.arc(x, y, radius, 0, 2 * Math.PI)));
    ink.fill();
  }

  function crosses(ink, points, to, r = 2.5) {
    stroke(ink, GENERATED, 1.5, () =>
      each(points, to, (x, y) => (join(ink, [x - r, y - r], [x + r, y + r]), join(ink, [x - r, y + r], [x + r, y - r]))),
    );
  }

  function arrow(ink, from, to) {
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
    join(ink, from, to);
    for (const side of [-0.5, 0.5]) join(ink, to, [to[0] - HEAD * Math.cos(angle + side), to[1] - HEAD * Math.sin(angle + side)]);
  }

  // What reaches beyond a box is cut off.
  function within(ink, { left, top, width, height }, draw) {
    ink.save();
    ink.beginPath();
    ink.rect(left, top, width, height);
    ink.clip();
    draw();
    ink.restore();
  }

  function write(ink, words, [x, y], { size = 13, align = "left", colour = INK } = {}) {
    Object.assign(ink, { font: `${size}px sans-serif`, textAlign: align, fillStyle: colour });
    ink.fillText(words, x, y);
  }

  // The left and lower edge of a box of `scale`, with numbers at `xs` and `ys`.
  function axes(ink, box, to, xs, ys, size = 13) {
    const { left, top, width, height } = box, bottom = top + height;
    stroke(ink, GREY, 1, () => (ink.moveTo(left, top), ink.lineTo(left, bottom), ink.lineTo(left + width, bottom)));
    const minus = (number) => String(number).replace("-", "−");
    xs.forEach((x) => write(ink, minus(x), [to(x, 0)[0], bottom + size + 1], { size, align: "center" }));
    ys.forEach((y) => write(ink, minus(y), [left - 4, to(0, y)[1] + size / 3], { size, align: "right" }));
  }

  const colours = { REAL, GENERATED, GREEN, GREY, INK };
  gancore.pen = { paper, scale, stroke, join, trace, dots, crosses, arrow, within, write, axes, colours };
})(globalThis.gancore);
