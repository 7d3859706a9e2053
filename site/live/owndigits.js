// Ten digits of the reader's own hand, as MNIST would have them, read by a classifier, as gancore/widgets/own_digits.py does.
// They are kept in this browser.
(function (gancore) {
  const { button, element, menu, pad, row, sheet, status, view } = gancore.controls;
  const CLASSES = [..."0123456789"], SIZE = 252, PEN = 9, DECIMALS = 3, COLUMNS = 5;
  const KEY = "gancore-digits"; // in the browser's storage: { digit: [[x, y], …] }
  const START = "Draw a 0 on the sheet, as large as you like, and press Next. What you draw is kept in this browser.";

  function remembered() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) || {};
    } catch {
      return {}; // no storage here, or somebody else's
    }
  }

  function remember(drawn) {
    try {
      localStorage.setItem(KEY, JSON.stringify(drawn));
    } catch {
      // then they are there until the page is left
    }
  }

  const rounded = (points) => points.map((point) => point.map((value) => Number(value.toFixed(DECIMALS))));

  gancore.views.OwnDigits = async function () {
    const reader = await gancore.load("digits-classifier");
    const drawn = remembered(), grid = sheet(COLUMNS), line = status();
    const paper = pad("A sheet for one digit", { size: SIZE, pen: PEN }, update);
    const digit = menu("Digit", CLASSES, "0", () => paper.put(drawn[digit.value] ?? []));
    const next = button("Next", () => {
      digit.value = CLASSES[(Number(digit.value) + 1) % CLASSES.length];
      paper.put(drawn[digit.value] ?? []);
    });

    function update() {
      if (paper.points.length) drawn[digit.value] = rounded(paper.points);
      else delete drawn[digit.value];
      remember(drawn);
      show();
    }

    function show() {
      const meant = CLASSES.filter((each) => drawn[each]);
      grid.hidden = !meant.length;
      if (!meant.length) return line.say(START);
      const images = meant.map((each) => gancore.strokes.rasterise(drawn[each]));
      const read = images.map((image) => String(reader.read(image))), right = meant.filter((each, i) => read[i] === each);
      const others = meant.flatMap((each, i) => (read[i] === each ? [] : [` It reads your ${each} as ${read[i]}.`]));
      const words = `${meant.length} of 10 digits drawn. A classifier of real digits reads ${right.length} of them as you meant them.`;
      grid.draw(images, `Your digits as MNIST would have them. ${words}`);
      grid.mark(meant.map((each, i) => read[i] !== each));
      line.say(words + others.join(""));
    }

    paper.put(drawn[digit.value] ?? []);
    show();
    const both = element("div", { className: "gancore-row" }, paper.canvas, grid);
    return view("Ten digits in your own hand", row(digit.row, next, paper.clear), both, paper.help, line);
  };
})(globalThis.gancore);
