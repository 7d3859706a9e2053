// The path of the smallest GAN, by step size, penalty, momentum, and who moves when, as gancore/widgets/dirac.py has it.
(function (gancore) {
  const { element, menu, row, slider, status, view } = gancore.controls;
  const { arrow, axes, colours, paper, scale, stroke, trace, within, write } = gancore.pen;
  const { field, play } = gancore.dirac;
  const START = [1, 1], ROUNDS = 200, REACH = 2.2, ARROWS = 13, HALF = 0.13, TURNS = ["both at once", "in turns"];
  const SIZE = 320, BOX = { left: 38, top: 26, width: 264, height: 264 };
  const LEGEND =
    "First, where the two players are: θ, the generator, across, and ψ, the slope of the discriminator, upwards; ★ is the " +
    "equilibrium. Then, how far from it they are after each round.";

  const ticks = Array.from({ length: ARROWS }, (_, i) => REACH * ((2 * i) / (ARROWS - 1) - 1));
  const brief = (number) => String(Number(number.toPrecision(3)));

  // An arrow of one length through a place, in the direction in which the players move there.
  function pointer(ink, to, theta, psi) {
    const pull = field([theta, psi]), length = Math.hypot(...pull);
    if (length) arrow(ink, ...[-HALF, HALF].map((share) => to(theta + (share * pull[0]) / length, psi + (share * pull[1]) / length)));
  }

  function drawPlane(ink, path) {
    const to = scale(BOX, [-REACH, REACH], [-REACH, REACH]);
    write(ink, "θ across, ψ upwards", [BOX.left, 17], { size: 15 });
    axes(ink, BOX, to, [-2, -1, 0, 1, 2], [-2, -1, 0, 1, 2]);
    within(ink, BOX, () => {
      stroke(ink, "#bbbbbb", 1, () => ticks.forEach((theta) => ticks.forEach((psi) => pointer(ink, to, theta, psi))));
      stroke(ink, colours.GENERATED, 1.5, () => trace(ink, path.map((place) => to(...place))));
    });
    const [x, y] = to(0, 0);
    write(ink, "★", [x, y + 7], { size: 20, align: "center" });
  }

  // Of a number that is 0 the logarithm is none: the line has a gap there.
  function drawDistance(ink, distances) {
    const powers = distances.map(Math.log10), finite = powers.filter(Number.isFinite);
    const low = Math.floor(Math.min(...finite)), high = Math.max(low + 1, Math.ceil(Math.max(...finite)));
    const to = scale(BOX, [0, ROUNDS], [low, high]), each = Math.max(1, Math.ceil((high - low) / 6));
    write(ink, "distance from the equilibrium", [BOX.left, 17], { size: 15 });
    axes(ink, BOX, to, [0, 50, 100, 150, 200], []);
    for (let power = low; power <= high; power += each) {
      const words = Math.abs(power) < 4 ? brief(10 ** power) : `1e${power}`;
      write(ink, words, [BOX.left - 4, to(0, power)[1] + 4], { size: 12, align: "right" });
    }
    stroke(ink, colours.GENERATED, 2, () => trace(ink, powers.map((power, round) => to(round, power))));
  }

  gancore.views.DiracExplorer = async function () {
    const [plane, chart] = [paper(SIZE, SIZE, "gancore-chart"), paper(SIZE, SIZE, "gancore-chart")];
    const pictures = element("div", { className: "gancore-charts gancore-pair" }, plane, chart), line = status();
    pictures.setAttribute("role", "img");

    function draw() {
      const rules = { penalty: Number(penalty.value), momentum: Number(momentum.value), inTurns: turns.value === TURNS[1] };
      const path = play(START, Number(rate.value), ROUNDS, rules), distances = path.map((place) => Math.hypot(...place));
      [plane, chart].forEach((each) => each.clear());
      drawPlane(plane.ink, path);
      drawDistance(chart.ink, distances);
      const words = `After ${ROUNDS} rounds the players are ${brief(distances.at(-1))} from the equilibrium; they began at ${brief(distances[0])}.`;
      pictures.setAttribute("aria-label", `The path of the two numbers, and their distance from the equilibrium. ${words}`);
      line.say(words);
    }

    const rate = slider("Step size", { min: 0.02, max: 0.3, step: 0.02, value: 0.1, digits: 2 }, draw);
    const penalty = slider("Penalty γ", { max: 2, step: 0.05, digits: 2 }, draw);
    const momentum = slider("Momentum", { max: 0.9, step: 0.1, digits: 1 }, draw);
    const turns = menu("They move", TURNS, TURNS[0], draw);
    draw();
    const legend = element("p", { className: "gancore-legend", textContent: LEGEND });
    const controls = row(rate.row, penalty.row, momentum.row, turns.row);
    return view("The Dirac-GAN: two numbers, two players", controls, pictures, line, legend);
  };
})(globalThis.gancore);
