"""Recorders keep history, pictures of the same latents, and a progress bar; none of them disturbs the game."""

import io
import sys
from itertools import pairwise

import pytest
import torch
from helpers.small import PointGame, point_trainer, same
from torch import Tensor

from gancore.data import Batch, ImageData
from gancore.training.recipes import RECIPES
from gancore.training.recorders import History, Progress, Record, Snapshots, next_snapshot
from gancore.training.trainer import NonFiniteLoss, Trainer


class Witness(Record):
    """Notes both losses after every round."""

    def __init__(self) -> None:
        self.losses: dict[int, tuple[float, float]] = {}

    def on_step(self, trainer: Trainer) -> None:
        self.losses[trainer.round] = trainer.d_loss.item(), trainer.g_loss.item()


class Terminal(io.StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


def rounds(snapshots: Snapshots) -> list[int]:
    return [snapshot.round for snapshot in snapshots.snapshots]


def test_history_has_the_losses_of_every_tenth_round() -> None:
    history, witness = History(), Witness()
    trainer = point_trainer(recorders=(history, witness)).run(steps=35)
    assert [row["round"] for row in history.rows] == [10, 20, 30]
    for row in history.rows:
        assert (row["d_loss"], row["g_loss"]) == pytest.approx(witness.losses[row["round"]], abs=1e-6)
    assert history.column("d_loss") == [row["d_loss"] for row in history.rows]
    seconds = history.column("seconds")
    assert seconds == sorted(seconds)
    assert 0 < seconds[-1] <= trainer.seconds + 0.001


def test_history_keeps_its_rhythm_over_several_runs() -> None:
    history = History(every=4)
    trainer = point_trainer(recorders=(history,)).run(steps=7)
    trainer.run(steps=6)
    assert history.column("round") == [4, 8, 12]


def test_history_has_what_the_game_reports(digits: ImageData) -> None:
    history = History(every=1)
    recipe = RECIPES["dcgan"].change(batch_size=8)
    trainer = recipe.trainer(digits, device="cpu", recorders=(history,)).run(steps=2)
    assert list(history.rows[0]) == ["round", "seconds", "d_loss", "g_loss", "d_real", "d_fake"]
    assert all(share * 8 == round(share * 8) for name in ("d_real", "d_fake") for share in history.column(name))
    assert history.rows[-1]["d_real"] == trainer.game.report()["d_real"].item()


def test_snapshots_come_at_tens_and_then_fifteen_percent_further() -> None:
    schedule = [0]
    while schedule[-1] < 20_000:
        schedule.append(next_snapshot(schedule[-1]))
    assert schedule[:11] == [0, 10, 20, 30, 40, 50, 60, 70, 80, 92, 105]
    later = schedule[schedule.index(92) :]
    assert all(1.13 < after / before <= 1.15 for before, after in pairwise(later))
    assert len(schedule) < 60  # a grid for each is nothing to fill a disk with


def test_next_snapshot_is_the_same_wherever_one_asks_from() -> None:
    assert {next_snapshot(after) for after in range(80, 92)} == {92}


def test_snapshots_are_taken_at_the_start_on_schedule_and_at_the_end() -> None:
    snapshots = Snapshots(count=4)
    point_trainer(recorders=(snapshots,)).run(steps=25)
    assert rounds(snapshots) == [0, 10, 20, 25]


def test_the_last_round_is_not_taken_twice() -> None:
    snapshots = Snapshots(count=4)
    trainer = point_trainer(recorders=(snapshots,)).run(steps=20)
    trainer.run(steps=0)
    assert rounds(snapshots) == [0, 10, 20]


def test_resumed_run_has_the_schedule_of_the_uninterrupted_one() -> None:
    whole, first, second = Snapshots(count=4), Snapshots(count=4), Snapshots(count=4)
    point_trainer(recorders=(whole,)).run(steps=40)
    trainer = point_trainer(recorders=(first,)).run(steps=17)
    resumed = point_trainer(recorders=(second,))
    resumed.load_state_dict(trainer.state_dict())
    resumed.run(steps=23)
    assert rounds(whole) == [0, 10, 20, 30, 40]
    assert rounds(first) == [0, 10, 17]
    assert rounds(second) == [20, 30, 40]
    for mine, theirs in zip(second.snapshots, whole.snapshots[2:], strict=True):
        assert torch.equal(mine.images, theirs.images)


def test_snapshots_show_what_the_average_makes_of_the_same_latents() -> None:
    snapshots = Snapshots(count=6, seed=9)
    trainer = point_trainer(recorders=(snapshots,))
    start = trainer.sample(6, seed=9)
    trainer.run(steps=10)
    assert torch.equal(snapshots.snapshots[0].images, start)
    assert torch.equal(snapshots.snapshots[1].images, trainer.sample(6, seed=9))
    assert not torch.equal(start, snapshots.snapshots[1].images)


def test_snapshots_of_a_conditional_game_count_through_its_classes(digits: ImageData) -> None:
    snapshots = Snapshots(count=12)
    recipe = RECIPES["cmlp"].change(batch_size=4, generator_batch_size=4)
    trainer = recipe.trainer(digits, device="cpu", recorders=(snapshots,)).run(steps=1)
    expected = trainer.sample(12, labels=torch.arange(12) % 10)
    assert torch.equal(snapshots.snapshots[-1].images, expected)
    assert snapshots.snapshots[-1].images.shape == (12, 1, 28, 28)
    assert snapshots.snapshots[-1].images.device.type == "cpu"


def test_what_was_recorded_of_a_state_that_was_given_up_is_dropped() -> None:
    class Doomed(PointGame):
        def generator_loss(self, batch: Batch) -> Tensor:
            return super().generator_loss(batch) * (float("nan") if self.moves > 12 else 1.0)

    history, snapshots = History(every=5), Snapshots(count=4)
    trainer = point_trainer(Doomed(), recorders=(history, snapshots))
    with pytest.raises(NonFiniteLoss):
        trainer.run(steps=25)
    assert rounds(snapshots) == [0]
    assert history.rows == []
    assert trainer.round == 0


def test_recorders_do_not_disturb_the_game() -> None:
    alone = point_trainer().run(steps=25)
    watched = point_trainer(recorders=(History(every=1), Snapshots(count=4), Progress(steps=25))).run(steps=25)
    assert same(alone.state_dict(), watched.state_dict())


@pytest.mark.parametrize("limit", [{"steps": 12}, {"seconds": 0.05}], ids=str)
def test_progress_is_silent_where_nobody_looks(limit: dict, capsys: pytest.CaptureFixture) -> None:
    point_trainer(recorders=(Progress(**limit),)).run(**limit)
    assert capsys.readouterr() == ("", "")


def test_progress_shows_the_rounds_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    trainer = point_trainer(recorders=(Progress(steps=12),)).run(steps=5)
    trainer.run(steps=7)
    assert "5/12" in sys.stderr.getvalue()
    assert "12/12" in sys.stderr.getvalue()


def test_progress_shows_the_seconds_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    point_trainer(recorders=(Progress(seconds=1),)).run(seconds=0.6)
    assert "1/1 s" in sys.stderr.getvalue()


def test_progress_shows_how_well_the_discriminator_does(digits: ImageData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    RECIPES["dcgan"].change(batch_size=4).trainer(digits, device="cpu", recorders=(Progress(steps=1),)).run(steps=1)
    assert "d_real=" in sys.stderr.getvalue()
    assert "%" in sys.stderr.getvalue()
