"""Avatars: what ships is what it should be, their words fit their pictures, and what is held out is new."""

import numpy as np
import pytest
import torch

from gancore.data.avatars import ATTRIBUTES, NEVER_TOGETHER, _light, _rounded, load_avatars, load_glasses
from gancore.errors import GancoreError

PLACES = {name: place for place, name in enumerate(ATTRIBUTES)}


def words(avatars, name: str) -> list[str]:
    return [ATTRIBUTES[name][each] for each in avatars.attributes[:, PLACES[name]]]


def colours(images: torch.Tensor) -> list[list[int]]:
    """The colour of a pixel of each shirt: the lowest row, a third from the left."""
    return images[:, :, -1, images.shape[-1] // 3].tolist()


def test_people_and_the_parts_that_data_md_counts() -> None:
    avatars = load_avatars(16)
    assert (avatars.images.shape, avatars.images.dtype) == ((3000, 3, 16, 16), torch.uint8)
    assert avatars.attributes.shape == (3000, len(ATTRIBUTES))
    assert (int(avatars.never_together.sum()), int(avatars.held_out.sum())) == (577, 826)


def test_every_word_occurs_often_among_those_who_are_learnt_from() -> None:
    avatars = load_avatars(16)
    learnt = avatars.subset(~avatars.held_out)
    assert min(words(learnt, name).count(word) for name in ATTRIBUTES for word in ATTRIBUTES[name]) > 250


def test_what_is_never_together_is_new_and_its_words_are_not() -> None:
    avatars = load_avatars(16)
    learnt = avatars.subset(~avatars.held_out)
    met = set(zip(words(learnt, "hair"), words(learnt, "shirt"), strict=True))
    assert len(met) == len(ATTRIBUTES["hair"]) * len(ATTRIBUTES["shirt"]) - len(NEVER_TOGETHER)
    new = avatars.subset(avatars.never_together)
    assert set(zip(words(new, "hair"), words(new, "shirt"), strict=True)) == NEVER_TOGETHER
    assert bool(new.held_out.all())


def test_a_shirt_has_the_colour_that_its_word_says() -> None:
    avatars = load_avatars(16)
    shirts, names = torch.tensor(colours(avatars.images)).float(), words(avatars, "shirt")
    for name, strongest in (("red", 0), ("green", 1), ("blue", 2)):
        mean = shirts[[each == name for each in names]].mean(0)
        assert mean.argmax().item() == strongest


def test_only_the_region_of_the_eyes_differs_with_glasses() -> None:
    pairs = load_glasses(16)
    assert (len(pairs.learnt), len(pairs.held), pairs.spec.given) == (800, 200, (3, 16, 16))
    differ = (pairs.learnt.images != pairs.learnt.given).any(1)
    assert bool(differ.flatten(1).any(1).all())
    rows = differ.any(-1).any(0).nonzero().flatten()
    assert (rows.min().item(), rows.max().item()) == (4, 8)  # of 16


def test_of_a_pair_both_are_one_person() -> None:
    pairs, avatars = load_glasses(32), load_avatars(32)
    number = int(pairs.names[0].removeprefix("person "))
    assert torch.equal(pairs.held.images[0], avatars.images[number])


def test_a_slant_is_rounded_as_scale2x_does_it() -> None:
    slant = np.array([[[0, 0, 1], [0, 1, 1], [1, 1, 1]]], np.uint8)
    assert _rounded(slant).tolist() == [
        [
            [0, 0, 0, 0, 1, 1],
            [0, 0, 0, 1, 1, 1],
            [0, 0, 0, 1, 1, 1],
            [0, 1, 1, 1, 1, 1],
            [1, 1, 1, 1, 1, 1],
            [1, 1, 1, 1, 1, 1],
        ]
    ]


def test_light_falls_from_above() -> None:
    brightness = _light(np.array([[[0, 0], [1, 0], [1, 0]]], np.uint8))
    np.testing.assert_allclose(brightness[0, :, :, 0], [[0.88, 1], [1.12, 1], [1, 1]])


@pytest.mark.parametrize("side", [32, 64])
def test_large_pictures_are_of_the_same_people(side: int) -> None:
    small, large = load_avatars(16).images[:1500].float(), load_avatars(side).images
    assert large.shape == (3000, 3, side, side)
    large = torch.nn.functional.avg_pool2d(large[:1500].float(), side // 16)
    off, others = ((large - each).abs().mean((1, 2, 3)) for each in (small, small.roll(1, 0)))
    assert bool((off < others).all())


def test_another_size_is_refused() -> None:
    with pytest.raises(GancoreError, match="16, 32, 64 pixels along each side, and not 24; take one"):
        load_avatars(24)
