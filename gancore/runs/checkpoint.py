"""Saving a trainer's whole state and going on from it, exactly."""

import warnings
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import torch
from torch import Tensor

from gancore.errors import GancoreError, GancoreWarning
from gancore.system.distributed import process_count, rank
from gancore.system.files import read_bytes, write_bytes
from gancore.system.random import seed_for
from gancore.training.trainer import Trainer

FORMAT = 2  # raised when the content of a checkpoint changes its meaning
COUNTS = ("round", "moves", "average_updates")
STREAMS = ("rng", "batches_rng")  # the states of two random generators

Rows = list[dict[str, float]]


def save_checkpoint(trainer: Trainer, path: Path, history: Sequence[dict[str, float]] = ()) -> None:
    """Write `trainer`'s state, and the `history` that led to it, to `path`.

    In one step: a crash leaves the old file or the new one, never half. Raises GancoreError where the disk is full.
    """
    content = BytesIO()
    about = {"format": FORMAT, "history": list(history), "processes": process_count()}
    torch.save(about | trainer.state_dict(), content)
    write_bytes(path, content.getbuffer())


def load_checkpoint(trainer: Trainer, path: Path) -> Rows:
    """Put `trainer` where `path` was written. Returns the history that led there.

    Only tensors and plain values are read; code in the file never runs. Of several processes the first goes on
    exactly; the others go on with random numbers that nobody has used yet, and so does the first where the file is from
    another kind of device. A GancoreWarning says so.
    Raises GancoreError when the file is missing, damaged or of another game; the trainer is then where it was.
    """
    state = read_checkpoint(path)
    before = trainer.state_dict()
    try:
        told = begin_streams_anew(trainer, state)
        trainer.load_state_dict(state)
    except Exception as error:  # a state that does not fit surfaces as any of a dozen types
        trainer.load_state_dict(before)
        raise GancoreError(f"{path} belongs to another game: {' '.join(str(error).split())[:200]}") from error
    if told and rank() == 0:
        warnings.warn(f"{path} has {told}.", GancoreWarning, stacklevel=2)
    return state["history"]


def begin_streams_anew(trainer: Trainer, state: dict) -> str:
    """Give `state` new random streams where `trainer` cannot go on with its own, and say why in words, if it is so."""
    own, then, now = trainer.rng.get_state(), state.get("processes"), process_count()
    foreign = state["rng"].shape != own.shape  # each kind of device has a state of its own length
    if foreign or rank() > 0:  # the streams in the file are those of rank 0
        for stream in STREAMS:
            seed = seed_for(trainer.seed, f"{stream} from round {state['round']}", rank())
            state[stream] = torch.Generator(trainer.device).manual_seed(seed).get_state()
    of = [f"of another device than {trainer.device.type}"] if foreign else []
    if isinstance(then, int) and then != now:
        of.append(f"of {then} {'process' if then == 1 else 'processes'} in place of {now}")
    elif now > 1:
        of.append(f"of the first of {now} processes")
    why = f"random numbers {' and '.join(of)}; those that cannot go on begin anew, so the run ends elsewhere"
    return why if of else ""


def read_checkpoint(path: Path) -> dict:
    """The state in the file at `path`. Raises GancoreError when it is missing, damaged, or of another format."""
    try:
        content = read_bytes(path)
        check_archive(content)
        state = torch.load(BytesIO(content), map_location="cpu", weights_only=True)
        if sum(tensor.nbytes for tensor in tensors_in(state)) > len(content):
            raise ValueError("its tensors are larger than the file")
    except GancoreError:
        raise
    except FileNotFoundError as error:
        raise GancoreError(
            f"{path} does not exist, so there is nothing to continue; remove {path.parent} or choose another folder."
        ) from error
    except OSError as error:
        raise GancoreError(f"{path} cannot be read ({error.strerror}).") from error
    except Exception as error:  # a damaged archive surfaces as any of a dozen types
        raise GancoreError(f"{path} is damaged and cannot be continued ({type(error).__name__}).") from error
    found = state.get("format") if isinstance(state, dict) else None
    if found != FORMAT:
        raise GancoreError(f"{path} is not a checkpoint of format {FORMAT}; its format is {str(found)[:20]}.")
    counts, rows = [state.get(name) for name in COUNTS], state.get("history")
    if not all(type(count) is int and count >= 0 for count in counts) or not isinstance(rows, list):
        raise GancoreError(f"{path} is damaged: it has no history, or its counts {', '.join(COUNTS)} are {counts}.")
    return state


def tensors_in(value: object) -> Iterator[Tensor]:
    """Every tensor in nested dicts, lists and tuples."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from tensors_in(item)


def check_archive(content: bytes) -> None:
    """Raise, with what is wrong, unless `content` is a zip archive whose members are whole, and no larger than it is.

    torch archives a checksum of every member, but does not look at it when it reads: it would go on with other weights.
    """
    with ZipFile(BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > len(content):
            raise ValueError("its content grows when it is read")  # what is compressed may do so without end
        if damaged := archive.testzip():
            raise ValueError(f"the checksum of {damaged} is another")
