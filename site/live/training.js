// What both labs share: players that train in a worker, moved by buttons, with a way back.
(function (gancore) {
  const { button, element, row, slider, status } = gancore.controls;
  const KEPT = 100; // frames that the worker keeps
  const WITHIN = 45; // milliseconds in which a frame is played: on a slow machine it has fewer rounds, and the game still moves

  // A game on `canvas`. `begin()` says which data and seed it is about, `rules()` how it is played, `rounds()` how many
  // rounds a frame has at most, `moves()` how many moves a step; `show(seen)` draws how it stands and returns that in words.
  gancore.training = async function (canvas, { begin, rules, rounds, moves = () => 1, show }) {
    const worker = await gancore.startWorker("lab");
    const numbers = element("p", { className: "gancore-status" }), line = status();
    const waiting = [];
    let playing = false, plays = 0; // how often Play was pressed
    let played; // a promise, kept when the last frame of what plays has been shown
    canvas.setAttribute("role", "img");
    worker.onmessage = ({ data }) => waiting.shift().resolve(data);

    // A promise of how the game stands after the worker has acted.
    function ask(what) {
      const answered = new Promise((resolve) => waiting.push({ resolve, act: what.act }));
      worker.postMessage({ rules: rules(), ...what });
      return answered;
    }

    // Shows how the game stands; `words`, or what they make of it, are said.
    function tell(seen, words) {
      const told = show(seen);
      numbers.textContent = told;
      if (!waiting.some(({ act }) => act === "back")) {
        rewind.max = seen.past; // and not while the reader moves it on
        rewind.put(seen.past - seen.behind);
      }
      if (seen.trouble) pause();
      if (!playing) canvas.setAttribute("aria-label", told);
      const said = seen.trouble || (typeof words === "function" ? words(seen) : words);
      if (said) line.say(said);
    }

    const act = async (what, words) => tell(await ask(what), words);

    async function toggle() {
      if (playing) {
        pause();
        await played;
        if (!playing) line.say("Paused.");
        return;
      }
      playing = true;
      play.textContent = "Pause";
      line.say("Playing.");
      played = playOn(++plays);
    }

    // The next frame is played while this one is drawn.
    async function playOn(mine) {
      const frame = () => ask({ act: "play", rounds: rounds(), within: WITHIN });
      for (let next = frame(); next; ) {
        const seen = await next;
        next = playing && mine === plays && !seen.trouble ? frame() : null;
        tell(seen);
        await new Promise(requestAnimationFrame);
      }
    }

    function pause() {
      playing = false;
      play.textContent = "Play";
    }

    function step(player, words) {
      pause();
      return act({ act: player, times: moves() }, words);
    }

    function anew() {
      pause();
      return act({ act: "start", ...begin() }, "Ready: Play, or move one player at a time.");
    }

    function goBack() {
      pause();
      const where = ({ behind }) =>
        behind ? `${behind} frames back. What you play now replaces what came after.` : "At the newest frame again.";
      return act({ act: "back", to: Number(rewind.value) }, where);
    }

    const times = () => (moves() === 1 ? "once" : `${moves()} times`);
    const play = button("Play", toggle);
    const stepD = button("Step D", () => step("discriminator", `D has moved ${times()}; G waits.`));
    const stepG = button("Step G", () => step("generator", `G has moved ${times()}; D waits.`));
    const reset = button("Reset", anew);
    const rewind = slider("Rewind", { max: KEPT }, goBack);
    const lookAgain = () => act({ act: "look" });
    return { buttons: row(play, stepD, stepG, reset, rewind.row), numbers, line, anew, lookAgain };
  };
})(globalThis.gancore);
