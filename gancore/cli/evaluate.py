"""`gancore evaluate`: the scores of a run's own kind, or the report on its images."""

import json
from pathlib import Path
from typing import Any

import click
import torch
from torch import nn

from gancore.cli.data import data_of
from gancore.cli.options import MAX_COUNT, check_count, check_output, on_data, own_kind
from gancore.data.images import ImageData
from gancore.errors import GancoreError
from gancore.metrics.by_kind import SCORES, scores_by_kind
from gancore.metrics.classifier import load_extractor
from gancore.runs.weights import load_generator
from gancore.system.files import write_text
from gancore.tables import as_text
from gancore.training.game import Game
from gancore.training.kinds import DataSet, examples_of
from gancore.training.trainer import MOST_SEED


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--count", type=click.IntRange(1, MAX_COUNT), default=5000, show_default=True, help="Samples to grade.")
@click.option(
    "--extractor",
    metavar="digits|FILE",
    help="The classifier to measure with; gancore features trains one for other data. [default: digits]",
)
@click.option("--seed", type=click.IntRange(0, MOST_SEED), default=0, show_default=True, help="Of everything random.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the report here.")
@on_data
@own_kind
def evaluate(run: Path, count: int, extractor: str | None, seed: int, json_file: Path | None, data: str | None) -> None:
    """Grade the generator kept in folder RUN: every score beside what real images score themselves.

    A kind of game of your own may have other scores.
    """
    check_output(json_file, ".json")
    game, generator, config = load_generator(run)
    known = config.recipe.kind in SCORES
    if known and extractor is not None:
        raise GancoreError(f"{run} has scores of its own, and none of them asks an extractor; leave out --extractor.")
    given = config.spec.given is not None
    if not (known and given):  # whose scores draw for what is held out, and never for more
        check_count(count, config.spec)
    real = data_of(config, data)
    if given and not known:
        game.examples = examples_of(real, count, seed)
    scores = scores_by_kind(config.recipe, game, generator, real, count, seed)
    if scores is None:
        text, content = _image_scores(game, generator, real, count, extractor or "digits", seed, str(run))
    else:
        text = as_text([("score", "value"), *((name, f"{value:.4f}") for name, value in scores.items())], numbers=(1,))
        content = {"name": str(run), "data": real.name, "data_sha256": real.sha256, "seed": seed, "samples": count}
        content["scores"] = dict(scores)
    click.echo(text)
    if json_file is not None:
        write_text(json_file, json.dumps(content, indent=2) + "\n")
        click.echo(json_file)


def _image_scores(
    game: Game, generator: nn.Module, data: DataSet, count: int, extractor: str, seed: int, name: str
) -> tuple[str, dict[str, Any]]:
    """The report on generated images, as a table and as plain values."""
    from gancore.metrics import report

    if not isinstance(data, ImageData):
        raise GancoreError(
            f"{data.name} holds no images, and {name} has no scores of its own; add scores() to its recipe."
        )
    labels = torch.arange(count) % game.classes if game.classes else None
    found = report(game.sample(generator, count, labels, seed), data, load_extractor(extractor), labels, seed, name)
    return str(found), found.as_dict()
