"""A process that trains in a run folder, and may be told to kill itself in the middle of writing a checkpoint."""

import os
import signal
from pathlib import Path
from typing import BinaryIO

import torch

from gancore import runs
from gancore.data import load
from gancore.recipes import RECIPES
from gancore.runs import Run, RunFolder

RECIPE = RECIPES["cmodern"].change(batch_size=2)  # small files, and labels with random streams of their own
STEPS = 60
OFTEN = 0.02  # seconds between checkpoints, so that many are written


def train(folder: Path, seed: int = 0, die_in_write: int | None = None) -> None:
    """Play until round 60, from the checkpoint where there is one; die in the checkpoint write of that number."""
    torch.set_num_threads(1)
    runs.CHECKPOINT_SECONDS = OFTEN
    if die_in_write is not None:
        torch.save = DyingSave(die_in_write)
    resume = (folder / "checkpoint.pt").exists()
    digits = load("digits")
    keeper = RunFolder(folder, Run(RECIPE, "digits", digits.shape, digits.classes, seed), resume=resume)
    trainer = RECIPE.trainer(digits, seed=seed, device="cpu", precision="fp32")
    keeper.attach(trainer, resume=resume)
    trainer.run(steps=STEPS - trainer.round)


class DyingSave:
    """`torch.save`, but half-way through its `fatal`-th call the process is killed."""

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.calls = 0
        self.save = torch.save

    def __call__(self, state: dict, path: Path) -> None:
        self.calls += 1
        self.save(state, path)
        if self.calls == self.fatal:
            with open(path, "r+b") as handle:
                cut_in_half(handle)
            os.kill(os.getpid(), signal.SIGKILL)


def cut_in_half(handle: BinaryIO) -> None:
    handle.truncate(handle.seek(0, os.SEEK_END) // 2)
