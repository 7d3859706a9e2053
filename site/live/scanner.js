// A brush in frequency space: paint which lines a scanner measures, and see what becomes of the slice, as
// gancore/widgets/scanner.py does.
(function (gancore) {
  const { button, element, pad, paint, row, sheet, slider, status, view } = gancore.controls;
  const { strengths, linesUnder, lineMask, pointsOn, scan, psnr } = gancore.scanning;
  const SIZE = 252, PEN = 3, SHARE = 0.25, CENTRE = 0.08, COLUMNS = 3;
  const DIM = 0.35, TINT = [0.2, 0.42, 0.66]; // how bright a line is that is not measured; the colour of nothing in one that is
  const STRONGEST = 0.5; // difference that the map shows at full strength
  const HANDS = { L1: "mri-l1", "the game": "mri" }, NAMES = ["zero-filled", ...Object.keys(HANDS)];
  const START = "Nothing is measured. Paint across the spectrum, or press a button: each line is measured from top to bottom.";

  // In dim greys, and measured lines from blue to white: three channels in [-1, 1].
  function spectrum(strong, mask) {
    const most = strong.reduce((a, b) => Math.max(a, b)), places = strong.length;
    return Float32Array.from({ length: 3 * places }, (_, at) => {
      const tint = TINT[Math.floor(at / places)], share = strong[at % places] / most;
      return 2 * (mask[at % mask.length] ? tint + (1 - tint) * share : DIM * share) - 1;
    });
  }

  // What an answer has made up: red where it is too bright, blue where it lacks.
  function invented(answer, truth) {
    const places = truth.length, sign = [-1, 0, 1]; // of what darkens red, green and blue
    return Float32Array.from({ length: 3 * places }, (_, at) => {
      const off = Math.min(1, Math.max(-1, (answer[at % places] - truth[at % places]) / STRONGEST)), channel = sign[Math.floor(at / places)];
      return 1 - 2 * (channel ? Math.max(0, channel * off) : Math.abs(off));
    });
  }

  gancore.views.Scanner = async function ({ seed = 0 }) {
    const [painters, slices] = await Promise.all([Promise.all(Object.values(HANDS).map(gancore.load)), gancore.loadPictures("slices")]);
    const { pictures, side } = slices, next = gancore.integers(seed), line = status(), grid = sheet(COLUMNS, side);
    const small = new OffscreenCanvas(side, side);
    let strong;
    grid.style.setProperty("--cell", "110px");

    function beneath(context, size) {
      paint(small, spectrum(strong, linesUnder(paper.points, side)), side);
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, size, size);
    }

    function update() {
      const mask = linesUnder(paper.points, side), lines = mask.reduce((a, b) => a + b);
      grid.hidden = !lines;
      paper.refresh();
      if (!lines) return line.say(START);
      const truth = pictures[chosen.value], answers = scan(truth, mask, painters);
      const scores = NAMES.map((name, i) => `${name} ${psnr(answers[i], truth).toFixed(1)}`).join(", ");
      const said = `${lines} of ${side} lines (${Math.round((100 * lines) / side)}%) are measured. PSNR in dB: ${scores}.`;
      grid.draw([...answers, truth, invented(answers.at(-1), truth)], `${NAMES.join(", ")}, the truth, and what the game has invented. ${said}`);
      line.say(said);
    }

    function choose() {
      strong = strengths(pictures[chosen.value], side);
      update();
    }

    function measure(share) {
      paper.put(pointsOn(lineMask(side, share, next)));
      update();
    }

    const paper = pad("The spectrum of a slice", { size: SIZE, pen: PEN, lasting: false, paper: beneath }, update);
    const chosen = slider("Slice", { max: pictures.length - 1, value: Math.floor(pictures.length / 2) }, choose);
    const middle = button("The middle alone", () => measure(CENTRE)), quarter = button("A quarter, at random", () => measure(SHARE));
    choose();
    const legend = element("p", {
      className: "gancore-legend",
      textContent: `In rows: ${NAMES.join(", ")}, the truth, and what the game has invented, red where it is too bright and blue where it is too dark.`,
    });
    const both = element("div", { className: "gancore-row" }, paper.canvas, grid);
    return view("Which lines are measured?", row(chosen.row, middle, quarter, paper.clear), both, line, paper.help, legend);
  };
})(globalThis.gancore);
