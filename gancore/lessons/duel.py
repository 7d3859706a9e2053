"""A duel about pictures, real or generated: what a detector sees of them, and twelve for a reader to judge as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gancore.analysis.detection import Detector, Roc, log_spectrum, roc, share_above, threshold_at
from gancore.analysis.tampering import Tampering, as_files

COUNT = 12
FALSE_ALARMS = 0.01


def tampered(images: Tensor, steps: Sequence[Tampering]) -> Tensor:
    """`images` in 256 levels after `steps`, one after the other."""
    images = as_files(images)
    for step in steps:
        images = step(images)
    return images


@dataclass(frozen=True)
class Look:
    """What a detector sees: mean logarithms of the spectra `(rings,)` of both kinds, its curve, and what it says.

    `false_alarms` and `found` are shares, 0 to 1, of real pictures and of fakes above its threshold.
    """

    real: Tensor
    fake: Tensor
    curve: Roc
    false_alarms: float
    found: float


class Duel:
    """A `detector`, the `real` pictures that it has not learnt from, and fakes by the name of their maker.

    Half of the real pictures, untouched, set its threshold; by the other half it is judged. The same is done to real
    pictures and to fakes.
    """

    def __init__(self, detector: Detector, real: Tensor, makers: Mapping[str, Tensor]) -> None:
        self.detector, self.makers = detector, dict(makers)
        settling, self.real = real[::2], real[1::2]
        self.threshold = threshold_at(detector(settling), FALSE_ALARMS)

    def look(self, maker: str, steps: Sequence[Tampering] = ()) -> Look:
        """What becomes of real pictures and those of `maker` after `steps`."""
        real, fake = tampered(self.real, steps), tampered(self.makers[maker], steps)
        of_real, of_fake = self.detector(real), self.detector(fake)
        return Look(
            log_spectrum(real).mean(0),
            log_spectrum(fake).mean(0),
            roc(of_real, of_fake),
            share_above(of_real, self.threshold),
            share_above(of_fake, self.threshold),
        )

    def twelve(self, maker: str, steps: Sequence[Tampering], seed: int) -> "Twelve":
        """Twelve pictures after `steps`, each real or by `maker` as `seed` decides by the toss of a coin."""
        chance = torch.Generator().manual_seed(seed)
        fake = torch.rand(COUNT, generator=chance) < 0.5
        some = [torch.randint(len(lot), (COUNT,), generator=chance) for lot in (self.real, self.makers[maker])]
        real, made = self.real[some[0]], self.makers[maker][some[1]]
        images = tampered(torch.where(fake[:, None, None, None], made, real), steps)
        return Twelve(images, fake, self.detector(images) > self.threshold)


@dataclass(frozen=True)
class Twelve:
    """Twelve `images` `(12, C, H, W)`, which are `fake`, and which the machine takes for fakes, both bool `(12,)`."""

    images: Tensor
    fake: Tensor
    verdict: Tensor

    def score(self, said: Sequence[bool] | Tensor) -> tuple[int, int]:
        """How many fakes are found, and how many real pictures are accused, by twelve answers, True for a fake."""
        said = torch.as_tensor(said)
        return int((said & self.fake).sum()), int((said & ~self.fake).sum())
