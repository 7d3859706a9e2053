"""A figure becomes a picture that shows all of it, with the same margin on every side."""

import io

import pytest
from helpers.shown import PLOTS
from PIL import Image, ImageChops

from gancore.plots.style import MARGIN, figure, png


def picture(drawn) -> Image.Image:
    return Image.open(io.BytesIO(png(drawn))).convert("RGB")


def ink(seen: Image.Image) -> tuple[int, int, int, int]:
    return ImageChops.difference(seen, Image.new("RGB", seen.size, "white")).getbbox()


def test_a_picture_has_a_margin_all_round():
    drawn, (axes,) = figure(4, 3)
    axes.set_title("a title")
    seen = picture(drawn)
    left, top, right, bottom = ink(seen)
    for free in (left, top, seen.width - right, seen.height - bottom):
        assert MARGIN <= free <= MARGIN + 5  # letters do not fill their boxes


@pytest.mark.parametrize("height", [1.0, 1.5], ids=["across the edge", "beyond it"])
def test_what_sticks_out_of_the_canvas_is_shown(height):
    drawn, _ = figure(4, 3)
    plain = picture(drawn)
    drawn.text(0.5, height, "a remark above", ha="center", va="center")
    seen = picture(drawn)
    assert seen.height - plain.height == pytest.approx((height - 1) * 3 * drawn.dpi, abs=2 * MARGIN)
    assert MARGIN - 2 <= ink(seen)[1] <= MARGIN + 3


def test_plots_are_saved_as_matplotlib_saves_them_tight():
    for name in ("labels.density", "training.race"):
        drawn, buffer = PLOTS[name](), io.BytesIO()
        ours = picture(drawn)
        drawn.savefig(buffer, format="png", bbox_inches="tight")
        theirs = Image.open(buffer).convert("RGB")
        assert abs(ours.width - theirs.width) <= 3
        assert abs(ours.height - theirs.height) <= 3


def test_a_figure_with_nothing_on_it_is_white():
    drawn, (axes,) = figure(2, 1)
    axes.remove()
    assert picture(drawn).getextrema() == ((255, 255),) * 3
