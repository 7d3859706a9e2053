// Reads safetensors: 8 bytes that say how long the header is, the header as JSON, then the numbers.
// https://huggingface.co/docs/safetensors/index#format
globalThis.gancore = globalThis.gancore || {};

(function (gancore) {
  // A number in half precision, 16 bits, in full.
  function whole(half) {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }

  let table; // of all 65,536 halves: looking up is many times as fast as working out

  function wholes(bytes) {
    table ??= Float32Array.from({ length: 1 << 16 }, (_, half) => whole(half));
    const halves = new Uint16Array(bytes), numbers = new Float32Array(halves.length);
    for (let i = 0; i < halves.length; i++) numbers[i] = table[halves[i]];
    return numbers;
  }

  const READERS = { F32: (bytes) => new Float32Array(bytes), F16: wholes };

  // The tensors in a file, { name: { shape, data: Float32Array } }; whole numbers, which count batches, are left out.
  gancore.readSafetensors = function (buffer) {
    const length = Number(new DataView(buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
    const tensors = {};
    for (const [name, { dtype, shape, data_offsets: ends }] of Object.entries(header)) {
      if (name === "__metadata__" || !(dtype in READERS)) continue;
      const [start, end] = ends.map((place) => 8 + length + place);
      tensors[name] = { shape, data: READERS[dtype](buffer.slice(start, end)) };
    }
    return tensors;
  };
})(globalThis.gancore);
