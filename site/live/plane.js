// The latent plane of chapter 03's autoencoder: where its encoder puts digits, and what its decoder draws at a point.
(function (gancore) {
  const { element, row, sheet, slider, soon, status, view } = gancore.controls;
  const SIZE = 300, SHARPER = 2, REACH = 3, STEP = 0.05, NEAREST = 20;

  gancore.views.LatentPlane = async function () {
    const decoder = await gancore.load("plane"), { codes, labels, colours } = decoder.card, code = decoder.codeOf(0);
    const canvas = element("canvas", { width: SIZE * SHARPER, height: SIZE * SHARPER, className: "gancore-pad" });
    const grid = sheet(1), line = status(), pen = canvas.getContext("2d");
    grid.classList.add("gancore-large");
    canvas.style.width = `${SIZE}px`;
    canvas.setAttribute("role", "img");

    const to = ([x, y]) => [((x / REACH + 1) / 2) * SIZE, ((1 - y / REACH) / 2) * SIZE];

    function draw() {
      const z = [first, second].map((control) => Number(control.value)), place = `(${z.map((value) => value.toFixed(2)).join(", ")})`;
      paint(z);
      grid.draw([decoder.draw(Float32Array.from(z), code)], `What the decoder draws at ${place}.`);
      canvas.setAttribute("aria-label", `The plane, with a thousand digits where the encoder puts them, and a cross at ${place}.`);
      line.say(`At ${place}: of the ${NEAREST} digits that the encoder puts nearest, ${counted(around(z))}.`);
    }

    function around([x, y]) {
      const far = codes.map(([u, v], i) => [Math.hypot(u - x, v - y), labels[i]]);
      return far.sort((a, b) => a[0] - b[0]).slice(0, NEAREST).map(([, label]) => label);
    }

    // Labels with how many there are of each, the most first: "12 are 3, 5 are 8".
    function counted(found) {
      const counts = [...new Set(found)].map((label) => [found.filter((each) => each === label).length, label]);
      return counts.sort((a, b) => b[0] - a[0]).map(([count, label]) => `${count} ${count === 1 ? "is" : "are"} ${label}`).join(", ");
    }

    function paint(z) {
      pen.setTransform(SHARPER, 0, 0, SHARPER, 0, 0);
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, SIZE, SIZE);
      Object.assign(pen, { font: "9px sans-serif", textAlign: "center", textBaseline: "middle" });
      codes.forEach((place, i) => ((pen.fillStyle = colours[labels[i]]), pen.fillText(labels[i], ...to(place))));
      const [x, y] = to(z);
      Object.assign(pen, { strokeStyle: "#000", lineWidth: 2 });
      pen.beginPath();
      for (const [dx, dy] of [[12, 0], [0, 12]]) (pen.moveTo(x - dx, y - dy), pen.lineTo(x + dx, y + dy));
      pen.stroke();
    }

    function follow(event) {
      if (!event.buttons) return;
      const box = canvas.getBoundingClientRect();
      first.put(((event.clientX - box.left) / box.width) * 2 * REACH - REACH);
      second.put(REACH - ((event.clientY - box.top) / box.height) * 2 * REACH);
      later();
    }

    const axis = (name) => slider(name, { min: -REACH, max: REACH, step: STEP, value: 0, digits: 2 }, draw);
    const first = axis("z₁"), second = axis("z₂"), later = soon(draw);
    for (const name of ["pointerdown", "pointermove"]) canvas.addEventListener(name, follow);
    draw();
    const legend = element("p", {
      className: "gancore-legend",
      textContent: "Move the cross by the sliders, or by mouse or finger. Numerals: where the encoder puts digits that it has not seen.",
    });
    return view("A plane of digits", row(first.row, second.row), element("div", { className: "gancore-row" }, canvas, grid), line, legend);
  };
})(globalThis.gancore);
