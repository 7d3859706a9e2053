"""Commands for maintainers: `gancore pretrain` and `gancore ship` make the generators that come with the package."""

from pathlib import Path

import click

from gancore import pretrained, pretrained_runs


@click.command(hidden=True)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--out", type=click.Path(path_type=Path), default=pretrained.SHIPPED, help="The folder to write to.")
def pretrain(names: tuple[str, ...], out: Path) -> None:
    """Train the shipped generators NAME again, or all of them: for maintainers.

    Those of the course need its models: python -m gancore.generative pretrain vae.
    """
    for generator in pretrained.pretrain(names or tuple(pretrained.ORIGINS), out):
        click.echo(generator)


@click.command(hidden=True)
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), default=pretrained.SHIPPED, help="The folder to write to.")
def ship(run: Path, name: str, out: Path) -> None:
    """Store the generator of RUN as the shipped one called NAME: for maintainers."""
    click.echo(pretrained_runs.ship(run, name, out))
