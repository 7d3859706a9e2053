// Paint a spectrogram, and hear it as soon as the brush is lifted, as gancore/widgets/sound_pad.py does.
(function (gancore) {
  const { element, menu, pad, paint, row, sheet, slider, status, view } = gancore.controls;
  const { hear, painted, spectrogram, toWav, voicing } = gancore.sound;
  const SIZE = 288, PEN = 4, EMPTY = "silence", THINNEST = 0.6, THICKEST = 4;
  const WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

  const numbers = (data) => new Float32Array(gancore.bytes(data).buffer);

  // The word that a listener takes a spectrogram for, as gancore/metrics/hearing.py has it.
  function listener({ weights, offsets }) {
    const layer = { data: numbers(weights), shape: [WORDS.length, numbers(weights).length / WORDS.length] }, bias = { data: numbers(offsets) };
    return (picture) => {
      const scores = gancore.layers.linear(picture, layer, bias);
      return WORDS[scores.indexOf(Math.max(...scores))];
    };
  }

  gancore.listener = listener;

  gancore.views.SoundPad = async function () {
    const said = await gancore.loadPictures("said"), { names, pictures, side } = said, understand = listener(said);
    const silence = new Float32Array(side * side).fill(-1);
    const sheets = Object.fromEntries([[EMPTY, silence], ...names.map((name, i) => [name, pictures[i]])]);
    const small = new OffscreenCanvas(side, side), grid = sheet(2, side), line = status();
    const player = element("audio", { controls: true, ariaLabel: "What is painted" });
    let shown = silence;
    grid.classList.add("gancore-large");

    function beneath(context, size) {
      paint(small, shown.map((value) => -value), side); // loud is dark here, since the brush is
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, size, size);
    }

    function update() {
      shown = painted(paper.points, sheets[begin.value], Number(brush.value));
      const sound = hear(shown), back = spectrogram(sound), what = `${begin.value}, and ${paper.points.length} ${paper.points.length === 1 ? "point" : "points"} painted by hand`;
      const heard = back.some((value) => value > -1)
        ? `the listener takes it for ${understand(back)}, with a voicing of ${voicing(sound).toFixed(2)}.`
        : "nothing is to be heard.";
      player.src = `data:audio/wav;base64,${btoa(String.fromCharCode(...toWav(sound)))}`;
      grid.draw([shown, back], `The picture, and what is heard: ${what}.`);
      line.say(`${what}: ${heard}`);
      paper.refresh();
    }

    const begin = menu("Begin with", Object.keys(sheets), names[0], update);
    const brush = slider("Brush", { min: THINNEST, max: THICKEST, step: 0.2, value: 1, digits: 1 }, update);
    const paper = pad("A sheet for a sound", { size: SIZE, pen: PEN, lasting: false, paper: beneath }, update);
    update();
    const legend = element("p", {
      className: "gancore-legend",
      textContent: "Time runs from left to right, low frequencies are below. White on black: what is painted, and the spectrogram of what is heard.",
    });
    const both = element("div", { className: "gancore-row" }, paper.canvas, grid);
    return view("Paint a sound", row(begin.row, brush.row, paper.clear), both, row(player), line, paper.help, legend);
  };
})(globalThis.gancore);
