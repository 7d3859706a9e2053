// Perceptrons that learn, as gancore/models/points.py has them: what they say, their gradients, and Adam. Examples and
// gradients are rows in one array, one row after the other.
(function (gancore) {
  const { multiply } = gancore.layers;
  const SLOPE = 0.2; // of LeakyReLU below zero
  const EPSILON = 1e-8; // of Adam

  // Linear layers from each of `sizes` to the next, with weights as `start_as_glorot` draws them from `uniform`.
  function player(sizes, uniform) {
    return sizes.slice(1).map((outputs, n) => {
      const inputs = sizes[n], bound = Math.sqrt(6 / (inputs + outputs));
      const weight = Float32Array.from({ length: inputs * outputs }, () => bound * (2 * uniform() - 1));
      return { inputs, outputs, weight, bias: new Float32Array(outputs) };
    });
  }

  // What the player makes of examples `x`, and what each of its layers has seen.
  function forward(layers, x) {
    const seen = [];
    layers.forEach(({ inputs, outputs, weight, bias }, n) => {
      seen.push(x);
      const y = new Float32Array((x.length / inputs) * outputs), last = n === layers.length - 1;
      multiply(x, weight, inputs, y);
      for (let i = 0; i < y.length; i++) {
        const value = y[i] + bias[i % outputs];
        y[i] = last || value > 0 ? value : SLOPE * value;
      }
      x = y;
    });
    return { seen, out: x };
  }

  // From the slope of a loss at what the player said: its gradients for each layer, and the slope at the examples.
  function backward(layers, seen, slope) {
    const gradients = [];
    for (let n = layers.length - 1; n >= 0; n--) {
      const { inputs, outputs, weight } = layers[n], x = seen[n], count = x.length / inputs;
      const columns = transpose(slope, outputs), ofWeight = new Float32Array(weight.length);
      multiply(columns, transpose(x, inputs), count, ofWeight);
      gradients[n] = { weight: ofWeight, bias: sums(columns, count) };
      slope = slopeBelow(layers[n], x, slope, n > 0);
    }
    return { gradients, slope };
  }

  // The slope at the examples alone, at half of the work: for a player that does not move.
  const slopeAt = (layers, seen, slope) =>
    layers.reduceRight((above, layer, n) => slopeBelow(layer, seen[n], above, n > 0), slope);

  // From the slope at what a layer said to that at what it has seen, which, where it was `hidden`, a LeakyReLU has made.
  function slopeBelow({ inputs, outputs, weight }, x, slope, hidden) {
    const below = new Float32Array(x.length);
    multiply(slope, transpose(weight, inputs), outputs, below);
    if (hidden) for (let i = 0; i < below.length; i++) if (x[i] <= 0) below[i] *= SLOPE;
    return below;
  }

  // Columns as rows; a row of `x` is `width` long.
  function transpose(x, width) {
    const count = x.length / width, turned = new Float32Array(x.length);
    for (let i = 0, at = 0; i < count; i++) for (let j = 0; j < width; j++) turned[j * count + i] = x[at++];
    return turned;
  }

  function sums(rows, width) {
    return Float32Array.from({ length: rows.length / width }, (_, i) => {
      let sum = 0;
      for (let k = i * width; k < (i + 1) * width; k++) sum += rows[k];
      return sum;
    });
  }

  // What Adam, with `betas` as PyTorch calls them, remembers of a player: both moments of every slope.
  function optimiser(layers, betas) {
    const zeros = () => layers.map(({ weight, bias }) => ({
      weight: new Float32Array(weight.length), bias: new Float32Array(bias.length),
    }));
    return { steps: 0, betas, means: zeros(), squares: zeros() };
  }

  // One step of Adam (Kingma and Ba, 2015, algorithm 1) at the learning rate `rate`; it changes player and optimiser.
  function improve(layers, gradients, adam, rate) {
    const [first, second] = adam.betas;
    adam.steps++;
    const pace = rate / (1 - first ** adam.steps), correction = 1 - second ** adam.steps;
    layers.forEach((layer, n) => {
      for (const part of ["weight", "bias"]) {
        const numbers = layer[part], slopes = gradients[n][part];
        const means = adam.means[n][part], squares = adam.squares[n][part];
        for (let i = 0; i < numbers.length; i++) {
          means[i] = first * means[i] + (1 - first) * slopes[i];
          squares[i] = second * squares[i] + (1 - second) * slopes[i] * slopes[i];
          numbers[i] -= (pace * means[i]) / (Math.sqrt(squares[i] / correction) + EPSILON);
        }
      }
    });
  }

  gancore.players = { player, forward, backward, slopeAt, optimiser, improve };
})(globalThis.gancore);
