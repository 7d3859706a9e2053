// The U-Net that colours outlines and completes scans, as gancore/models/unet.py and, for outlines, `Painter` in
// gancore/training/pix2pix.py have it.
(function (gancore) {
  const { convolve, foldPixels, join, leaky, map, shufflePixels } = gancore.layers;
  const SLOPE = 0.2, DEPTH = 2;

  function activated(x, weights, name, stride) {
    return map(convolve(x, weights[`network.${name}.weight`], weights[`network.${name}.bias`], stride), leaky(SLOPE));
  }

  function doubled(x, weights, name) {
    return shufflePixels(convolve(x, weights[`network.${name}.weight`], weights[`network.${name}.bias`], 1, 0), 2);
  }

  // `change(given, side)` is what the network says of what is given, channel by channel; `paint(outline, side)` gives the
  // pixels of a picture in colour, in [-1, 1], for those of an outline.
  function painter(weights) {
    function change(given, side) {
      const channels = given.length / (side * side), fold = Math.sqrt(weights["network.first.1.0.weight"].shape[1] / channels);
      const grids = [activated(foldPixels({ data: given, channels, side }, fold), weights, "first.1.0")];
      for (let down = 0; down < DEPTH; down++) grids.push(activated(grids.at(-1), weights, `down.${down}.0`, 2));
      let x = activated(grids.pop(), weights, "middle.0.0");
      for (let up = 0; up < DEPTH; up++) {
        x = activated(join(doubled(x, weights, `up.${up}.0`), grids.pop()), weights, `join.${up}.0`);
      }
      return shufflePixels(convolve(x, weights["network.last.0.weight"]), fold).data;
    }

    function paint(outline, side) {
      return change(outline, side).map((value, at) => Math.min(1, Math.max(-1, value + outline[at % outline.length])));
    }

    return { change, paint };
  }

  for (const name of ["pix2pix", "pix2pix-l1", "mri", "mri-l1"]) gancore.networks[name] = painter;
})(globalThis.gancore);
