"""Every static figure of the course, in one visual style, and the one way to show a picture: `show`."""

from gancore.plots.images import before_and_after, picture, pixel_histogram
from gancore.plots.style import BLUE, GREEN, GREY, ORANGE, figure, png, show
from gancore.plots.training import curves, film_strip, race, smooth

__all__ = [
    "BLUE",
    "GREEN",
    "GREY",
    "ORANGE",
    "before_and_after",
    "curves",
    "figure",
    "film_strip",
    "picture",
    "pixel_histogram",
    "png",
    "race",
    "show",
    "smooth",
]
