"""Draw a digit, and hear three witnesses: a discriminator, a judge that has met scribbles, and how near G comes."""

import torch
from ipywidgets import Button
from torch import nn

from gancore.analysis.latents import Inverter
from gancore.analysis.ranking import RankedDiscriminator
from gancore.analysis.saliency import saliency
from gancore.analysis.strokes import rasterise
from gancore.models.modes import device_of, evaluating
from gancore.plots.salient import drawing
from gancore.widgets.canvas import Canvas, Dots
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

SIZE = 252  # pixels of the pad
PEN = 9.0  # pixels, the radius of the reader's pen
INK = "#222222"
EDGES = (-1.0, 1.0, -1.0, 1.0)
STEPS = 60  # of the search for the nearest digit: the reader waits for it
START = "Draw a digit, as large as you like; when you lift the pen, D looks at it."


class DigitPad(View):
    """A pad to draw on with mouse, finger or keyboard; beside it D's verdict and the nearest digit.

    `ranked` gives the verdict; `judge` gives a logit for an image, positive for "a digit". After each stroke `image` is
    the drawing `(1, 1, 28, 28)`, and `found` what `inverter` came up with; before the first one both are None.
    """

    def __init__(self, ranked: RankedDiscriminator, inverter: Inverter, judge: nn.Module) -> None:
        self.ranked, self.inverter, self.judge = ranked, inverter, judge
        self.pad = Canvas(width=SIZE, height=SIZE, pen=PEN, drawing=True, layout={"margin": "2px"})
        self.clear = Button(description="Clear")
        self.status = Status()
        shown = Picture()
        rows = [self.clear, in_a_row(self.pad, shown), self.status]
        super().__init__("Draw a digit, and ask D", rows, shown)
        self.pad.observe(on_main_thread(self._update), names="strokes")
        self.clear.on_click(on_main_thread(self.pad.wipe))
        self._update()

    def _update(self) -> None:
        points = self.pad.points
        self.pad.draw([Dots(points, INK, PEN)], EDGES, f"A drawing of {self.pad.drawn}.")
        if len(points):
            self.image = rasterise(points)
            self.found = self.inverter.invert(self.image, STEPS)
            gradient = saliency(self.ranked.discriminator, self.image)
            self.picture.draw(drawing(self.image, gradient, self.found.images), self._in_words())
            self.status.say(self._told())
        else:
            self.image = self.found = None
            self.picture.wait("Nothing has been drawn yet.")
            self.status.say(START)

    def _in_words(self) -> str:
        return (
            "Three pictures: the drawing as MNIST would have it, a map of the places where more or less ink would look "
            f"more real, and the nearest digit. {self._told()}"
        )

    def _told(self) -> str:
        """What each of the three says."""
        return f"{self.ranked.verdict(self.image)} {self._judgement()} {self._distance()}"

    @torch.no_grad()
    def _judgement(self) -> str:
        with evaluating(self.judge):
            (logit,) = self.judge(self.image.to(device_of(self.judge)))
        says = "a digit" if logit > 0 else "no digit"
        return f"The judge that has met scribbles says {says}, with a probability of {logit.sigmoid():.2f} for a digit."

    def _distance(self) -> str:
        return f"The nearest digit found has an error of {self.found.errors[0]:.3f} per ink."
