// The 2-D lab: two small players train in a worker while you look on, as gancore/widgets/lab.py has it.
(function (gancore) {
  const { element, kinds, menu, row, slider, view } = gancore.controls;
  const { arrow, colours, crosses, dots, join, paper, scale, stroke } = gancore.pen;
  const SIZE = 420, MOST_ROUNDS = 30, LAST_SEED = 99;
  const ORANGE = [245, 213, 164], WHITE = [255, 255, 255], BLUE = [169, 210, 238]; // D says generated, cannot tell, real
  const ARROW_SCALE = 0.15, LONGEST_ARROW = 0.25, SMALLEST_ARROW = 0.02;
  const LEGEND = "Blue: here D says real. Orange: here it says generated. On the line it cannot tell. Arrows: where it pulls.";

  const colour = (share, c) =>
    share < 0.5 ? ORANGE[c] + 2 * share * (WHITE[c] - ORANGE[c]) : WHITE[c] + (2 * share - 1) * (BLUE[c] - WHITE[c]);

  function paint(ink, seen) {
    const { side, edge } = seen, to = scale({ left: 0, top: 0, width: SIZE, height: SIZE }, [-edge, edge], [-edge, edge]);
    paintSurface(ink, seen.surface, side);
    const cell = (2 * edge) / (side - 1);
    const corner = ([column, line]) => to(column * cell - edge, line * cell - edge);
    stroke(ink, colours.INK, 1.2, () => boundary(seen.surface, side).forEach((line) => join(ink, ...line.map(corner))));
    dots(ink, seen.real, to);
    crosses(ink, seen.fake, to);
    stroke(ink, colours.INK, 1.2, () => arrows(seen).forEach(([from, end]) => arrow(ink, to(...from), to(...end))));
  }

  const small = element("canvas");

  function paintSurface(ink, surface, side) {
    Object.assign(small, { width: side, height: side });
    const pixels = new ImageData(side, side);
    surface.forEach((share, i) => {
      const at = 4 * ((side - 1 - Math.floor(i / side)) * side + (i % side)); // the picture's rows run downwards
      for (let c = 0; c < 3; c++) pixels.data[at + c] = colour(share, c);
      pixels.data[at + 3] = 255;
    });
    small.getContext("2d").putImageData(pixels, 0, 0);
    const half = SIZE / (side - 1) / 2; // places lie in the middles of pixels, the outer ones on the edge
    ink.drawImage(small, -half, -half, SIZE + 2 * half, SIZE + 2 * half);
  }

  // Where the verdict is one half: in every cell a line between the edges on which it passes that.
  function boundary(surface, side) {
    const lines = [];
    for (let y = 0; y < side - 1; y++) {
      for (let x = 0; x < side - 1; x++) {
        const corners = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]];
        const passed = corners.flatMap((here, i) => {
          const next = corners[(i + 1) % 4], [a, b] = [here, next].map(([c, r]) => surface[r * side + c] - 0.5);
          return a > 0 === b > 0 ? [] : [[0, 1].map((axis) => here[axis] + (a / (a - b)) * (next[axis] - here[axis]))];
        });
        for (let i = 0; i + 1 < passed.length; i += 2) lines.push([passed[i], passed[i + 1]]);
      }
    }
    return lines;
  }

  // Starts and ends, to scale up to a longest length.
  function arrows({ fake, pull }) {
    const found = [];
    for (let i = 0; i < pull.length; i += 2) {
      const length = ARROW_SCALE * Math.hypot(pull[i], pull[i + 1]);
      const stretch = ARROW_SCALE * Math.min(1, LONGEST_ARROW / length);
      if (length < SMALLEST_ARROW) continue;
      found.push([[fake[i], fake[i + 1]], [fake[i] + stretch * pull[i], fake[i + 1] + stretch * pull[i + 1]]]);
    }
    return found;
  }

  const percent = (share) => `${Math.round(100 * share)}%`;

  function describe({ rounds, coverage, dReal, dFake }) {
    return (
      `After ${rounds} rounds: ${coverage.covered} of ${coverage.modes} modes, ${percent(coverage.share)} of the samples on a ` +
      `mode; D is right on ${percent(dReal)} of the real and ${percent(dFake)} of the generated points.`
    );
  }

  gancore.views.Lab = async function ({ seed: started = 0 }) {
    const canvas = paper(SIZE, SIZE);
    const data = menu("Data", gancore.toys.inThePlane, "ring", () => anew());
    const loss = menu("Loss", Object.keys(gancore.game.LOSSES), "non-saturating", () => lookAgain());
    const rate = (label, value) => slider(label, { min: -5, max: -1, step: 0.1, value, tell: (power) => (10 ** power).toExponential(1) }, () => {});
    const dRate = rate("D's rate", -2.7), gRate = rate("G's rate", -3);
    const speed = slider("Rounds a frame, up to", { min: 1, max: MOST_ROUNDS, value: 5 }, () => {});
    const seed = slider("Seed", { max: LAST_SEED, value: started }, () => anew());
    const { buttons, numbers, line, anew, lookAgain } = await gancore.training(canvas, {
      begin: () => ({ data: data.value, seed: Number(seed.value) }),
      rules: () => ({ loss: loss.value, dRate: 10 ** dRate.value, gRate: 10 ** gRate.value }),
      rounds: () => Number(speed.value),
      show: (seen) => (paint(canvas.ink, seen), describe(seen)),
    });
    const legend = element("p", { className: "gancore-legend" }, ...kinds(), `. ${LEGEND}`);
    const more = element("p", {
      className: "gancore-legend",
      textContent: "A seed plays another game here than in Python. Data drawn by hand, noise, penalties and more losses are in JupyterLab.",
    });
    await anew();
    const settings = row(...[data, loss, seed, speed, dRate, gRate].map((control) => control.row));
    const title = "The 2-D lab: a generator and a discriminator play for points";
    return view(title, buttons, canvas, numbers, line, legend, settings, more);
  };
})(globalThis.gancore);
