"""Scribbles look as if they were drawn with MNIST's pen, and are no digits."""

import torch

from gancore.analysis.scribbles import STROKES, scribbles
from gancore.analysis.shapes import ink_of, thickness
from gancore.analysis.strokes import centre_of_mass
from gancore.data import load, to_float

COUNT = 24


def test_the_same_seed_gives_the_same_scribbles_and_another_seed_others() -> None:
    first = scribbles(3, seed=1)
    assert first.shape == (3, 1, 28, 28)
    assert torch.equal(first, scribbles(3, seed=1))
    assert not torch.equal(first, scribbles(3, seed=2))


def test_a_seed_gives_the_same_first_scribbles_however_many_are_drawn() -> None:
    assert torch.equal(scribbles(2, seed=3), scribbles(4, seed=3)[:2])


def test_they_are_as_thick_and_as_well_centred_as_digits() -> None:
    drawn = scribbles(COUNT)
    real = thickness(to_float(load("digits").images[:500])).mean()
    assert abs(thickness(drawn).mean() - real) < 1
    assert all(centre_of_mass(ink).abs().max() < 1 for ink in ink_of(drawn))


def test_every_kind_of_stroke_stays_near_the_pad() -> None:
    for stroke in STROKES:
        chance = torch.Generator().manual_seed(1)
        points = torch.cat([stroke(chance) for _ in range(20)])
        assert points.shape[1] == 2
        assert points.abs().max() < 2
