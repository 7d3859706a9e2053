// A blind listening test with three buttons, as gancore/widgets/listening.py has it: was it said, did it pass through
// Griffin–Lim, or was it drawn? The sounds were made when the site was built.
(function (gancore) {
  const { button, element, row, sheet, status, view } = gancore.controls;
  const START = "Listen to sound 1, as often as you like, and press what you take it for.";

  gancore.views.BlindListening = async function ({ seed: start = 17 }) {
    const { clips, kinds, pictures, side } = await gancore.loadPictures("sounds"), names = [...new Set(kinds)];
    const player = element("audio", { controls: true }), shown = sheet(1, side), line = status();
    let seed = start, order, answers;
    shown.classList.add("gancore-large");

    const current = () => order[answers.length % order.length];

    function begin() {
      order = gancore.permutation(clips.length, gancore.integers(seed));
      answers = [];
      shown.hidden = true;
      play(START);
    }

    function play(words) {
      player.src = `data:audio/wav;base64,${clips[current()]}`;
      player.setAttribute("aria-label", `Sound ${answers.length + 1}`);
      line.say(words);
    }

    function answer(said) {
      const judged = current();
      answers.push({ said, truth: kinds[judged] });
      const rightOf = (some) => some.filter((each) => each.said === each.truth).length;
      const tally = names.map((kind) => {
        const heard = answers.filter(({ truth }) => truth === kind);
        return `${kind} ${rightOf(heard)} of ${heard.length}`;
      });
      const words =
        `${said === kinds[judged] ? "Right" : "No"}: sound ${answers.length} is ${kinds[judged]}. ` +
        `Right so far: ${rightOf(answers)} of ${answers.length} (${tally.join(", ")}). Now listen to sound ${answers.length + 1}.`;
      shown.hidden = false;
      shown.draw([pictures[judged]], `The spectrogram of sound ${answers.length}.`);
      play(words);
    }

    const anew = button("Begin anew", () => ((seed += 1), begin()));
    begin();
    return view("What do you hear?", row(player), row(...names.map((kind) => button(kind, () => answer(kind))), anew), shown, line);
  };
})(globalThis.gancore);
