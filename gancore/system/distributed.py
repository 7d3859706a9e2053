"""Several processes that play one game: what `torchrun` starts, on one machine or on many.

Every process (its number is its rank) holds both players, and plays with examples and latents of its own. In each
move the gradients are averaged over the ranks, so the weights stay the same on all of them, as if one process had
played with all the batches at once. Where there is only one process, every function here leaves things as they are.

Batch norm takes its statistics from each rank's own batch, and those of rank 0 are the ones that are kept.
"""

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor, nn

from gancore.errors import GancoreError
from gancore.system.device import pick_device

# How long to wait for a rank that hangs; one that ends is noticed at once. The first rank may take minutes to download
# data while the others wait.
PATIENCE = timedelta(minutes=10)
# What gloo and NCCL say, in small letters, where another process does not answer; all else is RuntimeError as well.
LOST = ("connection", "connect ", "timed out", "timeout", "broken pipe", "remote process", "communicator was aborted")


class LostRank(GancoreError):
    """Another process ended or did not answer, so this one cannot go on."""


def launched() -> bool:
    """Whether torchrun started this process and others."""
    return "TORCHELASTIC_RUN_ID" in os.environ and int(os.environ["WORLD_SIZE"]) > 1


def is_first_on_machine() -> bool:
    """Whether this is the first process on its machine: the one that speaks to a person."""
    return not launched() or os.environ["LOCAL_RANK"] == "0"


@contextmanager
def process_group(device: str = "auto") -> Iterator[str]:
    """While inside, the processes that torchrun started play together. Gives the device of this one.

    On CUDA each process has a GPU to itself. Without torchrun, `device` is given back as it is.
    Enter it once in the life of a process.
    Raises GancoreError for a device that cannot be shared out, LostRank when the others are not there.
    """
    if not launched():
        yield device
        return
    # Functions of this module have the group of the moment they are imported as a default: a group in use would outlive
    # its end there, threads and all, and now and then abort the process at exit. An optimizer imports it.
    importlib.import_module("torch.distributed.nn.functional")
    device = own_device(device)
    on_gpu = device.startswith("cuda")
    if on_gpu:
        torch.cuda.set_device(device)
    if sys.platform == "win32":  # where PyTorch is built without libuv
        os.environ.setdefault("USE_LIBUV", "0")
    with _waiting():
        # What lies on a GPU travels by NCCL, which Windows lacks; the clock and other plain numbers by gloo.
        by_nccl = on_gpu and dist.is_nccl_available()
        dist.init_process_group("cpu:gloo,cuda:nccl" if by_nccl else "gloo", timeout=PATIENCE)
    yield device
    dist.destroy_process_group()  # not after an error: this process ends then, and torchrun ends the others


def own_device(device: str) -> str:
    """What `device` means to this one of several processes. Raises GancoreError where it cannot be shared out."""
    if torch.cuda.is_available():  # what "cuda" means here while it is tried
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]) % torch.cuda.device_count())
    picked = pick_device(device)
    processes = int(os.environ["LOCAL_WORLD_SIZE"])
    if picked.type == "cpu":
        return "cpu"
    if picked.type != "cuda" or picked.index is not None:
        raise GancoreError(f"{picked} is one device and there are {processes} processes; use --device cuda or cpu.")
    gpus = torch.cuda.device_count()
    if processes > gpus:
        raise GancoreError(f"{processes} processes cannot share {gpus} GPUs; use torchrun --nproc-per-node {gpus}.")
    return f"cuda:{os.environ['LOCAL_RANK']}"


def is_only_process() -> bool:
    """Whether no other process plays the same game: outside of `process_group`, and without torchrun."""
    return not (dist.is_available() and dist.is_initialized())


def rank() -> int:
    """The number of this process, from 0; always 0 where it is the only one."""
    return 0 if is_only_process() else dist.get_rank()


def process_count() -> int:
    """How many processes play the game together."""
    return 1 if is_only_process() else dist.get_world_size()


@contextmanager
def first_on_machine_before_others() -> Iterator[None]:
    """The first process of each machine enters at once, the others when it has left: what it downloads is there."""
    if not is_only_process() and not is_first_on_machine():
        mean_over_ranks(torch.zeros(()))  # returns when every rank has asked for it
    yield
    if not is_only_process() and is_first_on_machine():
        mean_over_ranks(torch.zeros(()))


def share_start(player: nn.Module) -> None:
    """Overwrite the weights and buffers of `player` with those that it has on rank 0."""
    if is_only_process():
        return
    for tensor in player.state_dict().values():
        common = tensor.contiguous()
        with _waiting():
            dist.broadcast(common, src=0)
        tensor.copy_(common)


def average_gradients(optimizer: torch.optim.Optimizer) -> None:
    """Replace the gradients of the weights that `optimizer` moves by their mean over the ranks, in one exchange."""
    if is_only_process():
        return
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    flat = mean_over_ranks(torch.cat([gradient.flatten() for gradient in gradients]))
    parts = flat.split([gradient.numel() for gradient in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view(gradient.shape))


def mean_over_ranks(values: Tensor) -> Tensor:
    """`values`, overwritten by their mean over the ranks; of any shape, as long as it is the same on all ranks."""
    if is_only_process():
        return values
    with _waiting():
        dist.all_reduce(values)
    return values.div_(dist.get_world_size())


def as_on_first_rank(number: float) -> float:
    """What `number` is on rank 0."""
    if is_only_process():
        return number
    shared = torch.tensor(number, dtype=torch.float64)
    with _waiting():
        dist.broadcast(shared, src=0)
    return shared.item()


@contextmanager
def _waiting() -> Iterator[None]:
    """Turns what PyTorch raises when the others are gone into one sentence; other errors stay what they are."""
    try:
        yield
    except RuntimeError as error:
        if not is_lost_connection(error):
            raise
        reason = str(error).splitlines()[0]
        raise LostRank(
            f"Another process of this training ended or did not answer ({reason}); "
            f"start it again with --resume to go on from the last checkpoint."
        ) from error


def is_lost_connection(error: RuntimeError) -> bool:
    """Whether `error` is what PyTorch, gloo or NCCL say of a process that they do not reach, or no longer."""
    if isinstance(error, (dist.DistNetworkError, dist.DistStoreError)):
        return True
    return any(words in str(error).lower() for words in LOST)
