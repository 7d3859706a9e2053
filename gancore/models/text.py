"""The players of words to pictures: both read a caption by a small convolution over its words.

After Reed et al. (2016) and Zhang et al. (2017, StackGAN). Both read letters, by convolutions and a recurrent network;
for a dozen words a convolution over words does without the latter, in half the time of a GRU. As in `modern.py` pixels
are folded into channels at both ends, and the discriminator has no normalisation.
"""

import torch
from torch import Tensor, nn

from gancore.models.layers import Project, one_logit
from gancore.models.modern import Residual

SLOPE = 0.2  # of LeakyReLU below zero
REACH = 3  # words that the convolution sees at a time
GRID = 8  # cells along each side; a cell has 2 pixels along each side, or in larger pictures 4


class Reader(nn.Module):
    """Captions, numbers of words int64 `(N, L)` with 0 for no word, to vectors `(N, width)`.

    Each word has a vector of its own, a convolution looks at three neighbours at a time, and of what it finds the most
    of each kind counts, wherever in the caption it is.
    """

    def __init__(self, words: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(words, width, padding_idx=0)
        self.convolution = nn.Conv1d(width, width, REACH, padding=REACH // 2)

    def forward(self, captions: Tensor) -> Tensor:
        vectors = self.embedding(captions).transpose(1, 2)
        return nn.functional.leaky_relu(self.convolution(vectors), SLOPE).amax(dim=2)


class TextGenerator(nn.Module):
    """Latents `(N, meaning + noise)` and captions `(N, L)` to pictures `(N, C, H, W)` in [-1, 1]; H = W is `side`.

    A caption becomes a Gaussian of `meaning` dimensions, and the first of the latents decide on a point of it:
    conditioning augmentation (Zhang et al., 2017, section 3.2).
    """

    def __init__(
        self, words: int, shape: tuple[int, int, int], meaning: int, noise: int, width: int, text: int
    ) -> None:
        super().__init__()
        self.shape, self.meaning, self.latent_dim = shape, meaning, meaning + noise
        cell = shape[1] // GRID
        self.read = nn.Sequential(Reader(words, text), nn.Linear(text, 2 * meaning))
        self.first = Project(meaning + noise, width, GRID)
        self.blocks = nn.Sequential(Residual(width, batch_norm=True), Residual(width, batch_norm=True))
        self.last = nn.Sequential(
            nn.LeakyReLU(SLOPE), nn.Conv2d(width, shape[0] * cell**2, 3, padding=1), nn.PixelShuffle(cell), nn.Tanh()
        )

    def describe(self, captions: Tensor) -> tuple[Tensor, Tensor]:
        """The mean and the logarithm of the deviation, `(N, meaning)` each, of what a caption may mean."""
        mean, log_sigma = self.read(captions).float().chunk(2, dim=1)
        return mean, log_sigma

    def draw(self, z: Tensor, mean: Tensor, log_sigma: Tensor) -> Tensor:
        place, noise = z[:, : self.meaning], z[:, self.meaning :]
        meant = mean + log_sigma.exp() * place
        return self.last(self.blocks(self.first(torch.cat([meant, noise], dim=1))))

    def forward(self, z: Tensor, captions: Tensor) -> Tensor:
        return self.draw(z, *self.describe(captions))


class TextDiscriminator(nn.Module):
    """Pictures `(N, C, H, W)` and captions `(N, L)` to logits `(N,)`.

    The inner product of what a caption asks for and what a picture shows is added to the logit of the picture (Miyato
    and Koyama, 2018, section 3), so several captions can be held against pictures that are looked at once.
    """

    def __init__(self, words: int, shape: tuple[int, int, int], width: int, text: int) -> None:
        super().__init__()
        cell, side = shape[1] // GRID, GRID // 2
        self.features = nn.Sequential(
            nn.PixelUnshuffle(cell),
            nn.Conv2d(shape[0] * cell**2, width, 3, padding=1),
            Residual(width, batch_norm=False),
            nn.PixelUnshuffle(2),
            nn.Conv2d(4 * width, width, 3, padding=1),
            Residual(width, batch_norm=False),
            nn.LeakyReLU(SLOPE),
            nn.Flatten(),
        )
        self.head = nn.Linear(width * side**2, 1)
        self.read = nn.Sequential(Reader(words, text), nn.Linear(text, width * side**2))

    def compare(self, features: Tensor, asked: Tensor) -> Tensor:
        """Logits `(N,)` of `features` and of what captions ask for, as `read` has it, both `(N, F)`."""
        return one_logit(self.head(features)) + (features * asked).sum(1).float()

    def forward(self, pictures: Tensor, captions: Tensor) -> Tensor:
        return self.compare(self.features(pictures), self.read(captions))
