"""Real or drawn: twenty pictures, the reader judges, then a discriminator does, then both hear how they did."""

from collections.abc import Mapping, Sequence

from ipywidgets import HTML, BoundedIntText, Button, Dropdown, ToggleButton, VBox

from gancore.lessons.contest import COUNT, Contest, Twenty
from gancore.plots.images import picture
from gancore.plots.style import markup, quick_png
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

ZOOM = 3
COLUMNS, SHEET_ZOOM = 10, 2  # of the picture that stands in
LAST_SEED = 999
KINDS = {False: "drawn", True: "real"}
MARKS = {False: "✗", True: "✓"}


class RealOrDrawn(View):
    """Twenty pictures of one of `contests`, each with a button for the reader's answer; D's answers come on request.

    `what` is the word for one of the pictures.
    """

    def __init__(self, contests: Mapping[str, Contest], seed: int = 0, what: str = "digit") -> None:
        self.contests, self.what = contests, what
        self.who = Dropdown(options=list(contests), description="drawn by")
        self.seed = BoundedIntText(value=seed, max=LAST_SEED, description="seed")
        for control, width in ((self.who, "18em"), (self.seed, "9em")):
            control.layout.width, control.style.description_width = width, "initial"
        self.ask_d, self.more = Button(description="Let D judge"), Button(description="Twenty others")
        self.places = [HTML() for _ in range(COUNT)]
        self.answers = [ToggleButton(layout={"width": "5.8em", "padding": "0"}) for _ in range(COUNT)]
        self.status, sheet = Status(), Picture()
        cells = [VBox(cell, layout={"align_items": "center"}) for cell in zip(self.places, self.answers, strict=True)]
        rows = [in_a_row(self.who, self.seed, self.ask_d, self.more), in_a_row(*cells), self.status]
        super().__init__(f"Real or drawn? Press the button of every {what} that you take for real", rows, sheet)
        for control in (self.who, self.seed):
            control.observe(on_main_thread(self._start), names="value")
        for answer in self.answers:
            answer.observe(on_main_thread(self._name), names="value")
        self.ask_d.on_click(on_main_thread(self._let_d_judge))
        self.more.on_click(on_main_thread(self._others))
        self._start()

    def _start(self) -> None:
        """Twenty pictures as the controls ask for them, and no answer yet."""
        self.twenty = Twenty(self.contests[self.who.value], self.seed.value)
        self.ask_d.disabled = False
        for answer in self.answers:
            answer.value, answer.disabled = False, False
        self._name()
        self._show([str(number) for number in range(1, COUNT + 1)])
        self._tell(
            f"Twenty {self.what}s, seed {self.seed.value}: some are real, the others are drawn by {self.who.value}."
        )

    def _name(self) -> None:
        """Let every button say what it stands at."""
        for number, answer in enumerate(self.answers, start=1):
            answer.description = f"{number}: {KINDS[answer.value]}"

    def _let_d_judge(self) -> None:
        """Tell the truth about each picture, who was right, and how often."""
        yours = self.twenty.right([answer.value for answer in self.answers])
        its = self.twenty.right(self.twenty.verdict)
        self.ask_d.disabled = True
        for answer in self.answers:
            answer.disabled = True
        cells = zip(self.twenty.truth.tolist(), yours, its, strict=True)
        self._show([f"{KINDS[is_real]}<br>you {MARKS[you]} D {MARKS[d]}" for is_real, you, d in cells])
        real = int(self.twenty.truth.sum())
        self._tell(
            f"Of twenty {self.what}s, seed {self.seed.value}, {real} are real, the others drawn by {self.who.value}. "
            f"You are right about {sum(yours)}, D about {sum(its)}; a coin is right about 10."
        )

    def _others(self) -> None:
        self.seed.value = self.seed.value % LAST_SEED + 1

    def _show(self, captions: Sequence[str]) -> None:
        """Every picture above its caption."""
        pairs = zip(self.places, self.twenty.images, captions, strict=True)
        for number, (place, image, caption) in enumerate(pairs, start=1):
            shown = markup(quick_png(picture(image[None], zoom=ZOOM)), f"{self.what} {number}")
            place.value = f'<div style="text-align: center; line-height: 1.3">{shown}<br>{caption}</div>'

    def _tell(self, words: str) -> None:
        self.status.say(words)
        self.picture.draw(picture(self.twenty.images, COLUMNS, SHEET_ZOOM), words)
