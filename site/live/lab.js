// The 2-D lab: two small players train in a worker while you look on, as gancore/widgets/lab.py has it.
(function (gancore) {
  const { button, element, menu, row, slider, status, view } = gancore.controls;
  const SIZE = 420, SHARPER = 2; // pixels of the page, and of the canvas for each of them
  const KEPT = 100, MOST_ROUNDS = 30, LAST_SEED = 99;
  const ORANGE = [245, 213, 164], WHITE = [255, 255, 255], BLUE = [169, 210, 238]; // D says generated, cannot tell, real
  const REAL = "#0072B2", GENERATED = "#D55E00", INK = "#222222";
  const ARROW_SCALE = 0.15, LONGEST_ARROW = 0.25, SMALLEST_ARROW = 0.02, HEAD = 5;
  const LEGEND =
    "● real, × generated. Blue: here D says real. Orange: here it says generated. On the line it cannot tell. " +
    "Arrows: where it pulls.";

  const colour = (share, c) =>
    share < 0.5 ? ORANGE[c] + 2 * share * (WHITE[c] - ORANGE[c]) : WHITE[c] + (2 * share - 1) * (BLUE[c] - WHITE[c]);

  function paint(canvas, seen) {
    const pen = canvas.getContext("2d"), { side, edge } = seen;
    const to = (x, y) => [((x / edge + 1) / 2) * SIZE, ((1 - y / edge) / 2) * SIZE];
    pen.setTransform(SHARPER, 0, 0, SHARPER, 0, 0);
    paintSurface(pen, seen.surface, side);
    const cell = (2 * edge) / (side - 1);
    const corner = (column, line) => to(column * cell - edge, line * cell - edge);
    stroke(pen, INK, 1.2, () => boundary(seen.surface, side).forEach((line) => join(pen, ...line.map((p) => corner(...p)))));
    pen.fillStyle = REAL;
    pen.beginPath();
    each(seen.real, to, (x, y) => (pen.moveTo(x + 2, y), pen.arc(x, y, 2, 0, 2 * Math.PI)));
    pen.fill();
    stroke(pen, GENERATED, 1.5, () =>
      each(seen.fake, to, (x, y) => (join(pen, [x - 2.5, y - 2.5], [x + 2.5, y + 2.5]), join(pen, [x - 2.5, y + 2.5], [x + 2.5, y - 2.5]))),
    );
    stroke(pen, INK, 1.2, () => arrows(seen).forEach(([from, end]) => arrow(pen, to(...from), to(...end))));
  }

  function paintSurface(pen, surface, side) {
    const small = new OffscreenCanvas(side, side), pixels = new ImageData(side, side);
    surface.forEach((share, i) => {
      const at = 4 * ((side - 1 - Math.floor(i / side)) * side + (i % side)); // the picture's rows run downwards
      pixels.data.set([0, 1, 2].map((c) => colour(share, c)).concat(255), at);
    });
    small.getContext("2d").putImageData(pixels, 0, 0);
    const half = SIZE / (side - 1) / 2; // places lie in the middles of pixels, the outer ones on the edge
    pen.drawImage(small, -half, -half, SIZE + 2 * half, SIZE + 2 * half);
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
      const scale = ARROW_SCALE * Math.min(1, LONGEST_ARROW / length);
      if (length < SMALLEST_ARROW) continue;
      found.push([[fake[i], fake[i + 1]], [fake[i] + scale * pull[i], fake[i + 1] + scale * pull[i + 1]]]);
    }
    return found;
  }

  function each(points, to, draw) {
    for (let i = 0; i < points.length; i += 2) draw(...to(points[i], points[i + 1]));
  }

  function stroke(pen, ink, width, draw) {
    Object.assign(pen, { strokeStyle: ink, lineWidth: width });
    pen.beginPath();
    draw();
    pen.stroke();
  }

  function join(pen, from, to) {
    pen.moveTo(...from);
    pen.lineTo(...to);
  }

  function arrow(pen, from, to) {
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
    join(pen, from, to);
    for (const side of [-0.5, 0.5]) join(pen, to, [to[0] - HEAD * Math.cos(angle + side), to[1] - HEAD * Math.sin(angle + side)]);
  }

  const percent = (share) => `${Math.round(100 * share)}%`;

  function describe({ rounds, coverage, dReal, dFake }) {
    return (
      `After ${rounds} rounds: ${coverage.covered} of ${coverage.modes} modes, ${percent(coverage.share)} of the samples on a ` +
      `mode; D is right on ${percent(dReal)} of the real and ${percent(dFake)} of the generated points.`
    );
  }

  gancore.views.Lab = async function ({ seed: started = 0 }) {
    const worker = await gancore.startWorker("lab");
    const { names: datas } = gancore.toys, { names: losses } = gancore.planeGame;
    const canvas = element("canvas", { width: SIZE * SHARPER, height: SIZE * SHARPER, className: "gancore-plane" });
    const numbers = element("p", { className: "gancore-status" }), line = status();
    const waiting = [];
    let playing = false;
    canvas.setAttribute("role", "img");
    worker.onmessage = ({ data }) => waiting.shift()(data);

    const rules = () => ({ loss: loss.value, dRate: 10 ** dRate.value, gRate: 10 ** gRate.value });

    // Asks the worker to act, and shows how the game stands then; `words`, or what they make of it, are said.
    async function act(what, words) {
      const answered = new Promise((resolve) => waiting.push(resolve));
      worker.postMessage({ rules: rules(), ...what });
      const seen = await answered;
      paint(canvas, seen);
      const told = describe(seen);
      numbers.textContent = told;
      if (!waiting.length) {
        rewind.max = seen.past; // and not while the reader moves it on
        rewind.put(seen.past - seen.behind);
      }
      if (!playing) canvas.setAttribute("aria-label", `The plane. ${told}`);
      if (seen.trouble) pause();
      const said = seen.trouble || (typeof words === "function" ? words(seen) : words);
      if (said) line.say(said);
    }

    async function toggle() {
      if (playing) return pause(), line.say("Paused.");
      playing = true;
      play.textContent = "Pause";
      line.say("Playing.");
      while (playing) {
        await act({ act: "play", rounds: Number(speed.value) });
        await new Promise(requestAnimationFrame);
      }
      canvas.setAttribute("aria-label", `The plane. ${numbers.textContent}`);
    }

    function pause() {
      playing = false;
      play.textContent = "Play";
    }

    function step(what, words) {
      pause();
      return act({ act: what }, words);
    }

    function anew() {
      pause();
      return act({ act: "start", data: data.value, seed: Number(seed.value) }, "Ready: Play, or move one player at a time.");
    }

    function goBack() {
      pause();
      const where = ({ behind }) =>
        behind ? `${behind} frames back. What you play now replaces what came after.` : "At the newest frame again.";
      return act({ act: "back", to: Number(rewind.value) }, where);
    }

    const play = button("Play", toggle);
    const stepD = button("Step D", () => step("discriminator", "D has moved once; G waits."));
    const stepG = button("Step G", () => step("generator", "G has moved once; D waits."));
    const reset = button("Reset", anew);
    const rewind = slider("Rewind", { max: KEPT }, goBack);
    const data = menu("Data", datas, "ring", anew);
    const loss = menu("Loss", losses, "non-saturating", () => act({ act: "look" }));
    const rate = (label, value) => slider(label, { min: -5, max: -1, step: 0.1, value, tell: (power) => (10 ** power).toExponential(1) }, () => {});
    const dRate = rate("D's rate", -2.7), gRate = rate("G's rate", -3);
    const speed = slider("Rounds a frame", { min: 1, max: MOST_ROUNDS, value: 5 }, () => {});
    const seed = slider("Seed", { max: LAST_SEED, value: started }, anew);
    const legend = element("p", { className: "gancore-legend", textContent: LEGEND });
    const more = element("p", {
      className: "gancore-legend",
      textContent: "A seed plays another game here than in Python. Data drawn by hand, noise, penalties and more losses are in JupyterLab.",
    });
    await anew();
    const settings = row(...[data, loss, seed, speed, dRate, gRate].map((control) => control.row));
    const title = "The 2-D lab: a generator and a discriminator play for points";
    return view(title, row(play, stepD, stepG, reset, rewind.row), canvas, numbers, line, legend, settings, more);
  };
})(globalThis.gancore);
