"""Slant and thickness against closed forms: bars whose slope and width are known to the pixel."""

import math

import pytest
import torch
from torch import Tensor

from gancore.analysis.shapes import slant, thickness
from gancore.data import ImageData, to_float
from gancore.errors import GancoreError

SIDE, FINE = 28, 8  # pixels of an image, and how finely each is divided to draw a bar at an angle


def bar(width: int, length: int, top: int = 3, left: int = 9) -> Tensor:
    """An upright white bar, `(1, 1, 28, 28)`."""
    image = torch.full((1, 1, SIDE, SIDE), -1.0)
    image[..., top : top + length, left : left + width] = 1
    return image


def staircase(step: int) -> Tensor:
    """Eight rows of three pixels, each row `step` pixels further to the right than the row below."""
    image = torch.full((1, 1, SIDE, SIDE), -1.0)
    for row in range(8):
        start = 12 + step * row
        image[..., 20 - row, start : start + 3] = 1
    return image


def turned_bar(angle: float, width: float, length: float) -> Tensor:
    """A bar through the middle at `angle` from the horizontal, with soft edges."""
    ticks = (torch.arange(SIDE * FINE) + 0.5) / FINE - SIDE / 2
    y, x = torch.meshgrid(-ticks, ticks, indexing="ij")
    along = x * math.cos(angle) + y * math.sin(angle)
    across = y * math.cos(angle) - x * math.sin(angle)
    inside = (along.abs() < length / 2) & (across.abs() < width / 2)
    ink = inside.float().unflatten(0, (SIDE, FINE)).unflatten(2, (SIDE, FINE)).mean((1, 3))
    return ink[None, None] * 2 - 1


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_slant_of_a_staircase_is_its_step(step):
    assert slant(staircase(step)).item() == pytest.approx(step, abs=1e-6)


def test_slant_is_the_slope_of_a_weighted_least_squares_line():
    image = torch.rand(1, 1, 9, 7, generator=torch.Generator().manual_seed(0)) * 2 - 1
    ink = ((image[0, 0] + 1) / 2).double()
    down, x = torch.meshgrid(torch.arange(9.0), torch.arange(7.0), indexing="ij")
    table = torch.stack([torch.ones(63), -down.flatten()], dim=1).double()  # x = a + s·y, y upwards
    weighted = table * ink.flatten()[:, None].sqrt()
    expected = torch.linalg.lstsq(weighted, x.flatten().double() * ink.flatten().sqrt()).solution[1]
    assert slant(image).item() == pytest.approx(expected.item(), abs=1e-5)


def test_moving_each_row_by_one_more_pixel_adds_one_to_the_slant(digits: ImageData):
    images = torch.nn.functional.pad(to_float(digits.images[::250]), (30, 30, 0, 0), value=-1.0)
    sheared = torch.stack([row.roll(-place, -1) for place, row in enumerate(images.unbind(2))], dim=2)
    assert torch.allclose(slant(sheared), slant(images) + 1, atol=1e-4)


def test_a_mirrored_digit_has_the_opposite_slant_and_the_same_thickness(digits: ImageData):
    images = to_float(digits.images[::100])
    assert torch.allclose(slant(images.flip(3)), -slant(images), atol=1e-5)
    assert torch.allclose(thickness(images.flip(3)), thickness(images), rtol=1e-5)


def test_brightness_changes_neither(digits: ImageData):
    images = to_float(digits.images[::100])
    pale = (images + 1) / 2 - 1
    assert torch.allclose(slant(pale), slant(images), atol=1e-5)
    assert torch.allclose(thickness(pale), thickness(images), rtol=1e-5)


@pytest.mark.parametrize(("width", "length"), [(1, 20), (2, 18), (4, 9), (5, 5)])
def test_thickness_of_a_bar_is_its_area_over_half_its_outline(width, length):
    cut_corners = 4 - 4 * math.sqrt(1 / 2)  # at each corner the outline takes the short way
    expected = 2 * width * length / (2 * (width + length) - cut_corners)
    assert thickness(bar(width, length)).item() == pytest.approx(expected, rel=1e-5)


def test_a_bar_at_the_border_is_as_thick_as_one_in_the_middle():
    assert thickness(bar(3, 20, top=0, left=0)).item() == pytest.approx(thickness(bar(3, 20)).item(), rel=1e-5)
    assert thickness(bar(3, 20, top=8, left=25)).item() == pytest.approx(thickness(bar(3, 20)).item(), rel=1e-5)


@pytest.mark.parametrize("width", [2.5, 3.5])
def test_thickness_does_not_depend_on_the_direction_of_a_stroke(width):
    measured = [thickness(turned_bar(math.pi * turn / 12, width, 18)).item() for turn in range(12)]
    # Drawn on pixels, a slanting edge is a little blurred: 4 % at the most.
    assert max(measured) < 1.05 * min(measured)


def test_thicker_strokes_measure_thicker():
    measured = torch.cat([thickness(turned_bar(0.3, width, 18)) for width in (1.0, 2.0, 3.0, 4.0, 5.0)])
    assert (measured.diff() > 0.4).all()


def test_the_digits_lean_to_the_right_and_are_two_to_three_pixels_thick(digits: ImageData):
    images = to_float(digits.images)
    assert 0.1 < slant(images).mean() < 0.2
    assert 2 < thickness(images).mean() < 3


def test_an_image_that_cannot_be_measured_is_named():
    blank = torch.full((1, 1, SIDE, SIDE), -1.0)
    one_row = blank.clone()
    one_row[..., 5, 3:9] = 1
    with pytest.raises(GancoreError, match=r"Image 1\b.*two rows"):
        slant(torch.cat([bar(2, 5), one_row]))
    with pytest.raises(GancoreError, match=r"Image 0\b.*two rows"):
        slant(blank)
    with pytest.raises(GancoreError, match=r"Image 2\b.*no ink"):
        thickness(torch.cat([bar(2, 5), one_row, blank]))
    with pytest.raises(GancoreError, match=r"shape \(2, 3, 28, 28\)"):
        slant(torch.zeros(2, 3, SIDE, SIDE))
    with pytest.raises(GancoreError, match=r"shape \(28, 28\)"):
        thickness(torch.zeros(SIDE, SIDE))
