"""Weights in safetensors files: read only where they fit, and known by a fingerprint."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from gancore.errors import GancoreError
from gancore.runs.config import RunConfig, load_config
from gancore.training.game import Game


def fingerprint(weights: Mapping[str, Tensor]) -> str:
    """The first 12 hex digits of the SHA-256 over names, shapes and values of `weights`, sorted by name."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        values = weights[name].detach().cpu().contiguous()
        digest.update(f"{name} {values.dtype} {tuple(values.shape)}".encode())
        digest.update(values.numpy().tobytes())
    return digest.hexdigest()[:12]


def read_tensors(handle: Any, network: nn.Module) -> dict[str, Tensor]:
    """The tensors in an open safetensors file, which must have the names and shapes of those of `network`.

    They are compared before anything is read, and `network` may be on the meta device, so that neither the file nor
    what is said about it can take more memory than there are weights. Raises RuntimeError where they differ.
    """
    wanted = {name: list(value.shape) for name, value in network.state_dict().items()}
    found = {name: handle.get_slice(name).get_shape() for name in handle.keys()}  # noqa: SIM118 (no iterator)
    if found != wanted:
        name = min(name for name in found | wanted if found.get(name) != wanted.get(name))
        raise RuntimeError(f"{name} has the shape {found.get(name)}, not {wanted.get(name)}")
    return {name: handle.get_tensor(name) for name in found}


def load_generator(folder: Path) -> tuple[Game, nn.Module, RunConfig]:
    """The game of a run folder, its averaged generator with the saved weights, and the run.

    Raises GancoreError when the weights are missing, damaged or of another shape.
    """
    run = load_config(folder)
    path = folder / "generator.safetensors"
    if not path.is_file():
        raise GancoreError(f"{folder} has no generator.safetensors; --resume its training, which writes it again.")
    try:
        with safe_open(path, "pt") as handle:
            with torch.device("meta"):  # where no size takes memory, however absurd the config is
                wanted = run.game().generator
            weights = read_tensors(handle, wanted)
            intact = fingerprint(weights) == (handle.metadata() or {}).get("fingerprint")
    except (SafetensorError, OSError) as error:
        raise GancoreError(f"{path} is damaged and cannot be read: {error}") from error
    except (RuntimeError, TypeError, OverflowError, GancoreError) as error:  # names, shapes or sizes
        config = folder / "config.json"
        raise GancoreError(f"{path} holds the weights of another generator than {config}: {error}") from error
    if not intact:
        raise GancoreError(f"{path} is damaged: its weights do not have the fingerprint that was written with them.")
    game = run.game()
    game.generator.load_state_dict(weights)
    return game, game.generator.eval(), run
