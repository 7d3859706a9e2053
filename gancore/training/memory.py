"""Where a batch does not fit into memory: which one would."""

from dataclasses import replace
from traceback import clear_frames
from typing import TYPE_CHECKING

import torch

from gancore.errors import GancoreError
from gancore.system.distributed import is_only_process

if TYPE_CHECKING:
    from gancore.training.trainer import Trainer


class OutOfMemory(GancoreError):
    """A batch did not fit into memory; the trainer has gone back to its last good state."""


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether `error` is what PyTorch raises where memory has run out: a type of its own on CUDA only."""
    words = str(error)
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in words or "out of memory" in words


def what_fits(trainer: "Trainer", error: RuntimeError) -> str:
    """A sentence on what `trainer` could do instead of the round that ended in `error`."""
    clear_frames(error.__traceback__)  # they hold on to what did fit
    found = largest_that_fits(trainer) if is_only_process() else 0  # several processes would have to try together
    advice = f"one of {found} does" if found else "take a smaller one, a smaller recipe or another device"
    return f"A batch of {trainer.settings.batch_size} does not fit into the memory of {trainer.device}; {advice}."


def largest_that_fits(trainer: "Trainer") -> int:
    """Halve the batch of `trainer` until a round can be played, and undo that round. Gives 0 where none can."""
    settings, state = trainer.settings, trainer.state_dict()
    size, other = settings.batch_size // 2, settings.generator_batch_size
    while size:
        other = other and max(1, other // 2)
        trainer.settings = replace(settings, batch_size=size, generator_batch_size=other)
        try:
            trainer.step()
            break
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            clear_frames(error.__traceback__)
        size //= 2
    trainer.settings = settings
    trainer.load_state_dict(state)
    return size
