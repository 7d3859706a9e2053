// The game on the line, played by hand, as gancore/lessons/by_hand.py has it: a D that is drawn as points on a sheet from
// -1 to 1, and a forger that is a Gaussian { mean, std }. Nothing here draws.
(function (gancore) {
  const { FRAME, places, standing } = gancore.lineGame;
  const { sigmoid } = gancore.layers;
  const REAL = { mean: 0.3, std: 0.2 }, FORGER = { mean: -0.2, std: 0.35 };
  const SUREST = 0.002; // how near to 0 or 1 a D drawn by hand may come: a wrong certainty would cost without end
  const AS_GOOD = 0.01; // of the value: nobody can draw nearer to the best
  const COLUMNS = 61; // at which the height of what is drawn is kept

  const logDensity = ({ mean, std }, x) => -(((x - mean) / std) ** 2) / 2 - Math.log(std * Math.sqrt(2 * Math.PI));
  const columnOf = ([across]) => Math.round(((across + 1) / 2) * (COLUMNS - 1));
  const placeOf = (column) => (2 * column) / (COLUMNS - 1) - 1;

  // Of points in the order of drawing those that count: in each column the last.
  function newest(points) {
    const last = new Map(points.map((point, i) => [columnOf(point), i]));
    return points.filter((point, i) => last.get(columnOf(point)) === i);
  }

  // What D says at x: a straight line between two columns, to both sides what it says last, one half where nothing is drawn.
  function verdictOf(points) {
    const drawn = newest(points).map((point) => [FRAME * placeOf(columnOf(point)), (point[1] + 1) / 2]);
    drawn.sort(([one], [other]) => one - other);
    return (x) => {
      if (!drawn.length) return 0.5;
      const after = drawn.findIndex(([at]) => at >= x);
      if (after < 1) return drawn.at(after)[1]; // before the first, or beyond the last
      const [[left, low], [right, high]] = [drawn[after - 1], drawn[after]];
      return low + ((high - low) * (x - left)) / (right - left);
    };
  }

  // How the game stands against a forger.
  function look(forger, points) {
    const [real, fake] = [REAL, forger].map((bell) => places.map((x) => Math.exp(logDensity(bell, x))));
    const says = Array.from(places, verdictOf(points)).map((share) => Math.min(1 - SUREST, Math.max(SUREST, share)));
    return standing(real, fake, says.map((share) => Math.log(share / (1 - share))));
  }

  // The best D against a forger, as points on the sheet.
  function answer(forger) {
    return Array.from({ length: COLUMNS }, (_, column) => {
      const x = FRAME * placeOf(column);
      return [placeOf(column), 2 * sigmoid(logDensity(REAL, x) - logDensity(forger, x)) - 1];
    });
  }

  function describe({ value, bestValue }) {
    const short = bestValue - value, score = short < AS_GOOD ? "Yours is as good." : `Yours is ${short.toFixed(3)} short of it.`;
    const told = `V is ${value.toFixed(3)}; the best D against this forger reaches ${bestValue.toFixed(3)}. ${score}`;
    return bestValue < AS_GOOD - Math.log(4) ? `${told} Not even the best D can tell these two apart.` : told;
  }

  gancore.handGame = { FORGER, newest, look, answer, describe };
})(globalThis.gancore);
