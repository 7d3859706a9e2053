"""The players of pictures to pictures: a U-Net paints, and a discriminator of patches judges each spot by itself.

After Isola et al. (2017, pix2pix, section 3.2). The discriminator normalises each picture by itself (instance norm,
Ulyanov et al., 2016), since the statistics of a batch would mix up pictures. The U-Net is small enough to learn
without: at equal time its pictures come nearer to the truth so. As in `modern.py`, pixels are folded into channels at
both ends, so that most of the arithmetic happens on a coarse grid.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout

from gancore.errors import GancoreError

SLOPE = 0.2  # of LeakyReLU below zero
DEPTH = 2  # halvings inside the U-Net
JUDGE_WIDTH = 32  # channels of the discriminator's first layer


class AlwaysDropout(nn.Module):
    """Dropout that also happens in eval mode: in pix2pix it is the noise z (Isola et al., 2017, section 3.1)."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        return dropout(x, self.p, training=True) if self.p else x


def convolution(inputs: int, outputs: int) -> nn.Sequential:
    """`(N, inputs, H, W)` to `(N, outputs, H, W)`."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.LeakyReLU(SLOPE))


def halving(inputs: int, outputs: int) -> nn.Sequential:
    """`(N, inputs, H, W)` to `(N, outputs, H / 2, W / 2)`."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 4, stride=2, padding=1), nn.LeakyReLU(SLOPE))


def doubling(inputs: int, outputs: int) -> nn.Sequential:
    """`(N, inputs, H, W)` to `(N, outputs, 2H, 2W)` by pixel shuffle (Shi et al., 2016, section 3.2)."""
    return nn.Sequential(nn.Conv2d(inputs, 4 * outputs, 1), nn.PixelShuffle(2))


class UNet(nn.Module):
    """What is given `(N, G, H, W)` to pictures `(N, C, H, W)`: on the way up, each grid meets that of the way down.

    It begins with pictures of zeros. Height and width are multiples of `4 * fold`. `noise` is the share of the
    coarsest features that is dropped at random, in eval mode too.
    """

    def __init__(self, given: int, channels: int, width: int = 28, fold: int = 2, noise: float = 0.0) -> None:
        super().__init__()
        self.given, self.multiple = given, fold * 2**DEPTH
        self.first = nn.Sequential(nn.PixelUnshuffle(fold), convolution(given * fold**2, width))
        self.down = nn.ModuleList([halving(width, 2 * width), halving(2 * width, 4 * width)])
        self.middle = nn.Sequential(convolution(4 * width, 4 * width), AlwaysDropout(noise))
        self.up = nn.ModuleList([doubling(4 * width, 2 * width), doubling(2 * width, width)])
        self.join = nn.ModuleList([convolution(4 * width, 2 * width), convolution(2 * width, width)])
        last = nn.Conv2d(width, channels * fold**2, 3, padding=1, bias=False)
        nn.init.zeros_(last.weight)
        self.last = nn.Sequential(last, nn.PixelShuffle(fold))

    def forward(self, given: Tensor) -> Tensor:
        self.check(given)
        grids = [self.first(given)]
        for down in self.down:
            grids.append(down(grids[-1]))
        x = self.middle(grids.pop())
        for up, join in zip(self.up, self.join, strict=True):
            x = join(torch.cat([up(x), grids.pop()], dim=1))
        return self.last(x)

    def check(self, given: Tensor) -> None:
        """Raises GancoreError for pictures of a size or a number of channels that the network is not made for."""
        channels, height, width = given.shape[1:]
        if channels != self.given:
            raise GancoreError(
                f"What is given has {channels} channels and the network is made for {self.given}; bring pictures to "
                f"grey (1) or colour (3) as those that it has learnt from."
            )
        if height % self.multiple or width % self.multiple:
            raise GancoreError(
                f"Pictures are {height}×{width} pixels; the U-Net needs multiples of {self.multiple}: cut or pad them."
            )


class PatchDiscriminator(nn.Module):
    """Pictures `(N, C, H, W)` and what they were made from `(N, G, H, W)` to logits `(N, P)`, one for each patch.

    Each logit sees a patch and not the whole picture (Isola et al., 2017, section 3.3), so it judges texture, edges
    and colours; what the whole should be, L1 tells the generator.
    """

    def __init__(self, given: int, channels: int, fold: int = 2) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(fold),
            convolution((given + channels) * fold**2, JUDGE_WIDTH),
            nn.Conv2d(JUDGE_WIDTH, 2 * JUDGE_WIDTH, 4, stride=2, padding=1, bias=False),
            nn.InstanceNorm2d(2 * JUDGE_WIDTH, affine=True),
            nn.LeakyReLU(SLOPE),
            nn.Conv2d(2 * JUDGE_WIDTH, 2 * JUDGE_WIDTH, 3, padding=1, bias=False),
            nn.InstanceNorm2d(2 * JUDGE_WIDTH, affine=True),
            nn.LeakyReLU(SLOPE),
            nn.Conv2d(2 * JUDGE_WIDTH, 1, 3, padding=1),
        )

    def forward(self, pictures: Tensor, given: Tensor) -> Tensor:
        return self.stages(pictures, given)[-1].float().flatten(1)

    def stages(self, pictures: Tensor, given: Tensor) -> list[Tensor]:
        """The maps `(N, features, h, w)` that leave each activation, finest first, and at last the logits as a map."""
        x, stages = torch.cat([pictures, given], dim=1), []
        for layer in self.layers:
            x = layer(x)
            if isinstance(layer, (nn.Sequential, nn.LeakyReLU)):
                stages.append(x)
        return [*stages, x]
