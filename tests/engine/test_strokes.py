"""Drawings become pictures as MNIST has them: as large, as thick, in the middle, and readable."""

import math

import pytest
import torch
from helpers.handwriting import DIGITS, stroke
from torch import Tensor

from gancore.analysis.shapes import ink_of, slant, thickness
from gancore.analysis.strokes import BOX, SIDE, centre_of_mass, rasterise
from gancore.data import ImageData, to_float
from gancore.errors import GancoreError
from gancore.metrics.classifier import load_extractor


def extent(image: Tensor) -> tuple[int, int]:
    """Height and width, in pixels, of all that is at least half lit."""
    lit = image[0, 0] > 0
    return tuple(int(places[-1] - places[0]) + 1 for places in (lit.any(1).nonzero(), lit.any(0).nonzero()))


def test_a_drawing_fills_the_box_of_mnist_wherever_and_however_small_it_was_drawn():
    for scale, place in ((1.0, 0.0), (0.5, 0.4), (0.8, -0.15)):
        image = rasterise(DIGITS[0] * scale + place)
        assert max(extent(image)) == pytest.approx(BOX, abs=1)
        assert torch.allclose(image, rasterise(DIGITS[0]), atol=0.1)


def test_a_wide_drawing_fits_by_its_width():
    height, width = extent(rasterise(stroke((-0.9, 0.1), (0.9, 0.1), (0.9, -0.2))))
    assert width == pytest.approx(BOX, abs=1)
    assert height < BOX / 2


@pytest.mark.parametrize("digit", DIGITS)
def test_the_centre_of_mass_is_in_the_middle(digit):
    assert centre_of_mass(ink_of(rasterise(DIGITS[digit]))[0]).abs().max() < 0.05


def test_the_top_is_drawn_at_the_top_and_the_right_at_the_right():
    image = rasterise(stroke((-0.6, 0.8), (-0.6, -0.8), (0.6, -0.8)))[0, 0]  # an L
    assert image[:10, :14].max() > 0 > image[:10, 14:].max()
    assert image[20:, 14:].max() > 0


def test_strokes_are_as_thick_as_those_of_mnist(digits: ImageData):
    usual = thickness(to_float(digits.images))
    drawn = torch.cat([thickness(rasterise(points)) for points in DIGITS.values()])
    assert usual.quantile(0.25) < drawn.mean() < usual.quantile(0.75)


def test_a_stroke_keeps_its_slant():
    line = stroke((-0.3, -0.9), (0.3, 0.9))
    assert slant(rasterise(line)).item() == pytest.approx(1 / 3, abs=0.02)


def test_strokes_far_apart_are_not_joined():
    two = torch.cat([stroke((-0.5, 0.8), (-0.5, -0.8)), stroke((0.5, 0.8), (0.5, -0.8))])
    assert (rasterise(two)[0, 0, :, 12:16] == -1).all()


def test_points_set_by_keys_make_a_line_without_gaps():
    sparse = torch.stack([torch.zeros(18), torch.linspace(0.85, -0.85, 18)], dim=1)
    lit = rasterise(sparse)[0, 0] > 0
    assert lit.any(1).sum() == pytest.approx(BOX, abs=1)
    assert (lit.any(1).int().diff() != 0).sum() == 2  # one run of rows


def test_a_single_point_is_a_dot_and_no_point_an_error():
    height, width = extent(rasterise(torch.tensor([[0.3, -0.7]])))
    assert height == width <= 4
    with pytest.raises(GancoreError, match="drawn"):
        rasterise(torch.zeros(0, 2))


@pytest.mark.parametrize("digit", DIGITS)
def test_a_classifier_of_mnist_reads_what_was_drawn(digit):
    logits = load_extractor().logits(rasterise(DIGITS[digit]))
    assert logits.argmax().item() == digit
    assert logits.softmax(1).max() > 0.9


def test_pictures_are_of_the_size_and_range_of_the_course():
    image = rasterise(DIGITS[3])
    assert image.shape == (1, 1, SIDE, SIDE)
    assert image.min() == -1
    assert 0.9 < image.max() <= 1
    assert math.isfinite(float(image.sum()))
