// A film from six latents to six others, by line and by great circle, as gancore/widgets/walk.py does.
(function (gancore) {
  const { button, row, sheet, slider, status, view } = gancore.controls;
  const { length, lerp, mean, slerp } = gancore.latents;
  const COUNT = 6, FRAMES = 33, LAST_SEED = 99, FRAMES_A_SECOND = 8;

  gancore.views.InterpolationFilm = async function ({ first: from = 0, last: to = 1 }) {
    const generator = await gancore.load("ungrouped");
    const grid = sheet(COUNT), line = status();
    let playing = null;

    function draw() {
      const [starts, ends] = [first, last].map((seed) => gancore.seededLatents(COUNT, generator.latentDim, Number(seed.value)));
      const share = Number(frame.value) / (FRAMES - 1);
      const rows = [lerp, slerp].map((way) => starts.map((z, i) => way(z, ends[i], share)));
      const [straight, round] = rows.map((z) => mean(z.map(length)).toFixed(2));
      const words = `Frame ${Number(frame.value) + 1} of ${FRAMES}. Mean length of z: ${straight} on the line, ${round} on the circle.`;
      grid.draw(rows.flat().map((z) => generator.draw(z)), `Two rows of six digits, by line and by circle. ${words}`);
      if (!playing) line.say(words);
    }

    function next() {
      frame.put((Number(frame.value) + 1) % FRAMES);
      draw();
    }

    function play() {
      playing = playing ? clearInterval(playing) : setInterval(next, 1000 / FRAMES_A_SECOND);
      toggle.textContent = playing ? "Pause" : "Play";
      draw();
    }

    const first = slider("From seed", { max: LAST_SEED, value: from }, draw);
    const last = slider("To seed", { max: LAST_SEED, value: to }, draw);
    const frame = slider("Frame", { max: FRAMES - 1, value: (FRAMES - 1) / 2 }, draw);
    const toggle = button("Play", play);
    draw();
    const title = "From digit to digit: above along the straight line, below along the great circle";
    return view(title, row(first.row, last.row, frame.row, toggle), grid, line);
  };
})(globalThis.gancore);
