// Pictures that a view is to know, fetched when it is first used: sheets of small grey pictures, in rows.
(function (gancore) {
  const sheets = {}; // name: a promise of its pictures

  // A promise of the pictures `name`: { pictures, …told }, each picture pixels in [-1, 1].
  gancore.loadPictures = function (name) {
    sheets[name] ??= gancore.fetchScript(name).then(unpacked);
    sheets[name].catch(() => delete sheets[name]);
    return sheets[name];
  };

  async function unpacked({ source, side, count, ...told }) {
    const image = new Image();
    image.src = source;
    await image.decode();
    const { width, height } = image, context = new OffscreenCanvas(width, height).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height), columns = width / side;
    const pictures = Array.from({ length: count }, (_, i) => {
      const top = Math.floor(i / columns) * side, left = (i % columns) * side;
      return Float32Array.from({ length: side * side }, (_, at) => {
        const y = top + Math.floor(at / side), x = left + (at % side);
        return data[4 * (y * width + x)] / 127.5 - 1;
      });
    });
    return { pictures, side, ...told };
  }

  // The place of the picture with the least squared difference, and that difference over the squared ink of the one that
  // is compared, as `error_per_ink` in gancore/analysis/latents.py has it.
  gancore.nearest = function (pictures, image) {
    const distances = pictures.map((other) => image.reduce((sum, value, at) => sum + (value - other[at]) ** 2, 0));
    const least = Math.min(...distances);
    return [distances.indexOf(least), least / image.reduce((sum, value) => sum + (value + 1) ** 2, 0)];
  };
})(globalThis.gancore);
