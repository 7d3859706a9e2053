// The generator of `dcgan`, as gancore/models/dcgan.py has it.
(function (gancore) {
  const { convolveTransposed, map, normalise, project, rectify } = gancore.layers;

  gancore.networks.dcgan = function (weights) {
    const first = weights["layers.0.linear.weight"];
    const last = Math.max(...Object.keys(weights).map((name) => Number(name.split(".")[1])));

    function draw(z) {
      let x = project(z, first, null, weights["layers.1.weight"].shape[0]);
      for (let layer = 1; layer < last; layer += 3) {
        x = map(normalise(x, weights, `layers.${layer}`), rectify);
        x = convolveTransposed(x, weights[`layers.${layer + 2}.weight`], weights[`layers.${layer + 2}.bias`]);
      }
      return map(x, Math.tanh).data;
    }

    return { latentDim: first.shape[1], classes: 0, draw };
  };
})(globalThis.gancore);
