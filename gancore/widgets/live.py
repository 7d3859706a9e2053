"""Shows a run while it goes on: how far it has come, and what it draws by now."""

import time

from IPython.display import display
from ipywidgets import IntProgress

from gancore.plots.images import picture
from gancore.training.recorders import Record
from gancore.training.trainer import Trainer
from gancore.widgets.view import Picture, Status, View

EVERY = 0.5  # seconds between pictures
COLUMNS = 8


class Live(Record):
    """A recorder for image games, which shows in a notebook what `count` fixed latents become in `steps` rounds.

    The stored notebook keeps the last picture.
    """

    def __init__(self, steps: int, count: int = 16, seed: int = 0) -> None:
        self.steps = steps
        self.count = count
        self.seed = seed
        self.picture = Picture()
        self.status = Status()
        self.bar = IntProgress(max=steps, description="rounds", layout={"width": "32em"})
        self.view = View("Training", [self.bar, self.picture, self.status], self.picture)

    def on_start(self, trainer: Trainer) -> None:
        self.first = trainer.round
        self._draw(trainer)
        self.output = display(self.view, display_id=True)

    def on_step(self, trainer: Trainer) -> None:
        if time.monotonic() - self.shown >= EVERY:
            self._draw(trainer)

    def on_end(self, trainer: Trainer) -> None:
        self._draw(trainer)
        if self.output is not None:  # None outside a notebook
            self.output.update(self.view)

    def _draw(self, trainer: Trainer) -> None:
        self.shown = time.monotonic()
        self.bar.value = trainer.round - self.first
        samples = trainer.sample(self.count, seed=self.seed).cpu()
        self.picture.draw(picture(samples, COLUMNS), f"{self.count} generated images after {trainer.round:,} rounds.")
        self.status.say(f"{self.bar.value:,} of {self.steps:,} rounds, {trainer.seconds:.0f} s")
