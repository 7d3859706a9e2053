"""The game on the line, played by hand: a discriminator that a reader draws, and a forger that a reader moves."""

import math
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from gancore.data.toys import gaussian
from gancore.lessons.line import LineState, places

REAL = (0.3, 0.2)  # mean and standard deviation of the data
FORGER = (-0.2, 0.35)  # those of the generator, before it is moved
SUREST = 0.002  # how near to 0 or 1 a D drawn by hand may come: a wrong certainty would cost without end
AS_GOOD = 0.01  # of the value: nobody can draw nearer to the best


@dataclass
class HandGame:
    """The data stands still; the forger is a Gaussian with `mean` and `std`.

    `drawn` `(N, 2)` are places, ascending, and what D says there, 0 to 1. Between them D is a straight line, to both
    sides it says what it says last, and where it has not been drawn at all it says one half.
    """

    mean: float = FORGER[0]
    std: float = FORGER[1]
    drawn: Tensor = field(default_factory=lambda: torch.zeros(0, 2))

    def look(self) -> LineState:
        """How the game stands; it has no latents."""
        at, none = places(), torch.zeros(0, dtype=torch.double)
        real, fake = (gaussian(*bell).density(at.unsqueeze(1)) for bell in (REAL, (self.mean, self.std)))
        return LineState(real, fake, torch.logit(self._verdict(at)), none, none)

    def answer(self, at: Tensor) -> Tensor:
        """What the best D against this forger says at places `(N,)`: `(N,)`, 0 to 1."""
        real, fake = (gaussian(*bell).log_density(at.unsqueeze(1)) for bell in (REAL, (self.mean, self.std)))
        return torch.sigmoid(real - fake)

    def _verdict(self, at: Tensor) -> Tensor:
        if not len(self.drawn):
            return torch.full_like(at, 0.5)
        x, verdict = self.drawn.double().numpy().T
        return torch.from_numpy(np.interp(at.numpy(), x, verdict)).clamp(SUREST, 1 - SUREST)


def describe(seen: LineState) -> str:
    """Value and score of a game that is played by hand."""
    short = seen.best_value - seen.value
    score = "Yours is as good." if short < AS_GOOD else f"Yours is {short:.3f} short of it."
    told = f"V is {seen.value:.3f}; the best D against this forger reaches {seen.best_value:.3f}. {score}"
    caught_up = seen.best_value < AS_GOOD - math.log(4)
    return f"{told} Not even the best D can tell these two apart." if caught_up else told
