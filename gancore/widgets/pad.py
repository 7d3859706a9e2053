"""Draw a digit, and see what a discriminator makes of it: its verdict, what it looks at, and how near G comes."""

from typing import Any

import torch
from ipywidgets import Button, HBox
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor, nn

from gancore.analysis.latents import Inversion, Inverter
from gancore.analysis.saliency import saliency
from gancore.analysis.strokes import rasterise
from gancore.models.modes import evaluating
from gancore.plots.salient import draw_image, draw_saliency
from gancore.plots.style import figure
from gancore.widgets.canvas import Canvas, Dots
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View

SIZE = 252  # pixels of the pad
PEN = 9.0  # pixels, the radius of the reader's pen
INK = "#222222"
EDGES = (-1.0, 1.0, -1.0, 1.0)
STEPS = 60  # of the search for the nearest digit: the reader waits for it
START = "Draw a digit, as large as you like; when you lift the pen, D looks at it."


class Judge:
    """A discriminator that knows where a verdict stands among those on real digits and on generated ones.

    `discriminator` gives logits `(N,)` for images `(N, 1, 28, 28)` in [-1, 1]; `real` and `generated` are such images.
    """

    def __init__(self, discriminator: nn.Module, real: Tensor, generated: Tensor) -> None:
        self.discriminator = discriminator
        self.on_real, self.on_generated = self.logits(real), self.logits(generated)

    @torch.no_grad()
    def logits(self, images: Tensor) -> Tensor:
        """`(N,)`, high where the discriminator takes an image for real."""
        with evaluating(self.discriminator):
            return self.discriminator(images)

    def verdict(self, image: Tensor) -> str:
        """What the discriminator says about one image `(1, 1, 28, 28)`, in words and numbers."""
        (logit,) = self.logits(image)
        below_real, below_generated = ((known < logit).float().mean() for known in (self.on_real, self.on_generated))
        says = "real" if logit > 0 else "generated"
        return (
            f"D says {says}: its logit is {logit:+.1f}, a probability of {logit.sigmoid():.2f}. That is more than for "
            f"{below_real:.0%} of real digits and {below_generated:.0%} of those that its own opponent drew."
        )


class DigitPad(View):
    """A pad to draw on with mouse, finger or keyboard; beside it the verdict of `judge` and the nearest digit.

    After each stroke `image` is the drawing `(1, 1, 28, 28)`, and `found` what `inverter` came up with; before the
    first one both are None.
    """

    def __init__(self, judge: Judge, inverter: Inverter) -> None:
        self.judge, self.inverter = judge, inverter
        self.pad = Canvas(width=SIZE, height=SIZE, pen=PEN, drawing=True, layout={"margin": "2px"})
        self.clear = Button(description="Clear")
        self.status = Status()
        shown = Picture()
        rows = [self.clear, HBox([self.pad, shown], layout={"flex_flow": "row wrap"}), self.status]
        super().__init__("Draw a digit, and ask D", rows, shown)
        self.pad.observe(on_main_thread(self._update), names="strokes")
        self.clear.on_click(on_main_thread(self._clear))
        self._update()

    def _clear(self, event: Any = None) -> None:
        self.pad.strokes = b""

    def _update(self, event: Any = None) -> None:
        points = self.pad.points
        self.pad.draw([Dots(points, INK, PEN)], EDGES, f"A drawing of {len(points)} points.")
        if len(points):
            self.image = rasterise(points)
            self.found = self.inverter.invert(self.image, STEPS)
            gradient = saliency(self.judge.discriminator, self.image)
            self.picture.draw(panels(self.image, gradient, self.found), self._in_words())
            self.status.say(f"{self.judge.verdict(self.image)} {self._distance()}")
        else:
            self.image = self.found = None
            self.picture.draw(Image.new("L", (1, 1), "white"), "Nothing has been drawn yet.")
            self.status.say(START)

    def _in_words(self) -> str:
        return (
            "Three pictures: the drawing as MNIST would have it, its saliency map with the pixels where more or less "
            f"ink would look more real, and the nearest digit. {self.judge.verdict(self.image)} {self._distance()}"
        )

    def _distance(self) -> str:
        return f"The nearest digit found is {self.found.errors[0]:.3f} away, the mean squared error of a pixel."


def panels(image: Tensor, gradient: Tensor, found: Inversion) -> Figure:
    """The drawing `(1, 1, H, W)` as MNIST would have it, what D looks at, and the nearest digit."""
    drawn, places = figure(5.1, 2.0, columns=3)
    draw_image(places[0], image[0, 0])
    draw_saliency(places[1], image[0, 0], gradient[0, 0])
    draw_image(places[2], found.images[0, 0])
    titles = ("as MNIST would have it", "○ more, × less ink", "the nearest digit of G")
    for axes, title in zip(places, titles, strict=True):
        axes.set_title(title, fontsize=9)
    return drawn
