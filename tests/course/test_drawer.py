"""The slider of the finished generator decides what is drawn, and nothing else does."""

import pytest
import torch

from gancore.pretrained import Pretrained, load_pretrained
from gancore.widgets.drawer import COUNT, Drawer


@pytest.fixture(scope="module")
def generator() -> Pretrained:
    return load_pretrained("modern")


def test_another_seed_draws_other_digits_and_the_same_seed_the_same(generator: Pretrained) -> None:
    drawer = Drawer(generator)
    first = drawer.picture.value
    drawer.seed.value = 7
    assert drawer.picture.value != first
    drawer.seed.value = 0
    assert drawer.picture.value == first


def test_words_follow_the_slider(generator: Pretrained) -> None:
    drawer = Drawer(generator)
    drawer.seed.value = 12
    assert "seed 12" in drawer.picture.alt
    assert "seed 12" in drawer.status.value


def test_thirty_different_digits_are_drawn(generator: Pretrained) -> None:
    images = generator.sample(COUNT, seed=0)
    assert len(images.flatten(1).unique(dim=0)) == 30
    assert torch.equal(images, generator.sample(COUNT, seed=0))
