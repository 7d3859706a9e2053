// A game of two perceptrons for points, on the line or in the plane: its losses, its gradients, its moves. Nothing draws.
(function (gancore) {
  const { player, forward, backward, slopeAt, optimiser, improve } = gancore.players;
  const { sigmoid } = gancore.layers;
  const WIDTH = 64, BATCH = 128; // as in gancore/lessons/lab_game.py and line_game.py

  // The slopes of a loss at a logit: for D on real and on generated points, and for G. See gancore/training/losses.py.
  const cross = { real: (logit) => sigmoid(logit) - 1, fake: sigmoid, threshold: 0 };
  const LOSSES = {
    "non-saturating": { ...cross, generator: (logit) => sigmoid(logit) - 1 },
    minimax: { ...cross, generator: (logit) => -sigmoid(logit) },
    "least-squares": { real: (logit) => logit - 1, fake: (logit) => logit, generator: (logit) => logit - 1, threshold: 0.5 },
    hinge: { real: (logit) => (logit < 1 ? -1 : 0), fake: (logit) => (logit > -1 ? 1 : 0), generator: () => -1, threshold: 0 },
  };

  const latents = ({ latentDim }, count, seed) => gancore.normals(count * latentDim, seed);

  // The discriminator's gradients on as many real points as latents.
  function discriminatorGradients({ discriminator, generator }, loss, real, z) {
    const both = new Float32Array(2 * real.length);
    both.set(real);
    both.set(forward(generator, z).out, real.length);
    const { seen, out } = forward(discriminator, both), count = out.length / 2;
    const slope = out.map((logit, i) => loss[i < count ? "real" : "fake"](logit) / count);
    return backward(discriminator, seen, slope).gradients;
  }

  // The generator's: through the discriminator, which does not move.
  function generatorGradients({ discriminator, generator }, loss, z) {
    const drawn = forward(generator, z), judged = forward(discriminator, drawn.out);
    const slope = judged.out.map((logit) => loss.generator(logit) / judged.out.length);
    return backward(generator, drawn.seen, slopeAt(discriminator, judged.seen, slope)).gradients;
  }

  // New players for the data `toy`. All that changes while a game goes on is in here, so that it can be gone back to.
  function start(toy, seed, { latentDim, betas }) {
    const uniform = gancore.uniforms(seed);
    const generator = player([latentDim, WIDTH, WIDTH, toy.dim], uniform);
    const discriminator = player([toy.dim, WIDTH, WIDTH, 1], uniform);
    const [g, d] = [generator, discriminator].map((layers) => optimiser(layers, betas));
    return { toy, seed, latentDim, generator, discriminator, g, d, rounds: 0 };
  }

  // What a move draws is decided by the seed and by how many moves there were.
  const drawnBy = (game) => (game.seed * 1000003 + 2 * (game.d.steps + game.g.steps)) & 0x3fffffff;

  function moveDiscriminator(game, { loss, dRate }) {
    const seed = drawnBy(game), real = gancore.toys.sample(game.toy, BATCH, seed);
    const gradients = discriminatorGradients(game, LOSSES[loss], real, latents(game, BATCH, seed + 1));
    improve(game.discriminator, gradients, game.d, dRate);
  }

  function moveGenerator(game, { loss, gRate }) {
    improve(game.generator, generatorGradients(game, LOSSES[loss], latents(game, BATCH, drawnBy(game))), game.g, gRate);
  }

  // In a round D moves `dSteps` times, then G once.
  function play(game, rules, rounds) {
    for (let i = 0; i < rounds; i++) {
      for (let move = 0; move < (rules.dSteps ?? 1); move++) moveDiscriminator(game, rules);
      moveGenerator(game, rules);
      game.rounds++;
    }
  }

  gancore.game = { LOSSES, start, play, moveDiscriminator, moveGenerator, discriminatorGradients, generatorGradients, latents };
})(globalThis.gancore);
