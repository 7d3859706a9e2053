"""Saving a trainer's whole state and going on from it, exactly."""

from pathlib import Path

import torch

from gancore.distributed import rank
from gancore.errors import GancoreError
from gancore.files import write_atomically
from gancore.runtime import seed_for
from gancore.trainer import Trainer

FORMAT = 1  # raised when the content of a checkpoint changes its meaning


def save_checkpoint(trainer: Trainer, path: Path) -> None:
    """Write `trainer`'s state to `path` in one step: a crash leaves the old file or the new one, never half."""
    state = {"format": FORMAT, **trainer.state_dict()}
    write_atomically(path, lambda temporary: torch.save(state, temporary))


def load_checkpoint(trainer: Trainer, path: Path) -> None:
    """Put `trainer` where `path` was written. Only tensors and plain values are read; code in the file never runs.

    Of several processes the first goes on exactly; the others go on with random numbers that nobody has used yet.
    Raises GancoreError when the file is missing, damaged or of another game.
    """
    try:
        state = torch.load(path, map_location=trainer.device, weights_only=True)
    except FileNotFoundError as error:
        raise GancoreError(f"{path} does not exist, so there is nothing to continue.") from error
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
