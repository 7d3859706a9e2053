"""`gancore sample`: a grid, and where they are asked for, arrays and sounds."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import torch
from torch import Tensor

from gancore.cli.data import check_data_asked, data_of
from gancore.cli.labels import listed, parse_labels
from gancore.cli.options import MAX_COUNT, check_count, check_output, on_data, own_kind
from gancore.data.images import to_uint8
from gancore.data.pictures import are_images
from gancore.data.sound import to_wav
from gancore.errors import GancoreError
from gancore.runs.weights import load_generator
from gancore.system.files import write_atomically, write_bytes, write_text
from gancore.training.cyclegan import CycleGAN
from gancore.training.game import Game
from gancore.training.kinds import examples_of
from gancore.training.text2image import TextGame
from gancore.training.trainer import MOST_SEED

GRID_MOST = 400  # samples in a grid; an array holds them all
PART = 500  # samples that become pixels at once


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--count", type=click.IntRange(1, MAX_COUNT), help="How many. [default: 64, or 8 of each label]")
@click.option(
    "--labels",
    metavar="7|3,1,4|0-9|cats,dogs",
    help="Classes to ask a conditional run for, by their names, in turn. [default: all]",
)
@click.option(
    "--caption", "captions", multiple=True, metavar="TEXT", help="What a run of text2image is to draw; may be repeated."
)
@click.option("--seed", type=click.IntRange(0, MOST_SEED), default=0, show_default=True, help="Of the latents.")
@click.option("--back", is_flag=True, help="The other way round, where a run has learnt a way back.")
@click.option("--out", type=click.Path(path_type=Path), help="A grid of the first samples. [default: RUN/grid.png]")
@click.option(
    "--array",
    type=click.Path(path_type=Path),
    help="All samples: images as uint8 (N, H, W) or (N, H, W, 3), others as they are.",
)
@click.option("--wav", type=click.Path(path_type=Path), help="A folder for a WAV file of each sample that is a sound.")
@on_data
@own_kind
def sample(
    run: Path,
    count: int | None,
    labels: str | None,
    captions: tuple[str, ...],
    seed: int,
    back: bool,
    out: Path | None,
    array: Path | None,
    wav: Path | None,
    data: str | None,
) -> None:
    """Draw from the generator kept in folder RUN.

    With --array, a conditional run also writes the label of each sample, as FILE.labels.npy, and as FILE.classes.json
    the names of the classes, the first of which has the label 0.
    """
    check_output(out, ".png")
    check_output(array, ".npy")
    game, generator, config = load_generator(run)
    if labels is not None and not game.classes:
        raise GancoreError(f"{run} has no classes to ask for; leave out --labels, or train a conditional recipe.")
    names = config.spec.classes or tuple(map(str, range(game.classes)))  # which a kind of one's own may have unnamed
    cycle = list(range(game.classes)) if labels is None else parse_labels(labels, names)
    told = _captions_asked(game, captions, run)
    if told is not None and data is not None:
        raise GancoreError("A caption is all that is drawn from; leave out --data, or --caption.")
    in_turn = len(cycle) or len(captions)
    count = count or 8 * (in_turn or 8)
    check_count(count, config.spec)
    check_data_asked(config, data, run)
    if config.spec.given is not None and told is None:
        game.examples = examples_of(data_of(config, data), count, seed)
    if back:
        game = _turned(game, run)
        generator = game.generator
    asked = torch.tensor(cycle)[torch.arange(count) % len(cycle)] if cycle else None
    samples = game.sample(generator, count, asked if told is None else told, seed).cpu()
    sounds = None if wav is None else _heard(game, samples)
    out = out or run / "grid.png"
    columns = in_turn if 1 < in_turn <= 20 else None
    shown = None if asked is None else asked[:GRID_MOST]
    write_atomically(out, game.show(samples[:GRID_MOST], shown, columns).save)
    if asked is not None:
        click.echo(f"in turn: {listed([names[place] for place in cycle])}")
    click.echo(out)
    if array is not None:
        _write_arrays(samples, asked, names, array)
    if wav is not None and sounds is not None:
        _write_sounds(sounds, asked, names, wav)


def _captions_asked(game: Game, captions: tuple[str, ...], run: Path) -> Tensor | None:
    """Captions as the players of `game` read them, or None where there are none."""
    if not captions:
        return None
    if not isinstance(game, TextGame):
        raise GancoreError(f"{run} reads no captions; leave out --caption, or train text2image.")
    return game.ask(captions)


def _turned(game: Game, run: Path) -> Game:
    """`game` the other way round. Raises GancoreError where it has none."""
    if not isinstance(game, CycleGAN):
        raise GancoreError(f"{run} has learnt one way only; leave out --back, or train cyclegan.")
    return game.turned()


def _write_arrays(samples: Tensor, labels: Tensor | None, classes: Sequence[str], path: Path) -> None:
    array = _as_pixels(samples) if are_images(samples) else samples
    write_atomically(path, lambda temporary: np.save(temporary, array.numpy()))
    click.echo(path)
    if labels is not None:
        beside = path.with_suffix(".labels.npy")
        write_atomically(beside, lambda temporary: np.save(temporary, labels.numpy()))
        click.echo(beside)
        write_text(path.with_suffix(".classes.json"), json.dumps(list(classes), indent=2, ensure_ascii=False) + "\n")
        click.echo(path.with_suffix(".classes.json"))


def _heard(game: Game, samples: Tensor) -> Tensor:
    """`samples` of `game` as sounds `(N, T)`. Raises GancoreError where they are none."""
    sounds = game.sounds(samples)
    if sounds is None:
        raise GancoreError("This run draws no sounds; leave out --wav.")
    return sounds


def _write_sounds(sounds: Tensor, labels: Tensor | None, classes: Sequence[str], folder: Path) -> None:
    """A WAV file for each of `sounds` `(N, T)`, by its number, and by its class where there are any."""
    folder.mkdir(exist_ok=True)
    for number, sound in enumerate(sounds):
        name = "" if labels is None else f"-{classes[int(labels[number])]}"
        write_bytes(folder / f"{number:04d}{name}.wav", to_wav(sound))
    click.echo(folder)


def _as_pixels(images: Tensor) -> Tensor:
    """Images `(N, C, H, W)` in [-1, 1] as uint8 `(N, H, W)` where they are grey, or `(N, H, W, 3)`."""
    pixels = torch.cat([to_uint8(part) for part in images.split(PART)]).permute(0, 2, 3, 1)
    return pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels
