"""Painted landscapes: one scene in other colours, and what stands where."""

import pytest
import torch

from gancore.data.landscapes import NIGHT, SIDE, SUMMER, WINTER, draw_scenes, paint
from gancore.data.unpaired import KNOWN_SETS


def names_in(picture: torch.Tensor, colours: dict) -> torch.Tensor:
    """For each pixel of `picture` `(3, H, W)` the places in `colours` of all that have its colour, `(names, H, W)`."""
    return torch.stack([(picture == torch.tensor(each).view(3, 1, 1)).all(0) for each in colours.values()])


@pytest.mark.parametrize("colours", [WINTER, NIGHT], ids=["winter", "night"])
def test_a_scene_is_the_same_in_other_colours(colours: dict) -> None:
    scenes = draw_scenes(20, seed=3)
    for one, other in zip(paint(scenes, SUMMER), paint(scenes, colours), strict=True):
        assert (names_in(one, SUMMER) & names_in(other, colours)).any(0).all()  # every pixel is of one thing in both


def test_what_is_in_every_scene_is_to_be_seen() -> None:
    names = list(SUMMER)
    for picture in paint(draw_scenes(50, seed=0), SUMMER):
        found = names_in(picture, SUMMER).flatten(1).any(1)
        assert all(found[names.index(thing)] for thing in ("sky", "meadow", "wall", "roof", "window"))


def test_seeds_decide_scenes() -> None:
    one, again, other = (paint(draw_scenes(5, seed), SUMMER) for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert one.shape == (5, 3, SIDE, SIDE)
    assert one.dtype == torch.uint8


@pytest.mark.parametrize("name", ["seasons", "hours"])
def test_no_scene_is_on_two_sides(name: str) -> None:
    sets = KNOWN_SETS[name]()
    assert (len(sets.first), len(sets.second), len(sets.held)) == (800, 800, 200)
    other = {"seasons": WINTER, "hours": NIGHT}[name]
    assert torch.equal(sets.held.images, paint(draw_scenes(200, seed=2), other))
    assert torch.equal(sets.held.given, paint(draw_scenes(200, seed=2), SUMMER))
    firsts = {each.numpy().tobytes() for each in sets.first.images}
    seconds = {each.numpy().tobytes() for each in paint(draw_scenes(800, seed=1), SUMMER)}
    assert torch.equal(sets.second.images, paint(draw_scenes(800, seed=1), other))
    assert not firsts & seconds
