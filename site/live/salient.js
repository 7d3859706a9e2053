// What a discriminator looks at: what a touch of the pen would do at each place, as gancore/plots/salient.py draws it.
(function (gancore) {
  const { paint } = gancore.controls;
  const { paper, stroke, join } = gancore.pen;
  const SIDE = 28, PEN = 5, MARKED = 3, SIZE = 148, MARK = 5; // pixels of the page for the last two
  const OUTLINE = "#aaaaaa";
  const MORE = [86, 180, 233], LESS = [230, 159, 0]; // Okabe and Ito (2008): both bright enough on black

  // The values of a square around a place, as large as a pen's mark, as far as it lies in the picture.
  function around(values, at) {
    const found = [], x = at % SIDE, y = Math.floor(at / SIDE), reach = (PEN - 1) / 2;
    for (let v = Math.max(0, y - reach); v <= Math.min(SIDE - 1, y + reach); v++) {
      for (let u = Math.max(0, x - reach); u <= Math.min(SIDE - 1, x + reach); u++) found.push(values[v * SIDE + u]);
    }
    return found;
  }

  // The slopes of single pixels look like noise; of a touch there is their mean.
  const touches = (slopes) => slopes.map((_, at) => gancore.latents.mean(around(slopes, at)));

  // The highest places, up to three, none within a pen's mark of another.
  function peaks(heights) {
    const highest = [...heights.keys()].filter((at) => heights[at] > 0 && heights[at] === Math.max(...around(heights, at)));
    return highest.sort((one, other) => heights[other] - heights[one]).slice(0, MARKED);
  }

  function colours(touched) {
    const most = touched.reduce((sum, value) => Math.max(sum, Math.abs(value)), 1e-12), places = touched.length;
    return Float32Array.from({ length: 3 * places }, (_, at) => {
      const share = touched[at % places] / most, channel = Math.floor(at / places);
      return (Math.abs(share) * (share > 0 ? MORE : LESS)[channel]) / 127.5 - 1;
    });
  }

  // The edges of pixels between what is inked and what is not.
  function outline(image) {
    const inked = (x, y) => image[y * SIDE + x] > 0, edges = [];
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        if (x + 1 < SIDE && inked(x, y) !== inked(x + 1, y)) edges.push([[x + 1, y], [x + 1, y + 1]]);
        if (y + 1 < SIDE && inked(x, y) !== inked(x, y + 1)) edges.push([[x, y + 1], [x + 1, y + 1]]);
      }
    }
    return edges;
  }

  function map() {
    const canvas = paper(SIZE, SIZE, "gancore-salient"), small = new OffscreenCanvas(SIDE, SIDE), { ink } = canvas;
    const onPaper = (place) => (place * SIZE) / SIDE, middle = (at) => [(at % SIDE) + 0.5, Math.floor(at / SIDE) + 0.5].map(onPaper);
    canvas.setAttribute("role", "img");

    canvas.show = (image, slopes) => {
      const touched = touches(slopes), [more, less] = [peaks(touched), peaks(touched.map((value) => -value))];
      paint(small, colours(touched), SIDE);
      ink.imageSmoothingEnabled = false;
      ink.drawImage(small, 0, 0, SIZE, SIZE);
      stroke(ink, OUTLINE, 1, () => outline(image).forEach(([from, to]) => join(ink, from.map(onPaper), to.map(onPaper))));
      stroke(ink, "#fff", 1.6, () => {
        for (const [x, y] of more.map(middle)) (ink.moveTo(x + MARK, y), ink.arc(x, y, MARK, 0, 2 * Math.PI));
        for (const [x, y] of less.map(middle)) {
          for (const side of [-MARK, MARK]) join(ink, [x - MARK, y - side], [x + MARK, y + side]);
        }
      });
      canvas.setAttribute("aria-label", `Where D looks: ${more.length} places where more ink would raise its logit, ${less.length} where less would.`);
    };
    return canvas;
  }

  gancore.salient = { touches, peaks, map };
})(globalThis.gancore);
