"""Random streams: a seed for each by its name, and torch's global state lent to one of them."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


def seed_for(seed: int, stream: str, rank: int = 0) -> int:
    """The seed of one named random stream, so that weights, batches and latents never share one."""
    digest = hashlib.sha256(f"{seed}/{stream}/{rank}".encode()).digest()
    return int.from_bytes(digest[:7], "big")  # 56 bits: non-negative in every integer type it passes through


@contextmanager
def as_global(rng: torch.Generator) -> Iterator[None]:
    """While inside, torch's global random numbers continue `rng`; afterwards the global state is as it was.

    So layers that draw for themselves (dropout), and games that a reader writes with a plain `torch.randn`, are
    part of the game's own random stream, and whatever else draws in between does not disturb it.
    """
    get_state, set_state = _global_state(rng.device)
    outside = get_state()
    set_state(rng.get_state())
    try:
        yield
    finally:
        rng.set_state(get_state())
        set_state(outside)


def _global_state(device: torch.device) -> tuple[Callable[[], Tensor], Callable[[Tensor], None]]:
    """How to read and how to set the global random state of `device`."""
    if device.type == "cuda":
        return lambda: torch.cuda.get_rng_state(device), lambda state: torch.cuda.set_rng_state(state, device)
    if device.type == "mps":
        return torch.mps.get_rng_state, torch.mps.set_rng_state
    return torch.get_rng_state, torch.set_rng_state
