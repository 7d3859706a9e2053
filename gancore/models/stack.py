"""The second stage of words to pictures: it reads the caption again, and redraws a first stage's picture larger.

After Zhang et al. (2017, StackGAN, section 3.4). As there, both stages read by the same reader, each makes a Gaussian
of its own of what was read, and the second has no other noise. Unlike there, the picture is not made smaller first, and
what is drawn is added to it: the second stage begins with the first picture twice as large.
"""

from typing import Self

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from gancore.models.modern import Residual
from gancore.models.text import SLOPE, TextGenerator

DOUBLE = 2  # pixels along each side of what becomes of one


def tell(small: Tensor, meant: Tensor) -> Tensor:
    """What a second stage is told, `(N, C + M, h, w)`: the colours of `small` `(N, C, h, w)`, and at each place what a
    caption means, `(N, M)`. No gradient goes back into `small`."""
    return torch.cat([small.detach(), meant[:, :, None, None].expand(-1, -1, *small.shape[2:])], dim=1)


class TextStack(nn.Module):
    """Latents `(N, latent_dim)` and captions `(N, L)` to pictures `(N, C, H, W)`, about in [-1, 1]; H and W are twice
    those of `first`.

    `first` draws from the first of the latents and does not learn, nor do its statistics change. The last `meaning` of
    the latents decide on what the second stage takes the caption for. `width` is the number of channels of its grid,
    which has a place for each pixel of the first picture.
    """

    def __init__(self, first: TextGenerator, text: int, width: int) -> None:
        super().__init__()
        channels, meaning = first.shape[0], first.meaning
        self.first = first.requires_grad_(False).eval()
        self.meaning, self.latent_dim = meaning, first.latent_dim + meaning
        self.again = nn.Linear(text, 2 * meaning)
        self.join = nn.Conv2d(channels + meaning, width, 3, padding=1)
        self.blocks = nn.Sequential(Residual(width, batch_norm=True), Residual(width, batch_norm=True))
        last = nn.Conv2d(width, channels * DOUBLE**2, 3, padding=1)
        for values in last.parameters():
            nn.init.zeros_(values)
        self.last = nn.Sequential(nn.LeakyReLU(SLOPE), last, nn.PixelShuffle(DOUBLE))

    def train(self, mode: bool = True) -> Self:
        """As for any module, but that the first stage stays as it is."""
        super().train(mode)
        self.first.eval()
        return self

    def describe(self, captions: Tensor) -> tuple[Tensor, Tensor]:
        """The mean and the logarithm of the deviation, `(N, 2 * meaning)` each, of what a caption may mean.

        First those of the first stage, then those of the second.
        """
        reader, once = self.first.read
        text = reader(captions)
        codes = [layer(text).float().chunk(2, dim=1) for layer in (once, self.again)]
        means, log_sigmas = zip(*codes, strict=True)
        return torch.cat(means, dim=1), torch.cat(log_sigmas, dim=1)

    def draw(self, z: Tensor, mean: Tensor, log_sigma: Tensor) -> Tensor:
        small, meant = self.begin(z, mean, log_sigma)
        return self.redraw(small, tell(small, meant))

    def begin(self, z: Tensor, mean: Tensor, log_sigma: Tensor) -> tuple[Tensor, Tensor]:
        """The first stage's pictures `(N, C, h, w)`, and what the second takes the captions for, `(N, meaning)`."""
        one, other = slice(None, self.meaning), slice(-self.meaning, None)
        small = self.first.draw(z[:, : -self.meaning], mean[:, one], log_sigma[:, one]).float()
        return small, mean[:, other] + log_sigma[:, other].exp() * z[:, other]

    def redraw(self, small: Tensor, told: Tensor) -> Tensor:
        """Pictures `(N, C, H, W)` from the first stage's, and from what `tell` makes of these and of captions."""
        return interpolate(small, scale_factor=DOUBLE) + self.last(self.blocks(self.join(told))).float()

    def forward(self, z: Tensor, captions: Tensor) -> Tensor:
        return self.draw(z, *self.describe(captions))
