"""A process that trains in a run folder, and may be told to kill itself in the middle of writing a checkpoint."""

import os
import signal
from pathlib import Path

import torch

from gancore.data import load
from gancore.runs import checkpoint
from gancore.runs import folder as runs
from gancore.runs.config import RunConfig
from gancore.runs.folder import RunFolder
from gancore.system.files import write_atomically, write_bytes
from gancore.training.recipes import RECIPES
from gancore.training.trainer import Trainer

RECIPE = RECIPES["cmodern"].change(batch_size=2)  # small files, and labels with random streams of their own
STEPS, SEED = 60, 0
OFTEN = 0.02  # seconds between checkpoints, so that many are written


def train(folder: Path, die_in_write: int | None = None, steps: int = STEPS) -> None:
    """Play until round `steps`, from the checkpoint where there is one; die in the checkpoint write of that number."""
    torch.set_num_threads(1)
    runs.CHECKPOINT_SECONDS = OFTEN
    if die_in_write is not None:
        checkpoint.write_bytes = DyingWrite(die_in_write)
    trainer = attached(folder)
    trainer.run(steps=steps - trainer.round)


def attached(folder: Path) -> Trainer:
    """A trainer that keeps its run in `folder`, and goes on from the checkpoint where there is one."""
    resume = (folder / "checkpoint.pt").exists()
    digits = load("digits")
    keeper = RunFolder(folder, RunConfig(RECIPE, "digits", digits.spec, SEED), resume=resume)
    trainer = RECIPE.trainer(digits, seed=SEED, device="cpu", precision="fp32")
    keeper.attach(trainer, resume=resume)
    return trainer


class DyingWrite:
    """`write_bytes`, but half-way through its `fatal`-th call the process is killed."""

    def __init__(self, fatal: int) -> None:
        self.left = fatal

    def __call__(self, path: Path, content: memoryview) -> None:
        self.left -= 1

        def write_half(temporary: Path) -> None:
            temporary.write_bytes(content[: len(content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)

        if self.left:
            write_bytes(path, content)
        else:
            write_atomically(path, write_half)
