"""Two perceptrons: a fully connected pair in the spirit of Goodfellow et al. (2014), section 5.

Where they had rectifiers and maxout this pair has LeakyReLU; the sizes are those of chapter 07.
"""

from collections.abc import Callable
from itertools import pairwise
from math import prod

from torch import Tensor, nn

from gancore.models.layers import add_spectral_norm, one_logit

GENERATOR_WIDTHS = (256, 512, 1024)
DISCRIMINATOR_WIDTHS = (1024, 512, 256)
SLOPE = 0.2  # of LeakyReLU below zero
DROPOUT = 0.3


def leaky_relu() -> nn.Module:
    """What is between the linear layers of these players."""
    return nn.LeakyReLU(SLOPE)


def perceptron(*sizes: int, activation: Callable[[], nn.Module] = leaky_relu, dropout: float = 0.0) -> nn.Sequential:
    """Linear layers from each of `sizes` to the next; between them `activation`, and dropout where it is above zero."""
    *hidden, last = pairwise(sizes)
    layers: list[nn.Module] = []
    for inputs, outputs in hidden:
        layers += [nn.Linear(inputs, outputs), activation()]
        layers += [nn.Dropout(dropout)] if dropout else []
    return nn.Sequential(*layers, nn.Linear(*last))


def start_as_glorot(module: nn.Module) -> None:
    """Linear weights uniform with variance 2 / (inputs + outputs), biases 0 (Glorot and Bengio, 2010, equation 16).

    PyTorch's own start has half to three quarters of that width here, and the pair learns later from it.
    """
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)


class MLPGenerator(nn.Module):
    """Latents `(N, latent_dim)` to images `(N, C, H, W)` in [-1, 1]; 1,486,352 parameters for 100 and 28×28."""

    def __init__(self, latent_dim: int = 100, shape: tuple[int, int, int] = (1, 28, 28)) -> None:
        super().__init__()
        self.shape = shape
        self.layers = nn.Sequential(*perceptron(latent_dim, *GENERATOR_WIDTHS, prod(shape)), nn.Tanh())
        self.apply(start_as_glorot)

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(z).unflatten(1, self.shape)


class MLPDiscriminator(nn.Module):
    """Images `(N, C, H, W)` to logits `(N,)`; 1,460,225 parameters for 28×28."""

    def __init__(self, shape: tuple[int, int, int] = (1, 28, 28), spectral_norm: bool = False) -> None:
        super().__init__()
        self.layers = perceptron(prod(shape), *DISCRIMINATOR_WIDTHS, 1, dropout=DROPOUT)
        self.apply(start_as_glorot)
        if spectral_norm:
            add_spectral_norm(self)

    def forward(self, images: Tensor) -> Tensor:
        return one_logit(self.layers(images.flatten(1)))
