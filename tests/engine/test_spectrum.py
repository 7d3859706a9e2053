"""The radial spectrum, against pictures whose spectrum is known."""

import math

import pytest
import torch

from gancore.analysis.spectrum import radial_spectrum, rings
from gancore.errors import GancoreError

SIDE = 32


def wave(across: int, down: int) -> torch.Tensor:
    place = 2 * math.pi * torch.arange(SIDE) / SIDE
    return torch.cos(across * place[None] + down * place[:, None])[None, None]


def noise(count: int = 200) -> torch.Tensor:
    return torch.randn(count, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))


def test_rings_by_hand() -> None:
    assert rings(4).tolist() == [[3, 2, 2, 2], [2, 1, 1, 1], [2, 1, 0, 1], [2, 1, 1, 1]]


def test_one_colour_has_power_at_frequency_0_alone() -> None:
    (power,) = radial_spectrum(torch.full((1, 3, SIDE, SIDE), 0.5))
    assert power[0] == pytest.approx((SIDE * 0.5) ** 2)
    assert power[1:].abs().max() < 1e-8


@pytest.mark.parametrize(("across", "down", "ring"), [(5, 0, 5), (0, 5, 5), (3, 4, 5), (-3, 4, 5), (16, 16, 23)])
def test_a_wave_lies_in_the_ring_of_its_fineness_whatever_its_direction(across: int, down: int, ring: int) -> None:
    (power,) = radial_spectrum(wave(across, down))
    everything = wave(across, down).square().sum()
    assert power.argmax() == ring
    assert power[ring] * (rings(SIDE) == ring).sum() == pytest.approx(everything.item(), rel=1e-4)


def test_white_noise_has_its_variance_in_each_ring() -> None:
    power = radial_spectrum(2 * noise()).mean(0)
    assert torch.allclose(power, torch.full_like(power, 4.0), rtol=0.15)


def test_rings_together_hold_the_energy_of_the_picture() -> None:
    images = noise(2)
    counts = torch.bincount(rings(SIDE).flatten())
    energy = images.square().sum((1, 2, 3)) / 3
    assert torch.allclose((radial_spectrum(images) * counts).sum(1), energy, rtol=1e-4)


def test_a_picture_turned_or_mirrored_has_the_same_spectrum() -> None:
    images = noise(2)
    for changed in (images.rot90(dims=(2, 3)), images.flip(3), images.roll((3, 5), dims=(2, 3))):
        assert torch.allclose(radial_spectrum(changed), radial_spectrum(images), rtol=1e-3, atol=1e-4)


def test_pictures_that_are_not_square_are_refused() -> None:
    with pytest.raises(GancoreError, match=r"24×32.*24×24"):
        radial_spectrum(torch.zeros(1, 1, 24, 32))
