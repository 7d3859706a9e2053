"""Ten digits in the reader's own hand: a pad, and beside it each digit as MNIST would have it; all of it is kept."""

import torch
from ipywidgets import Button, Dropdown
from torch import Tensor

from gancore.analysis.strokes import rasterise
from gancore.lessons.own_digits import CLASSES, keep_digit, own_strokes
from gancore.metrics.classifier import load_extractor
from gancore.plots.asked import asked
from gancore.widgets.canvas import Canvas, Dots
from gancore.widgets.pad import EDGES, INK, PEN, SIZE
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

NARROW = {"layout": {"width": "9em"}, "style": {"description_width": "4em"}}
NOTHING = torch.zeros(0, 2)
START = "Draw a 0 on the pad, as large as you like, and press Next. Every stroke is kept."


class OwnDigits(View):
    """A pad for one digit after the other, and all ten as 28 × 28 pixels, read by a classifier of real digits.

    Every stroke is kept at once, and is there again when the view is made anew.
    """

    def __init__(self) -> None:
        self.classifier = load_extractor("digits")
        self.digit = Dropdown(options=[(str(digit), digit) for digit in CLASSES], description="digit", **NARROW)
        self.next, self.clear = Button(description="Next"), Button(description="Clear")
        self.pad = Canvas(width=SIZE, height=SIZE, pen=PEN, drawing=True, layout={"margin": "2px"})
        self.laid_out = self.digit.value  # the digit that the pad is for: the list may have moved on already
        self.status, sheet = Status(), Picture()
        rows = [in_a_row(self.digit, self.next, self.clear), in_a_row(self.pad, sheet), self.status]
        super().__init__("Ten digits in your own hand", rows, sheet)
        self.digit.observe(on_main_thread(self._turn), names="value")
        self.pad.observe(on_main_thread(self._update), names="strokes")
        self.next.on_click(on_main_thread(self._go_on))
        self.clear.on_click(on_main_thread(self.pad.wipe))
        self._turn()

    def _go_on(self) -> None:
        self.digit.value = (self.digit.value + 1) % len(CLASSES)

    def _turn(self) -> None:
        """Lay out the sheet of the digit that is chosen, with what was drawn on it before."""
        self.laid_out = self.digit.value
        self.pad.points = own_strokes().get(self.laid_out, NOTHING)
        self._update()

    def _update(self) -> None:
        points, drawn, trouble = self.pad.points, own_strokes(), ""
        self.pad.draw([Dots(points, INK, PEN)], EDGES, f"Your {self.laid_out}, a drawing of {self.pad.drawn}.")
        if not torch.equal(points, drawn.get(self.laid_out, NOTHING)):
            trouble = keep_digit(self.laid_out, points)
            drawn = own_strokes()
        self._show(drawn, trouble)

    def _show(self, drawn: dict[int, Tensor], trouble: str) -> None:
        """Draw all that there are, and say what a classifier takes them for."""
        if not drawn:
            self.picture.wait("Nothing has been drawn yet.")
            self.status.say(f"{START} {trouble}".strip())
            return
        images = torch.cat([rasterise(strokes) for strokes in drawn.values()])
        read = self.classifier.logits(images).argmax(1)
        meant = torch.tensor(list(drawn))
        others = [
            f"It reads your {digit} as {found}."
            for digit, found in zip(drawn, read.tolist(), strict=True)
            if digit != found
        ]
        words = (
            f"{len(drawn)} of 10 digits drawn. A classifier of real digits reads {int((read == meant).sum())} of them "
            f"as you meant them."
        )
        sheet = asked(images[None], tuple(map(str, drawn)), (read != meant)[None])
        self.picture.draw(sheet, f"Your digits as MNIST would have them. {words}")
        self.status.say(" ".join(filter(None, (words, *others, trouble))))
