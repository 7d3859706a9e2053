"""One visual style for every figure of the course, and the one way to show a picture: `show`."""

import base64
import html
import io
from math import ceil, floor

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator
from PIL import Image, ImageOps

from gancore.lessons.alt import described

# Okabe and Ito (2008): told apart with every common kind of colour vision. Lines also differ in their dashes,
# points in their marks.
BLUE, ORANGE, GREEN = "#0072B2", "#E69F00", "#009E73"
GREY = "#666666"

MARGIN = 11  # pixels of white around a figure in a notebook
QUICK = 1  # level of PNG compression for pictures that follow a slider


def show(figure: Figure | Image.Image, alt: str) -> None:
    """Display a figure or a picture with its alternative text, which says in words what is to be seen.

    `alt` is that text, or in a chapter the key of one, such as "04/panels": see `gancore.lessons.alt`.
    Raises GancoreError for a key that there is not.
    """
    from IPython.display import display

    display(bundle(png(figure), described(alt)), raw=True)


def bundle(data: bytes, alt: str) -> dict[str, str]:
    """What a notebook stores of a PNG file: HTML that tells its alternative text, the picture, and the text alone."""
    return {"text/html": markup(data, alt), "image/png": base64.b64encode(data).decode(), "text/plain": alt}


def markup(data: bytes, alt: str) -> str:
    """A PNG file as an HTML image with its alternative text."""
    source = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    return f'<img alt="{html.escape(alt)}" src="{source}">'


def png(figure: Figure | Image.Image) -> bytes:
    """The figure as a PNG file in at most 256 colours, to keep notebooks small; the same bytes for the same figure."""
    if isinstance(figure, Figure):
        figure = trimmed(figure)
    if figure.mode not in ("L", "P"):
        figure = figure.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    figure.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def quick_png(figure: Figure | Image.Image) -> bytes:
    """The figure as a larger PNG file, several times sooner than `png`: for pictures that follow a control."""
    if isinstance(figure, Figure):
        figure = rendered(figure)
    buffer = io.BytesIO()
    figure.save(buffer, format="PNG", compress_level=QUICK)
    return buffer.getvalue()


def rendered(figure: Figure) -> Image.Image:
    """The whole canvas of a figure as pixels, with its margins: what is half-way across the one is so in the other."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return as_image(canvas)


def as_image(canvas: FigureCanvasAgg) -> Image.Image:
    """The pixels of a canvas as they are now."""
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def trimmed(figure: Figure) -> Image.Image:
    """The figure as pixels, with `MARGIN` around all that is on it: as Matplotlib saves it "tight", in half the time.

    Matplotlib draws such a figure twice. That is needed only where something sticks out of the canvas.
    """
    picture = rendered(figure)
    box = figure.get_tightbbox()
    left, right = floor(box.x0 * figure.dpi), ceil(box.x1 * figure.dpi)
    top, bottom = (picture.height - edge * figure.dpi for edge in (box.y1, box.y0))
    if min(left, top) >= 0 and right <= picture.width and bottom <= picture.height:
        around = ImageOps.expand(picture, MARGIN, "white")
        return around.crop((left, floor(top), right + 2 * MARGIN, ceil(bottom) + 2 * MARGIN))
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight", pad_inches=MARGIN / figure.dpi)
    return Image.open(buffer)


def logarithmic(axes: Axes) -> None:
    """Make the upward axis of `axes` logarithmic, with plain numbers at its ticks.

    Matplotlib would set powers as mathematics, which leaves memory behind every time that a figure is drawn
    (https://github.com/matplotlib/matplotlib/issues/13019).
    """
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()


def figure(width: float = 8.0, height: float = 3.0, columns: int = 1) -> tuple[Figure, np.ndarray]:
    """An empty figure in the course's style, in inches, and its axes side by side as an array `(columns,)`."""
    drawn = Figure(figsize=(width, height), dpi=110, layout="constrained")
    axes = drawn.subplots(1, columns, squeeze=False)[0]
    for place in axes:
        place.spines[["top", "right"]].set_visible(False)
        place.grid(alpha=0.25)
    return drawn, axes
