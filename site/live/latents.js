// Ways between latents, and what can be measured on a picture, as gancore/analysis/latents.py and shapes.py have them.
(function (gancore) {
  const PARALLEL = 1e-4; // an angle, in radians, below which a great circle cannot be told from a line

  const length = (z) => Math.sqrt(z.reduce((sum, value) => sum + value * value, 0));

  function lerp(start, end, share) {
    return start.map((value, i) => (1 - share) * value + share * end[i]);
  }

  // The latent `share` of the way along the great circle.
  function slerp(start, end, share) {
    const [a, b] = [length(start), length(end)];
    const apart = length(start.map((value, i) => value / a - end[i] / b));
    const together = length(start.map((value, i) => value / a + end[i] / b));
    const angle = 2 * Math.atan2(apart, together);
    if (angle < PARALLEL) return lerp(start, end, share);
    const weights = [Math.sin((1 - share) * angle), Math.sin(share * angle)].map((w) => w / Math.sin(angle));
    return start.map((value, i) => weights[0] * value + weights[1] * end[i]);
  }

  const ink = (pixels) => Float64Array.from(pixels, (value) => (value + 1) / 2);

  // Pixels to the right for each pixel upwards.
  function slant(pixels, side = 28) {
    const brightness = ink(pixels);
    let sum = 0, xs = 0, ys = 0;
    brightness.forEach((value, at) => {
      sum += value;
      xs += value * (at % side);
      ys += value * (side - 1 - Math.floor(at / side));
    });
    let both = 0, spread = 0;
    brightness.forEach((value, at) => {
      const dx = (at % side) - xs / sum, dy = side - 1 - Math.floor(at / side) - ys / sum;
      both += value * dx * dy;
      spread += value * dy * dy;
    });
    return both / spread;
  }

  // The ink over half the length of its outline, in pixels.
  function thickness(pixels, side = 28) {
    const brightness = ink(pixels);
    const at = (y, x) => (y >= 0 && y < side && x >= 0 && x < side ? brightness[y * side + x] : 0);
    let outline = 0;
    for (let y = -1; y < side; y++) {
      for (let x = -1; x < side; x++) {
        const across = (at(y, x + 1) - at(y, x) + at(y + 1, x + 1) - at(y + 1, x)) / 2;
        const down = (at(y + 1, x) - at(y, x) + at(y + 1, x + 1) - at(y, x + 1)) / 2;
        outline += Math.hypot(across, down);
      }
    }
    return (2 * brightness.reduce((a, b) => a + b)) / outline;
  }

  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

  gancore.latents = { length, lerp, slerp, slant, thickness, mean, ways: { "great circle": slerp, "straight line": lerp } };
})(globalThis.gancore);
