"""Two settings of a processor that make small games faster: freed memory is kept, and one thread computes."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


def keep_freed_memory() -> None:
    """Have glibc keep up to 62 MiB of freed memory for later use; with other C libraries this does nothing.

    Otherwise glibc gives the megabytes that a step frees back to the system, and the next step waits to get them
    again. It keeps twice the size of the largest block freed so far, if that had at most 32 MiB (mallopt(3),
    M_MMAP_THRESHOLD), so one of 31 MiB is allocated and freed here. It is never written to, so it takes no memory.
    """
    torch.empty(31 << 20, dtype=torch.uint8)


@contextmanager
def one_thread() -> Iterator[None]:
    """While inside, PyTorch computes on one thread, in the whole process.

    Matrices as small as those of players for points take two threads longer: they wait for each other most of the time.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
