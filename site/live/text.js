// What draws pictures of captions, and the judge that reads them, as gancore/models/text.py and gancore/metrics/described.py
// have them.
(function (gancore) {
  const { convolve, foldPixels, leaky, linear, map, project, shufflePixels } = gancore.layers;
  const { convolution, residual } = gancore.blocks;
  const SLOPE = 0.2, JUDGE_SLOPE = 0.1, FOLD = 2, REACH = 3, FIRST = 2, SIDE = 16;

  // The most of each kind that a convolution over the vectors of the words finds, wherever in the caption it is.
  function read(numbers, weights) {
    const table = weights["read.0.embedding.weight"], kernel = weights["read.0.convolution.weight"];
    const width = table.shape[1], found = new Float32Array(width).fill(-Infinity);
    for (let place = 0; place < numbers.length; place++) {
      const seen = new Float32Array(width * REACH);
      for (let k = 0; k < REACH; k++) {
        const word = numbers[place + k - 1];
        if (word !== undefined) for (let i = 0; i < width; i++) seen[i * REACH + k] = table.data[word * width + i];
      }
      const flat = { shape: [kernel.shape[0], width * REACH], data: kernel.data };
      linear(seen, flat, weights["read.0.convolution.bias"]).forEach((value, i) => (found[i] = Math.max(found[i], leaky(SLOPE)(value))));
    }
    return found;
  }

  // `ask(caption)` gives the numbers of its words, `draw(z, numbers)` the pixels of a picture in colour, in [-1, 1].
  gancore.networks.text2image = function (weights, card) {
    const latentDim = weights["first.linear.weight"].shape[1], meaning = weights["read.1.weight"].shape[0] / 2;

    function ask(caption) {
      const numbers = caption.match(/\w+/g).map((word) => card.words.indexOf(word) + FIRST);
      return [...numbers, ...Array(card.longest - numbers.length).fill(0)];
    }

    function draw(z, numbers) {
      const told = linear(read(numbers, weights), weights["read.1.weight"], weights["read.1.bias"]);
      const meant = z.map((value, i) => (i < meaning ? told[i] + Math.exp(told[meaning + i]) * value : value));
      let x = project(meant, weights["first.linear.weight"], weights["first.linear.bias"], weights["last.1.weight"].shape[1]);
      for (const block of [0, 1]) x = residual(x, weights, `blocks.${block}`);
      return map(shufflePixels(convolution(map(x, leaky(SLOPE)), weights, "last.1"), FOLD), Math.tanh).data;
    }

    return { latentDim, ask, draw };
  };

  // `read(pixels)` gives for each attribute the place of the word that it takes the picture for.
  gancore.networks["avatars-judge-16"] = function (weights, card) {
    function layer(x, place) {
      return map(convolve(x, weights[`layers.${place}.weight`], weights[`layers.${place}.bias`]), leaky(JUDGE_SLOPE));
    }

    function read(pixels) {
      let x = foldPixels({ data: pixels, channels: 3, side: SIDE }, FOLD);
      x = layer(foldPixels(layer(layer(x, 1), 3), 2), 6);
      const logits = Array.from(linear(x.data, weights["layers.10.weight"], weights["layers.10.bias"]));
      return Object.values(card.attributes).map((words) => {
        const mine = logits.splice(0, words.length);
        return mine.indexOf(Math.max(...mine));
      });
    }

    return { read };
  };
})(globalThis.gancore);
