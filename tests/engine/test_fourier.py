"""Measured frequencies: the adjoint is one, what is measured is kept exactly, and masks are what they say."""

import math

import pytest
import torch

from gancore.data.fourier import back, keep_measured, line_mask, measure, mirrored, zero_filled
from gancore.errors import GancoreError

SIZES = [(8, 8), (9, 12), (12, 9), (7, 7)]  # even and odd, since the middle of a spectrum is elsewhere for these


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def random_mask(size: tuple[int, int], seed: int = 0) -> torch.Tensor:
    return (torch.rand(size, generator=rng(seed)) < 0.4).float()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_back_is_the_adjoint_of_measure(size: tuple[int, int]) -> None:
    """The dot-product test: ⟨Ax, s⟩ = ⟨x, A*s⟩ for random x and s, whatever the mask."""
    for seed in range(5):
        mask, picture = random_mask(size, seed), torch.randn(2, 1, *size, generator=rng(seed), dtype=torch.float64)
        spectrum = torch.randn(2, 1, *size, generator=rng(seed + 99), dtype=torch.complex64)
        there = (measure(picture, mask).conj() * spectrum).sum().real
        again = (picture * back(spectrum, mask)).sum()
        assert there == pytest.approx(again.item(), abs=1e-4)


def test_measure_agrees_with_the_sum_that_defines_it() -> None:
    height, width = 5, 6
    picture = torch.rand(height, width, generator=rng())
    found = measure(picture, torch.ones(height, width))
    for row in range(height):
        for column in range(width):
            turn = torch.tensor([
                [-2 * math.pi * ((row - height // 2) * y / height + (column - width // 2) * x / width)
                 for x in range(width)] for y in range(height)
            ])  # fmt: skip
            direct = (picture * torch.polar(torch.ones(()), turn)).sum() / math.sqrt(height * width)
            assert torch.isclose(found[row, column], direct, atol=1e-5)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_whole_spectrum_gives_the_picture_back_and_keeps_its_sum_of_squares(size: tuple[int, int]) -> None:
    picture, everything = torch.randn(3, 1, *size, generator=rng()), torch.ones(size)
    spectrum = measure(picture, everything)
    assert torch.allclose(back(spectrum, everything), picture, atol=1e-5)
    assert spectrum.abs().square().sum() == pytest.approx(picture.square().sum().item(), rel=1e-5)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_spectrum_of_a_real_picture_is_the_same_at_opposite_places(size: tuple[int, int]) -> None:
    """What `mirrored` rests on: measuring a mask measures its mirror image."""
    mask = random_mask(size)
    picture = torch.randn(size, generator=rng())
    both = measure(picture, mirrored(mask))
    assert torch.allclose(back(both, torch.ones(size)), zero_filled(picture, mirrored(mask)), atol=1e-5)
    assert torch.equal(mirrored(mirrored(mask)), mirrored(mask))
    assert torch.equal(torch.maximum(mask, mirrored(mask)), mirrored(mask))
    whole = torch.fft.ifft2(torch.fft.ifftshift(both, dim=(-2, -1)), norm="ortho")
    assert whole.imag.abs().max() < 1e-5


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_what_is_measured_is_kept_and_what_is_not_is_left_alone(size: tuple[int, int]) -> None:
    mask = mirrored(random_mask(size))
    truth, answer = torch.randn(2, 2, 1, *size, generator=rng())
    kept = keep_measured(answer, zero_filled(truth, mask), mask)
    assert torch.allclose(measure(kept, mask), measure(truth, mask), atol=1e-5)
    assert torch.allclose(measure(kept, 1 - mask), measure(answer, 1 - mask), atol=1e-5)
    assert torch.allclose(keep_measured(kept, zero_filled(truth, mask), mask), kept, atol=1e-5)
    assert torch.dist(kept, truth) <= torch.dist(answer, truth)  # a projection onto a set that holds the truth


@pytest.mark.parametrize(("share", "centre", "lines"), [(0.25, 7, 23), (0.25, 8, 23), (0.5, 5, 47), (1.0, 8, 95)])
@pytest.mark.parametrize("width", [96, 97])
def test_a_mask_of_lines_has_the_lines_that_were_asked_for(share: float, centre: int, lines: int, width: int) -> None:
    mask = line_mask(64, width, share, centre, rng())
    assert mask.shape == (64, width)
    assert torch.equal(mask, mask[0].expand(64, width))
    assert torch.equal(mirrored(mask), mask)
    assert lines <= mask[0].sum() <= share * width  # an odd number: pairs, and the one in the middle
    assert mask[0, 48 - (centre - 1) // 2 : 49 + (centre - 1) // 2].all()
    assert share == 1.0 or not torch.equal(line_mask(64, width, share, centre, rng(1)), mask)


def test_the_middle_alone_is_the_least_share() -> None:
    assert line_mask(4, 96, 9 / 96, 9, rng())[0].nonzero().flatten().tolist() == list(range(44, 53))


def test_a_mask_that_measures_nothing_is_refused() -> None:
    with pytest.raises(GancoreError, match=r"0 everywhere.*at least the middle"):
        zero_filled(torch.zeros(8, 8), torch.zeros(8, 8))


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(GancoreError, match=r"4×4 and 8×8 .*as large"):
        zero_filled(torch.zeros(8, 8), torch.ones(4, 4))


@pytest.mark.parametrize(("share", "centre"), [(0.05, 8), (0.25, 0)])
def test_lines_that_leave_no_room_are_refused(share: float, centre: int) -> None:
    with pytest.raises(GancoreError, match=f"{share:g} of 96 lines .* {centre} in the middle"):
        line_mask(96, 96, share, centre, rng())
