"""Random streams: a seed for each by its name, and torch's global state lent to one of them."""

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import torch


def seed_for(seed: int, stream: str, rank: int = 0) -> int:
    """The seed of one named random stream, so that weights, batches and latents never share one."""
    digest = hashlib.sha256(f"{seed}/{stream}/{rank}".encode()).digest()
    return int.from_bytes(digest[:7], "big")  # 56 bits: non-negative in every integer type it passes through


@contextmanager
def _exchanged(default: torch.Generator, rng: torch.Generator) -> Iterator[None]:
    """While inside, `default` draws from the state of `rng`: the way that is open while a CUDA graph is captured.

    What is captured so draws from `rng` in every replay, if it is registered with the graph.
    """
    outside = default.graphsafe_get_state()
    default.graphsafe_set_state(rng.graphsafe_get_state())
    try:
        yield
    finally:
        default.graphsafe_set_state(outside)


@contextmanager
def as_global(rng: torch.Generator) -> Iterator[None]:
    """While inside, torch's global random numbers continue `rng`; afterwards the global state is as it was.

    So layers that draw for themselves (dropout), and games that a reader writes with a plain `torch.randn`, are
    part of the game's own random stream, and whatever else draws in between does not disturb it. Only the global
    state of `rng`'s own device is touched.
    """
    device = rng.device
    if device.type == "cuda" and torch.cuda.is_current_stream_capturing():
        with _exchanged(torch.cuda.default_generators[device.index], rng):
            yield
        return
    backend, which = (torch, ()) if device.type == "cpu" else (torch.get_device_module(device), (device,))
    outside = backend.get_rng_state(*which)
    backend.set_rng_state(rng.get_state(), *which)
    try:
        yield
    finally:
        rng.set_state(backend.get_rng_state(*which))
        backend.set_rng_state(outside, *which)


def seeded(seed: int) -> AbstractContextManager[None]:
    """While inside, the processor's global random numbers start from `seed`; afterwards they go on as if not used.

    `torch.manual_seed` would start those of every GPU anew as well, and leave them so.
    """
    return as_global(torch.Generator().manual_seed(seed))
