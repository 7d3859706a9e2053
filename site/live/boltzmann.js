// Restricted Boltzmann machines, one for each of some digits, as gancore/generative/rbm.py has them.
(function (gancore) {
  const { linear, sigmoid } = gancore.layers;

  // `start(digit, uniform)` gives static, as often lit at each pixel as the digit is; `step(digit, lit, uniform)` draws hidden
  // units for the lit pixels, then pixels for those: the chance of each to be lit, and which are. `uniform()` is in [0, 1).
  gancore.networks.machines = function (weights) {
    const drawn = (chances, uniform) => chances.map((chance) => Number(uniform() < chance));
    const start = (digit, uniform) => drawn(weights[`${digit}.lit`].data, uniform);

    function step(digit, lit, uniform) {
      const [weight, visible, hidden] = ["weight", "visible", "hidden"].map((part) => weights[`${digit}.${part}`]);
      const units = drawn(linear(lit, weight, hidden).map(sigmoid), uniform);
      const votes = Float64Array.from(visible.data), pixels = votes.length;
      units.forEach((on, unit) => on && votes.forEach((vote, at) => (votes[at] = vote + weight.data[unit * pixels + at])));
      const chance = Float32Array.from(votes, sigmoid);
      return { chance, lit: drawn(chance, uniform) };
    }

    return { digits: [...new Set(Object.keys(weights).map((name) => name.split(".")[0]))], start, step };
  };
})(globalThis.gancore);
