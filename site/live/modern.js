// The generator of `modern` and `cmodern`, as gancore/models/modern.py has it. How wide and how deep it is, and whether
// it is told a class, the weights say.
(function (gancore) {
  const { add, convolve, leaky, map, normalise, project, shufflePixels } = gancore.layers;
  const SLOPE = 0.2, CELL = 4;

  // x + f(x) with f two activated 3×3 convolutions.
  function residual(x, weights, name) {
    let y = x;
    for (const first of [0, 3]) {
      const activated = map(normalise(y, weights, `${name}.change.${first}`), leaky(SLOPE));
      y = convolution(activated, weights, `${name}.change.${first + 2}`);
    }
    return add(x, y);
  }

  function convolution(x, weights, name) {
    return convolve(x, weights[`${name}.weight`], weights[`${name}.bias`]);
  }

  gancore.networks = gancore.networks || {};

  // A generator from its weights: { latentDim, classes, codeOf, draw }. `draw(z, code)` gives the pixels of a picture in
  // [-1, 1]; `codeOf(shares)` the code of a mixture of classes, and that of a class for its number.
  gancore.networks.modern = function (weights) {
    const table = weights["code.weight"];
    const [classes, told] = table ? table.shape : [0, 0];
    const blocks = [...new Set(Object.keys(weights).filter((n) => n.startsWith("blocks.")).map((n) => n.split(".")[1]))];

    function codeOf(shares) {
      const mixed = new Float32Array(told);
      for (let c = 0; c < classes; c++) {
        const share = typeof shares === "number" ? Number(shares === c) : shares[c];
        for (let i = 0; i < told; i++) mixed[i] += share * table.data[c * told + i];
      }
      return mixed;
    }

    function draw(z, code) {
      const input = code ? Float32Array.of(...z, ...code) : z;
      const width = weights["last.1.weight"].shape[1];
      let x = project(input, weights["first.linear.weight"], weights["first.linear.bias"], width);
      for (const block of blocks.map(Number).sort((a, b) => a - b)) {
        const name = `blocks.${block}`;
        const doubles = `${name}.weight` in weights;
        x = doubles ? shufflePixels(convolution(x, weights, name), 2) : residual(x, weights, name);
      }
      return map(shufflePixels(convolution(map(x, leaky(SLOPE)), weights, "last.1"), CELL), Math.tanh).data;
    }

    return { latentDim: weights["first.linear.weight"].shape[1] - told, classes, codeOf, draw };
  };
  gancore.networks.cmodern = gancore.networks.modern;
})(globalThis.gancore);
