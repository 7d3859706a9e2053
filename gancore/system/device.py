"""Where a game runs: the device, and the precision of its matrix products."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch

from gancore.errors import GancoreError, GancoreWarning

DEVICES = ("auto", "cuda", "mps", "cpu")
PRECISIONS = ("auto", "fp32", "bf16")
BF16_SINCE = (8, 0)  # capability of CUDA devices, as is the next one
OLDEST = (7, 5)  # for the PyTorch that pip installs
GIGA = 1e9
CHANNELS_LAST = ("cpu", "cuda")  # where it is fast; on mps gradients come out wrong (pytorch issues 134580, 188371)


def pick_device(name: str = "auto") -> torch.device:
    """The device called `name`; "auto" is the first of cuda, mps and cpu that is there and computes.

    Raises GancoreError for other names, and for a device that this machine lacks or cannot use. "auto" warns of one
    that it passes over for that reason.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return next(device for device in map(torch.device, filter(there.get, there)) if _computes(device))
    kind = name.split(":")[0]
    if kind not in there:
        raise GancoreError(f"There is no device {name!r}; choose one of {', '.join(DEVICES)}.")
    if not there[kind]:
        usable = ", ".join(kind for kind, present in there.items() if present)
        raise GancoreError(f"Device {name!r} is not available on this machine; usable here: {usable}.")
    count = torch.cuda.device_count() if kind == "cuda" else 1
    if name != kind and name not in [f"{kind}:{index}" for index in range(count)]:
        raise GancoreError(f"There is no device {name!r}; there are {count} of kind {kind}, counted from {kind}:0.")
    device = torch.device(name)
    if reason := why_unusable(device):
        raise GancoreError(f"{reason} Until then use --device cpu.")
    return device


def _computes(device: torch.device) -> bool:
    """Whether `device` can be used; warns of one that cannot."""
    reason = why_unusable(device)
    if reason:
        warnings.warn(f"{reason} The processor computes instead.", GancoreWarning, stacklevel=3)
    return not reason


@cache
def why_unusable(device: torch.device) -> str:
    """Why a device that PyTorch sees cannot compute, and what to do, in sentences; empty where it can. It is tried."""
    if device.type == "cpu":
        return ""
    try:
        ones = torch.ones(2, 2, device=device)
        (ones @ ones).sum().item()
    except RuntimeError as error:
        reason = str(error).partition("\n")[0]
        return f"PyTorch {torch.__version__} cannot use {about(device)}: {reason}. {_remedy(device)}"
    return ""


def _remedy(device: torch.device) -> str:
    """Which PyTorch would serve a device that this one cannot use."""
    if device.type == "cuda" and torch.cuda.get_device_capability(device) < OLDEST:
        index = "https://download.pytorch.org/whl/cu126"
        return f"PyTorch for CUDA 12.6 serves it, up to 2.14: pip install 'torch<2.15' torchvision --index-url {index}."
    return "Bring its driver up to date, or choose another PyTorch at https://pytorch.org/get-started."


def about(device: torch.device) -> str:
    """What `device` is: for a CUDA device its name, memory and capability."""
    if device.type != "cuda":
        return str(device)
    found = torch.cuda.get_device_properties(device)
    return f"{found.name} ({found.total_memory / GIGA:.0f} GB, capability {found.major}.{found.minor})"


def what_mps_lacks(error: NotImplementedError) -> str:
    """What to do where PyTorch has no kernel on Macs, in a sentence; empty for any other error."""
    reason, on_mps, _ = str(error).partition(" for the MPS device")
    if not on_mps:
        return ""
    return (
        f"{reason}{on_mps}, and this game asks for it; play it with --device cpu, or set PYTORCH_ENABLE_MPS_FALLBACK=1 "
        "before Python starts, which leaves it to the processor."
    )


def pick_precision(name: str, device: torch.device) -> str:
    """ "fp32" or "bf16"; "auto" takes bf16 where `device` multiplies bf16 matrices in hardware.

    Raises GancoreError for other names, and for bf16 on a CUDA device that has none.
    """
    if name not in PRECISIONS:
        raise GancoreError(f"There is no precision {name!r}; choose one of {', '.join(PRECISIONS)}.")
    if name == "bf16" and device.type == "cuda" and not has_fast_bf16(device):
        since = ".".join(map(str, BF16_SINCE))
        raise GancoreError(
            f"{about(device)} has no bf16, which takes capability {since}; use --precision fp32 or auto."
        )
    if name != "auto":
        return name
    return "bf16" if has_fast_bf16(device) else "fp32"


def has_fast_bf16(device: torch.device) -> bool:
    """Whether `device` has bf16 arithmetic of its own: Ampere or later, AVX-512 BF16 or AMX. Not where emulated."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= BF16_SINCE
    if device.type == "cpu":
        tests = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
        return any(test() for test in tests if test is not None)
    return False


@contextmanager
def settled(device: torch.device, precision: str) -> Iterator[None]:
    """While inside, a CUDA device convolves in the same way each time, and with bf16 it multiplies in TF32.

    TF32 is for what autocast leaves in fp32, such as gradient penalties: it has the range of fp32 and three more bits
    of mantissa than bf16, so it costs nothing that bf16 has not cost already. Whoever asks for fp32 keeps PyTorch's
    defaults. Both are settings of the whole process, which are as before afterwards.
    """
    wanted: list[tuple[Any, str, object]] = []
    if device.type == "cuda":
        wanted.append((torch.backends.cudnn, "deterministic", True))
    if device.type == "cuda" and precision == "bf16":
        wanted.append((torch.backends.cuda.matmul, *_tf32_allowed()))
    before = [getattr(backend, name) for backend, name, _ in wanted]
    try:
        for backend, name, value in wanted:
            setattr(backend, name, value)
        yield
    finally:
        for (backend, name, _), value in zip(wanted, before, strict=True):
            setattr(backend, name, value)


def _tf32_allowed() -> tuple[str, object]:
    """The name of the setting that allows TF32, and its value.

    Since 2.9 PyTorch has two names for it, and whoever sets the new one may not read the old one any more. The compiler
    does read the old one (up to 2.14 at least), so the new one is set only where somebody has set it already.
    """
    try:
        torch.backends.cuda.matmul.allow_tf32  # noqa: B018
    except RuntimeError:
        return "fp32_precision", "tf32"
    return "allow_tf32", True
