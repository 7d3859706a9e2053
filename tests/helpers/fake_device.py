"""Plays whole rounds of every recipe on a device that this machine need not have, and prints what happened as JSON.

The device is a stand-in that PyTorch knows by name only, and the tensors are fake: they know their shape, type and
device, and hold no numbers. Whatever mixes devices fails as it would on a GPU, and so does whatever makes the
processor wait for a number (`.item()`, `.tolist()`, `if tensor:`). A script of its own, since a process that has
registered such a device cannot be rid of it. "cuda" would not do: without a driver its first backward pass fails.
"""

import json
from contextlib import nullcontext

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils import backend_registration
from torch.utils._python_dispatch import TorchDispatchMode

import gancore.training.trainer
from gancore.data import Batch, ImageData, Spec
from gancore.training.gan import GAN
from gancore.training.recipes import RECIPES
from gancore.training.recorders import History, Snapshots, next_snapshot
from gancore.training.trainer import Trainer
from helpers.small import GANS

NAME = "standin"
SHAPE = (1, 28, 28)
CLASSES = tuple("0123456789")
ROUNDS = 2
COPIES = (torch.ops.aten._to_copy, torch.ops.aten.copy_)


# What the stand-in cannot do as a real device can


class StandIn(backend_registration._DummyBackendModule):
    """What PyTorch asks of a device before it accepts that autocast is switched off there."""

    def get_amp_supported_dtype(self) -> list[torch.dtype]:
        return []


class Generator(torch.Generator):
    """A random state of the CPU, wherever it is asked for: the stand-in has none, and fake tensors use none."""

    def __new__(cls, device: torch.device | None = None) -> "Generator":
        return super().__new__(cls)


def move(
    player: nn.Module, device: torch.device | None = None, memory_format: torch.memory_format = torch.preserve_format
) -> nn.Module:
    """`nn.Module.to`, which cannot turn real parameters into fake ones."""

    def moved(tensor: Tensor) -> Tensor:
        layout = memory_format if tensor.ndim == 4 else torch.preserve_format
        return tensor.detach().to(device or tensor.device, memory_format=layout)

    for part in player.modules():
        for name, parameter in part._parameters.items():
            part._parameters[name] = None if parameter is None else nn.Parameter(moved(parameter))
        for name, buffer in part._buffers.items():
            part._buffers[name] = None if buffer is None else moved(buffer)
    return player


class FusedTrainer(Trainer):
    """Gives the stand-in the optimiser that a CUDA device gets."""

    def _adam(self, player: nn.Module, rate: float) -> torch.optim.Adam:
        return torch.optim.Adam(player.parameters(), lr=rate, betas=self.settings.betas, fused=True)


def prepare() -> None:
    """Register the stand-in, and make up for what it lacks."""
    backend_registration._setup_privateuseone_for_python_backend(NAME, StandIn())
    torch.Generator = Generator
    nn.Module.to = move
    gancore.training.trainer.pick_device = torch.device
    gancore.training.trainer.as_global = lambda rng: nullcontext()  # there is no global random state to set


# Mistakes that must be caught


class CPULatents(GAN):
    """Makes the latents on the CPU, whatever the device."""

    def latents(self, count: int) -> Tensor:
        return torch.randn(count, self.latent_dim)


class CPUWeights(GAN):
    """Weighs the generator's loss with a tensor of the CPU, after everything else went well."""

    def generator_loss(self, batch: Batch) -> Tensor:
        return (super().generator_loss(batch) * torch.ones(len(batch))).mean()


class CPUPenalty(GAN):
    """Adds a tensor of the CPU to what the penalty is taken of."""

    def penalty(self, batch: Batch, fake: Tensor) -> Tensor:
        return super().penalty(Batch(batch.real + torch.zeros(SHAPE), batch.labels), fake)


class Item(GAN):
    """Looks at the loss in every move."""

    def generator_loss(self, batch: Batch) -> Tensor:
        loss = super().generator_loss(batch)
        loss.item()
        return loss


class Branch(GAN):
    """Decides by a tensor."""

    def generator_loss(self, batch: Batch) -> Tensor:
        loss = super().generator_loss(batch)
        return loss if loss < 100 else loss / 2


class Download(GAN):
    """Takes the loss to the CPU in every move, to look at it later."""

    def generator_loss(self, batch: Batch) -> Tensor:
        loss = super().generator_loss(batch)
        self.kept = loss.detach().cpu()
        return loss


class Upload(GAN):
    """Makes the latents on the CPU and takes them to the device."""

    def latents(self, count: int) -> Tensor:
        return torch.randn(count, self.latent_dim).to(super().latents(1).device)


MISTAKES = (CPULatents, CPUWeights, CPUPenalty, Item, Branch, Download, Upload)


# Playing


class Copies(TorchDispatchMode):
    """Counts copies from one device to another, which make the processor wait as well."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
        result = operator(*args, **(kwargs or {}))
        if operator.overloadpacket in COPIES:
            source = args[COPIES.index(operator.overloadpacket)]
            self.count += source.device != result.device
        return result


def play(name: str, kind: type[GAN] = GAN, record_every: int = 10) -> None:
    """Some rounds of recipe `name`, with every penalty, on the stand-in. Raises whatever is wrong with them."""
    recipe = RECIPES[name].change(batch_size=4, r1=1.0, r2=1.0, gp=1.0, penalty_every=1)
    game = recipe.game(Spec(SHAPE, CLASSES))
    game.__class__ = kind
    history, snapshots = History(record_every), Snapshots()
    snapshots.next = next_snapshot(0)
    with FakeTensorMode(allow_non_fake_inputs=True):  # the players are real until the trainer moves them
        labels = torch.arange(20, device=NAME) % 10  # on the CPU their values would be looked at
        data = ImageData("blank", torch.zeros(20, *SHAPE, dtype=torch.uint8), labels, CLASSES)
        trainer = FusedTrainer(game, data, recipe.settings, device=NAME, precision="fp32")
        with Copies() as copies:
            for _ in range(ROUNDS):
                trainer.step()
                history.on_step(trainer)
                snapshots.on_step(trainer)
    if copies.count:
        raise AssertionError(f"{copies.count} copies between devices")
    for network in (game.generator, game.discriminator, trainer.average.module):
        for key, tensor in network.state_dict().items():
            if tensor.device != torch.device(NAME, 0):
                raise AssertionError(f"{key} is on {tensor.device}")


def outcome(*case: object) -> str:
    """ "ok", or what went wrong."""
    try:
        play(*case)
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return "ok"


if __name__ == "__main__":
    prepare()
    outcomes = {name: outcome(name) for name in GANS}
    outcomes |= {kind.__name__: outcome("mlp", kind) for kind in MISTAKES}
    outcomes["recording"] = outcome("mlp", GAN, 1)
    print(json.dumps(outcomes))
