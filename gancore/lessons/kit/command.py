"""`gancore kit`: which options there are, and the folders that are made."""

import shutil
from pathlib import Path

import click


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--chapters", default="", metavar="4,5", help="Of which chapters. [default: all]")
@click.option("--nbgrader", is_flag=True, help="A course folder for nbgrader as well.")
@click.option("--slides", is_flag=True, help="Slides as well.")
@click.option("--bank-seed", type=click.IntRange(1, 10**6), metavar="N", help="A bank with other numbers as well.")
def kit(out: Path, chapters: str, nbgrader: bool, slides: bool, bank_seed: int | None) -> None:
    """Make in OUT what a room needs: copies for learners, and copies with answers, mistakes and the quiz's key."""
    from gancore.errors import GancoreError
    from gancore.lessons.kit import making

    if out.exists() and any(out.iterdir() if out.is_dir() else [out]):
        raise GancoreError(f"{out} is there already and not empty; name a new folder, or remove this one.")
    out.mkdir(parents=True, exist_ok=True)
    try:
        for line in making.make(out, chapters, nbgrader, slides, bank_seed):
            click.echo(line)
    except BaseException:
        shutil.rmtree(out)  # half a kit would be taken for a whole one
        raise
