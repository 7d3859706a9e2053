// What is drawn by hand becomes a picture: a digit like those of MNIST, as gancore/analysis/strokes.py makes it, or an
// outline like those of emoji, as gancore/lessons/outlines.py does. Points are pairs in [-1, 1], in the order of drawing.
(function (gancore) {
  const SIDE = 28, BOX = 20, MIDDLE = 14, PEN = 2.6; // pixels
  const JOINED = 0.15, LARGEST_SCALE = 40;
  const OUTLINE_PEN = 1.15; // pixels

  const clamp = (value) => Math.min(1, Math.max(0, value));

  // A drawing as pixels in [-1, 1]: scaled to a square of 20, its centre of mass in the middle.
  function rasterise(points) {
    const down = points.map(([x, y]) => [x, -y]); // rows are counted from the top
    const [low, high] = [Math.min, Math.max].map((most) => [0, 1].map((axis) => most(...down.map((point) => point[axis]))));
    const scale = Math.min((BOX - PEN) / Math.max(high[0] - low[0], high[1] - low[1], 1e-6), LARGEST_SCALE);
    const placed = down.map((point) => point.map((value, axis) => (value - (low[axis] + high[axis]) / 2) * scale));
    const segments = placed.map((place, i) => {
      const next = points[i + 1];
      const joined = next && Math.hypot(next[0] - points[i][0], next[1] - points[i][1]) <= JOINED;
      return [...place, ...(joined ? placed[i + 1] : place)];
    });
    const [right, below] = centreOfMass(stamp(segments));
    return stamp(segments.map(([x, y, u, v]) => [x - right, y - below, u - right, v - below])).map((ink) => 2 * ink - 1);
  }

  // The ink, 0 to 1, of a round pen along segments [x, y, x, y], in pixels from the middle.
  function stamp(segments) {
    return Float32Array.from({ length: SIDE * SIDE }, (_, at) => {
      const x = (at % SIDE) - MIDDLE, y = Math.floor(at / SIDE) - MIDDLE;
      let nearest = Infinity;
      for (const [left, top, right, bottom] of segments) {
        const dx = right - left, dy = bottom - top;
        const share = clamp(((x - left) * dx + (y - top) * dy) / Math.max(dx * dx + dy * dy, 1e-12));
        nearest = Math.min(nearest, Math.hypot(x - left - share * dx, y - top - share * dy));
      }
      return clamp(PEN / 2 + 0.5 - nearest);
    });
  }

  // Pixels to the right of the middle, and below it.
  function centreOfMass(ink) {
    let sum = 0, right = 0, below = 0;
    ink.forEach((value, at) => {
      sum += value;
      right += value * ((at % SIDE) - MIDDLE);
      below += value * (Math.floor(at / SIDE) - MIDDLE);
    });
    return [right / sum, below / sum];
  }

  // Black lines on white in [-1, 1] through points that lie close.
  function outlineOf(points, side) {
    return Float32Array.from({ length: side * side }, (_, at) => {
      const x = (((at % side) + 0.5) / side) * 2 - 1, y = 1 - ((Math.floor(at / side) + 0.5) / side) * 2;
      let nearest = Infinity;
      for (const [u, v] of points) nearest = Math.min(nearest, Math.hypot(x - u, y - v));
      return 2 * clamp((nearest * side) / 2 - OUTLINE_PEN + 1) - 1;
    });
  }

  gancore.strokes = { rasterise, outlineOf };
})(globalThis.gancore);
