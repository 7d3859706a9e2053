"""What makes a processor fast: freed memory that is kept, and as many threads as pay."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


def keep_freed_memory() -> None:
    """Have glibc keep up to 62 MiB of freed memory for what comes next; other C libraries take no notice.

    Left to itself it hands the megabytes that a step frees back to the system, and waits for empty pages in the next.
    It keeps twice the size of the largest block freed so far, if that had at most 32 MiB (mallopt(3),
    M_MMAP_THRESHOLD). Nothing is ever written into this block, so it takes no memory.
    """
    torch.empty(31 << 20, dtype=torch.uint8)


@contextmanager
def one_thread() -> Iterator[None]:
    """While inside, PyTorch computes on one thread of the processor, for the whole process.

    Over small matrices, such as those of players for points, two threads wait for each other longer than they compute.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
