// The game on the line, played by hand: draw D over both densities, then move the forger, as gancore/widgets/by_hand.py does.
(function (gancore) {
  const { button, element, pad, row, slider, status, view } = gancore.controls;
  const { colours, join, scale, stroke, trace, within, write } = gancore.pen;
  const { FORGER, newest, look, answer, describe } = gancore.handGame;
  const { FRAME } = gancore.lineGame;
  const WIDTH = 420, HEIGHT = 260, REACH = 1.15, PEN = 2.5, HIGHEST = 3.2; // of the densities, as they are drawn
  const EDGE = (side) => (side * (1 - 1 / REACH)) / 2;
  const BOX = { left: EDGE(WIDTH), top: EDGE(HEIGHT), width: WIDTH / REACH, height: HEIGHT / REACH };
  const HELP = "Draw D over the whole width. What you draw later replaces what was there.";
  const LEGEND = "Blue: the data, p(x). Orange, dashed: the forger, q(x). Green: D(x), from 0 to 1, which you draw.";

  function grid(ink, to) {
    stroke(ink, "#dddddd", 1, () => [0, 0.5, 1].forEach((y) => join(ink, to(-FRAME, y), to(FRAME, y))));
    for (const x of [-1, -0.5, 0, 0.5, 1]) {
      write(ink, String(x).replace("-", "−"), [to(x, 0)[0], HEIGHT - 4], { size: 13, align: "center" });
    }
    for (const y of [0, 0.5, 1]) write(ink, String(y), [BOX.left - 5, to(0, y)[1] + 4], { size: 13, align: "right" });
  }

  gancore.views.PlayByHand = async function () {
    const line = status();
    let seen;

    function paint(ink) {
      const to = scale(BOX, [-FRAME, FRAME], [0, 1]);
      const curve = (values, part = 1) => trace(ink, Array.from(values, (value, i) => to(seen.places[i], Math.min(1, value / part))));
      grid(ink, to);
      within(ink, BOX, () => {
        stroke(ink, colours.REAL, 2, () => curve(seen.real, HIGHEST));
        stroke(ink, colours.GENERATED, 2, () => curve(seen.fake, HIGHEST), [6, 4]);
        stroke(ink, colours.GREEN, 2.5, () => curve(seen.verdict));
      });
    }

    function update() {
      const kept = newest(paper.points);
      if (kept.length < paper.points.length) paper.put(kept);
      seen = look({ mean: Number(mean.value), std: Number(std.value) }, kept);
      paper.refresh();
      line.say(kept.length ? describe(seen) : `${HELP} ${describe(seen)}`);
    }

    function showBest() {
      paper.put(answer({ mean: Number(mean.value), std: Number(std.value) }));
      update();
    }

    const paper = pad("A sheet for D", { size: WIDTH, height: HEIGHT, reach: REACH, pen: PEN, lasting: false, paper: paint }, update);
    const mean = slider("q: mean", { min: -0.8, max: 0.8, step: 0.05, value: FORGER.mean, digits: 2 }, update);
    const std = slider("q: width", { min: 0.15, max: 0.6, step: 0.05, value: FORGER.std, digits: 2 }, update);
    update();
    const legend = element("p", { className: "gancore-legend", textContent: LEGEND });
    return view("Be the police, then the forger", row(paper.clear, button("Best D", showBest)), row(mean.row, std.row), paper.canvas, line, paper.help, legend);
  };
})(globalThis.gancore);
