"""The view of a run in progress follows the run, keeps its last picture, and does not disturb the game."""

import torch

from gancore.data import ImageData
from gancore.training.recipes import RECIPES
from gancore.widgets.live import Live


def test_live_view_ends_with_the_last_round_and_its_picture(digits: ImageData) -> None:
    live = Live(steps=3, count=4)
    trainer = RECIPES["mlp"].trainer(digits, recorders=(live,))
    live.on_start(trainer)
    before = live.picture.value
    trainer.run(steps=3)
    assert live.bar.value == live.bar.max == 3
    assert "3 of 3 rounds" in live.status.value
    assert live.picture.value != before
    assert live.view._repr_mimebundle_()["text/plain"] == "4 generated images after 3 rounds."


def test_live_view_counts_the_rounds_of_its_own_run(digits: ImageData) -> None:
    trainer = RECIPES["mlp"].trainer(digits)
    trainer.run(steps=2)
    live = Live(steps=1)
    trainer.recorders.append(live)
    trainer.run(steps=1)
    assert live.bar.value == 1


def test_live_view_does_not_disturb_the_game(digits: ImageData) -> None:
    watched, alone = (RECIPES["mlp"].trainer(digits, seed=3, recorders=each) for each in ((Live(steps=2),), ()))
    for trainer in (watched, alone):
        trainer.run(steps=2)
    assert torch.equal(watched.sample(2), alone.sample(2))
