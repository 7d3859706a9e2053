// What a scanner measures, line by line, as gancore/data/fourier.py and gancore/lessons/scanning.py have it. A mask is one
// number for each column of the spectrum, 1 where it is measured, with the frequency 0 in the middle.
(function (gancore) {
  const { multiply } = gancore.layers;
  const CENTRE = 0.08; // of the lines, at most, in the middle

  const waves = (width, wave) =>
    Float32Array.from({ length: width * width }, (_, at) => wave((2 * Math.PI * (Math.floor(at / width) - width / 2) * (at % width)) / width));

  // How strong each frequency of a square picture in [-1, 1] is: row by row, log(1 + |F|) of its brightness.
  function strengths(picture, width) {
    const brightness = picture.map((value) => (value + 1) / 2), [cosines, sines] = [Math.cos, Math.sin].map((wave) => waves(width, wave));
    const times = (a, b) => {
      const product = new Float32Array(width * width);
      multiply(a, b, width, product);
      return product;
    };
    const [even, odd] = [times(cosines, brightness), times(sines, brightness)]; // along rows; now a row for each frequency
    const [cc, ss, cs, sc] = [times(cosines, even), times(sines, odd), times(cosines, odd), times(sines, even)];
    return cc.map((value, at) => Math.log1p(Math.hypot(value - ss[at], cs[at] + sc[at]) / width));
  }

  // What is left of rows when only the frequencies in a mask are measured: each pixel is a sum over its row.
  function back(rows, mask) {
    const width = mask.length, kernel = Float64Array.from(mask, (_, apart) =>
      mask.reduce((sum, on, column) => sum + on * Math.cos((2 * Math.PI * (column - width / 2) * apart) / width), 0) / width,
    );
    const table = Float32Array.from({ length: width * width }, (_, at) => kernel[Math.abs(Math.floor(at / width) - (at % width))]);
    const left = new Float32Array(rows.length);
    multiply(rows, table, width, left);
    return left;
  }

  // The lines that points in [-1, 1] lie on, and those opposite.
  function linesUnder(points, width) {
    const mask = new Array(width).fill(0);
    for (const [x] of points) {
      const column = Math.min(width - 1, Math.floor(((x + 1) / 2) * width));
      mask[column] = mask[(width - column) % width] = 1;
    }
    return mask;
  }

  // The middle, and other lines in pairs, as `next` decides, up to a share of all.
  function lineMask(width, share, next) {
    const reach = Math.floor((Math.max(1, Math.floor(CENTRE * width)) - 1) / 2), pairs = Math.floor((share * width - 1) / 2);
    const half = width / 2, outside = Array.from({ length: half - 1 - reach }, (_, i) => reach + 1 + i);
    const chosen = Array.from(gancore.permutation(outside.length, next).slice(0, pairs - reach), (place) => outside[place]);
    const apart = [...Array(reach + 1).keys(), ...chosen], mask = new Array(width).fill(0);
    for (const far of apart) mask[half - far] = mask[half + far] = 1;
    return mask;
  }

  // A point on each line of a mask, half-way up.
  const pointsOn = (mask) => mask.flatMap((on, column) => (on ? [[(2 * column + 1) / mask.length - 1, 0]] : []));

  // What comes of a slice of which the lines in a mask are measured: zero-filled, then as each of `painters` completes it,
  // which keeps what was measured.
  function scan(truth, mask, painters) {
    const width = mask.length, given = back(truth.map((value) => (value + 1) / 2), mask).map((value) => 2 * value - 1);
    const both = Float32Array.from({ length: 2 * given.length }, (_, at) => (at < given.length ? given[at] : mask[at % width]));
    const sum = (one, other, sign = 1) => one.map((value, at) => value + sign * other[at]);
    const kept = (picture) => sum(picture, back(sum(given, picture, -1), mask)); // the measured frequencies as they were measured
    const within = (picture) => picture.map((value) => Math.min(1, Math.max(-1, value))), plain = within(given);
    return [plain, ...painters.map((painter) => kept(within(kept(sum(plain, painter.change(both, width))))))];
  }

  // Decibels, with the maximum from black to white.
  function psnr(picture, truth) {
    return 10 * Math.log10(4 / gancore.latents.mean(picture.map((value, at) => (value - truth[at]) ** 2)));
  }

  gancore.scanning = { strengths, back, linesUnder, lineMask, pointsOn, scan, psnr };
})(globalThis.gancore);
