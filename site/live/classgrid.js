// Class by latent: every class in a column, every latent in a row, as gancore/widgets/classgrid.py does.
(function (gancore) {
  const { row, sheet, slider, status, view } = gancore.controls;
  const ROWS = 4, LAST_SEED = 99;

  gancore.views.ClassGrid = async function () {
    const [generator, reader] = await Promise.all(["cmodern", "digits-classifier"].map(gancore.load));
    const classes = Array.from({ length: generator.classes }, (_, label) => label);
    const grid = sheet(classes.length), line = status();
    let drawn = 0;

    async function draw() {
      const mine = ++drawn;
      const latents = gancore.seededLatents(ROWS, generator.latentDim, Number(seed.value));
      const images = latents.flatMap((z) => classes.map((label) => generator.draw(z, generator.codeOf(label))));
      grid.draw(images, `Ten columns of digits, 0 to 9, each row from one latent. Latents ${seed.value}.`);
      await gancore.pause();
      if (mine !== drawn) return;
      const misread = images.map((image, i) => reader.read(image) !== i % classes.length);
      grid.mark(misread);
      const right = misread.filter((wrong) => !wrong).length;
      line.say(`Latents ${seed.value}: a classifier reads ${right} of ${images.length} as asked.`);
    }

    const seed = slider("Latents", { max: LAST_SEED }, draw);
    draw();
    return view("Class by latent: a column for each digit, a row for each latent", row(seed.row), grid, line);
  };
})(globalThis.gancore);
