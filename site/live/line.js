// The game on the line: the generator's density chases that of the data, and D is drawn above, as gancore/widgets/line.py
// has it. The panels are those of figure 1 in Goodfellow et al. (2014).
(function (gancore) {
  const { element, menu, row, slider, view } = gancore.controls;
  const { axes, colours, join, paper, scale, stroke, trace, within, write } = gancore.pen;
  const { RULES, ROUNDS, FRAME } = gancore.lineGame;
  const WIDTH = 420, HEIGHT = 420, LAST_SEED = 99, MOVES = [1, 5, 25];
  const SEEN_Z = 4, HIGHEST = 3.2; // of the z axis, and of the densities, as they are drawn
  const [ABOVE, MIDDLE, BELOW] = [[24, 106], [168, 106], [326, 70]].map(([top, height]) => ({ left: 32, top, width: 376, height }));
  const TICKS = [-1, -0.5, 0, 0.5, 1];
  const LEGEND =
    "Above, D(x), how likely D takes x for real, as a solid line; D*(x), the best there is, dotted. In the middle, p(x), the " +
    "data, solid; q(x), what is generated, dashed. Below, lines from z to x = G(z), which crowd where q(x) is high.";

  function paint(ink, seen) {
    const { places, real, fake, verdict, best } = seen;
    const line = (to, values) => trace(ink, Array.from(values, (value, i) => to(places[i], value)).filter((_, i) => Math.abs(places[i]) < FRAME));
    const share = scale(ABOVE, [-FRAME, FRAME], [0, 1]), density = scale(MIDDLE, [-FRAME, FRAME], [0, HIGHEST]);
    axes(ink, ABOVE, share, [], [0, 0.5, 1]);
    axes(ink, MIDDLE, density, TICKS, [0, 1, 2, 3]);
    write(ink, "D(x) solid, the best D*(x) dotted", [ABOVE.left, ABOVE.top - 9]);
    write(ink, "p(x) of the data solid, q(x) generated dashed", [MIDDLE.left, MIDDLE.top - 9]);
    stroke(ink, colours.GREY, 0.8, () => join(ink, share(-FRAME, 0.5), share(FRAME, 0.5)));
    stroke(ink, colours.GREEN, 2, () => line(share, verdict));
    stroke(ink, colours.INK, 1.8, () => line(share, best), [2, 3]);
    within(ink, MIDDLE, () => {
      stroke(ink, colours.REAL, 2, () => line(density, real));
      stroke(ink, colours.GENERATED, 2, () => line(density, fake), [6, 4]);
    });
    const z = scale(BELOW, [-SEEN_Z, SEEN_Z], [0, 1]), x = scale(BELOW, [-FRAME, FRAME], [0, 1]);
    write(ink, "each latent z, and above it where G carries it", [BELOW.left, BELOW.top - 9]);
    axes(ink, BELOW, z, [-4, -2, 0, 2, 4], []);
    within(ink, BELOW, () => stroke(ink, colours.GENERATED, 1, () => seen.z.forEach((at, i) => join(ink, z(at, 0), x(seen.x[i], 1)))));
  }

  function describe({ moves: [d, g], lowest, highest, value, bestValue, divergence }) {
    return (
      `D has moved ${d} times, G ${g} times. D(x) runs from ${lowest.toFixed(2)} to ${highest.toFixed(2)} where ` +
      `there is anything to judge. The value V(D, G) is ${value.toFixed(3)}; the best D ` +
      `would reach ${bestValue.toFixed(3)}; at equilibrium it is ${(-Math.log(4)).toFixed(3)}. JS(p, q) is ${divergence.toFixed(3)}.`
    );
  }

  gancore.views.LineLab = async function ({ data: first = "two bumps", seed: started = 0 }) {
    const canvas = paper(WIDTH, HEIGHT);
    const data = menu("Data", gancore.toys.onTheLine, first, () => anew());
    const seed = slider("Seed", { max: LAST_SEED, value: started }, () => anew());
    const moves = menu("Moves a step", MOVES, 5, () => {});
    const { buttons, numbers, line, anew } = await gancore.training(canvas, {
      begin: () => ({ data: data.value, seed: Number(seed.value) }),
      rules: () => RULES,
      rounds: () => ROUNDS,
      moves: () => Number(moves.value),
      show: (seen) => (canvas.clear(), paint(canvas.ink, seen), describe(seen)),
    });
    const legend = element("p", { className: "gancore-legend", textContent: LEGEND });
    const more = element("p", { className: "gancore-legend", textContent: "A seed plays another game here than in Python." });
    await anew();
    return view("A game for two, on the line", row(data.row, seed.row, moves.row), buttons, canvas, numbers, line, legend, more);
  };
})(globalThis.gancore);
