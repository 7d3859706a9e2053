// Eight digits that follow sliders, all moved alike, as gancore/widgets/explorer.py does.
(function (gancore) {
  const { button, menu, row, sheet, slider, status, view } = gancore.controls;
  const { length, mean, slant, thickness, ways } = gancore.latents;
  const COUNT = 8, COLUMNS = 4, LAST_SEED = 99, FURTHEST = 4, MOST_SPREAD = 1.5;

  const signed = (number) => `${number < 0 ? "-" : "+"}${Math.abs(number).toFixed(2)}`;

  gancore.views.LatentExplorer = async function ({ seed: start = 0 }) {
    const generator = await gancore.load("ungrouped");
    const { directions } = generator.card;
    const grid = sheet(COLUMNS), line = status();

    function latents() {
      const at = Number(seed.value);
      const [from, to] = [at, (at + 1) % (LAST_SEED + 1)].map((n) => gancore.seededLatents(COUNT, generator.latentDim, n));
      return from.map((z, i) => {
        const moved = ways[way.value](z, to[i], Number(share.value)).map((value) => value * Number(spread.value));
        for (const move of moves) directions[move.name].forEach((value, k) => (moved[k] += Number(move.value) * value));
        return moved;
      });
    }

    function draw() {
      const z = latents(), images = z.map((each) => generator.draw(each));
      const words =
        `Mean slant ${signed(mean(images.map((image) => slant(image))))}, mean thickness ` +
        `${mean(images.map((image) => thickness(image))).toFixed(2)} pixels, mean length of z ${mean(z.map(length)).toFixed(1)}.`;
      grid.draw(images, `Eight generated digits. ${words}`);
      line.say(words);
    }

    function reset() {
      moves.forEach((move) => move.put(0));
      spread.put(1);
      share.put(0);
      draw();
    }

    const moves = Object.keys(directions).map((name) => {
      const control = slider(name[0].toUpperCase() + name.slice(1), { min: -FURTHEST, max: FURTHEST, step: 0.05, value: 0, digits: 2 }, draw);
      control.name = name;
      return control;
    });
    const spread = slider("Truncation ψ", { max: MOST_SPREAD, step: 0.01, value: 1, digits: 2 }, draw);
    const seed = slider("Seed", { max: LAST_SEED, value: start }, draw);
    const share = slider("To the next", { max: 1, step: 0.01, digits: 2 }, draw);
    const way = menu("Way", Object.keys(ways), "great circle", draw);
    draw();
    const controls = row(...moves.map((move) => move.row), spread.row, seed.row, share.row, way.row, button("Reset", reset));
    return view("The latent explorer: eight digits, all moved alike", controls, grid, line);
  };
})(globalThis.gancore);
