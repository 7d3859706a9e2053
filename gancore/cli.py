"""The command line: `gancore train | sample | evaluate | doctor`. Wrong input costs a sentence and exit code 2."""

import json
import re
import sys
from io import TextIOWrapper
from math import isnan, prod
from pathlib import Path
from typing import NoReturn

import click
import numpy as np
import torch
from torch import Tensor

from gancore import __version__
from gancore.data.images import to_uint8
from gancore.data.sources import load
from gancore.errors import GancoreError
from gancore.metrics.classifier import load_extractor
from gancore.runs.config import MOST_SEED, RunConfig
from gancore.runs.folder import RunFolder
from gancore.runs.pictures import image_grid
from gancore.runs.weights import load_generator
from gancore.system.device import DEVICES, PRECISIONS
from gancore.system.distributed import first_on_machine_before_others, is_first_on_machine, process_group, rank
from gancore.system.files import write_atomically, write_text
from gancore.training.losses import LOSSES
from gancore.training.recipes import Recipe, get_recipe
from gancore.training.recorders import Progress

MAX_COUNT = 1_000_000  # samples in one call
MOST_VALUES = 250_000_000  # in the samples of one call: 1 GB while they are drawn, a quarter of that as pixels
MOST_LABELS = 10_000  # that can be asked for in turn
GRID_MOST = 400  # samples in a grid; an array holds them all
PART = 500  # samples that become pixels at once


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__)
def app() -> None:
    """Train generative adversarial networks, and draw from them."""


@app.command()
@click.argument("recipe", metavar="RECIPE")
@click.option(
    "--data", default="digits", show_default=True, metavar="digits|mnist|fashion|FOLDER", help="What to learn from."
)
@click.option("--steps", type=click.IntRange(min=1), help="Rounds in all. [default: the recipe's]")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Seconds of training in all, instead.")
@click.option(
    "--batch-size",
    type=click.IntRange(min=1),
    help="Real images in a discriminator move, of each process where torchrun starts several.",
)
@click.option("--lr", type=float, help="Learning rate of both players.")
@click.option("--loss", metavar="NAME", help=f"One of {', '.join(LOSSES)}.")
@click.option("--seed", type=click.IntRange(0, MOST_SEED), default=0, show_default=True, help="Of everything random.")
@click.option("--device", default="auto", show_default=True, metavar="|".join(DEVICES), help="Where to compute.")
@click.option(
    "--precision", default="auto", show_default=True, metavar="|".join(PRECISIONS), help="Of matrix products."
)
@click.option("--compile", "compiled", is_flag=True, help="Compile the players: worth its minute on a GPU.")
@click.option("--out", type=click.Path(path_type=Path), help="The run folder. [default: runs/RECIPE]")
@click.option("--resume", is_flag=True, help="Continue the run in the folder.")
@click.option("--quiet", is_flag=True, help="No progress bar, no summary.")
def train(
    recipe: str,
    data: str,
    steps: int | None,
    seconds: float | None,
    batch_size: int | None,
    lr: float | None,
    loss: str | None,
    seed: int,
    device: str,
    precision: str,
    compiled: bool,
    out: Path | None,
    resume: bool,
    quiet: bool,
) -> None:
    """Train RECIPE: mlp, dcgan or modern; with labels cmlp, cdcgan or cmodern."""
    if steps is not None and seconds is not None:
        raise GancoreError("Give either --steps or --seconds, not both.")
    if seconds is not None and isnan(seconds):
        raise GancoreError("--seconds is nan; give a number above 0.")
    chosen = _adjusted(get_recipe(recipe), batch_size, lr, loss)
    out = out or Path("runs") / recipe
    with process_group(device) as own_device:
        with first_on_machine_before_others():  # so that data is downloaded once
            images = load(data)
        run = RunConfig(chosen, data, images.shape, images.classes, seed, images.sha256)
        folder = RunFolder(out, run, resume=resume)
        trainer = chosen.trainer(images, seed=seed, device=own_device, precision=precision)
        folder.attach(trainer, resume=resume)
        if compiled:
            trainer.game.compile()
        if folder.notice and rank() == 0:
            click.echo(f"gancore: {folder.notice}", err=True)
        if steps is None and seconds is None:
            steps = chosen.steps
        quiet = quiet or rank() > 0
        if not quiet:
            click.echo(f"{chosen.name} on {images!r}; {trainer.device}, {trainer.precision}, seed {seed} → {out}")
            trainer.recorders.append(Progress(steps=steps, seconds=seconds))
        if seconds is None:
            trainer.run(steps=max(0, steps - trainer.round))
        else:
            trainer.run(seconds=max(0.0, seconds - trainer.seconds))
    if not quiet:
        click.echo(f"{trainer.round:,} rounds in {trainer.seconds:.0f} s")
        click.echo(folder.last_grid)


def _adjusted(recipe: Recipe, batch_size: int | None, lr: float | None, loss: str | None) -> Recipe:
    changes: dict[str, object] = {}
    if batch_size is not None:
        changes["batch_size"] = batch_size
        if recipe.settings.generator_batch_size is not None:  # which keeps its proportion
            ratio = recipe.settings.generator_batch_size / recipe.settings.batch_size
            changes["generator_batch_size"] = max(1, round(ratio * batch_size))
    if lr is not None:
        changes |= {"d_lr": lr, "g_lr": lr}
    if loss is not None:
        changes |= {"loss": loss}
    return recipe.change(**changes)


