"""A generator from picture to picture: residual blocks on a coarse grid, with pixels folded into channels at both ends.

After Johnson et al. (2016), as Zhu et al. (2017, CycleGAN, section 4) use them, and as small as `modern.py`, of which
the blocks are.
"""

from torch import Tensor, nn

from gancore.models.modern import CELL, SLOPE, Residual
from gancore.models.unet import convolution, halving

DEPTH = 2  # residual blocks
JUDGE_WIDTH = 32  # channels of a judge's first layer
FOLD = 2  # pixels along each side of what a judge sees as one place


class Repainter(nn.Module):
    """Pictures `(N, C, H, W)` to others of the same shape: what to change is added to what is given.

    It begins with no change, and what it paints may leave [-1, 1] a little. Height and width are multiples of 4.
    """

    def __init__(self, channels: int, width: int = 48) -> None:
        super().__init__()
        last = nn.Conv2d(width, channels * CELL**2, 3, padding=1)
        for values in last.parameters():
            nn.init.zeros_(values)
        self.change = nn.Sequential(
            nn.PixelUnshuffle(CELL),
            nn.Conv2d(channels * CELL**2, width, 3, padding=1),
            *(Residual(width, batch_norm=False) for _ in range(DEPTH)),
            nn.LeakyReLU(SLOPE),
            last,
            nn.PixelShuffle(CELL),
        )

    def forward(self, given: Tensor) -> Tensor:
        return given + self.change(given).float()


class PatchJudge(nn.Module):
    """Pictures `(N, C, H, W)` to logits `(N, P)`, one for each patch (Isola et al., 2017, section 3.3).

    Without instance norm, which would hide from it what colour the paper has.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(FOLD),
            convolution(channels * FOLD**2, JUDGE_WIDTH),
            halving(JUDGE_WIDTH, 2 * JUDGE_WIDTH),
            convolution(2 * JUDGE_WIDTH, 2 * JUDGE_WIDTH),
            nn.Conv2d(2 * JUDGE_WIDTH, 1, 3, padding=1),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        return self.layers(pictures).float().flatten(1)
