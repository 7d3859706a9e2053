// Real or drawn: twenty digits, the reader judges, then a discriminator does, then both hear how they did, as
// gancore/widgets/real_or_fake.py has it.
(function (gancore) {
  const { button, element, menu, paint, row, slider, status, view } = gancore.controls;
  const COUNT = 20, SIDE = 28, LAST_SEED = 999;
  const KINDS = ["drawn", "real"], MARKS = ["✗", "✓"];
  const GENERATORS = { "two perceptrons": "mlp", DCGAN: "dcgan", modern: "ungrouped", conditional: "cmodern" };

  // 256 levels of grey, as real digits have, or that alone would tell the two apart.
  const inGreys = (pixels) => pixels.map((value) => Math.round((value + 1) * 127.5) / 127.5 - 1);

  // Twenty pictures, each real or drawn by the toss of a coin; `seed` decides the coins and the pictures.
  gancore.twenty = function (generator, real, seed) {
    const next = gancore.integers(seed);
    const truth = Array.from({ length: COUNT }, () => gancore.uniform(next()) < 0.5);
    const order = gancore.permutation(real.length, next), latents = gancore.seededLatents(COUNT, generator.latentDim, seed);
    const code = (i) => (generator.classes ? generator.codeOf(i % generator.classes) : undefined);
    return { truth, images: truth.map((isReal, i) => (isReal ? real[order[i]] : inGreys(generator.draw(latents[i], code(i))))) };
  };

  gancore.views.RealOrDrawn = async function ({ seed: start = 10 }) {
    const line = status(), score = element("p", { className: "gancore-legend" });
    const cells = Array.from({ length: COUNT }, (_, i) => cell(i));
    const grid = element("div", { className: "gancore-contest" }, ...cells);
    const total = { yours: 0, its: 0, of: 0 };
    let twenty, begun = 0;

    function cell(i) {
      const made = element("button", { type: "button", className: "gancore-digit" });
      const told = element("span");
      made.append(element("canvas", { width: SIDE, height: SIDE }), told);
      made.answer = (real) => {
        made.real = real;
        made.setAttribute("aria-pressed", real);
        made.setAttribute("aria-label", `Digit ${i + 1}: ${KINDS[Number(real)]}`);
        told.textContent = `${i + 1}: ${KINDS[Number(real)]}`;
      };
      made.tell = (words) => ((told.textContent = words), made.setAttribute("aria-label", `Digit ${i + 1}: ${words}`));
      made.addEventListener("click", () => made.answer(!made.real));
      return made;
    }

    async function begin() {
      const mine = ++begun;
      ask.disabled = true; // D is not to judge by what comes next
      const [generator, known] = await Promise.all([gancore.load(GENERATORS[who.value]), gancore.loadPictures("digits")]);
      if (mine !== begun) return;
      twenty = gancore.twenty(generator, known.pictures, Number(seed.value));
      cells.forEach((each, i) => {
        paint(each.firstChild, twenty.images[i], SIDE);
        each.answer(false);
        each.disabled = false;
      });
      ask.disabled = false;
      line.say(`Twenty digits, seed ${seed.value}: some are real, the others are drawn by ${who.value}.`);
    }

    const others = () => begin().catch((error) => line.say(error.message)); // a generator that cannot be fetched

    async function letDJudge() {
      const mine = begun;
      ask.disabled = true;
      const [judges, reader] = await Promise.all(["judges", "digits-classifier"].map(gancore.load));
      if (mine !== begun) return;
      const said = twenty.images.map((image) => judges.logit(GENERATORS[who.value], reader.features(image)) > 0);
      const right = (answers) => answers.map((answer, i) => answer === twenty.truth[i]);
      const yours = right(cells.map((each) => each.real)), its = right(said);
      cells.forEach((each, i) => {
        each.disabled = true;
        each.tell(`${KINDS[Number(twenty.truth[i])]}\nyou ${MARKS[Number(yours[i])]}\nD ${MARKS[Number(its[i])]}`);
      });
      tell(...[yours, its].map((each) => each.filter(Boolean).length));
    }

    function tell(yours, its) {
      const real = twenty.truth.filter(Boolean).length;
      total.yours += yours;
      total.its += its;
      total.of += COUNT;
      line.say(
        `Of twenty digits, seed ${seed.value}, ${real} are real, the others drawn by ${who.value}. You are right about ${yours}, ` +
          `D about ${its}; a coin is right about 10.`,
      );
      score.textContent = `So far: you ${total.yours} of ${total.of}, D ${total.its} of ${total.of}.`;
    }

    const who = menu("Drawn by", Object.keys(GENERATORS), "modern", () => (line.say(`Fetching ${who.value} …`), others()));
    const seed = slider("Seed", { max: LAST_SEED, value: start }, others);
    const ask = button("Let D judge", letDJudge);
    const more = button("Twenty others", () => (seed.put((Number(seed.value) % LAST_SEED) + 1), others()));
    await begin();
    const legend = element("p", {
      className: "gancore-legend",
      textContent: "A seed shows the same twenty here as in Python.",
    });
    const title = "Real or drawn? Press every digit that you take for real";
    return view(title, row(who.row, seed.row, ask, more), grid, line, score, legend);
  };
})(globalThis.gancore);
