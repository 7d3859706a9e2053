// Draw a digit, and ask a discriminator, where it looks, a judge that has met scribbles, and a thousand real digits, as
// gancore/widgets/pad.py does; there the last witness is a generator.
(function (gancore) {
  const { element, pad, row, sheet, status, view } = gancore.controls;
  const SIZE = 252, PEN = 9;
  const START = "Draw a digit, as large as you like; when you lift the pen, D looks at it.";

  const chance = gancore.layers.sigmoid;
  const rounded = (size) => (size < 0.05 ? Number(size.toPrecision(1)) : size.toFixed(1));
  const signed = (number) => `${number < 0 ? "-" : "+"}${rounded(Math.abs(number))}`;
  const percent = (quantiles, logit) => Math.round((100 * quantiles.filter((known) => known < logit).length) / quantiles.length);

  function verdict(discriminator, image) {
    const logit = discriminator.logit(image), { real, generated } = discriminator.card;
    return (
      `D says ${logit > 0 ? "real" : "generated"}: its logit is ${signed(logit)}, a probability of ${chance(logit).toFixed(2)}. ` +
      `That is more than for ${percent(real, logit)}% of real digits and ${percent(generated, logit)}% of those that its own opponent drew.`
    );
  }

  function judgement(judges, reader, image) {
    const logit = judges.logit("scribbles", reader.features(image));
    return `The judge that has met scribbles says ${logit > 0 ? "a digit" : "no digit"}, with a probability of ${chance(logit).toFixed(2)} for a digit.`;
  }

  gancore.views.DigitPad = async function () {
    const names = ["young-discriminator", "judges", "digits-classifier"];
    const [discriminator, judges, reader, known] = await Promise.all([...names.map(gancore.load), gancore.loadPictures("digits")]);
    const grid = sheet(2), map = gancore.salient.map(), line = status();
    grid.classList.add("gancore-large");

    function update() {
      grid.hidden = map.hidden = !paper.points.length;
      if (grid.hidden) return line.say(START);
      const image = gancore.strokes.rasterise(paper.points), [place, error] = gancore.nearest(known.pictures, image);
      const told =
        `${verdict(discriminator, image)} ${judgement(judges, reader, image)} Of a thousand real digits the nearest is ` +
        `a ${known.labels[place]}, with an error of ${error.toFixed(2)} per ink.`;
      grid.draw([image, known.pictures[place]], `Your drawing as MNIST would have it, and the nearest real digit. ${told}`);
      map.show(image, discriminator.slopes(image));
      line.say(told);
    }

    const paper = pad("A sheet for a digit", { size: SIZE, pen: PEN }, update);
    update();
    const legend = element("p", { className: "gancore-legend" });
    legend.textContent =
      "White on black: your drawing as MNIST would have it, and the nearest real digit; in JupyterLab it is the nearest that G " +
      "can draw. In colours, where D looks: blue and ○ where more ink would raise its logit most, orange and × where less would.";
    const both = element("div", { className: "gancore-row" }, paper.canvas, grid, map);
    return view("Draw a digit, and ask D", row(paper.clear), both, line, paper.help, legend);
  };
})(globalThis.gancore);
