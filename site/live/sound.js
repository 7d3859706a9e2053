// Sound as a picture and back, as gancore/data/sound.py has it: a short-time Fourier transform, bands, Griffin–Lim. Sounds
// are numbers in [-1, 1], 8,000 a second; a spectrum is one column { re, im } for every hop, magnitudes one array for each.
(function (gancore) {
  const RATE = 8000, LENGTH = 4096, WINDOW = 512, HOP = 128, MARGIN = (WINDOW - HOP) / 2, BINS = WINDOW / 2 + 1;
  const BANDS = 32, LOWEST = 50, HIGHEST = 4000, BEND = 150; // Hz; above the bend bands grow wider
  const DECIBELS = 60, STEPS = 40, ROUNDS = 32, MOMENTUM = 0.99, HALF_WIDE = 16, SHARPER = 1.5, TINY = 1e-9;
  const LOUD = 0.05, LOWEST_PITCH = 70, HIGHEST_PITCH = 400;

  const nothing = new Float64Array(WINDOW);
  const turns = Array.from({ length: WINDOW / 2 }, (_, k) => (2 * Math.PI * k) / WINDOW);
  const cosines = Float64Array.from(turns, Math.cos), sines = Float64Array.from(turns, Math.sin);
  const hann = Float64Array.from({ length: WINDOW }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW));
  const reversed = Array.from({ length: WINDOW }, (_, n) => parseInt(n.toString(2).padStart(9, "0").split("").reverse().join(""), 2));

  // The Fourier transform of WINDOW complex numbers (Cooley and Tukey, 1965): halves, each transformed, then put together.
  function transform(real, imaginary) {
    const re = nothing.map((_, n) => real[reversed[n]]), im = nothing.map((_, n) => imaginary[reversed[n]]);
    for (let half = 1; half < WINDOW; half *= 2) {
      for (let k = 0; k < half; k++) {
        const turn = (k * WINDOW) / (2 * half), c = cosines[turn], s = sines[turn];
        for (let a = k, b = k + half; b < WINDOW; a += 2 * half, b += 2 * half) {
          const x = c * re[b] + s * im[b], y = c * im[b] - s * re[b];
          re[b] = re[a] - x; im[b] = im[a] - y;
          re[a] += x; im[a] += y;
        }
      }
    }
    return { re, im };
  }

  function frequencies(sound) {
    return Array.from({ length: sound.length / HOP }, (_, column) => {
      const start = column * HOP - MARGIN, { re, im } = transform(hann.map((weight, n) => weight * (sound[start + n] ?? 0)), nothing);
      return { re: re.subarray(0, BINS), im: im.subarray(0, BINS) };
    });
  }

  // The real numbers whose transform a column is: the transform of its mirror image, backwards.
  function backFrom({ re, im }) {
    const mirror = (half, sign) => nothing.map((_, k) => (k < BINS ? half[k] : sign * half[WINDOW - k]));
    const turned = mirror(im, -1).map((value, k) => (k % (BINS - 1) ? -value : 0));
    return transform(mirror(re, 1), turned).re.map((value) => value / WINDOW);
  }

  // The sound whose transform is nearest (Griffin and Lim, 1984, equation 6): overlap, weigh, divide by the weights.
  function soundOf(spectrum) {
    const sums = new Float64Array(spectrum.length * HOP + 2 * MARGIN), weights = new Float64Array(sums.length);
    spectrum.forEach((column, at) => {
      backFrom(column).forEach((value, n) => {
        sums[at * HOP + n] += hann[n] * value;
        weights[at * HOP + n] += hann[n] ** 2;
      });
    });
    return sums.map((sum, n) => sum / Math.max(weights[n], TINY)).subarray(MARGIN, -MARGIN);
  }

  const withPhases = (magnitudes, phases) =>
    magnitudes.map((column, at) => ({ re: column.map((size, k) => size * phases[at].re[k]), im: column.map((size, k) => size * phases[at].im[k]) }));

  // A sound that has nearly these magnitudes, with the momentum of Perraudin et al. (2013).
  function griffinLim(magnitudes, rounds = ROUNDS) {
    const uniform = gancore.uniforms(0), start = Array.from({ length: BINS * magnitudes.length }, uniform);
    const angles = magnitudes.map((_, at) => Float64Array.from({ length: BINS }, (_, k) => 2 * Math.PI * start[k * magnitudes.length + at]));
    let phases = angles.map((column) => ({ re: column.map(Math.cos), im: column.map(Math.sin) }));
    let before = phases.map(() => ({ re: nothing, im: nothing }));
    for (let round = 0; round < rounds; round++) {
      const found = frequencies(soundOf(withPhases(magnitudes, phases)));
      phases = found.map((column, at) => {
        const [re, im] = ["re", "im"].map((part) => column[part].map((value, k) => value + MOMENTUM * (value - before[at][part][k])));
        const size = re.map((value, k) => Math.max(Math.hypot(value, im[k]), TINY));
        return { re: re.map((value, k) => value / size[k]), im: im.map((value, k) => value / size[k]) };
      });
      before = found;
    }
    return toFullScale(soundOf(withPhases(magnitudes, phases)));
  }

  // The share that each frequency has in each band: triangles on a scale log(1 + f / BEND), each from its first frequency on.
  const bands = (function () {
    const [low, high] = [LOWEST, HIGHEST].map((edge) => Math.log1p(edge / BEND)), spacing = RATE / WINDOW;
    const edges = Array.from({ length: BANDS + 2 }, (_, i) => BEND * Math.expm1(low + ((high - low) * i) / (BANDS + 1)));
    return edges.slice(1, -1).map((middle, i) => {
      const [left, right] = [edges[i], edges[i + 2]];
      const shares = Float64Array.from({ length: BINS }, (_, k) => {
        const rising = (k * spacing - middle) / Math.max(middle - left, spacing), falling = (middle - k * spacing) / Math.max(right - middle, spacing);
        return Math.max(0, 1 + Math.min(rising, falling));
      });
      const first = shares.findIndex((share) => share > 0), sum = shares.reduce((a, b) => a + b);
      return { first, shares: shares.filter((share) => share > 0).map((share) => share / sum) };
    });
  })();

  const inBands = (column) => bands.map(({ first, shares }) => shares.reduce((sum, share, i) => sum + share * column[first + i], 0));

  function fromBands(strengths) {
    const column = new Float64Array(BINS);
    bands.forEach(({ first, shares }, band) => shares.forEach((share, i) => (column[first + i] += share * strengths[band])));
    return column;
  }

  // The picture of a sound: pixels in [-1, 1], a row for each band, the highest above.
  function spectrogram(sound) {
    const columns = frequencies(sound).map(({ re, im }) => inBands(re.map((value, k) => Math.hypot(value, im[k]))));
    const loudest = Math.max(TINY, ...columns.flat());
    return Float32Array.from({ length: BANDS * columns.length }, (_, at) => {
      const strength = columns[at % columns.length][BANDS - 1 - Math.floor(at / columns.length)];
      const below = 20 * Math.log10(Math.max(TINY, strength / loudest));
      return 1 + 2 * Math.min(0, Math.max(-1, below / DECIBELS));
    });
  }

  // Magnitudes whose bands are as a picture shows, by multiplicative steps (Lee and Seung, 2001, theorem 1).
  function magnitudesOf(picture) {
    const count = picture.length / BANDS;
    return Array.from({ length: count }, (_, at) => {
      const shown = Array.from({ length: BANDS }, (_, band) => picture[(BANDS - 1 - band) * count + at]);
      const wanted = fromBands(shown.map((value) => (value > -1 ? 10 ** ((DECIBELS / 20) * ((value - 1) / 2)) : 0)));
      let found = wanted;
      for (let step = 0; step < STEPS; step++) {
        const reached = fromBands(inBands(found));
        found = found.map((value, k) => (value * wanted[k]) / Math.max(reached[k], TINY));
      }
      return found;
    });
  }

  // Each magnitude averaged over its surroundings in frequency, so that no harmonics are left.
  function envelope(column) {
    return column.map((_, k) => gancore.latents.mean(column.subarray(Math.max(0, k - HALF_WIDE), k + HALF_WIDE + 1)));
  }

  // The sound of a picture; silence where it is black.
  function hear(picture) {
    if (picture.every((value) => value <= -1)) return new Float64Array(LENGTH);
    return griffinLim(
      magnitudesOf(picture).map((column) => {
        const smooth = envelope(column).map((value) => Math.max(value, TINY));
        return column.map((value, k) => smooth[k] * (value / smooth[k]) ** SHARPER);
      }),
    );
  }

  function toFullScale(sound) {
    const peak = sound.reduce((most, value) => Math.max(most, Math.abs(value)), TINY);
    return sound.map((value) => value / peak);
  }

  // How much a sound repeats itself at its pitch: of each window the best correlation, of those that are loud the mean.
  function voicing(sound) {
    const windows = Array.from({ length: (sound.length - WINDOW) / HOP + 1 }, (_, i) => {
      const window = sound.slice(i * HOP, i * HOP + WINDOW), middle = gancore.latents.mean(window);
      return window.map((value) => value - middle);
    });
    const energies = windows.map((window) => window.reduce((sum, value) => sum + value * value, 0)), most = Math.max(...energies);
    const loud = windows.filter((_, i) => energies[i] > LOUD * most).map(repetition);
    return loud.length ? gancore.latents.mean(loud) : 0;
  }

  function repetition(window) {
    let best = -1;
    for (let lag = Math.floor(RATE / HIGHEST_PITCH); lag <= Math.floor(RATE / LOWEST_PITCH); lag++) {
      let both = 0, early = 0, late = 0;
      for (let n = lag; n < window.length; n++) {
        const [a, b] = [window[n - lag], window[n]];
        both += a * b; early += a * a; late += b * b;
      }
      best = Math.max(best, both / Math.max(Math.sqrt(early * late), TINY));
    }
    return best;
  }

  // A picture of BANDS rows with full strength wherever points in [-1, 1] lie within `pen` cells.
  function painted(points, picture, pen) {
    const width = picture.length / BANDS;
    return picture.map((value, at) => {
      const across = (((at % width) + 0.5) / width) * 2 - 1, up = 1 - ((Math.floor(at / width) + 0.5) / BANDS) * 2;
      const under = ([x, y]) => (((across - x) * width) / 2) ** 2 + (((up - y) * BANDS) / 2) ** 2 <= pen ** 2;
      return points.some(under) ? 1 : value;
    });
  }

  // The bytes of a WAV file of 8 bits.
  function toWav(sound) {
    const file = new DataView(new ArrayBuffer(44 + sound.length));
    const write = (at, words) => [...words].forEach((letter, i) => file.setUint8(at + i, letter.charCodeAt(0)));
    const numbers = { 4: 36 + sound.length, 16: 16, 20: 0x10001, 24: RATE, 28: RATE, 32: 0x80001, 40: sound.length };
    for (const [at, words] of [[0, "RIFF"], [8, "WAVEfmt "], [36, "data"]]) write(at, words);
    for (const [at, number] of Object.entries(numbers)) file.setUint32(Number(at), number, true);
    sound.forEach((value, i) => file.setUint8(44 + i, Math.round(127 * value + 128)));
    return new Uint8Array(file.buffer);
  }

  gancore.sound = { frequencies, soundOf, griffinLim, spectrogram, magnitudesOf, hear, voicing, painted, toWav };
})(globalThis.gancore);
