// Networks of linear layers: the generator of `mlp`, the decoder of `vae` and judges of features, as
// gancore/models/mlp.py, gancore/generative/vae.py and gancore/metrics/judge.py have them.
(function (gancore) {
  const { leaky, linear, sigmoid, silu } = gancore.layers;
  const SLOPE = 0.2;

  // The linear layers whose names begin with `part`, with `activation` between them.
  function perceptron(x, weights, part, activation) {
    const places = Object.keys(weights)
      .filter((name) => name.startsWith(part) && name.endsWith(".weight"))
      .map((name) => Number(name.split(".")[1]))
      .sort((a, b) => a - b);
    for (const [order, place] of places.entries()) {
      const input = order ? x.map(activation) : x;
      x = linear(input, weights[`${part}.${place}.weight`], weights[`${part}.${place}.bias`]);
    }
    return x;
  }

  gancore.networks.mlp = function (weights) {
    const draw = (z) => perceptron(z, weights, "layers", leaky(SLOPE)).map(Math.tanh);
    return { latentDim: weights["layers.0.weight"].shape[1], classes: 0, draw };
  };

  // Judges by name: a logit for what the digit classifier computes of a picture, positive where it is what they look for.
  gancore.networks.judges = function (weights) {
    return { logit: (judge, features) => perceptron(features, weights, judge, leaky(SLOPE))[0] };
  };

  gancore.networks.vae = function (weights, card) {
    const { classes } = card;
    const codeOf = (shares) =>
      Float32Array.from({ length: classes }, (_, c) => (typeof shares === "number" ? Number(shares === c) : shares[c]));
    const draw = (z, code) =>
      perceptron(Float32Array.of(...z, ...code), weights, "decoder", silu).map((logit) => 2 * sigmoid(logit) - 1);
    return { latentDim: weights["decoder.0.weight"].shape[1] - classes, classes, codeOf, draw };
  };
  gancore.networks.plane = gancore.networks.vae;
})(globalThis.gancore);
