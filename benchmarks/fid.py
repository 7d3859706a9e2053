"""FID as `gancore evaluate` measures it on the digits: 2,500 samples against one half of the real images."""

import torch
from torch import Tensor

from gancore.data import ImageData, to_float
from gancore.metrics import frechet_distance
from gancore.metrics.classifier import load_extractor


class ShippedJudge:
    """Scores samples against one half of `data`; `floor` is what the other half scores."""

    def __init__(self, data: ImageData) -> None:
        self.extractor = load_extractor()
        self.count = len(data) // 2
        order = torch.randperm(len(data), generator=torch.Generator().manual_seed(0))[: 2 * self.count]
        self.reference, other = self.extractor.features(to_float(data.images[order])).split(self.count)
        self.floor = frechet_distance(other, self.reference)

    def fid(self, samples: Tensor) -> float:
        """The FID of `count` float samples `(count, C, H, W)` in [-1, 1]."""
        return frechet_distance(self.extractor.features(samples), self.reference)
