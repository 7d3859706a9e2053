"""Slices of a scan beside each other, and a map of what was invented."""

import numpy as np
from matplotlib.figure import Figure
from torch import Tensor

from gancore.lessons.scanning import Scan
from gancore.plots.style import figure

STRONGEST = 0.5  # difference, in the scale of [-1, 1], that the map shows at full strength


def scans(scan: Scan, inventor: str) -> Figure:
    """Each answer under its name and decibels, the truth, and what `inventor` made up: red too bright, blue missing."""
    pictures = {f"{name}: {scan.decibels[name]:.1f} dB": answer for name, answer in scan.answers.items()}
    pictures["truth"] = scan.truth
    drawn, axes = figure(2.0 * (len(pictures) + 1), 2.3, columns=len(pictures) + 1)
    for place, (title, each) in zip(axes, pictures.items(), strict=False):
        place.imshow(_grey(each), cmap="gray", vmin=-1, vmax=1)
        place.set_title(title, fontsize=9)
    axes[-1].imshow(scan.invented(inventor).numpy(), cmap="RdBu_r", vmin=-STRONGEST, vmax=STRONGEST)
    axes[-1].set_title(f"invented by {inventor}", fontsize=9)
    for place in axes:
        place.axis("off")
    return drawn


def _grey(picture: Tensor) -> np.ndarray:
    return picture[0, 0].numpy()
