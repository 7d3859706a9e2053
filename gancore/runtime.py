"""Where and how a game runs: device, precision, random streams."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from gancore.errors import GancoreError

DEVICES = ("auto", "cuda", "mps", "cpu")
PRECISIONS = ("auto", "fp32", "bf16")


def pick_device(name: str = "auto") -> torch.device:
    """The device called `name`; "auto" is the first of cuda, mps and cpu that is there.

    Raises GancoreError for other names, and for a device that this machine lacks.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind, present in there.items() if present))
    kind = name.split(":")[0]
    if kind not in there:
        raise GancoreError(f"There is no device {name!r}; choose one of {', '.join(DEVICES)}.")
    if not there[kind]:
        usable = ", ".join(kind for kind, present in there.items() if present)
        raise GancoreError(f"Device {name!r} is not available on this machine; usable here: {usable}.")
    count = torch.cuda.device_count() if kind == "cuda" else 1
    if name != kind and name not in [f"{kind}:{index}" for index in range(count)]:
        raise GancoreError(f"There is no device {name!r}; there are {count} of kind {kind}, counted from {kind}:0.")
    return torch.device(name)


def pick_precision(name: str, device: torch.device) -> str:
    """"fp32" or "bf16"; "auto" takes bf16 where `device` multiplies bf16 matrices in hardware. Raises GancoreError."""
    if name not in PRECISIONS:
        raise GancoreError(f"There is no precision {name!r}; choose one of {', '.join(PRECISIONS)}.")
    if name != "auto":
        return name
    return "bf16" if has_fast_bf16(device) else "fp32"


def has_fast_bf16(device: torch.device) -> bool:
    """Whether `device` has bf16 arithmetic of its own: Ampere or later, AVX-512 BF16 or AMX. Not where emulated."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type == "cpu":
        tests = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
        return any(test() for test in tests if test is not None)
    return False


def autocast(device: torch.device, precision: str) -> torch.autocast:
    """A context in which matrix products run in `precision` ("fp32" or "bf16")."""
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16")


def allow_tf32(device: torch.device, precision: str) -> None:
    """Let a CUDA device multiply what autocast leaves in fp32, such as gradient penalties, in TF32 from now on.

    Only with bf16: TF32 has the range of fp32 and three more bits of mantissa than bf16, so it costs nothing that
    bf16 has not cost already. Whoever asks for fp32 keeps PyTorch's defaults.
    """
    if device.type == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = precision == "bf16"


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
