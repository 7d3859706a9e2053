"""Saving a trainer's whole state and going on from it, exactly."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import torch

from gancore.distributed import rank
from gancore.errors import GancoreError
from gancore.files import write_atomically
from gancore.runtime import seed_for
from gancore.trainer import Trainer

FORMAT = 1  # raised when the content of a checkpoint changes its meaning
SEAL = 64  # characters of a checksum


def save_checkpoint(trainer: Trainer, path: Path) -> None:
    """Write `trainer`'s state to `path` in one step: a crash leaves the old file or the new one, never half."""
    content = sealed({"format": FORMAT, **trainer.state_dict()})
    write_atomically(path, lambda temporary: temporary.write_bytes(content))


def load_checkpoint(trainer: Trainer, path: Path) -> None:
    """Put `trainer` where `path` was written. Only tensors and plain values are read; code in the file never runs.

    Of several processes the first goes on exactly; the others go on with random numbers that nobody has used yet.
    Raises GancoreError when the file is missing, damaged or of another game.
    """
    try:
        state = torch.load(BytesIO(unsealed(path)), map_location=trainer.device, weights_only=True)
    except FileNotFoundError as error:
        raise GancoreError(
            f"{path} does not exist, so there is nothing to continue; remove {path.parent} or choose another folder."
        ) from error
    except OSError as error:
        raise GancoreError(f"{path} cannot be read ({error.strerror}).") from error
    except Exception as error:  # a damaged archive surfaces as any of a dozen types
        raise GancoreError(f"{path} is damaged and cannot be continued ({type(error).__name__}).") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise GancoreError(f"{path} is not a checkpoint of format {FORMAT}.")
    try:
        if rank() > 0:  # the streams in the file are those of rank 0
            for stream in ("rng", "batches_rng"):
                seed = seed_for(trainer.seed, f"{stream} from round {state['round']}", rank())
                state[stream] = torch.Generator(trainer.device).manual_seed(seed).get_state()
        trainer.load_state_dict(state)
    except (KeyError, RuntimeError, ValueError, TypeError) as error:
        raise GancoreError(f"{path} belongs to another game: {str(error).splitlines()[0]}") from error


def sealed(state: object) -> bytes:
    """`state` as torch archives it, with a comment at its end: the SHA-256, in hex, of all that comes before it.

    torch does not notice when a bit of its archives has flipped, and would go on with other weights.
    """
    buffer = BytesIO()
    torch.save(state, buffer)
    with ZipFile(buffer, "a") as archive:
        archive.comment = b"." * SEAL
    whole = buffer.getvalue()[:-SEAL]
    return whole + sha256(whole).hexdigest().encode()


def unsealed(path: Path) -> bytes:
    """The content of `path`. Raises ValueError unless it is what was sealed."""
    content = path.read_bytes()
    if sha256(content[:-SEAL]).hexdigest().encode() != content[-SEAL:]:
        raise ValueError("its content does not have the checksum at its end")
    return content