@app.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--count", type=click.IntRange(1, MAX_COUNT), help="How many. [default: 64, or 8 of each label]")
@click.option("--labels", metavar="7|3,1,4|0-9", help="Classes to ask a conditional run for, in turn. [default: all]")
@click.option("--seed", type=click.IntRange(0, MOST_SEED), default=0, show_default=True, help="Of the latents.")
@click.option("--out", type=click.Path(path_type=Path), help="A grid of the first samples. [default: RUN/grid.png]")
@click.option("--array", type=click.Path(path_type=Path), help="All samples as uint8 (N, H, W) or (N, H, W, 3).")
def sample(run: Path, count: int | None, labels: str | None, seed: int, out: Path | None, array: Path | None) -> None:
    """Draw from the generator kept in folder RUN.

    With --array, a conditional run also writes the labels, as FILE.labels.npy.
    """
    _check_output(out, ".png")
    _check_output(array, ".npy")
    game, generator, config = load_generator(run)
    cycle = list(range(game.classes)) if labels is None else parse_labels(labels)
    if game.classes and max(cycle) >= game.classes:
        raise GancoreError(f"There is no class {max(cycle)} in {run}; ask for labels from 0 to {game.classes - 1}.")
    count = count or 8 * (len(cycle) or 8)
    _check_count(count, config.shape)
    told = torch.tensor(cycle)[torch.arange(count) % len(cycle)] if cycle else None
    images = game.sample(generator, count, told, seed).cpu()
    out = out or run / "grid.png"
    write_atomically(out, image_grid(images[:GRID_MOST], len(cycle) if 1 < len(cycle) <= 20 else None).save)
    click.echo(out)
    if array is not None:
        _write_arrays(images, told, array)


@app.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--count", type=click.IntRange(1, MAX_COUNT), default=5000, show_default=True, help="Samples to grade.")
@click.option(
    "--extractor",
    default="digits",
    show_default=True,
    metavar="digits|FILE",
    help="The classifier to measure with; python -m gancore.metrics.classifier trains one for other data.",
)
@click.option("--seed", type=click.IntRange(0, MOST_SEED), default=0, show_default=True, help="Of everything random.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the report here.")
def evaluate(run: Path, count: int, extractor: str, seed: int, json_file: Path | None) -> None:
    """Grade the generator kept in folder RUN: every score beside what real images score themselves."""
    from gancore.metrics import report  # scikit-learn and torchmetrics take seconds to load

    _check_output(json_file, ".json")
    game, generator, config = load_generator(run)
    _check_count(count, config.shape)
    labels = torch.arange(count) % game.classes if game.classes else None
    images = game.sample(generator, count, labels, seed)
    result = report(images, load(config.data), load_extractor(extractor), labels, seed, name=str(run))
    click.echo(result)
    if json_file is not None:
        write_text(json_file, json.dumps(result.as_dict(), indent=2) + "\n")
        click.echo(json_file)


@app.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the findings to this file as well.")
def doctor(json_file: Path | None) -> int:
    """Examine this machine: versions, speed, data, room. Exit code 1 when something needs doing."""
    from gancore.doctor import examine

    _check_output(json_file, ".json")
    diagnosis = examine()
    click.echo(diagnosis)
    if json_file is not None:
        write_text(json_file, json.dumps(diagnosis.as_dict(), indent=2) + "\n")
        click.echo(json_file)
    return 0 if diagnosis.good else 1


def parse_labels(text: str) -> list[int]:
    """ "7", "3,1,4" or "0-9", in any mixture, as a list. Raises GancoreError for anything else."""
    labels: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last:
            raise GancoreError(f"--labels {text!r} is not understood; write 7, or 3,1,4, or 0-9.")
        labels += range(first, last + 1)
        if len(labels) > MOST_LABELS:
            raise GancoreError(f"--labels names more than {MOST_LABELS:,} labels; give fewer.")
    return labels


def _check_count(count: int, shape: tuple[int, int, int]) -> None:
    """Refuse more samples than memory holds, before any is drawn."""
    most = MOST_VALUES // prod(shape)
    if count > most:
        size = "×".join(map(str, shape))
        raise GancoreError(f"{count:,} samples of {size} are too many; draw at most {most:,} at once.")


def _check_output(path: Path | None, suffix: str) -> None:
    """Refuse an output that could not be written, before any work is done."""
    if path is not None and path.suffix != suffix:
        raise GancoreError(f"{path} must end in {suffix}.")
    if path is not None and not path.parent.is_dir():
        raise GancoreError(f"There is no folder {path.parent} to write {path.name} in.")


def _write_arrays(images: Tensor, labels: Tensor | None, path: Path) -> None:
    pixels = torch.cat([to_uint8(part) for part in images.split(PART)]).permute(0, 2, 3, 1)
    pixels = pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels
    write_atomically(path, lambda temporary: np.save(temporary, pixels.numpy()))
    click.echo(path)
    if labels is not None:
        beside = path.with_suffix(".labels.npy")
        write_atomically(beside, lambda temporary: np.save(temporary, labels.numpy()))
        click.echo(beside)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line. Exit codes: 0 done, 1 the doctor found something, 2 wrong input, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):  # a pipe on Windows lacks the letters of most names
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app.main(arguments, prog_name="gancore", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        sys.exit(click.echo(error.format_message()))
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    except GancoreError as error:
        _fail(str(error), 2)
    except torch.OutOfMemoryError as error:
        _fail(f"The GPU's memory is full; use --device cpu, or close what fills it. {str(error).splitlines()[0]}", 2)
    except OSError as error:
        _fail(f"{error.filename} cannot be used ({error.strerror})." if error.filename else str(error), 2)
    except click.Abort:
        _fail("Interrupted. A run keeps its state; the same command with --resume goes on.", 130)
    sys.exit(code)


def _fail(sentence: str, code: int) -> NoReturn:
    if is_first_on_machine():  # several processes that fail alike say so once
        click.echo(f"gancore: {' '.join(sentence.split())}", err=True)
    sys.exit(code)
