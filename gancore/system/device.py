"""Where a game runs: the device, and the precision of its matrix products."""

import torch

from gancore.errors import GancoreError

DEVICES = ("auto", "cuda", "mps", "cpu")
PRECISIONS = ("auto", "fp32", "bf16")
CHANNELS_LAST = ("cpu", "cuda")  # where it is fast; on mps gradients come out wrong (pytorch issues 134580, 188371)


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
    """ "fp32" or "bf16"; "auto" takes bf16 where `device` multiplies bf16 matrices in hardware. Raises GancoreError."""
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


def allow_tf32(device: torch.device, precision: str) -> None:
    """Let a CUDA device multiply what autocast leaves in fp32, such as gradient penalties, in TF32 from now on.

    Only with bf16: TF32 has the range of fp32 and three more bits of mantissa than bf16, so it costs nothing that
    bf16 has not cost already. Whoever asks for fp32 keeps PyTorch's defaults.
    """
    if device.type == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = precision == "bf16"
