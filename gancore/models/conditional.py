"""Players that are told the class: Mirza and Osindero (2014) for perceptrons, a projection for convolutions.

The perceptrons get the label beside their input, as a one-hot vector, or in the generator as a learned embedding. The
convolutional generator gets an embedding beside its latent; its discriminator adds the inner product of an embedding
and the image's features to the logit (Miyato and Koyama, 2018, section 3).
"""

from typing import Literal

import torch
from torch import Tensor, nn

from gancore.models.dcgan import WIDTH, DCGANGenerator, discriminator_features, start_as_dcgan
from gancore.models.layers import OneHot, add_spectral_norm, one_logit, upsampling_stages
from gancore.models.mlp import MLPDiscriminator, MLPGenerator

EMBEDDING_DIM = 32

LabelCode = Literal["one-hot", "embedding"]


def label_code(kind: LabelCode, classes: int) -> tuple[nn.Module, int]:
    """A module from labels `(N,)` to vectors `(N, width)`, and that width."""
    if kind == "one-hot":
        return OneHot(classes), classes
    return nn.Embedding(classes, EMBEDDING_DIM), EMBEDDING_DIM


class ConditionalMLPGenerator(nn.Module):
    """Latents `(N, latent_dim)` and labels `(N,)` to images `(N, C, H, W)` in [-1, 1]."""

    def __init__(
        self, latent_dim: int, shape: tuple[int, int, int], classes: int, labels: LabelCode = "one-hot"
    ) -> None:
        super().__init__()
        self.code, width = label_code(labels, classes)
        self.generator = MLPGenerator(latent_dim + width, shape)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        return self.generator(torch.cat([z, self.code(labels)], dim=1))


class ConditionalMLPDiscriminator(nn.Module):
    """Images `(N, C, H, W)` and labels `(N,)` to logits `(N,)`."""

    def __init__(self, shape: tuple[int, int, int], classes: int, spectral_norm: bool = False) -> None:
        super().__init__()
        self.code = OneHot(classes)
        channels, height, across = shape
        # The perceptron sees one long vector, so pixels and label code are laid side by side.
        self.discriminator = MLPDiscriminator((1, 1, channels * height * across + classes))
        if spectral_norm:
            add_spectral_norm(self)

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        return self.compare(self.features(images), labels)

    def features(self, images: Tensor) -> Tensor:
        """All that can be known before the label: the pixels."""
        return images.flatten(1)

    def compare(self, features: Tensor, labels: Tensor) -> Tensor:
        """The logits `(N,)` of images with these `features`."""
        return self.discriminator(torch.cat([features, self.code(labels)], dim=1))


class ConditionalDCGANGenerator(nn.Module):
    """Latents `(N, latent_dim)` and labels `(N,)` to images `(N, C, H, W)` in [-1, 1]."""

    def __init__(self, latent_dim: int, shape: tuple[int, int, int], classes: int) -> None:
        super().__init__()
        self.code = nn.Embedding(classes, EMBEDDING_DIM)
        self.generator = DCGANGenerator(latent_dim + EMBEDDING_DIM, shape)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        return self.generator(torch.cat([z, self.code(labels)], dim=1))


class ProjectionDiscriminator(nn.Module):
    """Images `(N, C, H, W)` and labels `(N,)` to logits `(N,)`: logit(x) + ⟨embedding(y), features(x)⟩."""

    def __init__(self, shape: tuple[int, int, int], classes: int, spectral_norm: bool = False) -> None:
        super().__init__()
        stages = upsampling_stages(shape)
        top = WIDTH * 2 ** (stages - 1)
        side = shape[1] >> stages
        self.features = discriminator_features(shape, batch_norm=not spectral_norm)
        self.head = nn.Conv2d(top, 1, kernel_size=side)
        self.projection = nn.Embedding(classes, top * side * side)
        self.apply(start_as_dcgan)
        if spectral_norm:
            add_spectral_norm(self)

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        return self.compare(self.features(images), labels)

    def compare(self, features: Tensor, labels: Tensor) -> Tensor:
        """The logits `(N,)` of images with these `features`."""
        match = (self.projection(labels) * features.flatten(1)).sum(1)
        return one_logit(self.head(features)) + match.float()
