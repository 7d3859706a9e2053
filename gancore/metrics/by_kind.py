"""What each kind of game that comes with gancore is scored by. A kind of one's own has `scores` in its recipe."""

from collections.abc import Mapping
from pkgutil import resolve_name

from torch import nn

from gancore.training.game import Game
from gancore.training.kinds import DataSet, Recipe

SCORES = {  # called with game, generator, data, count and seed; imported when asked for, as some need large libraries
    "cyclegan": "gancore.metrics.unpaired:translation_scores",
    "faces": "gancore.metrics.faces:face_scores",
    "pairs": "gancore.metrics.truth:pair_scores",
    "text2image": "gancore.metrics.described:text_scores",
    "text2image-stage2": "gancore.metrics.described:text_scores",
    "voices": "gancore.metrics.hearing:voice_scores",
    "wavegan": "gancore.metrics.hearing:wave_scores",
}


def scores_by_kind(
    recipe: Recipe, game: Game, generator: nn.Module, data: DataSet, count: int, seed: int
) -> Mapping[str, float] | None:
    """Each score of `generator` by its name, from at most `count` samples; None stands for the report on images."""
    own = recipe.scores(game, generator, data, count, seed)
    if own is None and recipe.kind in SCORES:
        return resolve_name(SCORES[recipe.kind])(game, generator, data, count, seed)
    return own
