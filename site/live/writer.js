// Type a number, and a conditional generator writes it in one hand, as gancore/widgets/writer.py does.
(function (gancore) {
  const { field, row, sheet, slider, status, view } = gancore.controls;
  const LONGEST = 12, LAST_SEED = 99;

  gancore.views.NumberWriter = async function ({ number = "2026", hand: first = 0 }) {
    const generator = await gancore.load("cmodern");
    const paper = sheet(10), line = status();
    let written = 0; // how often; a classifier that answers late says nothing of what is gone

    async function write() {
      const mine = ++written;
      const labels = [...text.value].filter((letter) => "0123456789".includes(letter)).slice(0, LONGEST).map(Number);
      const left = text.value.length - labels.length;
      const more = left ? ` Left out: ${left} of the characters typed; a number here has up to ${LONGEST} digits.` : "";
      const [z] = gancore.seededLatents(1, generator.latentDim, Number(hand.value));
      const images = labels.map((label) => generator.draw(z, generator.codeOf(label)));
      const words = labels.length ? `${labels.join("")} in hand ${hand.value}` : "Type digits from 0 to 9";
      paper.draw(images, labels.length ? words : "An empty sheet.", Math.max(labels.length, 6));
      line.say(`${words}.${more}`);
      const reader = await gancore.load("digits-classifier");
      await gancore.pause();
      if (mine !== written || !labels.length) return;
      const read = images.map(reader.read);
      paper.mark(read.map((digit, i) => digit !== labels[i]));
      line.say(`${words}: a classifier reads ${read.join("")}.${more}`);
    }

    const text = field("Number", number, { inputMode: "numeric", maxLength: 40 }, write);
    const hand = slider("Hand", { max: LAST_SEED, value: first }, write);
    write();
    return view("Type a number: it is written in one hand", row(text.row, hand.row), paper, line);
  };
})(globalThis.gancore);
