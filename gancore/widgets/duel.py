"""The detector duel: what becomes of a spectrum and of a detector, and twelve pictures that a reader judges as well."""

from collections.abc import Sequence

from ipywidgets import HTML, Button, Dropdown, SelectionSlider, ToggleButton, VBox

from gancore.analysis.tampering import Jpeg, Resize, Tampering
from gancore.lessons.duel import COUNT, Duel
from gancore.plots.detection import spectrum_and_curve
from gancore.plots.images import picture
from gancore.plots.style import markup, quick_png
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

ZOOM = 3
CELL, SIX_ACROSS = "7.6em", "47em"
QUALITIES = {"none": None, "90": 90, "75": 75, "50": 50, "25": 25}
SHARES = {"as it was": None, "90 %": 0.9, "75 %": 0.75, "50 %": 0.5}
SAID = {False: "real", True: "fake"}


class DetectorDuel(View):
    """Who made the pictures, and what happens to all of them, real and generated; the detector's answers move along.

    Below are twelve of them, each with a button for the reader's answer; the machine's come on request.
    """

    def __init__(self, duel: Duel, seed: int = 0) -> None:
        self.duel, self.seed = duel, seed
        self.maker = Dropdown(options=list(duel.makers), description="last layer")
        self.jpeg = SelectionSlider(options=list(QUALITIES), description="JPEG")
        self.size = SelectionSlider(options=list(SHARES), description="resized to")
        for control in (self.maker, self.jpeg, self.size):
            control.layout.width, control.layout.max_width = "19em", "100%"
        self.judge = Button(description="Let the machine judge", layout={"width": "auto"})
        self.more = Button(description="Twelve others")
        self.places = [HTML() for _ in range(COUNT)]
        self.answers = [ToggleButton(layout={"width": "5.4em", "padding": "0"}) for _ in range(COUNT)]
        self.status, self.score, shown = Status(), Status(), Picture()
        pairs = zip(self.places, self.answers, strict=True)
        cells = [VBox(pair, layout={"align_items": "center", "width": CELL}) for pair in pairs]
        rows = [in_a_row(self.maker, self.jpeg, self.size), shown, self.status]
        rows += [in_a_row(*cells, max_width=SIX_ACROSS), in_a_row(self.judge, self.more), self.score]
        super().__init__("Real or generated? Press the button of each picture that you take for a fake", rows, shown)
        for control in (self.maker, self.jpeg, self.size):
            control.observe(on_main_thread(self._update), names="value")
        for answer in self.answers:
            answer.observe(on_main_thread(self._name), names="value")
        self.judge.on_click(on_main_thread(self._let_the_machine_judge))
        self.more.on_click(on_main_thread(self._others))
        self._update()

    @property
    def steps(self) -> list[Tampering]:
        """What is done to each picture, first the change of size."""
        share, quality = SHARES[self.size.value], QUALITIES[self.jpeg.value]
        return [*([Resize(share)] if share else []), *([Jpeg(quality)] if quality else [])]

    def _update(self) -> None:
        look = self.duel.look(self.maker.value, self.steps)
        self.look = look
        said = (
            f"Last layer {self.maker.value}, JPEG {self.jpeg.value}, size {self.size.value}: the machine finds "
            f"{look.found:.0%} of the fakes and accuses {look.false_alarms:.1%} of the real pictures; area "
            f"{look.curve.auc:.2f}."
        )
        self.picture.draw(
            spectrum_and_curve(look), f"The spectra of real and of generated pictures, and the ROC curve. {said}"
        )
        self.status.say(said)
        self._start()

    def _start(self) -> None:
        """Twelve pictures as the controls ask for them, and no answer yet."""
        self.twelve = self.duel.twelve(self.maker.value, self.steps, self.seed)
        self.judge.disabled = False
        for answer in self.answers:
            answer.value, answer.disabled = False, False
        self._name()
        self._show([""] * COUNT)
        self.score.say("Twelve pictures, some real, some fake. Judge them, then let the machine judge.")

    def _name(self) -> None:
        """Let every button say what it stands at."""
        for number, answer in enumerate(self.answers, start=1):
            answer.description = f"{number}: {SAID[answer.value]}"

    def _let_the_machine_judge(self) -> None:
        """Tell the truth about each picture, and how both did."""
        said = [answer.value for answer in self.answers]
        self.judge.disabled = True
        for answer in self.answers:
            answer.disabled = True
        cells = zip(self.twelve.fake.tolist(), self.twelve.verdict.tolist(), strict=True)
        self._show([f"{SAID[fake]}<br>machine: {SAID[verdict]}" for fake, verdict in cells])
        fakes = int(self.twelve.fake.sum())
        yours, its = self.twelve.score(said), self.twelve.score(self.twelve.verdict)
        self.score.say(
            f"Of {fakes} fakes you find {yours[0]}, and the machine {its[0]}. Of {COUNT - fakes} real pictures you "
            f"accuse {yours[1]}, and the machine {its[1]}."
        )

    def _others(self) -> None:
        self.seed += 1
        self._start()

    def _show(self, captions: Sequence[str]) -> None:
        """Every picture above its caption."""
        pairs = zip(self.places, self.twelve.images, captions, strict=True)
        for number, (place, image, caption) in enumerate(pairs, start=1):
            face = markup(quick_png(picture(image[None], zoom=ZOOM)), f"picture {number}")
            place.value = f'<div style="text-align: center; line-height: 1.3">{face}<br>{caption}</div>'
