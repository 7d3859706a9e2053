"""What is said of a run of faces: how far from the real ones, and whether they are copies."""

from torch import nn

from gancore.data.images import ImageData
from gancore.metrics.neighbours import novelty
from gancore.training.game import Game


def face_scores(game: Game, generator: nn.Module, data: ImageData, count: int, seed: int = 0) -> dict[str, float]:
    """How near to `data` the nearest picture of each of `count` samples is, compared with that of new real ones."""
    new = novelty(game.sample(generator, count, seed=seed).cpu(), data.images, seed)
    return {"novelty": new.ratio, "near copies": new.copies}
