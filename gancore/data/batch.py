"""A batch, what a player learns from in one move, and what one example of it is like."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Batch:
    """What a player learns from in one move: `real` examples `(N, …)`, and what belongs to each where there is any.

    `labels` are int64 `(N,)`. `given` `(N, …)` is what else both players are shown: a picture to translate, words, a
    damaged image. Images are float32 `(N, C, H, W)` in [-1, 1], points in the plane `(N, 2)`.
    """

    real: Tensor
    labels: Tensor | None = None
    given: Tensor | None = None

    def __len__(self) -> int:
        return len(self.real)


@dataclass(frozen=True)
class Spec:
    """What one example of some data is like, which is all that players need to know of it to be built.

    `shape` is that of one example, such as (C, H, W), and `given` that of what is given with it, None where nothing
    is. `classes` are their names, None where there are no labels, and `words` those that the numbers in a caption
    stand for, None where no captions are given.
    """

    shape: tuple[int, ...]
    classes: tuple[str, ...] | None = None
    given: tuple[int, ...] | None = None
    words: tuple[str, ...] | None = None
