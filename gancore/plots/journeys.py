"""The stations of a journey there and back, side by side."""

import numpy as np
from matplotlib.figure import Figure
from torch import Tensor

from gancore.data.images import to_uint8
from gancore.lessons.journeys import Journey, magnified
from gancore.plots.style import figure

TIMES = 4  # that the hidden message is magnified


def stations(journey: Journey, truth: Tensor) -> Figure:
    """The first picture of a journey: setting out, in the middle, sent back, home; what the middle should have been
    `(N, C, H, W)`, and how the middle differs from it, magnified."""
    hidden = magnified(journey.middle[:1] - truth[:1], TIMES)
    shown = {
        "sets out": journey.out,
        "in the middle": journey.middle,
        "sent back": journey.sent_back,
        f"home, {journey.lost:.2f} off": journey.home,
        "true middle": truth,
        f"off the truth, ×{TIMES}": hidden,
    }
    drawn, axes = figure(1.75 * len(shown), 2.1, columns=len(shown))
    for place, (title, pictures) in zip(axes, shown.items(), strict=True):
        place.imshow(_pixels(pictures), interpolation="nearest", cmap="gray", vmin=0, vmax=255)
        place.set_title(title, fontsize=10)
        place.set(xticks=[], yticks=[])
        place.spines[:].set_visible(True)
    return drawn


def _pixels(pictures: Tensor) -> np.ndarray:
    return to_uint8(pictures[0]).movedim(0, -1).squeeze(-1).numpy()
