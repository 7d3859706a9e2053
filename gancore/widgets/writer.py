"""Write a number: type digits, and a conditional generator writes them from one latent, in one hand."""

from ipywidgets import IntSlider, Text
from PIL import Image

from gancore.analysis.hands import Sampler, write
from gancore.metrics.classifier import load_extractor
from gancore.plots.asked import asked
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import WIDE, Picture, Status, View, in_a_row

LONGEST = 12  # digits
LAST_SEED = 99
EMPTY = Image.new("L", (96, 120), 255)


def digits_of(text: str) -> tuple[int, ...]:
    """The digits 0 to 9 in `text`, in order, up to twelve of them; whatever else it holds is passed over."""
    return tuple(int(letter) for letter in text if letter in "0123456789")[:LONGEST]


class NumberWriter(View):
    """`sampler` writes the digits that are typed, in the hand that a slider chooses, and a classifier reads them."""

    def __init__(self, sampler: Sampler, number: str = "2026") -> None:
        self.sampler = sampler
        self.classifier = load_extractor("digits")
        self.number = Text(value=number, description="number", placeholder="type digits", **WIDE)
        self.hand = IntSlider(value=0, max=LAST_SEED, description="hand", **WIDE)
        self.status, paper = Status(), Picture()
        rows = [in_a_row(self.number, self.hand), paper, self.status]
        super().__init__("Type a number: it is written in one hand", rows, paper)
        update = on_main_thread(self._update)
        self.number.observe(update, names="value")
        self.hand.observe(update, names="value")
        self._update()

    def _update(self) -> None:
        labels = digits_of(self.number.value)
        words = self._write(labels) if labels else self._wait()
        left_out = len(self.number.value) - len(labels)
        if left_out:
            words += f" Left out: {left_out} of the characters typed; a number here has up to {LONGEST} digits."
        self.status.say(words)

    def _write(self, labels: tuple[int, ...]) -> str:
        """Draws the number; returns what is to be said about it."""
        self.written = write(self.sampler, labels, self.classifier, seed=self.hand.value)
        headings = tuple(map(str, labels))
        number, read = "".join(headings), "".join(map(str, self.written.read[0].tolist()))
        words = f"{number} in hand {self.hand.value}: the classifier reads {read}."
        self.picture.draw(asked(self.written.images, headings, self.written.misread), words)
        return words

    def _wait(self) -> str:
        self.picture.draw(EMPTY, "An empty sheet.")
        return "Type digits from 0 to 9."
