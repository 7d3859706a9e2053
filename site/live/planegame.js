// What the 2-D lab plays: a game for points in the plane, as gancore/lessons/lab_game.py has it, and how it stands.
(function (gancore) {
  const { forward, slopeAt } = gancore.players;
  const { LOSSES, latents } = gancore.game;
  const { sigmoid } = gancore.layers;
  const START = { latentDim: 8, betas: [0, 0.99] }; // as in gancore/lessons/lab_game.py
  const SHOWN = 400, SIDE = 32, EDGE = 1.2, ARROWS = 60; // points, places a side at which D is asked, and arrows

  const start = (toy, seed) => gancore.game.start(toy, seed, START);

  const ticks = Array.from({ length: SIDE }, (_, i) => EDGE * ((2 * i) / (SIDE - 1) - 1));
  const everywhere = Float32Array.from(ticks.flatMap((y) => ticks.flatMap((x) => [x, y])));

  // How a game stands: both kinds of points, D's verdict from 0 to 1 everywhere, rows from the bottom up, where it pulls
  // the first generated points, and how often it is right.
  function look(game, { loss }) {
    const { threshold, generator } = LOSSES[loss], { toy, discriminator } = game;
    const real = gancore.toys.sample(toy, SHOWN, 0), fake = forward(game.generator, latents(game, SHOWN, 1)).out;
    const logits = (points) => forward(discriminator, points).out;
    const judged = forward(discriminator, fake.slice(0, 2 * ARROWS));
    const pull = slopeAt(discriminator, judged.seen, judged.out.map((logit) => -generator(logit)));
    const right = (points, isReal) => logits(points).filter((logit) => logit > threshold === isReal).length / SHOWN;
    return {
      real, fake, pull, surface: logits(everywhere).map((logit) => sigmoid(logit - threshold)), side: SIDE, edge: EDGE,
      dReal: right(real, true), dFake: right(fake, false), coverage: gancore.toys.coverage(toy, fake), rounds: game.rounds,
    };
  }

  gancore.planeGame = { start, look };
})(globalThis.gancore);
