// Weights are fetched when they are first used: a script for each network, which calls `gancore.arrived`.
// A script, since a page from a disk may load one and may not fetch a file.
(function (gancore) {
  const waiting = {}; // name: what to do once it is there
  const networks = {}; // name: a promise of the network

  const here = globalThis.document?.currentScript?.src ?? "";

  gancore.arrived = function (name, card, data) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const network = gancore.networks[name](gancore.readSafetensors(bytes.buffer), card);
    waiting[name]?.(Object.assign(network, { name, card }));
  };

  // A promise of the shipped network `name`.
  gancore.load = function (name) {
    networks[name] ??= new Promise((resolve, reject) => {
      waiting[name] = resolve;
      const script = document.createElement("script");
      script.src = new URL(`weights/${name}.js`, here).href;
      script.onerror = () => {
        delete networks[name];
        reject(new Error(`The weights of ${name} could not be fetched; try again.`));
      };
      document.head.append(script);
    });
    return networks[name];
  };
})(globalThis.gancore);
