// Weights are fetched when they are first used: a script for each network, which calls `gancore.arrived`.
// A script, since a page from a disk may load one and may not fetch a file.
(function (gancore) {
  const waiting = {}; // name: what to do once it is there
  const networks = {}; // name: a promise of the network

  const here = globalThis.document?.currentScript?.src ?? "";

  // What base64 stands for. In a loop, which takes a tenth of the time that Uint8Array.from(text, …) does.
  gancore.bytes = function (data) {
    const text = atob(data), bytes = new Uint8Array(text.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  };

  gancore.arrived = function (name, card, data) {
    const network = gancore.networks[name](gancore.readSafetensors(gancore.bytes(data).buffer), card);
    waiting[name]?.(Object.assign(network, { name, card }));
  };

  // A promise of the shipped network `name`.
  gancore.load = function (name) {
    networks[name] ??= fetchScript(name);
    networks[name].catch(() => delete networks[name]);
    return networks[name];
  };

  // A promise of what the script `name` brings when it says that it has arrived.
  function fetchScript(name) {
    return new Promise((resolve, reject) => {
      waiting[name] = resolve;
      const script = document.createElement("script");
      script.src = new URL(`weights/${name}.js`, here).href;
      script.onerror = () => reject(new Error(`${name} could not be fetched; try again.`));
      document.head.append(script);
    });
  }

  gancore.fetchScript = fetchScript;
  // What each of those scripts calls; a network has `arrived` above.
  gancore.brought = (name, what) => waiting[name]?.(what);

  // A worker by the text of its program, since a page from a disk may not start one from a file.
  gancore.startWorker = async function (name) {
    const address = URL.createObjectURL(new Blob([await fetchScript(name)], { type: "text/javascript" }));
    return new Worker(address);
  };
})(globalThis.gancore);
