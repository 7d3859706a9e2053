// Words as chips: put a caption together, change a word, and see what that changes at the same latents, as
// gancore/widgets/chips.py does.
(function (gancore) {
  const { element, row, sheet, slider, status, view } = gancore.controls;
  const COUNT = 8, SIDE = 16, LAST_SEED = 99, UNSAID = "–";
  const FIRST = { hair: "red", length: "long", glasses: "glasses", mouth: "smile", shirt: "green" };
  const EARLIER = { ...FIRST, glasses: "no glasses" };
  const THINGS = { hair: " hair", length: " hair", skin: " skin", shirt: " shirt" }; // that a word is said of
  let groups = 0;

  // A caption that says what is chosen, a word for each attribute, as gancore/data/described.py puts it.
  function captionOf(chosen) {
    const hair = ["length", "hair"].flatMap((name) => chosen[name] ?? []);
    const a = (name) => (chosen[name] === name ? `a ${name}` : chosen[name]);
    const parts = [
      chosen.skin && `${chosen.skin} skin`, hair.length && `${hair.join(" ")} hair`, chosen.glasses, a("hat"), a("beard"),
      chosen.mouth && `a ${chosen.mouth}`, chosen.shirt && `a ${chosen.shirt} shirt`,
    ].filter(Boolean);
    return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : (parts[0] ?? "");
  }

  // Pictures of what is chosen, and for each word in how many of them the judge reads it.
  function answer(artist, judge, chosen, seed) {
    const caption = captionOf(chosen), numbers = artist.ask(caption), { attributes } = judge.card;
    const pictures = gancore.seededLatents(COUNT, artist.latentDim, seed).map((z) => artist.draw(z, numbers));
    const read = pictures.map(judge.read), names = Object.keys(attributes);
    const counts = names.filter((name) => chosen[name]).map((name) => {
      const right = read.filter((places) => attributes[name][places[names.indexOf(name)]] === chosen[name]).length;
      return `${chosen[name]}${THINGS[name] ?? ""} ${right}`;
    });
    return { caption, pictures, verdict: `Of ${COUNT} pictures the judge reads as asked: ${counts.join(", ")}.` };
  }

  // How far the channels of two pictures are from each other on average: black where nothing has changed.
  function difference(one, other) {
    const places = SIDE * SIDE, apart = (at) => Math.abs(one[at] - other[at]);
    return Float32Array.from({ length: places }, (_, at) => (apart(at) + apart(at + places) + apart(at + 2 * places)) / 3 - 1);
  }

  // One word of several, as radio buttons under the name of the attribute.
  function chips(name, words, value, change) {
    const group = element("fieldset", { className: "gancore-chips" }, element("legend", { textContent: name })), mine = `gancore-chips-${++groups}`;
    for (const word of [UNSAID, ...words]) {
      const choice = element("input", { type: "radio", name: mine, value: word, checked: word === value });
      group.append(element("label", {}, choice, word === UNSAID ? "unsaid" : word));
    }
    group.addEventListener("change", change);
    group.chosen = () => group.querySelector(":checked").value;
    return group;
  }

  gancore.captions = { captionOf, answer };

  gancore.views.WordChips = async function () {
    const [artist, judge] = await Promise.all(["text2image", "avatars-judge-16"].map(gancore.load));
    const names = Object.keys(judge.card.attributes).filter((name) => name !== "background"); // no caption speaks of it
    const groups = names.map((name) => chips(name, judge.card.attributes[name], FIRST[name] ?? UNSAID, update));
    const rows = ["before", "now", "difference"].map((name) => [element("p", { className: "gancore-legend", textContent: name }), sheet(COUNT, SIDE)]);
    const line = status();
    let now = FIRST, before = EARLIER;

    function update() {
      const said = Object.fromEntries(names.map((name, i) => [name, groups[i].chosen()]).filter(([, word]) => word !== UNSAID));
      if (!Object.keys(said).length) return line.say("Choose a word: nothing is asked for.");
      if (captionOf(said) !== captionOf(now)) [before, now] = [now, said];
      const [earlier, later] = [before, now].map((chosen) => answer(artist, judge, chosen, Number(seed.value)));
      const shown = [earlier.pictures, later.pictures, later.pictures.map((picture, i) => difference(picture, earlier.pictures[i]))];
      const told = [`Eight pictures of “${earlier.caption}”`, `Eight pictures of “${later.caption}”`, "Where they differ"];
      rows.forEach(([, grid], i) => grid.draw(shown[i], `${told[i]}.`));
      line.say(`“${later.caption}”, latents ${seed.value}. ${later.verdict}`);
    }

    const seed = slider("Latents", { max: LAST_SEED }, update);
    update();
    return view("Say it", row(...groups), row(seed.row), ...rows.flat(), line);
  };
})(globalThis.gancore);
