"""Two small perceptrons that play for points, on the line or in the plane, instead of images."""

from torch import Tensor, nn

from gancore.models.layers import one_logit
from gancore.models.mlp import perceptron, start_as_glorot

WIDTH = 64  # units in each of the two hidden layers


class PointGenerator(nn.Module):
    """Latents `(N, latent_dim)` to points `(N, dim)`, anywhere; 4,482 parameters for two and two."""

    def __init__(self, latent_dim: int = 2, dim: int = 2, width: int = WIDTH) -> None:
        super().__init__()
        self.layers = perceptron(latent_dim, width, width, dim)
        self.apply(start_as_glorot)

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(z)


class PointDiscriminator(nn.Module):
    """Points `(N, dim)` to logits `(N,)`; 4,417 parameters in the plane."""

    def __init__(self, dim: int = 2) -> None:
        super().__init__()
        self.layers = perceptron(dim, WIDTH, WIDTH, 1)
        self.apply(start_as_glorot)

    def forward(self, points: Tensor) -> Tensor:
        return one_logit(self.layers(points))
