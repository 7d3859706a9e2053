"""Weights in safetensors files: read only where they fit, and known by a fingerprint."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

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


class Misfit(ValueError):
    """A weights file whose tensors are not those of the network that they are wanted for."""


class Altered(ValueError):
    """A weights file whose tensors are not those that its fingerprint was taken of."""


class _Undrawn(TorchFunctionMode):
    """Does not draw the numbers that a network starts with: on "meta" PyTorch would import its compiler for them."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        named = kwargs or {}
        return named["tensor"] if func is nn.init.normal_ else func(*args, **named)


@contextmanager
def _in_unicode(path: Path) -> Iterator[str]:
    """A name for the file at `path` that is Unicode, as safetensors wants it; names on POSIX systems need not be."""
    name = str(path)
    if not any("\ud800" <= letter <= "\udfff" for letter in name):
        yield name
        return
    with open(path, "rb") as file:
        yield f"/dev/fd/{file.fileno()}"


def read_weights(
    path: Path, build: Callable[[dict[str, str]], nn.Module], expected: str | None = None
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors in the safetensors file at `path`, those of the network that `build` makes, and the file's metadata.

    `build` is given the metadata. It is called where no size takes memory, and names and shapes are compared before
    anything is read, so that neither the file nor what is said about it can take more memory than there are weights.
    The fingerprint of the tensors must be `expected`, or where that is None the one in the metadata.

    Raises OSError or SafetensorError for a file that cannot be read, Misfit where its names, shapes or metadata are
    not those of the network, and Altered where the fingerprint is another.
    """
    with _in_unicode(path) as name, safe_open(name, "pt") as handle:
        about = handle.metadata() or {}
        try:
            with torch.device("meta"), _Undrawn():
                network = build(about)
            weights = _read_tensors(handle, network)
            found = fingerprint(weights)
        except (KeyError, ValueError, RuntimeError, TypeError, OverflowError, GancoreError) as error:
            raise Misfit(str(error)) from error  # what absurd metadata and types end in
    if found != (expected or about.get("fingerprint")):
        raise Altered("its weights do not have the fingerprint that was written with them")
    return weights, about


def _read_tensors(handle: Any, network: nn.Module) -> dict[str, Tensor]:
    """The tensors in an open safetensors file. Raises Misfit unless they have the names and shapes of `network`'s."""
    wanted = {name: list(value.shape) for name, value in network.state_dict().items()}
    found = {name: handle.get_slice(name).get_shape() for name in handle.keys()}  # noqa: SIM118 (no iterator)
    if found != wanted:
        name = min(name for name in found | wanted if found.get(name) != wanted.get(name))
        raise Misfit(f"{name} has the shape {found.get(name)}, not {wanted.get(name)}")
    return {name: handle.get_tensor(name) for name in found}


def load_generator(folder: str | Path) -> tuple[Game, nn.Module, RunConfig]:
    """The game of a run folder, its averaged generator with the saved weights, and the run.

    Raises GancoreError when the weights are missing, damaged or of another shape.
    """
    folder = Path(folder)
    run = load_config(folder)
    path = folder / "generator.safetensors"
    if not path.is_file():
        raise GancoreError(f"{folder} has no generator.safetensors; --resume its training, which writes it again.")
    try:
        weights, _ = read_weights(path, lambda about: run.game().generator)
    except (OSError, SafetensorError) as error:
        raise GancoreError(f"{path} is damaged and cannot be read: {error}") from error
    except Misfit as error:
        config = folder / "config.json"
        raise GancoreError(f"{path} holds the weights of another generator than {config}: {error}") from error
    except Altered as error:
        raise GancoreError(f"{path} is damaged: {error}.") from error
    game = run.game()
    game.generator.load_state_dict(weights)
    return game, game.generator.eval(), run
