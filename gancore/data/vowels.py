"""Ten vowels of men, women and children, made from a source and a filter: an exact stand-in for recorded ones.

The source is a row of pulses at the pitch, the filter a mouth with three resonances, the formants. Their means are
those that Peterson and Barney (1952, table II) measured on 76 speakers of American English.
"""

import hashlib
import math

import torch
from torch import Tensor

from gancore.data.batch import Batch, Spec
from gancore.data.sound import RATE, to_full_scale

VOWELS = ("heed", "hid", "head", "had", "hod", "hawed", "hood", "who'd", "hud", "heard")
LENGTH = 1024  # numbers in a vowel: 0.128 s
# For men, women and children: the pitch, and the first three formants, in Hz, in the order of VOWELS.
MEANS = torch.tensor([
    [[136, 135, 130, 127, 124, 129, 137, 141, 130, 133],
     [270, 390, 530, 660, 730, 570, 440, 300, 640, 490],
     [2290, 1990, 1840, 1720, 1090, 840, 1020, 870, 1190, 1350],
     [3010, 2550, 2480, 2410, 2440, 2410, 2240, 2240, 2390, 1690]],
    [[235, 232, 223, 210, 212, 216, 232, 231, 221, 218],
     [310, 430, 610, 860, 850, 590, 470, 370, 760, 500],
     [2790, 2480, 2330, 2050, 1220, 920, 1160, 950, 1400, 1640],
     [3310, 3070, 2990, 2850, 2810, 2710, 2680, 2670, 2780, 1960]],
    [[272, 269, 260, 251, 256, 263, 276, 274, 261, 261],
     [370, 530, 690, 1010, 1030, 680, 560, 430, 850, 560],
     [3200, 2730, 2610, 2320, 1370, 1060, 1410, 1170, 1590, 1820],
     [3730, 3600, 3570, 3320, 3170, 3180, 3310, 3260, 3360, 2160]],
], dtype=torch.float32)  # fmt: skip
SPREAD = (
    0.06  # by which a speaker's pitch and formants differ from the means, as a standard deviation of their logarithm
)
GLIDE = 0.05  # by which a pitch rises or falls while the vowel lasts
HARMONICS = 64
WIDTHS = (60.0, 90.0, 150.0)  # Hz, of the formants: typical values
COUNT = 2000  # vowels to draw from


def pronounce(vowels: Tensor, rng: torch.Generator) -> Tensor:
    """Each of `vowels`, int64 `(N,)`, by a speaker of its own: sounds float32 `(N, LENGTH)`, of peak 1."""
    count = len(vowels)
    group = torch.randint(len(MEANS), (count,), generator=rng)
    means = MEANS[group, :, vowels]
    pitch, *formants = (means * (SPREAD * torch.randn(means.shape, generator=rng)).exp()).T
    glide = GLIDE * (2 * torch.rand(count, 1, generator=rng) - 1)
    time = torch.arange(LENGTH) / RATE
    turns = pitch[:, None] * time * (1 + glide * time / time[-1]) + torch.rand(count, 1, generator=rng)
    sound = torch.zeros(count, LENGTH)
    for number in range(1, HARMONICS + 1):
        frequency = number * pitch
        strength = (
            frequency < RATE / 2
        ) / number  # a pulse of breath is weaker by 6 dB an octave, with the lips' share
        for formant, width in zip(formants, WIDTHS, strict=True):
            strength = strength * resonance(frequency, formant, width)
        sound += strength[:, None] * (2 * math.pi * number * turns).cos()
    return to_full_scale(sound)


def resonance(frequency: Tensor, formant: Tensor, width: float) -> Tensor:
    """By how much a formant of this `width` passes a `frequency`, all in Hz: 1 far below, most at the formant."""
    square = formant.square() + (width / 2) ** 2
    below, above = frequency - formant, frequency + formant
    half = (width / 2) ** 2
    return square / ((below.square() + half) * (above.square() + half)).sqrt()


class VowelData:
    """Waveforms `(N, 1, LENGTH)` of ten vowels, 2,000 that are the same each time; `held_out` are of other speakers."""

    name = "vowels"
    spec = Spec((1, LENGTH), VOWELS)

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        rng = torch.Generator().manual_seed(seed)
        self.labels = torch.arange(COUNT) % len(VOWELS)
        self.sounds = pronounce(self.labels, rng)[:, None]

    def __repr__(self) -> str:
        return f"vowels: {len(self):,} sounds of {LENGTH:,} numbers, {len(VOWELS)} vowels"

    def __len__(self) -> int:
        return len(self.sounds)

    @property
    def sha256(self) -> str:
        """A hash of the table and of all that decides what is drawn by it; sounds differ in their last bits."""
        decides = f"{MEANS.tolist()} {SPREAD} {GLIDE} {WIDTHS} {HARMONICS} {LENGTH} {COUNT} {self.seed}"
        return hashlib.sha256(decides.encode()).hexdigest()

    @property
    def held_out(self) -> "VowelData":
        return VowelData(self.seed + 1)

    def batches(self, device: torch.device | str = "cpu", seed: int = 0) -> "VowelBatches":
        """A source of random vowels on `device`."""
        return VowelBatches(self, device, seed)


class VowelBatches:
    """Draws vowels independently and with replacement."""

    def __init__(self, data: VowelData, device: torch.device | str, seed: int) -> None:
        self.sounds, self.labels = data.sounds.to(device), data.labels.to(device)
        self.rng = torch.Generator(device).manual_seed(seed)

    def draw(self, count: int) -> Batch:
        """`count` vowels as a Batch on the device."""
        index = torch.randint(len(self.sounds), (count,), generator=self.rng, device=self.sounds.device)
        return Batch(self.sounds[index], self.labels[index])
