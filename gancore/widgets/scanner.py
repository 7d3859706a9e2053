"""A brush in frequency space: paint which lines a scanner measures, and see what each hand makes of them."""

from collections.abc import Mapping

import numpy as np
import torch
from ipywidgets import Button, IntSlider
from torch import Tensor

from gancore.data.fourier import line_mask, to_frequencies
from gancore.lessons.scanning import Paints, lines_under, points_on, scan
from gancore.plots.scans import scans
from gancore.widgets.canvas import Canvas, Heat
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

SIZE = 252  # pixels of the pad
PEN = 3.0  # pixels, the radius of the reader's brush
EDGES = (-1.0, 1.0, -1.0, 1.0)
SHARE, CENTRE = 0.25, 0.08  # of the lines: what one press of a button measures, and the middle among them
DIM = 0.35  # how bright a line is that is not measured
TINT = (0.2, 0.42, 0.66)  # of a measured frequency without strength; the strongest is white
START = "Nothing is measured. Paint across the spectrum, or press a button: each line is measured from top to bottom."


class Scanner(View):
    """The spectrum of a slice, to be painted on with mouse, finger or keyboard; beside it what `painters` answer.

    `truths` are slices `(N, 1, H, W)` in [-1, 1], of which a slider chooses one. The last of `painters`, by name, is
    the one whose inventions are shown. `scan` is what was found, None while nothing is measured.
    """

    def __init__(self, truths: Tensor, painters: Mapping[str, Paints], seed: int = 0) -> None:
        self.truths, self.painters, self.draws = truths, painters, torch.Generator().manual_seed(seed)
        self.pad = Canvas(width=SIZE, height=SIZE, pen=PEN, drawing=True, layout={"margin": "2px"})
        self.slice = IntSlider(value=len(truths) // 2, max=len(truths) - 1, description="slice")
        self.middle = Button(description="The middle alone")
        self.quarter = Button(description="A quarter, at random", layout={"width": "auto"})
        self.clear = Button(description="Clear")
        self.status = Status()
        shown = Picture()
        buttons = in_a_row(self.slice, self.middle, self.quarter, self.clear)
        super().__init__("Which lines are measured?", [buttons, in_a_row(self.pad, shown), self.status], shown)
        self.pad.observe(on_main_thread(self._update), names="strokes")
        self.slice.observe(on_main_thread(self._update), names="value")
        self.middle.on_click(on_main_thread(lambda: self.measure(CENTRE)))
        self.quarter.on_click(on_main_thread(lambda: self.measure(SHARE)))
        self.clear.on_click(on_main_thread(self.pad.wipe))
        self._update()

    @property
    def width(self) -> int:
        return self.truths.shape[-1]

    def measure(self, share: float) -> None:
        """Measure the middle, and other lines at random up to `share` of all, in place of what was painted."""
        mask = line_mask(self.truths.shape[-2], self.width, share, max(1, int(CENTRE * self.width)), self.draws)
        self.pad.points = points_on(mask)

    def _update(self) -> None:
        truth, points = self.truths[self.slice.value, None], self.pad.points
        mask = lines_under(points, *truth.shape[-2:])
        lines = int(mask[0].sum())
        self.pad.draw([spectrum(truth, mask)], EDGES, f"The spectrum of a slice, {lines} of its lines measured.")
        if not len(points):
            self.scan = None
            self.picture.wait("Nothing is measured yet.")
            self.status.say(START)
            return
        self.scan = scan(truth, mask, self.painters)
        inventor = list(self.painters)[-1]
        scored = ", ".join(f"{name} {value:.1f}" for name, value in self.scan.decibels.items())
        said = f"{lines} of {self.width} lines ({lines / self.width:.0%}) are measured. PSNR in dB: {scored}."
        self.picture.draw(
            scans(self.scan, inventor), f"Slices side by side, the truth, and a map of what {inventor} invented. {said}"
        )
        self.status.say(said)


def spectrum(truth: Tensor, mask: Tensor) -> Heat:
    """The strengths of the frequencies of `truth` `(1, 1, H, W)`: blue to white in `mask`, else dim grey."""
    strengths = to_frequencies((truth[0, 0] + 1) / 2).abs().log1p()
    shares = (strengths / strengths.max())[..., None]
    tint = torch.tensor(TINT)
    colours = torch.where(mask[..., None] > 0, tint + (1 - tint) * shares, DIM * shares)
    pixels = (255 * colours).round().to(torch.uint8).numpy()
    return Heat(np.dstack([pixels, np.full_like(pixels[..., 0], 255)])[::-1])
