"""The brush in frequency space: what is painted is measured, opposite lines with it, and what is invented is shown."""

import re

import pytest
import torch
from torch import Tensor

from gancore.data.damage import FewLines
from gancore.data.fourier import line_mask, to_frequencies
from gancore.errors import GancoreError
from gancore.lessons.scanning import lines_under, points_on, scan
from gancore.metrics.truth import psnr
from gancore.widgets.scanner import Scanner, spectrum

SIDE = 64
MIDDLE = 5  # lines of it, all in the middle


class Same:
    """A painter that gives the zero-filled picture back."""

    def paint(self, given: Tensor) -> Tensor:
        return given[:, :1]


class Sharper:
    """A painter that adds a checkerboard and keeps what was measured."""

    def paint(self, given: Tensor) -> Tensor:
        board = 0.2 * ((torch.arange(SIDE)[:, None] + torch.arange(SIDE)) % 2 - 0.5)
        return FewLines().keep(given[:, :1] + board, given)


PAINTERS = {"L1": Same(), "the game": Sharper()}


@pytest.fixture
def truths() -> Tensor:
    x = torch.linspace(-1, 1, SIDE)
    rounds = [(x[:, None] ** 2 + x**2 < r).float() * 1.5 - 0.9 for r in (0.3, 0.5, 0.7, 0.9)]
    return torch.stack(rounds)[:, None]


@pytest.fixture
def scanner(truths: Tensor) -> Scanner:
    return Scanner(truths, PAINTERS)


def test_points_mark_their_line_and_the_opposite_one() -> None:
    mask = lines_under(torch.tensor([[-1.0, 0.3], [0.0, -0.5], [0.26, 0.0], [1.0, 0.0]]), 8, 8)
    assert mask[0].tolist() == [1, 1, 0, 1, 1, 1, 0, 1]  # 0 and 4, their own opposites; 5 and 3; 7 and 1
    assert torch.equal(mask, mask[0].expand(8, 8))


@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_points_on_a_mask_mark_that_mask(share: float) -> None:
    mask = line_mask(24, 32, share, 5, torch.Generator().manual_seed(0))
    assert torch.equal(lines_under(points_on(mask), 24, 32), mask)


def test_a_scan_knows_its_lines_and_scores(truths: Tensor) -> None:
    mask = line_mask(SIDE, SIDE, 0.25, 4, torch.Generator().manual_seed(0))
    found = scan(truths[:1], mask, PAINTERS)
    assert found.lines == int(mask[0].sum())
    assert list(found.answers) == ["zero-filled", "L1", "the game"]
    assert found.decibels["L1"] == pytest.approx(psnr(found.answers["L1"], truths[:1]))


def test_what_is_invented_is_at_frequencies_that_nobody_measured(truths: Tensor) -> None:
    mask = line_mask(SIDE, SIDE, 0.25, 4, torch.Generator().manual_seed(0))
    invented = to_frequencies(scan(truths[:1], mask, PAINTERS).invented("the game"))
    assert (invented * mask).abs().max() < 1e-4
    assert (invented * (1 - mask)).abs().max() > 0.1


def test_a_scan_of_nothing_is_refused(truths: Tensor) -> None:
    with pytest.raises(GancoreError, match="measures no frequency"):
        scan(truths[:1], torch.zeros(SIDE, SIDE), PAINTERS)


def test_nothing_is_measured_at_first(scanner: Scanner) -> None:
    assert scanner.scan is None
    assert "Nothing is measured" in scanner.status.value
    assert scanner.picture.alt == "Nothing is measured yet."


def test_what_is_painted_is_measured_and_scored(scanner: Scanner) -> None:
    scanner.pad.points = torch.tensor([[0.01, 0.5], [0.3, 0.5]])
    assert scanner.scan.lines == 3  # the middle, the one painted, and the one opposite
    assert "3 of 64 lines (5%)" in scanner.status.value
    assert f"zero-filled {scanner.scan.decibels['zero-filled']:.1f}" in scanner.status.value
    assert "what the game invented" in scanner.picture.alt


def test_buttons_measure_the_middle_and_a_quarter(scanner: Scanner) -> None:
    scanner.middle.click()
    assert scanner.scan.lines == MIDDLE
    few = scanner.scan.decibels["zero-filled"]
    scanner.pad.points = points_on(torch.ones(SIDE, SIDE))
    assert scanner.scan.decibels["zero-filled"] > few + 20
    scanner.quarter.click()
    first = scanner.scan.mask
    assert abs(first[0].mean() - 0.25) < 0.05
    scanner.quarter.click()
    assert scanner.scan.lines == first[0].sum()


def test_the_slider_takes_another_slice_and_the_same_lines(scanner: Scanner) -> None:
    scanner.middle.click()
    before, mask = scanner.picture.value, scanner.scan.mask
    scanner.slice.value = 0
    assert torch.equal(scanner.scan.truth, scanner.truths[:1])
    assert torch.equal(scanner.scan.mask, mask)
    assert scanner.picture.value != before


def test_clear_measures_nothing(scanner: Scanner) -> None:
    scanner.quarter.click()
    scanner.clear.click()
    assert scanner.scan is None
    assert "Nothing is measured" in scanner.status.value


def test_the_spectrum_is_brightest_in_the_middle_and_dim_where_nothing_is_measured(truths: Tensor) -> None:
    mask = lines_under(torch.tensor([[0.01, 0.0]]), SIDE, SIDE)
    heat = spectrum(truths[:1], mask).data
    assert heat.shape == (SIDE, SIDE, 4)
    assert heat[..., 0].max() == heat[SIDE // 2 - 1, SIDE // 2, 0] == 255  # rows from below
    assert heat[..., 0][:, 0].max() <= 0.35 * 255 + 1
    red, green, blue = heat[:, SIDE // 2, :3].min(0) / 255
    luminance = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    assert (luminance + 0.05) / 0.05 > 3  # of a measured line where it is darkest, against black


def test_alt_says_how_many_lines_are_measured(scanner: Scanner) -> None:
    scanner.middle.click()
    (content, _) = scanner.pad._newest
    assert re.search(rf"{MIDDLE} of its lines measured", content["alt"])
