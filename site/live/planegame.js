// What the 2-D lab plays: a game for points in the plane, as gancore/lessons/lab_game.py has it. Nothing here draws.
(function (gancore) {
  const { player, forward, backward, optimiser, improve } = gancore.players;
  const { sigmoid } = gancore.layers;
  const LATENT_DIM = 8, WIDTH = 64, BATCH = 128; // as in gancore/lessons/lab_game.py
  const SHOWN = 400, SIDE = 32, EDGE = 1.2, ARROWS = 60; // points, places a side at which D is asked, and arrows

  // The slopes of a loss at a logit: for D on real and on generated points, and for G. See gancore/training/losses.py.
  const cross = { real: (logit) => sigmoid(logit) - 1, fake: sigmoid, threshold: 0 };
  const LOSSES = {
    "non-saturating": { ...cross, generator: (logit) => sigmoid(logit) - 1 },
    minimax: { ...cross, generator: (logit) => -sigmoid(logit) },
    "least-squares": { real: (logit) => logit - 1, fake: (logit) => logit, generator: (logit) => logit - 1, threshold: 0.5 },
    hinge: { real: (logit) => (logit < 1 ? -1 : 0), fake: (logit) => (logit > -1 ? 1 : 0), generator: () => -1, threshold: 0 },
  };

  const latents = (count, seed) => gancore.normals(count * LATENT_DIM, seed);

  // The discriminator's gradients on as many real points as latents.
  function discriminatorGradients({ discriminator, generator }, loss, real, z) {
    const count = real.length / 2, both = new Float32Array(2 * real.length);
    both.set(real);
    both.set(forward(generator, z).out, real.length);
    const { seen, out } = forward(discriminator, both);
    const slope = out.map((logit, i) => loss[i < count ? "real" : "fake"](logit) / count);
    return backward(discriminator, seen, slope).gradients;
  }

  // The generator's: through the discriminator, which does not move.
  function generatorGradients({ discriminator, generator }, loss, z) {
    const drawn = forward(generator, z), judged = forward(discriminator, drawn.out);
    const slope = judged.out.map((logit) => loss.generator(logit) / judged.out.length);
    return backward(generator, drawn.seen, backward(discriminator, judged.seen, slope).slope).gradients;
  }

  // New players. All that changes while a game goes on is in here, so that it can be kept and gone back to.
  function start(toy, seed) {
    const uniform = gancore.uniforms(seed);
    const generator = player([LATENT_DIM, WIDTH, WIDTH, 2], uniform), discriminator = player([2, WIDTH, WIDTH, 1], uniform);
    return { toy, seed, generator, discriminator, g: optimiser(generator), d: optimiser(discriminator), rounds: 0 };
  }

  // What a move draws is decided by the seed and by how many moves there were.
  const drawnBy = (game) => (game.seed * 1000003 + 2 * (game.d.steps + game.g.steps)) & 0x3fffffff;

  function moveDiscriminator(game, { loss, dRate }) {
    const seed = drawnBy(game), real = gancore.toys.sample(game.toy, BATCH, seed);
    improve(game.discriminator, discriminatorGradients(game, LOSSES[loss], real, latents(BATCH, seed + 1)), game.d, dRate);
  }

  function moveGenerator(game, { loss, gRate }) {
    improve(game.generator, generatorGradients(game, LOSSES[loss], latents(BATCH, drawnBy(game))), game.g, gRate);
  }

  function play(game, rules, rounds) {
    for (let i = 0; i < rounds; i++) {
      moveDiscriminator(game, rules);
      moveGenerator(game, rules);
      game.rounds++;
    }
  }

  const ticks = Array.from({ length: SIDE }, (_, i) => EDGE * ((2 * i) / (SIDE - 1) - 1));
  const everywhere = Float32Array.from(ticks.flatMap((y) => ticks.flatMap((x) => [x, y])));

  // How a game stands: both kinds of points, D's verdict from 0 to 1 everywhere, rows from the bottom up, where it pulls
  // the first generated points, and how often it is right.
  function look(game, { loss }) {
    const { threshold, generator } = LOSSES[loss], { toy, discriminator } = game;
    const real = gancore.toys.sample(toy, SHOWN, 0), fake = forward(game.generator, latents(SHOWN, 1)).out;
    const logits = (points) => forward(discriminator, points).out;
    const judged = forward(discriminator, fake.slice(0, 2 * ARROWS));
    const pull = backward(discriminator, judged.seen, judged.out.map((logit) => -generator(logit))).slope;
    const right = (points, isReal) => logits(points).filter((logit) => logit > threshold === isReal).length / SHOWN;
    return {
      real, fake, pull, surface: logits(everywhere).map((logit) => sigmoid(logit - threshold)), side: SIDE, edge: EDGE,
      dReal: right(real, true), dFake: right(fake, false), coverage: gancore.toys.coverage(toy, fake), rounds: game.rounds,
    };
  }

  const names = Object.keys(LOSSES);
  const games = { LOSSES, names, start, play, moveDiscriminator, moveGenerator, look };
  gancore.planeGame = { ...games, discriminatorGradients, generatorGradients };
})(globalThis.gancore);
