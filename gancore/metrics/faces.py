"""What is said of a run of faces: how far from the real ones, and whether they are copies."""

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from gancore.data.avatars import FACE, are_avatars, load_avatars
from gancore.data.images import ImageData, to_float
from gancore.metrics.described import load_judge
from gancore.metrics.distances import frechet_distance
from gancore.metrics.neighbours import novelty
from gancore.training.game import Game


def face_scores(game: Game, generator: nn.Module, data: ImageData, count: int, seed: int = 0) -> dict[str, float]:
    """How near to `data` the nearest picture of each of `count` samples is, compared with that of new real ones.

    Avatars have their distance from those that are held out as well.
    """
    samples = game.sample(generator, count, seed=seed).cpu()
    new = novelty(samples, data.images, seed)
    scores = {"novelty": new.ratio, "near copies": new.copies}
    return {"FID": avatar_distance(samples), **scores} if are_avatars(data) else scores


def avatar_distance(pictures: Tensor) -> float:
    """FID of avatars `(N, 3, 32, 32)` and held-out ones, in what the judge of their attributes says of each.

    Left out are those whose colours nobody has who is learnt from. The judge sees pictures at half their size, and has
    a logit for each word. Compare such distances with one another alone, and for equal N.
    """
    avatars = load_avatars()
    alike = avatars.held_out & ~avatars.never_together
    return frechet_distance(_said(pictures), _said(to_float(avatars.images[alike])))


@torch.no_grad()
def _said(pictures: Tensor) -> Tensor:
    return torch.cat(load_judge(FACE)(avg_pool2d(pictures, pictures.shape[-1] // FACE)), dim=1)
