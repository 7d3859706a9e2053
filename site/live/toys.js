// Data on the line and in the plane, as gancore/data/toys.py and lessons/line_game.py have them: equal round Gaussians,
// and the modes to look for samples at.
(function (gancore) {
  const CURVE_POINTS = 10000; // of the chain that a curve is measured along
  const PEAKS_APART = 2, ON_A_MODE = 3; // standard deviations

  const onCircle = (angle) => [Math.cos(angle), Math.sin(angle)];
  const steps = (count, from, to) => Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

  const IN_THE_PLANE = {
    ring: () => [Array.from({ length: 8 }, (_, i) => onCircle((i * Math.PI) / 4).map((value) => 0.8 * value)), 0.05],
    grid: () => [steps(5, -0.8, 0.8).flatMap((y) => steps(5, -0.8, 0.8).map((x) => [x, y])), 0.05],
    moons() {
      const upper = steps(CURVE_POINTS, 0, Math.PI).map(onCircle), lower = upper.map(([x, y]) => [1 - x, 0.5 - y]);
      const placed = (curve) => curve.map(([x, y]) => [0.6 * (x - 0.5), 0.6 * (y - 0.25)]);
      return [[upper, lower].flatMap((curve) => ridge(placed(curve), 0.04)), 0.04];
    },
    spiral() {
      const end = 4.5 * Math.PI, angles = steps(CURVE_POINTS, 0.5 * Math.PI, end);
      return [ridge(angles.map((angle) => onCircle(angle).map((value) => (0.88 * angle * value) / end)), 0.03), 0.03];
    },
  };
  const ON_THE_LINE = {
    "one bump": () => [[[0.4]], 0.2],
    "two bumps": () => [[[-0.4], [0.4]], 0.15],
    "bumps far apart": () => [[[-0.5], [0.5]], 0.12],
  };

  // Places at even distances, about `std`, along the chain of points `curve`.
  function ridge(curve, std) {
    const lengths = [0];
    for (let i = 1; i < curve.length; i++) {
      lengths.push(lengths[i - 1] + Math.hypot(curve[i][0] - curve[i - 1][0], curve[i][1] - curve[i - 1][1]));
    }
    const whole = lengths.at(-1), count = Math.max(1, Math.round(whole / std));
    let after = 1;
    return steps(count + 1, 0, whole).map((stop) => {
      while (after < curve.length - 1 && lengths[after] < stop) after++;
      const share = (stop - lengths[after - 1]) / (lengths[after] - lengths[after - 1]);
      return [0, 1].map((axis) => (1 - share) * curve[after - 1][axis] + share * curve[after][axis]);
    });
  }

  const distance = ([a, b = 0], [c, d = 0]) => Math.hypot(a - c, b - d);

  // Of the centres that melt into one peak, one.
  function modes(centres, std) {
    const kept = [];
    for (const centre of centres) {
      if (kept.every((other) => distance(centre, other) > PEAKS_APART * std)) kept.push(centre);
    }
    return kept;
  }

  function toy(name) {
    const [centres, std] = { ...IN_THE_PLANE, ...ON_THE_LINE }[name]();
    return { name, dim: centres[0].length, centres, std, modes: modes(centres, std) };
  }

  // `count` points of a toy in one array; the same `seed` draws the same ones.
  function sample({ centres, std, dim }, count, seed) {
    const uniform = gancore.uniforms(seed), points = gancore.normals(dim * count, seed ^ 0x40000000);
    for (let i = 0; i < count; i++) {
      const centre = centres[Math.floor(uniform() * centres.length)];
      for (let axis = 0; axis < dim; axis++) points[dim * i + axis] = centre[axis] + std * points[dim * i + axis];
    }
    return points;
  }

  // p(x) of data on the line.
  function density({ centres, std }, x) {
    const bump = ([centre]) => Math.exp(-(((x - centre) / std) ** 2) / 2);
    return centres.reduce((sum, centre) => sum + bump(centre), 0) / (centres.length * std * Math.sqrt(2 * Math.PI));
  }

  // How many modes the points reach, and the share of the points that lie on one.
  function coverage({ modes, std }, points) {
    const reached = new Set();
    let on = 0;
    for (let i = 0; i < points.length; i += 2) {
      const apart = modes.map((mode) => distance(mode, [points[i], points[i + 1]]));
      const nearest = apart.indexOf(Math.min(...apart));
      if (apart[nearest] > ON_A_MODE * std) continue;
      reached.add(nearest);
      on++;
    }
    return { covered: reached.size, modes: modes.length, share: on / (points.length / 2) };
  }

  const [inThePlane, onTheLine] = [IN_THE_PLANE, ON_THE_LINE].map(Object.keys);
  gancore.toys = { inThePlane, onTheLine, toy, sample, density, coverage };
})(globalThis.gancore);
