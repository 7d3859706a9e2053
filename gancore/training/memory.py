"""Where a batch does not fit into memory: which one would."""

from collections.abc import Callable
from traceback import clear_frames

import torch

from gancore.errors import GancoreError

# What allocators of processors, Windows', CUDA's, CUBLAS's and CUDNN's say, CUDNN in two ways: it also tries algorithm
# after algorithm, none of which gets the memory that it works in.
WORDS = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "ALLOC_FAILED",
    "ALLOCATION_FAILED",
    "Unable to find a valid cuDNN algorithm",
)


class OutOfMemory(GancoreError):
    """A batch did not fit into memory; the trainer has gone back to its last good state."""


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether `error` is what PyTorch raises where memory has run out: a type of its own on CUDA only."""
    return isinstance(error, torch.OutOfMemoryError) or any(words in str(error) for words in WORDS)


def largest_that_fits(size: int, play: Callable[[int], object]) -> int:
    """Halve `size` until `play(size)` does not run out of memory. Gives that size, or 0 where not even 1 fits."""
    while size := size // 2:
        try:
            play(size)
            return size
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            let_go_of_frames(error)
    return 0


def let_go_of_frames(error: BaseException | None) -> None:
    """Clear the frames of `error` and of those before it: they hold on to what did fit, whose place is needed."""
    while error is not None:
        clear_frames(error.__traceback__)
        error = error.__context__
