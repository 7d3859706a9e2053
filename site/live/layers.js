// The arithmetic of layers, for one example at a time. A grid is { data, channels, side }, with data row by row for each
// channel, as in PyTorch. Weights are tensors as readSafetensors gives them. Nothing is changed in place.
(function (gancore) {
  const EPSILON = 1e-5; // of batch normalisation

  // Every row of `a` times every row of `b`, rows `width` long, into `out` row by row. By blocks of four rows with two,
  // so that a number that has been read serves several products.
  function multiply(a, b, width, out) {
    const down = a.length / width, across = b.length / width;
    for (let i = 0; i < down; i += 4) {
      for (let j = 0; j < across; j += 2) {
        if (i + 4 <= down && j + 2 <= across) block(a, i * width, b, j * width, width, out, i * across + j, across);
        else for (let r = i; r < Math.min(i + 4, down); r++) for (let c = j; c < Math.min(j + 2, across); c++) {
          out[r * across + c] = product(a, r * width, b, c * width, width);
        }
      }
    }
  }

  function block(a, i, b, j, width, out, at, across) {
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0, t0 = 0, t1 = 0, t2 = 0, t3 = 0;
    const i1 = i + width, i2 = i1 + width, i3 = i2 + width, j1 = j + width;
    for (let k = 0; k < width; k++) {
      const x = b[j + k], y = b[j1 + k];
      const a0 = a[i + k], a1 = a[i1 + k], a2 = a[i2 + k], a3 = a[i3 + k];
      s0 += a0 * x; s1 += a1 * x; s2 += a2 * x; s3 += a3 * x;
      t0 += a0 * y; t1 += a1 * y; t2 += a2 * y; t3 += a3 * y;
    }
    out[at] = s0; out[at + across] = s1; out[at + 2 * across] = s2; out[at + 3 * across] = s3;
    out[at + 1] = t0; out[at + across + 1] = t1; out[at + 2 * across + 1] = t2; out[at + 3 * across + 1] = t3;
  }

  function product(a, i, b, j, width) {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += a[i + k] * b[j + k];
    return sum;
  }

  // y = W x + b; `bias` may be left out.
  function linear(x, weight, bias) {
    const [outputs, inputs] = weight.shape;
    const y = new Float32Array(outputs);
    multiply(weight.data, x, inputs, y);
    return bias ? y.map((value, o) => value + bias.data[o]) : y;
  }

  // What each place of the output sees of the input, as a row: `places` × (channels · kernel²).
  function windows(grid, kernel, stride, padding) {
    const { data, channels, side } = grid;
    const out = Math.floor((side + 2 * padding - kernel) / stride) + 1;
    const width = channels * kernel * kernel;
    const rows = new Float32Array(out * out * width);
    for (let row = 0; row < out * out; row++) {
      const top = Math.floor(row / out) * stride - padding;
      const left = (row % out) * stride - padding;
      let at = row * width;
      for (let c = 0; c < channels; c++) {
        for (let y = top; y < top + kernel; y++) {
          for (let x = left; x < left + kernel; x++, at++) {
            if (y >= 0 && y < side && x >= 0 && x < side) rows[at] = data[(c * side + y) * side + x];
          }
        }
      }
    }
    return { rows, width, side: out };
  }

  function convolve(grid, weight, bias, stride = 1, padding = 1) {
    const [outputs, , kernel] = weight.shape;
    const { rows, width, side } = windows(grid, kernel, stride, padding);
    const data = new Float32Array(outputs * side * side);
    multiply(weight.data, rows, width, data);
    if (bias) for (let o = 0, at = 0; o < outputs; o++) for (let p = 0; p < side * side; p++) data[at++] += bias.data[o];
    return { data, channels: outputs, side };
  }

  // The transpose of a strided convolution: each place of the input adds its kernel to the output.
  function convolveTransposed(grid, weight, bias, stride = 2, padding = 1) {
    const [inputs, outputs, kernel] = weight.shape;
    const side = (grid.side - 1) * stride - 2 * padding + kernel;
    const numbers = weight.data, sums = new Float64Array(outputs * side * side);
    if (bias) for (let o = 0; o < outputs; o++) sums.fill(bias.data[o], o * side * side, (o + 1) * side * side);
    for (let i = 0; i < inputs; i++) {
      for (let p = 0; p < grid.side * grid.side; p++) {
        const value = grid.data[i * grid.side * grid.side + p];
        if (value === 0) continue; // half of them, after a rectifier
        const top = Math.floor(p / grid.side) * stride - padding;
        const left = (p % grid.side) * stride - padding;
        for (let o = 0; o < outputs; o++) {
          for (let k = 0, at = (i * outputs + o) * kernel * kernel; k < kernel * kernel; k++) {
            const y = top + Math.floor(k / kernel), x = left + (k % kernel);
            if (y >= 0 && y < side && x >= 0 && x < side) {
              sums[(o * side + y) * side + x] += value * numbers[at + k];
            }
          }
        }
      }
    }
    return { data: Float32Array.from(sums), channels: outputs, side };
  }

  // Batch normalisation at work, with the means and variances of training; `name` is where its numbers are.
  function normalise(grid, weights, name) {
    const [scale, shift] = ["weight", "bias"].map((part) => weights[`${name}.${part}`]);
    const mean = weights[`${name}.running_mean`].data, variance = weights[`${name}.running_var`].data;
    const places = grid.data.length / grid.channels;
    const data = grid.data.map((value, at) => {
      const c = Math.floor(at / places);
      const plain = (value - mean[c]) / Math.sqrt(variance[c] + EPSILON);
      return scale ? plain * scale.data[c] + shift.data[c] : plain;
    });
    return { ...grid, data };
  }

  // Channels laid out as pixels: r² channels become one, r times as wide (Shi et al., 2016, section 3.2).
  function shufflePixels(grid, r) {
    const side = grid.side * r, channels = grid.channels / (r * r);
    const data = new Float32Array(grid.data.length);
    for (let c = 0, at = 0; c < channels; c++) {
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++, at++) {
          const from = c * r * r + (y % r) * r + (x % r);
          data[at] = grid.data[(from * grid.side + Math.floor(y / r)) * grid.side + Math.floor(x / r)];
        }
      }
    }
    return { data, channels, side };
  }

  // The other way round: r × r pixels become channels, and the side an r-th.
  function foldPixels(grid, r) {
    const side = grid.side / r, channels = grid.channels * r * r;
    const data = new Float32Array(grid.data.length);
    for (let c = 0, at = 0; c < channels; c++) {
      const from = Math.floor(c / (r * r)), down = Math.floor((c % (r * r)) / r), along = c % r;
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++, at++) data[at] = grid.data[(from * grid.side + y * r + down) * grid.side + x * r + along];
      }
    }
    return { data, channels, side };
  }

  // The channels of two grids, one after the other.
  function join(a, b) {
    const data = new Float32Array(a.data.length + b.data.length);
    data.set(a.data);
    data.set(b.data, a.data.length);
    return { data, channels: a.channels + b.channels, side: a.side };
  }

  // A vector laid out as a coarse grid, place by place, as `Project` in gancore/models/layers.py does.
  function project(x, weight, bias, channels) {
    const long = linear(x, weight, bias);
    const side = Math.sqrt(long.length / channels);
    const data = long.map((_, at) => long[(at % (side * side)) * channels + Math.floor(at / (side * side))]);
    return { data, channels, side };
  }

  function add(a, b) {
    return { ...a, data: a.data.map((value, at) => value + b.data[at]) };
  }

  function map(grid, change) {
    return { ...grid, data: grid.data.map(change) };
  }

  const leaky = (slope) => (value) => (value < 0 ? slope * value : value);
  const rectify = (value) => (value < 0 ? 0 : value);
  const sigmoid = (value) => 1 / (1 + Math.exp(-value));
  const silu = (value) => value * sigmoid(value);

  gancore.layers = {
    multiply, linear, convolve, convolveTransposed, normalise, shufflePixels, foldPixels, join, project, add, map, leaky, rectify,
    sigmoid, silu,
  };
})(globalThis.gancore);
