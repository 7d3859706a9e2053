// The zoo of chapter 03: what each of its models drew when it was asked for a class, as gancore/widgets/zoo.py shows it.
// The models were fitted before the site was built, and their digits are kept; the classifier reads them here.
(function (gancore) {
  const { button, element, menu, row, sheet, status, view } = gancore.controls;
  const SHOWN = 10, IN_TURN = "each in turn", CLASSES = [..."0123456789"];

  // Where the pictures of a turn are among those of a model, `each` of a class: of one class the next ten, or the next one
  // of every class.
  function placesOf(label, turn, each) {
    const place = (digit, number) => digit * each + (number % each);
    return CLASSES.map((_, i) => (label === IN_TURN ? place(i, turn) : place(Number(label), SHOWN * turn + i)));
  }

  gancore.zoo = { IN_TURN, placesOf };

  gancore.views.ZooView = async function ({ models: admitted }) {
    const [reader, { names, pictures }] = await Promise.all([gancore.load("digits-classifier"), gancore.loadPictures("zoo")]);
    const each = pictures.length / names.length / CLASSES.length, line = status();
    const rows = (admitted ?? names).map((name) => ({ name, told: element("p", { className: "gancore-legend" }), grid: sheet(SHOWN) }));
    let turn = 0;

    function update() {
      const places = placesOf(digit.value, turn, each), asked = (i) => (digit.value === IN_TURN ? i : Number(digit.value));
      const said = rows.map(({ name, told, grid }) => {
        const images = places.map((place) => pictures[names.indexOf(name) * each * CLASSES.length + place]);
        const misread = images.map((image, i) => reader.read(image) !== asked(i));
        const share = `${misread.filter((wrong) => !wrong).length} of ${SHOWN}`;
        told.textContent = `${name}: ${share} read as asked`;
        grid.draw(images, `Ten digits by ${name}, of which ${share} are read as asked.`);
        return `${name} ${share}`;
      });
      const what = digit.value === IN_TURN ? "each digit in turn" : `the digit ${digit.value}`;
      line.say(`Draw ${turn + 1}, asked for ${what}. The classifier reads as asked: ${said.join("; ")}.`);
    }

    const digit = menu("Class", [IN_TURN, ...CLASSES], IN_TURN, update);
    const again = button("Draw again", () => ((turn += 1), update()));
    update();
    const legend = element("p", {
      className: "gancore-legend",
      textContent: `Each model has drawn ${each} digits of every class for this page. What it costs and what it scores, the chapter says.`,
    });
    return view("The zoo: what each model draws", row(digit.row, again), ...rows.flatMap(({ told, grid }) => [told, grid]), line, legend);
  };
})(globalThis.gancore);
