"""Where a batch does not fit into memory: which one would."""

from collections.abc import Callable
from traceback import clear_frames

import torch

from gancore.errors import GancoreError


class OutOfMemory(GancoreError):
    """A batch did not fit into memory; the trainer has gone back to its last good state."""


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether `error` is what PyTorch raises where memory has run out: a type of its own on CUDA only."""
    words = str(error)
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in words or "out of memory" in words


def largest_that_fits(size: int, play: Callable[[int], object]) -> int:
    """Halve `size` until `play(size)` does not run out of memory. Gives that size, or 0 where not even 1 fits."""
    while size := size // 2:
        try:
            play(size)
            return size
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            clear_frames(error.__traceback__)  # they hold on to what did fit, and the next try needs its place
    return 0
