// The players of `modern` and `cmodern`, as gancore/models/modern.py has them. How wide and how deep they are, and whether
// a generator is told a class or finds a group of its own in the latent, the weights say.
(function (gancore) {
  const { add, convolve, convolveTransposed, foldPixels, leaky, map, normalise, project, shufflePixels } = gancore.layers;
  const SLOPE = 0.2, CELL = 4, SIDE = 28;

  // x + f(x) with f two activated 3×3 convolutions; a discriminator's are not normalised.
  function residual(x, weights, name) {
    const normalised = `${name}.change.0.running_mean` in weights, layers = normalised ? 3 : 2;
    let y = x;
    for (const first of [0, layers]) {
      if (normalised) y = normalise(y, weights, `${name}.change.${first}`);
      y = convolution(map(y, leaky(SLOPE)), weights, `${name}.change.${first + layers - 1}`);
    }
    return add(x, y);
  }

  function convolution(x, weights, name) {
    return convolve(x, weights[`${name}.weight`], weights[`${name}.bias`]);
  }

  // The shares of all groups in the first numbers of a latent, as gancore/models/groups.py has them.
  function sharesOf(place, weight, bias) {
    const scores = bias.data.map((value, g) => value + place.reduce((sum, z, i) => sum + z * weight.data[i * bias.data.length + g], 0));
    const largest = Math.max(...scores), powers = scores.map((score) => Math.exp(score - largest));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  }

  gancore.blocks = { residual, convolution };
  gancore.networks = gancore.networks || {};

  // A generator from its weights: { latentDim, classes, codeOf, draw }. `draw(z, code)` gives the pixels of a picture in
  // [-1, 1]; `codeOf(shares)` the code of a mixture of classes, and that of a class for its number.
  gancore.networks.modern = function (weights) {
    const table = weights["code.weight"];
    const [rows, told] = table ? table.shape : [0, 0];
    const cells = weights["groups.weight"], axes = cells ? cells.shape[0] : 0;
    const blocks = [...new Set(Object.keys(weights).filter((n) => n.startsWith("blocks.")).map((n) => n.split(".")[1]))];

    function codeOf(shares) {
      const mixed = new Float32Array(told);
      for (let c = 0; c < rows; c++) {
        const share = typeof shares === "number" ? Number(shares === c) : shares[c];
        for (let i = 0; i < told; i++) mixed[i] += share * table.data[c * told + i];
      }
      return mixed;
    }

    function draw(z, code) {
      if (cells) code = codeOf(sharesOf(z.slice(0, axes), cells, weights["groups.bias"]));
      const input = code ? Float32Array.of(...z.slice(axes), ...code) : z;
      const width = weights["last.1.weight"].shape[1];
      let x = project(input, weights["first.linear.weight"], weights["first.linear.bias"], width);
      for (const block of blocks.map(Number).sort((a, b) => a - b)) {
        const name = `blocks.${block}`;
        const doubles = `${name}.weight` in weights;
        x = doubles ? shufflePixels(convolution(x, weights, name), 2) : residual(x, weights, name);
      }
      return map(shufflePixels(convolution(map(x, leaky(SLOPE)), weights, "last.1"), CELL), Math.tanh).data;
    }

    const latentDim = axes + weights["first.linear.weight"].shape[1] - told;
    return { latentDim, classes: cells ? 0 : rows, codeOf, draw };
  };
  // The group that a picture looks most like, by its means over 2 × 2 pixels.
  function groupOf(pixels, weight, bias) {
    const coarse = Float32Array.from({ length: weight.shape[0] }, (_, at) => {
      const corner = 2 * Math.floor(at / (SIDE / 2)) * SIDE + 2 * (at % (SIDE / 2));
      return [0, 1, SIDE, SIDE + 1].reduce((sum, step) => sum + pixels[corner + step], 0) / 4;
    });
    const scores = bias.data.map((value, g) => value + coarse.reduce((sum, mean, i) => sum + mean * weight.data[i * bias.data.length + g], 0));
    return scores.indexOf(Math.max(...scores));
  }

  // The discriminator: `logit(pixels)` is positive where it takes a picture for real; `slopes(pixels)` says how it changes
  // with each pixel.
  gancore.networks["young-discriminator"] = function (weights) {
    const [FIRST, ONE, OTHER] = ["features.1", "features.2.change.1", "features.2.change.3"]; // its convolutions

    // What each layer says before it is activated.
    function pass(pixels) {
      const cells = convolution(foldPixels({ data: pixels, channels: 1, side: SIDE }, CELL), weights, FIRST);
      const inside = convolution(map(cells, leaky(SLOPE)), weights, ONE);
      return { cells, inside, last: add(cells, convolution(map(inside, leaky(SLOPE)), weights, OTHER)) };
    }

    // How much each feature counts: by itself, and for the group that the picture looks most like.
    function countOf(pixels) {
      const head = weights["head.weight"].data, asked = groupOf(pixels, weights["groups.weight"], weights["groups.bias"]);
      return head.map((value, i) => value + weights["projection.weight"].data[asked * head.length + i]);
    }

    function logit(pixels) {
      const features = map(pass(pixels).last, leaky(SLOPE)).data, counts = countOf(pixels);
      return features.reduce((sum, value, i) => sum + value * counts[i], weights["head.bias"].data[0]);
    }

    function slopes(pixels) {
      const { cells, inside, last } = pass(pixels);
      const bent = (grid, at) => ({ ...grid, data: grid.data.map((slope, i) => (at.data[i] < 0 ? SLOPE * slope : slope)) });
      const back = (grid, name) => convolveTransposed(grid, weights[`${name}.weight`], null, 1);
      const above = bent({ ...last, data: countOf(pixels) }, last);
      const through = bent(back(bent(back(above, OTHER), inside), ONE), cells);
      return shufflePixels(back(add(above, through), FIRST), CELL).data;
    }

    return { logit, slopes };
  };

  gancore.networks.cmodern = gancore.networks.ungrouped = gancore.networks.modern;
})(globalThis.gancore);
