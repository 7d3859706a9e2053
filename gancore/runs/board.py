"""A run as TensorBoard shows it: losses, shares and sample grids over rounds."""

from pathlib import Path
from typing import Any

import numpy as np

from gancore.errors import GancoreError
from gancore.training.recorders import History, Record, is_due, next_snapshot
from gancore.training.trainer import Trainer

SAMPLES, SEED = 64, 0  # in a grid: those of the run folder


class Board(Record):
    """Writes into `folder` what TensorBoard reads: the columns of a history, and grids on the schedule of snapshots.

    A run that is resumed goes on there; what lay behind its checkpoint is no longer shown. Raises GancoreError where
    the package tensorboard is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.history = History()
        self.writer: Any = None  # of torch.utils.tensorboard, while a run is played
        try:
            import torch.utils.tensorboard  # noqa: F401
        except ImportError as error:
            raise GancoreError("TensorBoard is missing; pip install tensorboard, or leave out --log.") from error

    def on_start(self, trainer: Trainer) -> None:
        from torch.utils.tensorboard import SummaryWriter

        begun = trainer.round > 0
        self.writer = SummaryWriter(str(self.folder), purge_step=trainer.round + 1 if begun else None)
        if is_due(trainer.round) and not begun:
            self._show(trainer)
        self.next = next_snapshot(trainer.round)

    def on_step(self, trainer: Trainer) -> None:
        self.history.on_step(trainer)
        for row in self.history.rows:
            for name, value in row.items():
                if name != "round":
                    self.writer.add_scalar(name, value, row["round"])
        self.history.rows.clear()
        if trainer.round >= self.next:
            self._show(trainer)
            self.next = next_snapshot(trainer.round)

    def on_end(self, trainer: Trainer) -> None:
        self.writer.close()

    def _show(self, trainer: Trainer) -> None:
        grid = np.asarray(trainer.game.show(trainer.sample(SAMPLES, seed=SEED).cpu()))
        self.writer.add_image("samples", grid, trainer.round, dataformats="HW" if grid.ndim == 2 else "HWC")
