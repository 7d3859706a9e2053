"""A small modern pair: residual blocks on a coarse grid, with pixels folded into channels at both ends.

For 28 and 32 pixels almost all arithmetic happens on a grid of 7×7 or 8×8 cells of 4×4 pixels, where a 3×3
convolution is a large matrix product: the generator unfolds its cells into pixels at the very end (pixel shuffle, Shi
et al., 2016, section 3.2), the discriminator folds the image into cells at once. The discriminator has no
normalisation, since its gradient penalties are meant for each image by itself (Gulrajani et al., 2017, section 4).
"""

import torch
from torch import Tensor, nn

from gancore.models.groups import AXES, ImageGroups, LatentGroups
from gancore.models.layers import Project, add_spectral_norm, one_logit, upsampling_stages

CELL = 4  # pixels along each side of a cell
LARGEST_GRID = 8  # cells along each side of the coarsest grid, at most
WIDTH = 32  # channels of the grid
GENERATOR_DEPTH = 2  # residual blocks on the coarsest grid
DISCRIMINATOR_DEPTH = 1
SLOPE = 0.2  # of LeakyReLU below zero


def grid_and_doublings(shape: tuple[int, int, int]) -> tuple[int, int]:
    """The side of the coarsest grid and how often it doubles: (7, 0) for 28 pixels, (8, 0) for 32, (8, 1) for 64.

    Raises GancoreError for other sizes.
    """
    upsampling_stages(shape)  # the convolutional players agree on the sizes that they are built for
    grid, doublings = shape[1] // CELL, 0
    while grid > LARGEST_GRID:
        grid, doublings = grid // 2, doublings + 1
    return grid, doublings


class Residual(nn.Module):
    """x + f(x) with f two activated 3×3 convolutions in the order of He et al. (2016, Identity
    Mappings in Deep Residual Networks, section 4.1); `(N, width, h, w)` in and out."""

    def __init__(self, width: int, batch_norm: bool) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(2):
            layers += [nn.BatchNorm2d(width)] if batch_norm else []
            layers += [nn.LeakyReLU(SLOPE), nn.Conv2d(width, width, 3, padding=1)]
        self.change = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.change(x)


def shuffled(width: int, channels: int) -> list[nn.Module]:
    """All pixels of a cell at once, each from channels of its own."""
    return [nn.Conv2d(width, channels * CELL**2, 3, padding=1), nn.PixelShuffle(CELL)]


def transposed(width: int, channels: int) -> list[nn.Module]:
    """One transposed convolution, whose kernel of 6 is no multiple of its stride of 4: some pixels get more stamps."""
    return [nn.ConvTranspose2d(width, channels, CELL + 2, stride=CELL, padding=1)]


def enlarged(width: int, channels: int) -> list[nn.Module]:
    """Twice twice the size by repeating pixels, and a convolution each time (Odena et al., 2016)."""
    half = width // 2
    return [
        nn.Upsample(scale_factor=2), nn.Conv2d(width, half, 3, padding=1), nn.LeakyReLU(SLOPE),
        nn.Upsample(scale_factor=2), nn.Conv2d(half, channels, 3, padding=1),
    ]  # fmt: skip


# From cells `(N, width, h, w)` to pixels `(N, channels, 4h, 4w)`. They leave different traces in the finest waves.
UPSAMPLINGS = {"shuffle": shuffled, "transposed": transposed, "nearest": enlarged}


class ModernGenerator(nn.Module):
    """Latents `(N, latent_dim)` to images `(N, C, H, W)` in [-1, 1]; H = W is 28, 32 or 64, C is 1 or 3.

    With `classes` above 0 it is told labels `(N,)` as well, which enter as an embedding beside the latent. Where these
    classes are groups that the game finds for itself, `grouped`, the first coordinates of the latent decide on the
    group of an image, unless it is told one. `upsampling` is a key of UPSAMPLINGS: what the last layers are.
    """

    def __init__(
        self,
        latent_dim: int = 64,
        shape: tuple[int, int, int] = (1, 28, 28),
        classes: int = 0,
        width: int = WIDTH,
        grouped: bool = False,
        upsampling: str = "shuffle",
    ) -> None:
        super().__init__()
        grid, doublings = grid_and_doublings(shape)
        self.groups = LatentGroups(classes) if grouped else None
        self.code = nn.Embedding(classes, width) if classes else None
        self.first = Project(latent_dim - (AXES if grouped else 0) + (width if classes else 0), width, grid)
        blocks: list[nn.Module] = [Residual(width, batch_norm=True) for _ in range(GENERATOR_DEPTH)]
        for _ in range(doublings):
            blocks += [nn.Conv2d(width, 4 * width, 3, padding=1), nn.PixelShuffle(2), Residual(width, batch_norm=True)]
        self.blocks = nn.Sequential(*blocks)
        self.last = nn.Sequential(nn.LeakyReLU(SLOPE), *UPSAMPLINGS[upsampling](width, shape[0]), nn.Tanh())

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        if self.code is not None:
            if self.groups is None:
                code = self.code(labels)
            else:
                place, z = z[:, :AXES], z[:, AXES:]
                code = self.groups(place) @ self.code.weight if labels is None else self.code(labels)
            z = torch.cat([z, code], dim=1)
        return self.last(self.blocks(self.first(z)))


class ModernDiscriminator(nn.Module):
    """Images `(N, C, H, W)` to logits `(N,)`.

    With `classes` above 0 it is told labels `(N,)` as well: the logit gains the inner product of the label's
    embedding and the features (Miyato and Koyama, 2018, section 3). Where these classes are groups, `grouped`, an
    image whose group it is not told counts as one of those that it looks most like. Embeddings start at 0, unless
    spectral normalisation fixes their size.
    """

    def __init__(
        self,
        shape: tuple[int, int, int] = (1, 28, 28),
        classes: int = 0,
        width: int = WIDTH,
        spectral_norm: bool = False,
        grouped: bool = False,
    ) -> None:
        super().__init__()
        grid, halvings = grid_and_doublings(shape)
        layers: list[nn.Module] = [nn.PixelUnshuffle(CELL), nn.Conv2d(shape[0] * CELL**2, width, 3, padding=1)]
        for _ in range(halvings):
            layers += [Residual(width, batch_norm=False), nn.PixelUnshuffle(2)]
            layers += [nn.Conv2d(4 * width, width, 3, padding=1)]
        layers += [Residual(width, batch_norm=False) for _ in range(DISCRIMINATOR_DEPTH)]
        self.features = nn.Sequential(*layers, nn.LeakyReLU(SLOPE), nn.Flatten())
        self.head = nn.Linear(width * grid**2, 1)
        self.groups = ImageGroups(shape, classes) if grouped else None
        self.projection = nn.Embedding(classes, width * grid**2) if classes else None
        if spectral_norm:
            add_spectral_norm(self)
        elif self.projection is not None:
            nn.init.zeros_(self.projection.weight)

    def forward(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        if self.groups is not None and labels is None:
            labels = self.groups(images)
        return self.compare(self.features(images), labels)

    def compare(self, features: Tensor, labels: Tensor | None) -> Tensor:
        """The logits `(N,)` of images with these `features`, which may be compared with several labels."""
        logits = one_logit(self.head(features))
        return logits if self.projection is None else logits + (features * self.projection(labels)).sum(1).float()
