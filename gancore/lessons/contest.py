"""Real or drawn: twenty images, some real and some by a generator, for a person and a judge to tell apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gancore.analysis.hands import Sampler
from gancore.data.images import to_float, to_uint8

COUNT = 20


@dataclass(frozen=True)
class Contest:
    """A `generator`, a `judge` of its images (logits, positive for "real"), and real ones to mix in.

    `real` are uint8 `(N, C, H, W)`, at least 20, which the judge should not have seen.
    """

    generator: Sampler
    judge: Callable[[Tensor], Tensor]
    real: Tensor


class Twenty:
    """Twenty images, each real or drawn by the toss of a coin. `seed` decides the coins and the images.

    `images` are float `(20, C, H, W)`; `truth` and `verdict`, bool `(20,)`, say whether each is real, and whether the
    judge takes it for real. Both kinds come in 256 levels, or that alone would tell them apart.
    """

    def __init__(self, contest: Contest, seed: int) -> None:
        chance = torch.Generator().manual_seed(seed)
        self.truth = torch.rand(COUNT, generator=chance) < 0.5
        real = contest.real[torch.randperm(len(contest.real), generator=chance)[:COUNT]]
        generated = to_uint8(contest.generator.sample(COUNT, seed=seed).cpu())
        self.images = to_float(torch.where(self.truth[:, None, None, None], real, generated))
        with torch.no_grad():
            self.verdict = contest.judge(self.images) > 0

    def right(self, said: Tensor | Sequence[bool]) -> list[bool]:
        """Which of twenty answers, True for "real", are right."""
        return (torch.as_tensor(said) == self.truth).tolist()
