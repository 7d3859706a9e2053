// The failure lab: pick a broken game, predict what it does, see it, repair it, as gancore/widgets/failure.py has it. The
// games have been played in Python, and site/record.py keeps how they went.
(function (gancore) {
  const { button, element, kinds, menu, row, slider, status, view } = gancore.controls;
  const { axes, colours, crosses, dots, join, paper, scale, stroke, trace, write } = gancore.pen;
  const WIDTH = 200, HEIGHT = 180, REACH = 1.6, LOSSES = [-3.1, 3.1], STEPS = 255; // as in site/record.py
  const EVERY = 3, SHOWN_REAL = 200, ON_A_MODE = 3, STD = 0.05, MODES = 8;
  const BOX = { left: 30, top: 26, width: 150, height: 128 }, WHOLE = { left: 23, top: 22, width: 154, height: 154 };
  const GUESSING = 2 * Math.log(2), FRAMES_A_SECOND = 6, SMALL = 14, TITLE = 16;
  const LEGEND =
    ", from the same latents at every time. Losses: of D solid, of G dashed; dotted, D's where it only " +
    "guesses. Accuracy of D: on real points solid, on generated ones dashed; dotted, guessing.";

  const between = (values, [low, high]) => Array.from(values, (value) => low + ((high - low) * value) / STEPS);

  // A recorded run as numbers. `frames`: the points at some of its rounds; one beyond the picture is left out.
  function unpacked({ setting, rounds, modes, curves, points, ...told }) {
    const all = gancore.bytes(curves), length = all.length / 4, curve = (n) => all.slice(n * length, (n + 1) * length);
    const stops = rounds.filter((_, i) => i % EVERY === 0), places = gancore.bytes(points), count = places.length / stops.length;
    const frames = stops.map((_, i) => inside(between(places.slice(i * count, (i + 1) * count), [-REACH, REACH])));
    const [dLoss, gLoss] = [0, 1].map((n) => between(curve(n), LOSSES)), [dReal, dFake] = [2, 3].map((n) => between(curve(n), [0, 1]));
    return { ...told, std: setting.std ?? STD, rounds, modes, stops, frames, dLoss, gLoss, dReal, dFake };
  }

  function inside(points) {
    const kept = [];
    for (let i = 0; i < points.length; i += 2) {
      if (Math.max(Math.abs(points[i]), Math.abs(points[i + 1])) < REACH) kept.push(points[i], points[i + 1]);
    }
    return kept;
  }

  // Four pictures of a run: its points, losses, D's accuracy and the modes reached. `draw(run, frame, words)`.
  function histories() {
    const papers = Array.from({ length: 4 }, () => paper(WIDTH, HEIGHT, "gancore-chart"));
    const group = element("div", { className: "gancore-charts" }, ...papers);
    group.setAttribute("role", "img");
    group.draw = (run, frame, words) => {
      papers.forEach((each) => each.clear());
      const [ring, losses, accuracy, modes] = papers.map((each) => each.ink);
      drawRing(ring, run, frame);
      const to = run.stops[frame], length = run.dLoss.length, last = run.rounds.at(-1);
      const seen = (values) => values.filter((_, i) => ((i + 1) * last) / length <= to);
      const low = Math.min(0, ...run.gLoss) - 0.1;
      drawCurves(losses, "losses", run, [low, 3], low < -1 ? [-2, 0, 2] : [0, 1, 2, 3], GUESSING, seen(run.dLoss), seen(run.gLoss));
      drawCurves(accuracy, "accuracy of D", run, [0, 1.04], [0, 0.5, 1], 0.5, seen(run.dReal), seen(run.dFake));
      drawModes(modes, run, run.modes.slice(0, frame * EVERY + 1));
      group.setAttribute("aria-label", words);
    };
    return group;
  }

  function drawRing(ink, run, frame) {
    const to = scale(WHOLE, [-REACH, REACH], [-REACH, REACH]), ring = gancore.toys.toy("ring");
    write(ink, `round ${run.stops[frame]}`, [WHOLE.left, 16], { size: TITLE });
    stroke(ink, colours.GREY, 1, () => ink.rect(WHOLE.left, WHOLE.top, WHOLE.width, WHOLE.height));
    const radius = (ON_A_MODE * run.std * WHOLE.width) / (2 * REACH);
    for (const centre of ring.centres) stroke(ink, colours.GREY, 0.8, () => ink.arc(...to(...centre), radius, 0, 2 * Math.PI));
    dots(ink, gancore.toys.sample({ ...ring, std: run.std }, SHOWN_REAL, 0), to, 1.2);
    crosses(ink, run.frames[frame], to, 2.2);
  }

  function chart(ink, title, run, [low, high], ticks) {
    const last = run.rounds.at(-1), to = scale(BOX, [0, last], [low, high]);
    write(ink, title, [BOX.left, 16], { size: TITLE });
    axes(ink, BOX, to, [0, last], ticks, SMALL);
    return to;
  }

  function drawCurves(ink, title, run, range, ticks, guessing, solid, dashed) {
    const to = chart(ink, title, run, range, ticks), last = run.rounds.at(-1), each = last / run.dLoss.length;
    const line = (values) => trace(ink, values.map((value, i) => to((i + 1) * each, Math.min(range[1], value))));
    stroke(ink, colours.GREY, 1, () => join(ink, to(0, guessing), to(last, guessing)), [1, 3]);
    stroke(ink, colours.REAL, 1.5, () => line(solid));
    stroke(ink, colours.GENERATED, 1.5, () => line(dashed), [5, 3]);
  }

  function drawModes(ink, run, modes) {
    const to = chart(ink, "modes reached", run, [-0.3, MODES + 0.5], [0, 4, 8]);
    stroke(ink, colours.GREEN, 2, () => trace(ink, modes.map((count, i) => to(run.rounds[i], count))));
  }

  // One of the words in `options`, or none so far: `value`.
  function choice(legend, name, options) {
    const inputs = options.map((value) => element("input", { type: "radio", name, value }));
    const labels = inputs.map((input) => element("label", {}, input, element("span", { textContent: input.value })));
    const group = element("fieldset", { className: "gancore-choice" }, element("legend", { textContent: legend }), ...labels);
    const chosen = () => inputs.find((input) => input.checked)?.value;
    const clear = () => inputs.forEach((input) => (input.checked = false));
    return { group, chosen, clear };
  }

  gancore.views.FailureLab = async function () {
    const { seed, symptoms, failures } = await gancore.fetchScript("failures");
    const line = status(), shown = element("div");
    let broken, runs, playing; // the setting, what is shown of it by name, and the film that runs
    let foreseen, remedied; // what was predicted, and the remedy that was tried

    function begin() {
      broken = failures[setting.value];
      runs = { "as it is": unpacked(broken.runs[""]) };
      prediction.clear();
      remedy.replaceChildren(...remedies().map((value) => element("option", { value, textContent: value })));
      repair.disabled = true;
      show(0);
      line.say(`${broken.cause} Predict what it will do, then press Reveal.`);
    }

    const remedies = () => Object.keys(broken.runs).filter(Boolean);

    function show(frame) {
      stop();
      time.max = Object.values(runs)[0].frames.length - 1;
      time.put(frame);
      const rows = Object.keys(runs).map((textContent) => [element("p", { className: "gancore-title", textContent }), histories()]);
      shown.replaceChildren(...rows.flat());
      draw();
    }

    function draw() {
      const frame = Number(time.value);
      [...shown.querySelectorAll(".gancore-charts")].forEach((charts, i) => {
        const [name, run] = Object.entries(runs)[i];
        const reached = `${run.modes[frame * EVERY]} of ${MODES} modes after ${run.stops[frame]} rounds`;
        charts.draw(run, frame, `The game ${name}: samples on the ring, losses, accuracy of D, and modes reached, ${reached}.`);
      });
    }

    // From the first frame to the last, then the words for what came out.
    function film(words) {
      const last = Object.values(runs)[0].frames.length - 1;
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return show(last), line.say(words);
      show(0);
      line.say("Playing.");
      playing = setInterval(() => {
        time.put(Number(time.value) + 1);
        draw();
        if (Number(time.value) === last) stop(), line.say(words);
      }, 1000 / FRAMES_A_SECOND);
    }

    // Who moves the slider has seen enough of the film.
    function leaf() {
      if (playing) line.say(told());
      stop();
      draw();
    }

    const stop = () => (playing = clearInterval(playing));

    function told() {
      const sign = foreseen === broken.symptom ? "✓" : "✗";
      const words =
        `${sign} You predicted “${foreseen}”; such a game shows “${broken.symptom}”. As it is: ${broken.runs[""].told}.`;
      if (!remedied) return `${words} Now choose a remedy.`;
      return `${words} With ${remedied}: ${broken.runs[remedied].told}. ${broken.runs[remedied].compared}`;
    }

    function reveal() {
      if (!prediction.chosen()) return line.say("Predict first: choose one of the five.");
      [foreseen, remedied] = [prediction.chosen(), ""];
      runs = { "as it is": unpacked(broken.runs[""]) };
      repair.disabled = false;
      film(told());
    }

    function mend() {
      remedied = remedy.value;
      runs = { "as it is": unpacked(broken.runs[""]), [`with ${remedied}`]: unpacked(broken.runs[remedied]) };
      film(told());
    }

    const setting = menu("Setting", Object.keys(failures), Object.keys(failures)[0], begin);
    const prediction = choice("I predict", "gancore-prediction", symptoms);
    const remedy = menu("Remedy", [""], "", () => {});
    const repair = button("Repair", mend);
    const tell = (frame) => (runs ? `round ${Object.values(runs)[0].stops[frame]}` : "");
    const time = slider("Time", { max: 1, tell }, leaf);
    begin();
    const played = `These games were played in Python with seed ${seed}; other seeds are in JupyterLab.`;
    const [legend, more] = [[...kinds(), LEGEND], [played]].map((words) => element("p", { className: "gancore-legend" }, ...words));
    const controls = [row(setting.row), prediction.group, row(button("Reveal", reveal)), row(remedy.row, repair)];
    return view("The failure lab: predict, reveal, repair", ...controls, line, row(time.row), shown, legend, more);
  };
})(globalThis.gancore);
