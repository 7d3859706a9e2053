// Ten Gibbs chains of a restricted Boltzmann machine on their way from static, as chapter 03 shows them in a film.
(function (gancore) {
  const { button, menu, row, sheet, slider, status, view } = gancore.controls;
  const COUNT = 10, COLUMNS = 5, LAST_SEED = 99, PAUSE = 120; // milliseconds between steps

  gancore.views.BoltzmannChain = async function () {
    const [machines, reader] = await Promise.all(["machines", "digits-classifier"].map(gancore.load));
    const grid = sheet(COLUMNS), line = status();
    let chains, uniform, steps, timer;

    function begin() {
      pause();
      uniform = gancore.uniforms(Number(seed.value));
      chains = Array.from({ length: COUNT }, () => machines.start(digit.value, uniform));
      steps = 0;
      show(chains);
    }

    function step() {
      const moved = chains.map((lit) => machines.step(digit.value, lit, uniform));
      chains = moved.map(({ lit }) => lit);
      steps += 1;
      show(moved.map(({ chance }) => chance));
    }

    function show(chances) {
      const images = chances.map((chance) => Float32Array.from(chance, (share) => 2 * share - 1));
      const read = images.filter((image) => reader.read(image) === Number(digit.value)).length;
      const words = `After ${steps} ${steps === 1 ? "step" : "steps"} from static a classifier reads ${read} of ${COUNT} as ${digit.value}.`;
      grid.draw(images, `Ten chains. ${words}`);
      line.say(words);
    }

    function toggle() {
      if (timer) return pause();
      play.textContent = "Pause";
      timer = setInterval(step, PAUSE);
    }

    function pause() {
      clearInterval(timer);
      timer = null;
      play.textContent = "Play";
    }

    const digit = menu("Digit", machines.digits, "5", begin);
    const seed = slider("Seed", { max: LAST_SEED }, begin);
    const play = button("Play", toggle), once = button("One step", () => (pause(), step())), anew = button("From static", begin);
    begin();
    return view("Ten chains of a Boltzmann machine", row(digit.row, seed.row, once, play, anew), grid, line);
  };
})(globalThis.gancore);
