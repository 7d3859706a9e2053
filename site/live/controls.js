// What views are made of: a named group, sliders, fields, menus, buttons, a sheet of pictures, and a line of words.
(function (gancore) {
  let count = 0; // of controls, for ids that a page has once

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  // A control beside its name. `row` is what goes into the page.
  function named(label, control, ...more) {
    control.id = `gancore-control-${++count}`;
    control.row = element("div", { className: "gancore-control" }, element("label", { htmlFor: control.id, textContent: label }), control, ...more);
    return control;
  }

  // `change(value)` is called while the slider moves, as often as the screen shows a picture; `tell` puts a value in words.
  function slider(label, { min = 0, max, step = 1, value = min, digits = 0, tell = (to) => to.toFixed(digits) }, change) {
    const told = element("output", { ariaLive: "off" }); // the slider says its value itself
    const control = named(label, element("input", { type: "range", min, max, step }), told);
    control.value = value;
    const say = () => (told.textContent = tell(Number(control.value)));
    const later = soon(() => change(Number(control.value)));
    control.addEventListener("input", () => (say(), later()));
    control.put = (to) => ((control.value = to), say());
    say();
    return control;
  }

  function field(label, value, properties, change) {
    const control = named(label, element("input", { type: "text", value, autocomplete: "off", ...properties }));
    control.addEventListener("input", soon(() => change(control.value)));
    return control;
  }

  function menu(label, options, value, change) {
    const control = named(label, element("select", {}, ...options.map((option) => element("option", { value: option, textContent: option }))));
    control.value = value;
    control.addEventListener("change", () => change(control.value));
    return control;
  }

  function button(label, press) {
    const control = element("button", { type: "button", textContent: label, className: "gancore-button" });
    control.addEventListener("click", press);
    return control;
  }

  // A function that calls `act` with the next picture of the screen, once however often it was called.
  function soon(act) {
    let due = false;
    return () => {
      if (due) return;
      due = true;
      requestAnimationFrame(() => ((due = false), act()));
    };
  }

  // A line of words that says how things stand; screen readers read it out when it changes.
  function status() {
    const line = element("p", { className: "gancore-status" });
    line.setAttribute("role", "status");
    line.say = (words) => (line.textContent = words);
    return line;
  }

  // A sheet of small pictures in rows of `columns`. `draw(pictures, words)` takes pixels in [-1, 1], and the words that say
  // what is to be seen; `mark(misread)` puts a frame around some.
  function sheet(columns, side = 28) {
    const grid = element("div", { className: "gancore-sheet" });
    grid.setAttribute("role", "img");
    grid.draw = (pictures, words, across = columns) => {
      grid.style.setProperty("--columns", across);
      while (grid.children.length > pictures.length) grid.lastChild.remove();
      while (grid.children.length < pictures.length) grid.append(element("canvas", { width: side, height: side }));
      pictures.forEach((pixels, i) => {
        grid.children[i].className = "";
        paint(grid.children[i], pixels, side);
      });
      grid.setAttribute("aria-label", words);
    };
    grid.mark = (misread) => misread.forEach((wrong, i) => grid.children[i]?.classList.toggle("gancore-misread", wrong));
    return grid;
  }

  // Pixels row by row, of one channel or of three, one channel after the other.
  function paint(canvas, pixels, side) {
    const image = new ImageData(side, side), places = side * side, apart = pixels.length > places ? places : 0;
    const level = (value) => Math.round(((value + 1) / 2) * 255);
    for (let i = 0; i < places; i++) {
      image.data.set([level(pixels[i]), level(pixels[i + apart]), level(pixels[i + 2 * apart]), 255], 4 * i);
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  // A view in the page: its title, then rows of elements.
  function view(title, ...rows) {
    const group = element("div", { className: "gancore-view" }, element("p", { className: "gancore-title", textContent: title }), ...rows);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", title);
    return group;
  }

  // "● real, × generated", each mark as it is on white paper, whatever the theme of the page.
  function kinds() {
    const mark = (textContent, which) => element("span", { className: `gancore-mark gancore-mark-${which}`, textContent });
    return [mark("●", "real"), " real, ", mark("×", "generated"), " generated"];
  }

  const row = (...parts) => element("div", { className: "gancore-row" }, ...parts);

  gancore.controls = { element, slider, field, menu, button, status, sheet, paint, view, kinds, row, soon };
  gancore.views = {}; // name: a function from what the page says of a view to a promise of its element
})(globalThis.gancore);
