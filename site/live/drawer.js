// Thirty digits by a finished generator: another seed, other digits, as gancore/widgets/drawer.py does.
(function (gancore) {
  const { row, sheet, slider, status, view } = gancore.controls;
  const COUNT = 30, COLUMNS = 10, LAST_SEED = 99;

  gancore.views.Drawer = async function ({ generator: name = "modern" }) {
    const generator = await gancore.load(name);
    const grid = sheet(COLUMNS), line = status();

    function draw() {
      const latents = gancore.seededLatents(COUNT, generator.latentDim, Number(seed.value));
      const words = `Drawn with seed ${seed.value}; the same seed draws the same digits, here and in Python.`;
      grid.draw(latents.map((z) => generator.draw(z)), `Thirty generated digits. ${words}`);
      line.say(words);
    }

    const seed = slider("Seed", { max: LAST_SEED }, draw);
    draw();
    return view("Thirty digits that nobody wrote", row(seed.row), grid, line);
  };
})(globalThis.gancore);
