"""`gancore features`: a classifier for `gancore evaluate --extractor`."""

from pathlib import Path

import click

from gancore.cli.data import tell_notes
from gancore.cli.options import check_output, on_background
from gancore.data.sources import load
from gancore.metrics.classifier import save_extractor
from gancore.training.trainer import MOST_SEED


@click.command()
@click.option(
    "--data",
    default="digits",
    show_default=True,
    metavar="digits|mnist|fashion|FOLDER",
    help="Images with labels; a folder has one subfolder a class.",
)
@on_background
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The safetensors file to write.")
@click.option("--seed", type=click.IntRange(0, MOST_SEED), default=0, show_default=True, help="Of everything random.")
def features(data: str, background: str | None, out: Path, seed: int) -> None:
    """Train a classifier of labelled images, for evaluate --extractor to measure with."""
    from gancore.metrics.classifier_training import train_extractor

    check_output(out, ".safetensors")
    images = load(data, background=background)
    tell_notes(images)
    extractor = train_extractor(images, seed)
    save_extractor(extractor, out)
    click.echo(extractor)
    click.echo(out)
