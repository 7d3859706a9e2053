"""Class by latent: a column for each digit, a row for each latent, by the generator that is chosen."""

import pytest
import torch
from helpers.copyist import Copyist, Swapper
from helpers.views import pictures

from gancore.widgets.classgrid import ROWS, ClassGrid


@pytest.fixture(scope="module")
def samplers(digits) -> dict:
    return {"honest": Copyist(digits), "swaps": Swapper(digits)}


@pytest.fixture
def grid(samplers) -> ClassGrid:
    return ClassGrid(samplers)


def test_every_digit_is_drawn_from_each_latent(grid, samplers):
    grid.seed.value = 3
    assert grid.written.labels == tuple(range(10))
    for digit in range(10):
        column = samplers["honest"].sample(ROWS, torch.full((ROWS,), digit), seed=3)
        assert torch.equal(grid.written.images[:, digit], column)


def test_another_generator_and_other_latents_draw_another_picture_and_the_same_ones_the_same(grid):
    *others, again = pictures(
        grid, (grid.generator, "swaps"), (grid.seed, 8), (grid.generator, "honest"), (grid.seed, 0)
    )
    assert len(set(others)) == 4
    assert again == others[0]


def test_what_is_misread_is_said_beside_the_picture_and_in_place_of_it(grid):
    grid.generator.value = "swaps"
    for words in (grid.status.value, grid.picture.alt):
        assert "Generator: swaps; latents 0." in words
        assert "the 4 in row 1 as 9" in words


def test_every_control_has_a_label_and_the_view_a_title(grid):
    assert [control.description for control in (grid.generator, grid.seed)] == ["generator", "latents"]
    assert "Class by latent" in grid.title
