// Draw an outline, and see it coloured in by one hand or two as soon as the pen is lifted, as gancore/widgets/colouring.py does.
(function (gancore) {
  const { element, menu, pad, paint, row, sheet, status, view } = gancore.controls;
  const SIZE = 288, PEN = 4, EMPTY = "an empty sheet";
  const HANDS = { L1: "pix2pix-l1", "the game": "pix2pix" };

  gancore.views.Colouring = async function ({ hands = HANDS }) {
    const [painters, outlines] = await Promise.all([
      Promise.all(Object.values(hands).map(gancore.load)),
      gancore.loadPictures("outlines"),
    ]);
    const { names, pictures, side } = outlines, white = new Float32Array(side * side).fill(1);
    const sheets = Object.fromEntries([[EMPTY, white], ...names.map((name, i) => [name, pictures[i]])]);
    const small = new OffscreenCanvas(side, side), grid = sheet(1 + painters.length, side), line = status();
    const named = Object.keys(hands).join(", ");
    grid.style.setProperty("--cell", "104px"); // then all three fit beside the sheet

    function beneath(context, size) {
      paint(small, sheets[begin.value], side);
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, size, size);
    }

    function update() {
      const drawn = gancore.strokes.outlineOf(paper.points, side);
      const outline = sheets[begin.value].map((value, at) => Math.min(value, drawn[at]));
      const count = paper.points.length;
      const said = `${begin.value}, and ${count} ${count === 1 ? "point" : "points"} drawn by hand`;
      grid.draw([outline, ...painters.map((painter) => painter.paint(outline, side))], `The outline, and the same coloured by ${named}: ${said}.`);
      line.say(`From left to right: your outline, ${named}. It holds ${said}.`);
      paper.refresh();
    }

    const begin = menu("Begin with", Object.keys(sheets), names[0], update);
    const paper = pad("A sheet for an outline", { size: SIZE, pen: PEN, paper: beneath }, update);
    update();
    const both = element("div", { className: "gancore-row" }, paper.canvas, grid);
    return view("Draw an outline, and have it coloured", row(begin.row, paper.clear), both, line, paper.help);
  };
})(globalThis.gancore);
