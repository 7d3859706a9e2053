"""What every remedy came to, for each number of rare examples: measured once, shipped with the package."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gancore.data.images import to_float
from gancore.data.pairs import read_set
from gancore.lessons.rare.remedies import REMEDIES


@dataclass(frozen=True)
class Results:
    """What data_sets/rare.py measured for each number of rare examples in `few`, with some seeds.

    `of_classes` are recalls `(few, seeds, remedies, 2, 10)`, without and with pictures that are moved, remedies in the
    order of REMEDIES; not a number for a seed that was not tried. `drawn` are pictures of the rare classes by the GAN
    of seed 0, uint8 `(few, 3, N, 1, 28, 28)`.
    """

    few: tuple[int, ...]
    of_classes: Tensor
    drawn: Tensor

    def measured(self, few: int, remedy: str, moved: bool) -> Tensor:
        """Of each seed that was tried the recalls of all classes, `(seeds, 10)`."""
        found = self.of_classes[self.few.index(few), :, list(REMEDIES).index(remedy), int(moved)]
        return found[found.isfinite().all(1)]

    def pictures(self, few: int) -> Tensor:
        """What the GAN drew of the rare classes, float `(3, N, 1, 28, 28)` in [-1, 1]."""
        return to_float(self.drawn[self.few.index(few)])


def load_results() -> Results:
    """The results that ship with gancore."""
    arrays = read_set("rare")
    few = tuple(map(int, arrays["few"]))
    return Results(few, torch.from_numpy(arrays["of_classes"]), torch.from_numpy(arrays["drawn"]))
