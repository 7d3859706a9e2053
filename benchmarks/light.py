"""Another small GAN to compare with: the networks and settings of the public lightweight-gan, as a Game of our own.

After Liu et al. (2021, Towards Faster and Stabilized GAN Training for High-fidelity Few-shot Image Synthesis), section
3, with what the package lightweight-gan 1.2 sets where nothing is said: widths, hinge loss, a gradient penalty on every
fourth move, Adam's rates, 4 × 10 pictures a move, no augmentation. Its skip-layer excitation begins at 128 pixels, so
at 64 there is none. Left out are its attention at 32 pixels, blurs and noise, all of which cost time.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, mse_loss, normalize

from gancore.data.batch import Batch
from gancore.models.modes import frozen
from gancore.models.sampling import generate, seeded_latents
from gancore.system.random import seeded
from gancore.training.game import Game
from gancore.training.losses import Hinge, gradient_square
from gancore.training.trainer import Settings

LATENT_DIM = 256
WIDEST = 512
SLOPE = 0.1  # of LeakyReLU below zero
PENALTY, PENALTY_EVERY = 10.0, 4
SECOND = 32  # pixels along each side that the second pair of eyes sees
SETTINGS = Settings(batch_size=40, d_lr=2e-4, g_lr=2e-4, betas=(0.5, 0.9), average=0.995)


def width(side: int, widest: int) -> int:
    """Channels of a picture of `side` pixels."""
    return min(4096 // side, widest)


def enlarged(inputs: int, outputs: int) -> nn.Sequential:
    """`(N, inputs, h, w)` to `(N, outputs, 2h, 2w)`, by pixel shuffle and a gated convolution."""
    return nn.Sequential(
        *(nn.Conv2d(inputs, 4 * inputs, 1), nn.SiLU(), nn.PixelShuffle(2)),
        *(nn.Conv2d(inputs, 2 * outputs, 4, padding="same"), nn.BatchNorm2d(2 * outputs), nn.GLU(1)),
    )


class Halved(nn.Module):
    """`(N, inputs, 2h, 2w)` to `(N, outputs, h, w)`: the sum of a long way and of a short one."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.long = nn.Sequential(
            *(nn.PixelUnshuffle(2), nn.Conv2d(4 * inputs, outputs, 1), nn.LeakyReLU(SLOPE)),
            *(nn.Conv2d(outputs, outputs, 3, padding=1), nn.LeakyReLU(SLOPE)),
        )
        self.short = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(inputs, outputs, 1), nn.LeakyReLU(SLOPE))

    def forward(self, x: Tensor) -> Tensor:
        return self.long(x) + self.short(x)


class Generator(nn.Module):
    """Latents `(N, 256)` to pictures `(N, channels, side, side)`, which may leave [-1, 1]; sides are powers of 2."""

    def __init__(self, channels: int, side: int, widest: int = WIDEST) -> None:
        super().__init__()
        first = nn.ConvTranspose2d(LATENT_DIM, 2 * LATENT_DIM, 4)
        self.first = nn.Sequential(first, nn.BatchNorm2d(2 * LATENT_DIM), nn.GLU(1))
        widths = [LATENT_DIM, *(width(8 * 2**doubling, widest) for doubling in range(side.bit_length() - 3))]
        stages = [enlarged(*pair) for pair in pairwise(widths)]
        self.layers = nn.Sequential(*stages, nn.Conv2d(widths[-1], channels, 3, padding=1))

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(normalize(self.first(z[..., None, None])))


class Discriminator(nn.Module):
    """Pictures `(N, channels, side, side)` to logits `(N, 2)`, one of the whole and one of a small copy."""

    def __init__(self, channels: int, side: int, widest: int = WIDEST) -> None:
        super().__init__()
        halvings = side.bit_length() - 4  # down to 8 pixels
        widths = [channels, *(width(side // 2 ** (halving + 1), widest) for halving in range(halvings))]
        self.coarse = nn.Sequential(*(Halved(*pair) for pair in pairwise(widths)))
        last = widths[-1]
        self.head = nn.Sequential(
            *(nn.Conv2d(last, last, 3, 2, 1), nn.LeakyReLU(SLOPE), nn.Conv2d(last, 1, 4), nn.Flatten())
        )
        self.second = nn.Sequential(
            *(nn.Conv2d(channels, 64, 3, padding=1), Halved(64, 32), nn.AdaptiveAvgPool2d(4)),
            *(nn.Conv2d(32, 1, 4), nn.Flatten()),
        )
        narrower = [last // 2**doubling for doubling in range(halvings + 1)]
        self.decoder = nn.Sequential(
            *(remembered(*pair) for pair in pairwise(narrower)), nn.Conv2d(narrower[-1], channels, 1)
        )

    def forward(self, images: Tensor) -> Tensor:
        return self.judge(images, self.coarse(images))

    def judge(self, images: Tensor, coarse: Tensor) -> Tensor:
        small = interpolate(images, size=(SECOND, SECOND))
        return torch.cat([self.head(coarse), self.second(small)], 1)

    def both(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Logits, and the pictures as they are remembered in the coarse features."""
        coarse = self.coarse(images)
        return self.judge(images, coarse), self.decoder(coarse)


def remembered(inputs: int, outputs: int) -> nn.Sequential:
    """A step of the decoder: twice the size."""
    return nn.Sequential(
        *(nn.Conv2d(inputs, 4 * inputs, 1), nn.SiLU(), nn.PixelShuffle(2)),
        *(nn.Conv2d(inputs, 2 * outputs, 3, padding=1), nn.GLU(1)),
    )


def start(layer: nn.Module) -> None:
    """The package's initial weights (He et al., 2015)."""
    if isinstance(layer, nn.Conv2d):
        nn.init.kaiming_normal_(layer.weight)


class LightGame(Game):
    """Hinge loss on both logits; D also has to remember real pictures, so that it looks at all of them."""

    def __init__(self, channels: int, side: int, widest: int = WIDEST, seed: int = 0) -> None:
        with seeded(seed):
            self.generator, self.discriminator = (kind(channels, side, widest) for kind in (Generator, Discriminator))
            self.generator.apply(start)
            self.discriminator.apply(start)
        self.loss = Hinge()

    def latents(self, batch: Batch) -> Tensor:
        return torch.randn(len(batch), LATENT_DIM, device=batch.real.device)

    def discriminator_loss(self, batch: Batch) -> Tensor:
        with torch.no_grad():
            fake = self.generator(self.latents(batch))
        real_logits, again = self.discriminator.both(batch.real)
        hinge = 2 * self.loss.discriminator(real_logits, self.discriminator(fake))  # the mean of two logits, twice
        return hinge + mse_loss(again, batch.real) + self.penalty(torch.cat([batch.real, fake]))

    def penalty(self, images: Tensor) -> Tensor | float:
        if self.moves % PENALTY_EVERY:
            return 0.0
        return PENALTY * gradient_square(lambda x: self.discriminator(x).sum(1), images).mean()

    def generator_loss(self, batch: Batch) -> Tensor:
        with frozen(self.discriminator):
            return 2 * self.loss.generator(None, self.discriminator(self.generator(self.latents(batch))))

    def sample(self, generator: nn.Module, count: int, condition: Tensor | None = None, seed: int = 0) -> Tensor:
        return generate(generator, seeded_latents(count, LATENT_DIM, seed)).clamp(-1, 1)
