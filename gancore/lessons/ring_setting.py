"""Everything that decides how a game on the ring of eight goes, and the two players that follow from it."""

import dataclasses
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from gancore.data.toys import Mixture, ring
from gancore.models.layers import add_spectral_norm
from gancore.models.mlp import SLOPE, perceptron, start_as_glorot

LATENT_DIM = 2


@dataclass(frozen=True)
class Setting:
    """Everything that decides how a game on the ring goes, apart from the seed. As it stands here it works."""

    slope: float = SLOPE  # of the hidden units below zero; 0 makes them plain ReLU
    tanh: bool = False  # at the end of the generator
    width: int = 64  # units in each of the two hidden layers of either player
    dropout: float = 0.0  # share of the discriminator's hidden units that is switched off
    noise: float = 0.0  # standard deviation of the noise on all that the discriminator sees, in units of `scale`
    spectral_norm: bool = False  # in the discriminator
    loss: str = "non-saturating"
    real_target: float = 1.0
    r1: float = 0.0
    r2: float = 0.0
    gp: float = 0.0
    d_steps: int = 1
    d_lr: float = 1e-3
    g_lr: float = 1e-3
    beta1: float = 0.5
    average: float = 0.0  # decay of the moving average that samples come from; at 0 it is the generator itself
    scale: float = 1.0  # units of the data: at 1 they fit tanh
    std: float = 0.05  # of a mode, in units of `scale`
    examples: int | None = None  # training points of each mode; None: new ones in every batch
    rounds: int = 800

    def change(self, **changes: object) -> "Setting":
        """A copy with other values."""
        return dataclasses.replace(self, **changes)

    def differences(self, other: "Setting") -> dict[str, tuple]:
        """Each field in which this setting differs from `other`, with both values, this one's first."""
        pairs = {key: (value, getattr(other, key)) for key, value in dataclasses.asdict(self).items()}
        return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}

    def truth(self) -> Mixture:
        """The ring that real points come from."""
        unit = ring(std=self.std)
        return Mixture("ring", self.scale * unit.centres, self.scale * unit.std)


class InstanceNoise(nn.Module):
    """Adds normal noise to its input while training (Arjovsky and Bottou, 2017, section 3)."""

    def __init__(self, std: float) -> None:
        super().__init__()
        self.std = std

    def forward(self, x: Tensor) -> Tensor:
        return x + self.std * torch.randn_like(x) if self.training else x


def build_generator(setting: Setting) -> nn.Sequential:
    """Latents `(N, 2)` to points `(N, 2)`."""
    activation = partial(nn.LeakyReLU, setting.slope)
    layers = perceptron(LATENT_DIM, setting.width, setting.width, 2, activation=activation)
    return nn.Sequential(*layers, *([nn.Tanh()] if setting.tanh else [])).apply(start_as_glorot)


def build_discriminator(setting: Setting) -> nn.Sequential:
    """Points `(N, 2)` to logits `(N,)`."""
    first = [InstanceNoise(setting.noise * setting.scale)] if setting.noise else []
    activation = partial(nn.LeakyReLU, setting.slope)
    layers = perceptron(2, setting.width, setting.width, 1, activation=activation, dropout=setting.dropout)
    network = nn.Sequential(*first, *layers, nn.Flatten(0)).apply(start_as_glorot)
    if setting.spectral_norm:
        add_spectral_norm(network)
    return network
