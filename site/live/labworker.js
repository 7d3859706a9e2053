// The worker of both labs: it plays what the page asks for, keeps the last frames, and says how the game stands.
(function (gancore) {
  const { play, moveDiscriminator, moveGenerator } = gancore.game;
  const { toy } = gancore.toys;
  const KEPT = 100; // frames that can be gone back to
  let game, past, behind; // `past`: the frames before the newest, and while the reader looks back the newest as well

  // Before a move: what came after the frame that is looked at is forgotten, and the frame is kept.
  function frame(move) {
    if (behind) past.length = past.length - 1 - behind;
    behind = 0;
    past.push(structuredClone(game));
    if (past.length > KEPT) past.shift();
    move();
    if (game.generator[0].weight.every(Number.isFinite) && game.discriminator[0].weight.every(Number.isFinite)) return "";
    game = past.pop();
    return "Numbers grew beyond all bounds, so the game went back one frame: lower a learning rate.";
  }

  function repeat(times, move) {
    for (let i = 0; i < times; i++) move();
  }

  // So many rounds, or as many as a machine has played by the time `end`: at least one.
  function playOn(rules, rounds, end) {
    for (let i = 0; i < rounds && (i === 0 || performance.now() < end); i++) play(game, rules, 1);
  }

  const rulesOf = ({ dim }) => (dim === 1 ? gancore.lineGame : gancore.planeGame);

  const newest = () => past.length - (behind ? 1 : 0);

  // To frame `at`, where 0 is the oldest that is kept.
  function goBack(at) {
    const to = newest() - at;
    if (!behind && to) past.push(structuredClone(game));
    if (to) game = structuredClone(past[at]);
    else if (behind) game = past.pop();
    behind = to;
    return "";
  }

  const ACTS = {
    start({ data, seed }) {
      [game, past, behind] = [rulesOf(toy(data)).start(toy(data), seed), [], 0];
      return "";
    },
    play: ({ rules, rounds, within = Infinity }) => frame(() => playOn(rules, rounds, performance.now() + within)),
    discriminator: ({ rules, times = 1 }) => frame(() => repeat(times, () => moveDiscriminator(game, rules))),
    generator: ({ rules, times = 1 }) => frame(() => repeat(times, () => moveGenerator(game, rules))),
    back: ({ to }) => goBack(Math.min(to, newest())),
    look: () => "",
  };

  globalThis.onmessage = ({ data }) => {
    const trouble = ACTS[data.act](data);
    postMessage({ ...rulesOf(game.toy).look(game, data.rules), trouble, behind, past: newest() });
  };
})(globalThis.gancore);
