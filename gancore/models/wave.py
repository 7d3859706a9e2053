"""WaveGAN: a pair for waveforms, after Donahue et al. (2019, Adversarial Audio Synthesis, section 3).

DCGAN laid flat: convolutions along one line, kernels of 25 numbers, and a stride of 4 in place of 2 × 2. The players
here are for 1,024 numbers, and are told a label.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from gancore.errors import GancoreError
from gancore.models.layers import one_logit

KERNEL, STRIDE = 25, 4
PADDING, OUTPUT_PADDING = 11, 1  # with which a transposed convolution makes exactly four numbers of each
STAGES = 3  # of four times as many numbers
WIDTH = 32  # channels beside the waveform; doubles with every division by four
LABEL_DIM = 16
SLOPE = 0.2
SHUFFLE = 2  # the paper's n


def check_length(length: int) -> int:
    """How long the coarsest stage is. Raises GancoreError where `length` is no multiple of 64."""
    if length % STRIDE**STAGES:
        raise GancoreError(f"Waveforms of {length} numbers do not divide by {STRIDE**STAGES}; cut or fill them up.")
    return length // STRIDE**STAGES


class PhaseShuffle(nn.Module):
    """Moves what it is given `(N, C, T)` along time by up to `most` places, at random, and mirrors what is missing.

    Upsampling leaves a pattern at fixed places, by which a discriminator could know generated sounds at once. It is
    kept from doing so (section 3.3). In eval mode nothing is moved.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.most:
            return x
        start = int(torch.randint(2 * self.most + 1, (), device=x.device))
        padded = pad(x, (self.most, self.most), mode="reflect")
        return padded[..., start : start + x.shape[-1]]


class WaveGenerator(nn.Module):
    """Latents `(N, latent_dim)` and labels `(N,)` to waveforms `(N, 1, length)` in [-1, 1]."""

    def __init__(self, latent_dim: int, length: int, classes: int, width: int = WIDTH) -> None:
        super().__init__()
        widths = [width * 2**stage for stage in reversed(range(STAGES))]
        self.code = nn.Embedding(classes, LABEL_DIM)
        self.first = nn.Linear(latent_dim + LABEL_DIM, widths[0] * check_length(length))
        self.wide = widths[0]
        layers: list[nn.Module] = [nn.BatchNorm1d(widths[0]), nn.ReLU()]
        for inputs, outputs in pairwise(widths):
            layers += [nn.ConvTranspose1d(inputs, outputs, KERNEL, STRIDE, PADDING, OUTPUT_PADDING)]
            layers += [nn.BatchNorm1d(outputs), nn.ReLU()]
        layers += [nn.ConvTranspose1d(widths[-1], 1, KERNEL, STRIDE, PADDING, OUTPUT_PADDING), nn.Tanh()]
        self.layers = nn.Sequential(*layers)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        coarse = self.first(torch.cat([z, self.code(labels)], dim=1))
        return self.layers(coarse.unflatten(1, (self.wide, -1)))


class WaveDiscriminator(nn.Module):
    """Waveforms `(N, 1, length)` and labels `(N,)` to logits `(N,)`, phase shuffle after all but the last stage."""

    def __init__(self, length: int, classes: int, width: int = WIDTH, shuffle: int = SHUFFLE) -> None:
        super().__init__()
        widths = [1, *(width * 2**stage for stage in range(STAGES))]
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise(widths):
            layers += [nn.Conv1d(inputs, outputs, KERNEL, STRIDE, PADDING + 1), nn.LeakyReLU(SLOPE)]
            layers += [PhaseShuffle(shuffle)]
        self.features = nn.Sequential(*layers[:-1], nn.Flatten())
        wide = widths[-1] * check_length(length)
        self.head = nn.Linear(wide, 1)
        self.projection = nn.Embedding(classes, wide)
        nn.init.zeros_(self.projection.weight)

    def forward(self, waveforms: Tensor, labels: Tensor) -> Tensor:
        return self.compare(self.features(waveforms), labels)

    def compare(self, features: Tensor, labels: Tensor) -> Tensor:
        """The logits `(N,)` of waveforms with these `features`."""
        return one_logit(self.head(features)) + (features * self.projection(labels)).sum(1).float()
