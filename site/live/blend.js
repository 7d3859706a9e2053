// Twelve digits whose label lies between two, and what a classifier reads in them, as gancore/widgets/blend.py does.
(function (gancore) {
  const { menu, row, sheet, slider, status, view } = gancore.controls;
  const COUNT = 12, COLUMNS = 6, LAST_SEED = 99;

  gancore.views.LabelBlend = async function ({ labels = [3, 8] }) {
    const [generator, reader] = await Promise.all(["cmodern", "digits-classifier"].map(gancore.load));
    const classes = Array.from({ length: generator.classes }, (_, label) => label);
    const grid = sheet(COLUMNS), line = status();
    let drawn = 0;

    async function draw() {
      const mine = ++drawn;
      const [from, to, part] = [first, last, share].map((control) => Number(control.value));
      const shares = classes.map((label) => (label === from ? 1 - part : 0) + (label === to ? part : 0));
      const code = generator.codeOf(shares);
      const images = gancore.seededLatents(COUNT, generator.latentDim, Number(seed.value)).map((z) => generator.draw(z, code));
      const words = `${Math.round(100 * part)}% of the way from ${from} to ${to}, latents ${seed.value}.`;
      grid.draw(images, `Twelve digits. ${words}`);
      await gancore.pause();
      if (mine !== drawn) return;
      const chances = images.map(reader.chances);
      const read = chances.map((each) => each.indexOf(Math.max(...each)));
      const count = (label) => read.filter((digit) => digit === label).length;
      const ends = [...new Set([from, to])];
      const others = read.filter((digit) => !ends.includes(digit)).length;
      const sure = gancore.latents.mean(chances.map((each) => Math.max(...each)));
      line.say(
        `${words} Of ${COUNT} digits a classifier reads ${ends.map((label) => `${count(label)} as ${label}`).join(", ")} and ` +
          `${others} as others; it gives its answers a probability of ${sure.toFixed(2)} on average.`,
      );
    }

    const first = menu("From", classes, labels[0], draw), last = menu("To", classes, labels[1], draw);
    const share = slider("How far", { max: 1, step: 0.05, value: 0.5, digits: 2 }, draw);
    const seed = slider("Latents", { max: LAST_SEED }, draw);
    draw();
    return view("Between two labels", row(first.row, last.row), row(share.row, seed.row), grid, line);
  };
})(globalThis.gancore);
