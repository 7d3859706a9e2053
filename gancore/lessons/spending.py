"""Ten labels to spend: a sheet of digits without labels, of which ten may be labelled, and what they buy."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from gancore.lessons.few_labels import Exam

BUDGET = 10
COLUMNS, ROWS = 8, 6  # of the sheet
NETWORK = "small network"
NETWORKS = 5  # random choices that a network is trained on, which takes a hundred times as long as a probe


@dataclass(frozen=True)
class Spending:
    """A sheet of examples, at the places `sheet`, that may be labelled, and an `exam` on others.

    `images` `(N, 1, 28, 28)` are all examples, `features` `(N, D)` what is known of each, by the name of who says so.
    A small network learns as well, beside the first few `networks` of random choices; with 0 there is none.
    """

    exam: Exam
    images: Tensor
    features: Mapping[str, Tensor]
    sheet: Tensor
    networks: int = NETWORKS

    def labels(self, cells: Tensor) -> list[int]:
        """What the labels at these cells of the sheet say."""
        return self.exam.labels[self.sheet[cells]].tolist()

    def accuracies(self, cells: Tensor) -> dict[str, float]:
        """What each reaches, in per cent, with the labels at these cells of the sheet; nothing while all are alike.

        The small network is trained once the budget is spent.
        """
        if len(set(self.labels(cells))) < 2:
            return {}
        found = self.probes(cells)
        return found | self.network(cells) if self.networks and len(cells) == BUDGET else found

    def probes(self, cells: Tensor) -> dict[str, float]:
        return {name: self.exam.probe(each, self.sheet[cells]) for name, each in self.features.items()}

    def network(self, cells: Tensor) -> dict[str, float]:
        return {NETWORK: self.exam.network(self.images, self.sheet[cells])}

    def at_random(self, count: int = 100, seed: int = 0) -> dict[str, list[float]]:
        """What each reaches with `count` random choices of ten cells, and the network with the first few of them."""
        draws = [random_cells(seed * count + place) for place in range(count)]
        found = [self.probes(cells) for cells in draws]
        reached = {name: [each[name] for each in found] for name in self.features}
        trained = [self.network(cells)[NETWORK] for cells in draws[: self.networks]]
        return reached | ({NETWORK: trained} if trained else {})


def random_cells(seed: int) -> Tensor:
    """Ten cells of the sheet."""
    return torch.randperm(COLUMNS * ROWS, generator=torch.Generator().manual_seed(seed))[:BUDGET]


def cells_under(points: Tensor) -> Tensor:
    """The cells, int64, under points `(N, 2)` in [-1, 1]², each once, in the order of the points; no more than ten."""
    columns = ((points[:, 0] + 1) / 2 * COLUMNS).long().clamp(0, COLUMNS - 1)
    rows = ((1 - points[:, 1]) / 2 * ROWS).long().clamp(0, ROWS - 1)
    return torch.tensor(list(dict.fromkeys((rows * COLUMNS + columns).tolist()))[:BUDGET], dtype=torch.int64)


def middles(cells: Tensor) -> Tensor:
    """A point `(N, 2)` in [-1, 1]² in the middle of each cell."""
    across, down = cells % COLUMNS, cells // COLUMNS
    return torch.stack([(2 * across + 1) / COLUMNS - 1, 1 - (2 * down + 1) / ROWS], dim=1)
