"""Looking on while a game is played: history, snapshots of the same latents, progress.

The run folder, which looks on as well, is in gancore/runs/folder.py.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from gancore.training.game import Game
from gancore.training.trainer import Trainer

SNAPSHOT_GROWTH = 1.15  # each snapshot comes at this multiple of the last one's round, so early change is seen
SNAPSHOT_FIRST = 10  # rounds between the first snapshots


class Record:
    """Does nothing at any of the three hooks; recorders override those that they need."""

    def on_start(self, trainer: Trainer) -> None:
        """Called once when run() begins."""

    def on_step(self, trainer: Trainer) -> None:
        """Called after every round."""

    def on_end(self, trainer: Trainer) -> None:
        """Called once when run() ends, for whatever reason."""


class History(Record):
    """Rows of round, seconds, losses and what the game reports (D's accuracy on real and fake), every few rounds.

    `curves` are those of the game: which columns belong together.
    """

    def __init__(self, every: int = 10) -> None:
        self.every = every
        self.rows: list[dict[str, float]] = []
        self.curves = Game.curves
        self.guessing: float | None = None  # the discriminator's loss where it only guesses

    def on_start(self, trainer: Trainer) -> None:
        self.curves = trainer.game.curves
        self.guessing = trainer.game.guessing()

    def on_step(self, trainer: Trainer) -> None:
        if trainer.round % self.every == 0:
            values = {"d_loss": trainer.d_loss, "g_loss": trainer.g_loss, **trainer.game.report()}
            numbers = torch.stack([value.detach().float() for value in values.values()]).tolist()  # one wait for all
            row = {"round": trainer.round, "seconds": round(trainer.seconds, 3)}
            self.rows.append(row | {name: round(number, 6) for name, number in zip(values, numbers, strict=True)})

    def on_end(self, trainer: Trainer) -> None:
        # The trainer may have gone back to an earlier, good state.
        self.rows = [row for row in self.rows if row["round"] <= trainer.round]

    def column(self, name: str) -> list[float]:
        """All recorded values of one column, oldest first."""
        return [row[name] for row in self.rows]


@dataclass(frozen=True)
class Snapshot:
    """What the same latents gave after `round` rounds and `seconds`: on the CPU, images `(N, C, H, W)` in [-1, 1].

    `show` is how their game makes a picture of them.
    """

    round: int
    seconds: float
    images: Tensor
    show: Callable[..., Image.Image] = field(default=Game().show, repr=False, compare=False)

    def picture(self, rows: int | None = None, columns: int | None = None) -> Image.Image:
        """All of them as their game shows them, or the first `rows` only, with `columns` in a row."""
        return self.show(self.images[:rows], columns=columns)


class Snapshots(Record):
    """Pictures of the same latents again and again, at rounds 0, 10, 20, … and then 15 % further each time.

    A conditional game counts through its classes, and one that is given something shows its examples. `snapshots`
    holds them, oldest first.
    """

    def __init__(self, count: int = 64, seed: int = 0) -> None:
        self.count = count
        self.seed = seed
        self.snapshots: list[Snapshot] = []

    def on_start(self, trainer: Trainer) -> None:
        if not self.snapshots and is_due(trainer.round):  # a resumed run has the schedule of an uninterrupted one
            self.take(trainer)
        self.next = next_snapshot(trainer.round)

    def on_step(self, trainer: Trainer) -> None:
        if trainer.round >= self.next:
            self.take(trainer)
            self.next = next_snapshot(trainer.round)

    def on_end(self, trainer: Trainer) -> None:
        kept = [snapshot for snapshot in self.snapshots if snapshot.round <= trainer.round]
        self.snapshots = kept  # the trainer may have gone back to an earlier, good state
        if not kept or kept[-1].round != trainer.round:
            self.take(trainer)

    def take(self, trainer: Trainer) -> None:
        """Add what the moving average makes of the fixed latents now."""
        images = trainer.sample(self.count, seed=self.seed).cpu()
        self.snapshots.append(Snapshot(trainer.round, trainer.seconds, images, trainer.game.show))


def is_due(round_: int) -> bool:
    """Whether the schedule has a snapshot of this round; it begins with round 0."""
    return round_ == 0 or next_snapshot(round_ - 1) == round_


def next_snapshot(after: int) -> int:
    """The first round of the schedule that comes later than round `after`."""
    due = 0
    while due <= after:
        due = max(due + SNAPSHOT_FIRST, int(due * SNAPSHOT_GROWTH))
    return due


class Progress(Record):
    """A progress bar over rounds or seconds; silent where the output is neither a terminal nor a notebook."""

    def __init__(self, *, steps: int | None = None, seconds: float | None = None) -> None:
        self.steps, self.seconds = steps, seconds
        self.bar: Any = None  # of tqdm

    def on_start(self, trainer: Trainer) -> None:
        from tqdm.auto import tqdm

        self.shown = time.monotonic()
        if self.steps is not None:
            self.bar = tqdm(total=self.steps, initial=trainer.round, unit="round", disable=None)
        else:
            layout = "{l_bar}{bar}| {n:.0f}/{total:.0f} s{postfix}"
            self.bar = tqdm(total=self.seconds, initial=trainer.seconds, bar_format=layout, disable=None)

    def on_step(self, trainer: Trainer) -> None:
        if self.bar.disable or time.monotonic() - self.shown < 0.5:
            return
        self.shown = time.monotonic()
        self._move(trainer)

    def on_end(self, trainer: Trainer) -> None:
        self._move(trainer)
        self.bar.close()

    def _move(self, trainer: Trainer) -> None:
        place = trainer.round if self.seconds is None else min(trainer.seconds, self.seconds)
        shares = trainer.game.curves.get("share", ())
        report = {
            name: f"{value.item():.0%}" if name in shares else f"{value.item():.3g}"
            for name, value in trainer.game.report().items()
        }
        self.bar.set_postfix({"round": trainer.round, **report}, refresh=False)
        self.bar.update(place - self.bar.n)
