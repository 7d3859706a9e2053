// The classifier that reads digits, as gancore/metrics/classifier.py has it.
(function (gancore) {
  const { convolve, linear, map, normalise, rectify } = gancore.layers;

  gancore.networks["digits-classifier"] = function (weights) {
    const side = 28;
    const convolutions = Object.keys(weights)
      .filter((name) => weights[name].shape.length === 4)
      .map((name) => Number(name.split(".")[1]))
      .sort((a, b) => a - b);
    const flat = convolutions.at(-1) + 4; // after its normalisation, its activation, and the flattening

    // What scores compare of the pixels of a picture in [-1, 1].
    function features(pixels) {
      let x = { data: pixels, channels: 1, side };
      for (const [order, place] of convolutions.entries()) {
        const stride = order % 2 ? 1 : 2;
        x = map(normalise(convolve(x, weights[`body.${place}.weight`], null, stride), weights, `body.${place + 1}`), rectify);
      }
      const mixed = linear(x.data, weights[`body.${flat}.weight`]);
      return normalise({ data: mixed, channels: mixed.length }, weights, `body.${flat + 1}`).data;
    }

    // The logits of ten classes.
    function logits(pixels) {
      return linear(features(pixels).map(rectify), weights["head.2.weight"], weights["head.2.bias"]);
    }

    function chances(pixels) {
      const all = logits(pixels), top = Math.max(...all);
      const powers = all.map((logit) => Math.exp(logit - top));
      const sum = powers.reduce((a, b) => a + b);
      return powers.map((power) => power / sum);
    }

    function read(pixels) {
      const all = logits(pixels);
      return all.indexOf(Math.max(...all));
    }

    return { features, logits, chances, read };
  };
})(globalThis.gancore);
