// What the lab on the line plays, as gancore/lessons/line_game.py has it, and how it stands, as gancore/lessons/line.py
// works it out: on cells of equal width, without sampling.
(function (gancore) {
  const { forward } = gancore.players;
  const { sigmoid } = gancore.layers;
  const START = { latentDim: 1, betas: [0.5, 0.999] };
  const RULES = { loss: "minimax", dRate: 1e-2, gRate: 1e-3, dSteps: 3 }, ROUNDS = 5; // in a frame of playing
  const FRAME = 1.2, REACH = 2 * FRAME, CELLS = 480, WIDTH = (2 * REACH) / CELLS;
  const Z_REACH = 4, PIECES = 1000, LINES = 31, LEAST_DENSITY = 0.01;

  const start = (toy, seed) => gancore.game.start(toy, seed, START);

  const edges = Float64Array.from({ length: CELLS + 1 }, (_, i) => i * WIDTH - REACH);
  const places = edges.slice(1).map((edge) => edge - WIDTH / 2);

  const normal = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  // The share of latents between two places that lie close together, by Simpson's rule.
  const mass = (a, b) => ((b - a) / 6) * (normal(a) + 4 * normal((a + b) / 2) + normal(b));

  const pieces = Float32Array.from({ length: PIECES + 1 }, (_, i) => Z_REACH * ((2 * i) / PIECES - 1)); // of the z axis
  const masses = Float64Array.from({ length: PIECES }, (_, i) => {
    const [a, b] = [i, i + 1].map((end) => Z_REACH * ((2 * end) / PIECES - 1));
    return mass(a, b);
  });
  const whole = masses.reduce((sum, each) => sum + each);

  // The latent below which the share `p` of all latents lies, by Newton's steps, which from 0 never overshoot.
  function quantile(p) {
    const below = (z) => 0.5 + Array.from({ length: 100 }, (_, i) => mass((i * z) / 100, ((i + 1) * z) / 100)).reduce((a, b) => a + b);
    let z = 0;
    for (let step = 0; step < 8; step++) z -= (below(z) - p) / normal(z);
    return z;
  }
  const z = Float32Array.from({ length: LINES }, (_, i) => quantile((i + 0.5) / LINES));

  // The generated density: the mass of each piece of the z axis, spread evenly between the images of its ends.
  function pushedForward(generator) {
    const x = forward(generator, pieces).out.map((value) => Math.min(REACH, Math.max(-REACH, value)));
    const within = new Float64Array(CELLS + 1), passed = new Float64Array(CELLS + 2); // of a piece's mass, at each edge
    for (let i = 0; i < PIECES; i++) {
      const low = Math.min(x[i], x[i + 1]), length = Math.max(Math.abs(x[i + 1] - x[i]), WIDTH / PIECES);
      let edge = Math.ceil((low + REACH) / WIDTH);
      for (; edge <= CELLS && edges[edge] < low + length; edge++) within[edge] += (masses[i] * (edges[edge] - low)) / length;
      passed[edge] += masses[i];
    }
    let sum = 0;
    const below = within.map((share, edge) => (share + (sum += passed[edge])) / whole); // the distribution function
    [below[0], below[CELLS]] = [0, 1];
    return places.map((_, i) => Math.max(0, below[i + 1] - below[i]) / WIDTH);
  }

  const logOf = (logit) => Math.min(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit))); // of sigmoid(logit)
  const integral = (f) => WIDTH * places.reduce((sum, _, i) => sum + f(i), 0);

  // How a game stands, from both densities and the logits of D in the middles of the cells: D and the best D there is, NaN
  // where there is nothing to judge; and the value of the game, what the best D would reach, and JS(p, q).
  function standing(real, fake, logits) {
    const verdict = Float64Array.from(logits, sigmoid);
    const best = real.map((p, i) => (p + fake[i] > LEAST_DENSITY ? p / (p + fake[i]) : NaN));
    const judged = verdict.filter((_, i) => !isNaN(best[i]));
    const part = (one, other) => (one > 0 ? (one / 2) * Math.log((2 * one) / (one + other)) : 0);
    const divergence = integral((i) => part(real[i], fake[i]) + part(fake[i], real[i]));
    return {
      places, real, fake, verdict, best, lowest: Math.min(...judged), highest: Math.max(...judged),
      value: integral((i) => real[i] * logOf(logits[i]) + fake[i] * logOf(-logits[i])),
      bestValue: 2 * divergence - Math.log(4), divergence,
    };
  }

  // The same of two players, with the lines that carry z to x.
  function look(game) {
    const real = places.map((x) => gancore.toys.density(game.toy, x)), fake = pushedForward(game.generator);
    const seen = standing(real, fake, forward(game.discriminator, Float32Array.from(places)).out);
    return { ...seen, z, x: forward(game.generator, z).out, moves: [game.d.steps, game.g.steps], rounds: game.rounds };
  }

  gancore.lineGame = { RULES, ROUNDS, FRAME, places, start, look, standing };
})(globalThis.gancore);
