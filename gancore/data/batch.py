"""A batch: what a player learns from in one move."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Batch:
    """What a player learns from in one move: `real` examples, and their `labels` `(N,)` where there are any.

    For images `real` is float32 `(N, C, H, W)` in [-1, 1]; for points in the plane it is `(N, 2)`.
    """

    real: Tensor
    labels: Tensor | None = None

    def __len__(self) -> int:
        return len(self.real)
