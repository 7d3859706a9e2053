// The smallest GAN, two numbers for two players, as gancore/lessons/dirac.py has it. Nothing here draws.
(function (gancore) {
  const { sigmoid } = gancore.layers;

  // In which direction θ and ψ move, and how fast; `penalty` is γ, the weight of the R1 penalty.
  function field([theta, psi], penalty = 0) {
    const strength = sigmoid(theta * psi);
    return [strength * psi, -strength * theta - penalty * psi];
  }

  // The places of `rounds` rounds from `start`: both players move at once, or in turns, the discriminator first.
  function play(start, rate, rounds, { penalty = 0, momentum = 0, inTurns = false }) {
    const speed = [0, 0], path = [start];
    for (let round = 0; round < rounds; round++) {
      const place = [...path.at(-1)];
      for (const movers of inTurns ? [[1], [0]] : [[0, 1]]) {
        const pull = field(place, penalty);
        for (const mover of movers) {
          speed[mover] = momentum * speed[mover] + pull[mover];
          place[mover] += rate * speed[mover];
        }
      }
      path.push(place);
    }
    return path;
  }

  gancore.dirac = { field, play };
})(globalThis.gancore);
