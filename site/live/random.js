// The random numbers that PyTorch draws on a processor from the same seed, so that a seed means the same picture here.
(function (gancore) {
  const N = 624, M = 397; // Matsumoto and Nishimura (1998), MT19937
  const FEWEST = 16; // PyTorch draws fewer numbers than this in another way

  // A generator of whole numbers of 32 bits.
  gancore.integers = function (seed) {
    const state = new Uint32Array(N);
    state[0] = seed;
    for (let i = 1; i < N; i++) {
      state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
    let place = N;

    function renew() {
      for (let i = 0; i < N; i++) {
        const mixed = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
        state[i] = state[(i + M) % N] ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
      }
      place = 0;
    }

    return function () {
      if (place === N) renew();
      let y = state[place++];
      y ^= y >>> 11;
      y ^= (y << 7) & 0x9d2c5680;
      y ^= (y << 15) & 0xefc60000;
      y ^= y >>> 18;
      return y >>> 0;
    };
  };

  // A uniform number in [0, 1) with 24 bits, as torch.rand draws it, from a whole one.
  gancore.uniform = (integer) => (integer & 0xffffff) / 2 ** 24;

  gancore.uniforms = function (seed) {
    const next = gancore.integers(seed);
    return () => gancore.uniform(next());
  };

  // The numbers below `count` in an order that `next` decides, as torch.randperm has them from what gives such integers.
  gancore.permutation = function (count, next) {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    for (let i = 0; i < count - 1; i++) {
      const other = i + (next() % (count - i));
      [order[i], order[other]] = [order[other], order[i]];
    }
    return order;
  };

  // Standard normal numbers: torch.randn(count, generator=torch.Generator().manual_seed(seed)), for 16 and more.
  gancore.normals = function (count, seed) {
    if (count < FEWEST) throw new Error(`${count} normal numbers were asked for; draw ${FEWEST} or more.`);
    const uniform = gancore.uniforms(seed);
    const drawn = Float32Array.from({ length: count }, uniform);
    for (let start = 0; start + 16 <= count; start += 16) sixteen(drawn, start);
    if (count % 16) {
      for (let i = count - 16; i < count; i++) drawn[i] = uniform();
      sixteen(drawn, count - 16);
    }
    return drawn;
  };

  // Box and Muller (1958): the first eight uniform numbers with the next eight.
  function sixteen(drawn, start) {
    for (let i = start; i < start + 8; i++) {
      const radius = Math.sqrt(-2 * Math.log(1 - drawn[i]));
      const angle = 2 * Math.PI * drawn[i + 8];
      drawn[i] = radius * Math.cos(angle);
      drawn[i + 8] = radius * Math.sin(angle);
    }
  }

  // The latents of a seed, as rows: `count` arrays of `dimensions` numbers.
  gancore.seededLatents = function (count, dimensions, seed) {
    const drawn = gancore.normals(count * dimensions, seed);
    return Array.from({ length: count }, (_, row) => drawn.slice(row * dimensions, (row + 1) * dimensions));
  };
})(globalThis.gancore);
