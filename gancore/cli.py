"""The command line: `gancore train | sample | evaluate | export | …`. Wrong input ends in a sentence, exit 2."""

import json
import os
import re
import sys
import warnings
from collections.abc import Callable, Sequence, Sized
from functools import partial
from importlib import import_module
from io import TextIOWrapper
from math import isnan, prod
from pathlib import Path
from typing import Any, NoReturn

import click
import numpy as np
import torch
from torch import Tensor, nn

from gancore import __version__, pretrained, pretrained_runs
from gancore.data.batch import Spec
from gancore.data.images import ImageData, to_uint8
from gancore.data.levels import GROUNDS
from gancore.data.pictures import are_images
from gancore.data.sound import to_wav
from gancore.data.sources import load
from gancore.errors import GancoreError, GancoreWarning
from gancore.metrics.by_kind import scores_by_kind
from gancore.metrics.classifier import load_extractor, save_extractor
from gancore.runs.board import Board
from gancore.runs.config import MOST_SEED, RunConfig, kept_source, load_config, numbered_as_before
from gancore.runs.folder import RunFolder
from gancore.runs.own import run_file
from gancore.runs.weights import load_generator
from gancore.system.compiling import why_not_compiled
from gancore.system.device import DEVICES, PRECISIONS
from gancore.system.distributed import first_on_machine_before_others, is_first_on_machine, process_group, rank
from gancore.system.files import write_atomically, write_text
from gancore.tables import as_text
from gancore.training.augmentation import AUGMENTATIONS
from gancore.training.cyclegan import CycleGAN
from gancore.training.game import Game
from gancore.training.kinds import DataSet, Recipe, examples_of
from gancore.training.losses import LOSSES
from gancore.training.recipes import get_recipe
from gancore.training.recorders import Progress
from gancore.training.text2image import TextGame
from gancore.training.trainer import Trainer

MAX_COUNT = 1_000_000  # samples in one call
MOST_VALUES = 250_000_000  # in the samples of one call: 1 GB while they are drawn, a quarter of that as pixels
MOST_LABELS = 10_000  # that can be asked for in turn
MOST_NAMED = 12  # classes, in a line
SHOWN = 64  # samples in the picture of a card
GRID_MOST = 400  # samples in a grid; an array holds them all
PART = 500  # samples that become pixels at once
COURSE = {  # commands of the course, and the modules that have them
    "grade": "gancore.lessons.grading.command",
    "kit": "gancore.lessons.kit.command",
    "room": "gancore.lessons.sharing.command",
    "share": "gancore.lessons.sharing.command",
}


on_background = click.option(
    "--background",
    type=click.Choice(GROUNDS),
    help="What to lay a folder's transparent images on. [default: what they stand out from]",
)


def joined(context: click.Context, parameter: click.Parameter, sources: Sequence[str]) -> str | None:
    """Several --data as one name, as PATH joins folders."""
    return os.pathsep.join(sources) or None


on_data = click.option(
    "--data",
    metavar="digits|mnist|fashion|FOLDER",
    multiple=True,
    callback=joined,
    help="Where its data lies now; twice for two folders. [default: where it lay in training]",
)


def own_kind(command: Callable[..., None]) -> Callable[..., None]:
    """Gives `command` the option to name the file that defines a run's kind, which is run before anything else."""

    def run_first(context: click.Context, parameter: click.Parameter, file: Path | None) -> None:
        if file is not None:
            run_file(file)

    return click.option(
        "--kind",
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=run_first,
        expose_value=False,
        help="The Python file that defines the run's kind of game, where it is not found by itself. The file is run.",
    )(command)


class Commands(click.Group):
    """The commands of this file, and those of the course, by name: the engine does not import the course."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *COURSE])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in COURSE:
            return getattr(import_module(COURSE[name]), name)
        return super().get_command(context, name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__)
def app() -> None:
    """Train generative adversarial networks, and draw from them."""


@app.command()
@click.argument("recipe", metavar="RECIPE")
@click.option(
    "--data",
    metavar="digits|mnist|fashion|FOLDER",
    multiple=True,
    callback=joined,
    help="What to learn from; twice for two folders. [default: digits, or what RECIPE says]",
)
@on_background
@click.option("--steps", type=click.IntRange(min=1), help="Rounds in all. [default: the recipe's]")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Seconds of training in all, instead.")
@click.option(
    "--batch-size",
    type=click.IntRange(min=1),
    help="Real images in a discriminator move, of each process where torchrun starts several.",
)
@click.option("--lr", type=float, help="Learning rate of both players.")
@click.option("--loss", metavar="NAME", help=f"One of {', '.join(LOSSES)}; from picture to picture also l1, alone.")
@click.option(
    "--augment",
    metavar="all|none|NAMES",
    help=f"Random changes to all that the discriminator sees, for few pictures: some of {','.join(AUGMENTATIONS)}.",
)
@click.option("--seed", type=click.IntRange(0, MOST_SEED), default=0, show_default=True, help="Of everything random.")
@click.option("--device", default="auto", show_default=True, metavar="|".join(DEVICES), help="Where to compute.")
@click.option(
    "--precision", default="auto", show_default=True, metavar="|".join(PRECISIONS), help="Of matrix products."
)
@click.option("--compile", "compiled", is_flag=True, help="Compile the players: worth its minute on a GPU.")
@click.option("--out", type=click.Path(path_type=Path), help="The run folder. [default: runs/RECIPE]")
@click.option("--resume", is_flag=True, help="Continue the run in the folder, with the settings it began with.")
@click.option("--log", type=click.Choice(["tensorboard"]), help="Write for TensorBoard as well, into RUN/tensorboard.")
@click.option("--quiet", is_flag=True, help="No progress bar, no summary.")
def train(
    recipe: str,
    data: str | None,
    background: str | None,
    steps: int | None,
    seconds: float | None,
    batch_size: int | None,
    lr: float | None,
    loss: str | None,
    augment: str | None,
    seed: int,
    device: str,
    precision: str,
    compiled: bool,
    out: Path | None,
    resume: bool,
    log: str | None,
    quiet: bool,
) -> None:
    """Train RECIPE: mlp, dcgan or modern; with labels cmlp, cdcgan or cmodern.

    From picture to picture: pix2pix on pairs; denoise, mri, superres or inpaint on pictures, which it damages itself.
    Pairs are two subfolders of FOLDER with equal names, or pictures that stand side by side in one.
    Without pairs: cyclegan, on --data zebra, parrot, glasses, seasons or hours, or on two folders: --data A --data B.

    From words: text2image on avatars, or on a FOLDER of pictures with a captions.csv.
    Of sound: voices on spoken words, or on WAV files in one subfolder of FOLDER a word; wavegan on vowels.
    Faces: faces on avatars, on --data photographs, or on a folder; faces-nearest, faces-transposed: other last layers.

    RECIPE may also be a Python file of your own, such as mine.py, that defines a kind of game. The file is run.
    """
    if steps is not None and seconds is not None:
        raise GancoreError("Give either --steps or --seconds, not both.")
    if seconds is not None and isnan(seconds):
        raise GancoreError("--seconds is nan; give a number above 0.")
    found = _find_recipe(recipe)
    out = out or Path("runs") / found.name
    before = load_config(out) if resume else None
    if before and before.recipe.name == recipe:
        found = before.recipe  # as the run began, whatever has become of the recipe since
    chosen = _adjusted(found, batch_size, lr, loss, augment)
    source = data if data is not None else before.data if before else chosen.data
    background = background or (before.background if before else None)
    with process_group(device) as own_device:
        with first_on_machine_before_others():  # so that data is downloaded once
            again = before is not None and data is None
            examples = (_load_again if again else _load)(chosen, source, background)
        if before:
            examples = numbered_as_before(examples, before)
        run = RunConfig(
            chosen,
            source if source in (chosen.data, *chosen.sets) else kept_source(source),
            examples.spec,
            seed,
            examples.sha256,
            background=background,
            count=_count(examples),
        )
        boards = [Board(out / "tensorboard")] if log and rank() == 0 else []
        folder = RunFolder(out, run, resume=resume)
        trainer = chosen.trainer(examples, seed=seed, device=own_device, precision=precision)
        folder.attach(trainer, resume=resume)
        trainer.recorders += boards
        if compiled and (reason := why_not_compiled(trainer.device)):
            click.echo(f"gancore: Nothing can be compiled here ({reason}); going on without.", err=True)
        elif compiled:
            trainer.game.compile()
        if folder.notice and rank() == 0:
            click.echo(f"gancore: {folder.notice}", err=True)
        if steps is None and seconds is None:
            steps = chosen.steps
        quiet = quiet or rank() > 0
        if resume and _is_done(trainer, steps, seconds):
            if not quiet:
                click.echo(f"{out} has {_played(trainer)} already; ask for more in all with --steps or --seconds.")
            return
        if not quiet:
            about = repr(examples).splitlines()[0]
            click.echo(f"{chosen.name} on {about}; {trainer.device}, {trainer.precision}, seed {seed} → {out}")
            trainer.recorders.append(Progress(steps=steps, seconds=seconds))
        try:
            if steps is not None:
                trainer.run(steps=steps - trainer.round)
            elif seconds is not None:
                trainer.run(seconds=seconds - trainer.seconds)
        except KeyboardInterrupt as error:
            kept = f" {out} keeps its state; the same command with --resume goes on." if folder.is_begun else ""
            raise click.Abort(f"Interrupted.{kept}") from error
    if not quiet:
        click.echo(_played(trainer))
        click.echo(folder.last_grid)


def _is_done(trainer: Trainer, steps: int | None, seconds: float | None) -> bool:
    """Whether a run has as many rounds or seconds in all as are asked for."""
    return trainer.round >= steps if steps is not None else trainer.seconds >= (seconds or 0)


def _played(trainer: Trainer) -> str:
    return f"{trainer.round:,} rounds in {trainer.seconds:.0f} s"


def _count(data: DataSet) -> int:
    """How many examples there are; 0 where data of one's own does not say."""
    return len(data) if isinstance(data, Sized) else 0


def _load(recipe: Recipe, source: str, background: str | None) -> DataSet:
    """The data of `recipe` called `source`; what was decided about it is told."""
    if background is None:
        examples = recipe.load(source)
    elif type(recipe).load is Recipe.load:
        examples = load(source, background=background)
    else:
        raise GancoreError(f"{recipe.name} reads its data itself; leave out --background.")
    _tell_notes(examples)
    return examples


def _load_again(recipe: Recipe, source: str, background: str | None) -> DataSet:
    """The data of a run from where it lay when the run began."""
    try:
        return _load(recipe, source, background)
    except GancoreError as error:
        raise GancoreError(f"{error} Name where it lies now with --data.") from error


def _tell_notes(examples: DataSet) -> None:
    if rank() == 0:
        for note in repr(examples).splitlines()[1:]:
            click.echo(f"gancore: {note}", err=True)


def _find_recipe(name: str) -> Recipe:
    """The recipe called `name`, or that of the file of this name."""
    if not name.endswith(".py"):
        return get_recipe(name)
    kind: Callable[..., Recipe] = run_file(Path(name))
    try:
        return kind()
    except TypeError as error:
        raise GancoreError(f"{name}: every setting of its recipe needs a default ({error}).") from error


def _adjusted(
    recipe: Recipe, batch_size: int | None, lr: float | None, loss: str | None, augment: str | None
) -> Recipe:
    changes: dict[str, object] = {}
    if batch_size is not None:
        changes["batch_size"] = batch_size
        if recipe.settings.generator_batch_size is not None:  # which keeps its proportion
            ratio = recipe.settings.generator_batch_size / recipe.settings.batch_size
            changes["generator_batch_size"] = max(1, round(ratio * batch_size))
    if lr is not None:
        changes |= {"d_lr": lr, "g_lr": lr}
    if loss is not None:
        if not hasattr(recipe, "loss"):
            raise GancoreError(f"{recipe.name} has no losses to choose from; leave out --loss.")
        changes |= {"loss": loss}
    if augment is not None:
        if not hasattr(recipe, "augment"):
            raise GancoreError(f"{recipe.name} has no augmentation in its discriminator; leave out --augment.")
        changes |= {"augment": _augmentations(augment)}
    return recipe.change(**changes)


def _augmentations(text: str) -> tuple[str, ...]:
    """The augmentations that `text` names: "all", "none", or names with commas between them."""
    if text in ("all", "none"):
        return tuple(AUGMENTATIONS) if text == "all" else ()
    return tuple(name.strip() for name in text.split(","))


@app.command()
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
    _check_output(out, ".png")
    _check_output(array, ".npy")
    game, generator, config = load_generator(run)
    if labels is not None and not game.classes:
        raise GancoreError(f"{run} has no classes to ask for; leave out --labels, or train a conditional recipe.")
    names = config.spec.classes or tuple(map(str, range(game.classes)))  # which a kind of one's own may have unnamed
    cycle = list(range(game.classes)) if labels is None else parse_labels(labels, names)
    told = _captions_asked(game, captions, run)
    in_turn = len(cycle) or len(captions)
    count = count or 8 * (in_turn or 8)
    _check_count(count, config.spec)
    if config.spec.given is not None and told is None:
        _give_examples(game, _data_of(config, data), count, seed)
    if back:
        game = _turned(game, run)
        generator = game.generator
    asked = torch.tensor(cycle)[torch.arange(count) % len(cycle)] if cycle else None
    samples = game.sample(generator, count, asked if told is None else told, seed).cpu()
    out = out or run / "grid.png"
    columns = in_turn if 1 < in_turn <= 20 else None
    shown = None if asked is None else asked[:GRID_MOST]
    write_atomically(out, game.show(samples[:GRID_MOST], shown, columns).save)
    if asked is not None:
        click.echo(f"in turn: {listed([names[place] for place in cycle])}")
    click.echo(out)
    if array is not None:
        _write_arrays(samples, asked, names, array)
    if wav is not None:
        _write_sounds(game.sounds(samples), asked, names, wav)


def _captions_asked(game: Game, captions: tuple[str, ...], run: Path) -> Tensor | None:
    """Captions as the players of `game` read them, or None where there are none."""
    if not captions:
        return None
    if not isinstance(game, TextGame):
        raise GancoreError(f"{run} reads no captions; leave out --caption, or train text2image.")
    return game.ask(captions)


@app.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--count", type=click.IntRange(1, MAX_COUNT), default=5000, show_default=True, help="Samples to grade.")
@click.option(
    "--extractor",
    default="digits",
    show_default=True,
    metavar="digits|FILE",
    help="The classifier to measure with; gancore features trains one for other data.",
)
@click.option("--seed", type=click.IntRange(0, MOST_SEED), default=0, show_default=True, help="Of everything random.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the report here.")
@on_data
@own_kind
def evaluate(run: Path, count: int, extractor: str, seed: int, json_file: Path | None, data: str | None) -> None:
    """Grade the generator kept in folder RUN: every score beside what real images score themselves.

    A kind of game of your own may have other scores.
    """
    _check_output(json_file, ".json")
    game, generator, config = load_generator(run)
    _check_count(count, config.spec)
    real = _data_of(config, data)
    if config.spec.given is not None:
        _give_examples(game, real, count, seed)
    scores = scores_by_kind(config.recipe, game, generator, real, count, seed)
    if scores is None:
        text, content = _image_scores(game, generator, real, count, extractor, seed, str(run))
    else:
        text = as_text([("score", "value"), *((name, f"{value:.4f}") for name, value in scores.items())], numbers=(1,))
        content = {"name": str(run), "data": real.name, "data_sha256": real.sha256, "seed": seed, "samples": count}
        content["scores"] = dict(scores)
    click.echo(text)
    if json_file is not None:
        write_text(json_file, json.dumps(content, indent=2) + "\n")
        click.echo(json_file)


def _data_of(run: RunConfig, source: str | None) -> DataSet:
    """The data of a run, or what lies at `source` now; where it is not what the run learned from, that is told."""
    if source is None:
        found = _load_again(run.recipe, run.data, run.background)
    else:
        found = _load(run.recipe, source, run.background)
    found = numbered_as_before(found, run)
    if run.data_sha256 and found.sha256 != run.data_sha256:
        click.echo(f"gancore: {found.name} is not, or no longer, what this run learned from.", err=True)
    return found


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


def _turned(game: Game, run: Path) -> Game:
    """`game` the other way round. Raises GancoreError where it has none."""
    if not isinstance(game, CycleGAN):
        raise GancoreError(f"{run} has learnt one way only; leave out --back, or train cyclegan.")
    return game.turned()


def _give_examples(game: Game, data: DataSet, count: int, seed: int) -> None:
    """Let a game whose players are given something draw for `count` examples of its data."""
    game.examples = examples_of(data, count, seed)


@app.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write. [default: RUN/export]")
@click.option("--licence", default="unknown", show_default=True, help="Of the weights, as the hub names licences: mit.")
@click.option("--scores", type=click.Path(path_type=Path), help="What gancore evaluate RUN --json FILE wrote.")
@click.option("--onnx/--no-onnx", default=True, help="Whether to write generator.onnx as well, for other programs.")
@on_data
@own_kind
def export(run: Path, out: Path | None, licence: str, scores: Path | None, onnx: bool, data: str | None) -> None:
    """Write the generator kept in folder RUN for other people: ONNX, and a folder for the Hugging Face hub.

    The folder holds a card with front matter, weights as safetensors, settings and a picture. ONNX takes the packages
    onnx, onnxruntime and onnxscript, and is checked against PyTorch.
    """
    from gancore.runs.hub import ONNX, read_scores, write_hub_folder
    from gancore.runs.onnx_file import write_onnx

    graded = {} if scores is None else read_scores(scores)
    game, generator, config = load_generator(run)
    out = out or run / "export"
    if config.spec.given is not None:
        _give_examples(game, _data_of(config, data), SHOWN, 0)
    out.mkdir(parents=True, exist_ok=True)
    inputs = write_onnx(game, generator, out / ONNX) if onnx else None
    write_hub_folder(run, config, out, game.show(game.sample(generator, SHOWN)), licence, graded, inputs)
    if licence == "unknown":
        click.echo("gancore: The card says nothing of a licence; name one with --licence.", err=True)
    click.echo(out)


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


def parse_labels(text: str, classes: Sequence[str] = ()) -> list[int]:
    """The places among `classes` of those that `text` names: "cats,dogs", "7", "3,1,4" or "0-9", in any mixture.

    A number means the class of that name, and its place only where no class is called by a number. Raises
    GancoreError for anything else.
    """
    places = {name: place for place, name in enumerate(classes)}
    numbers = {int(name): place for name, place in places.items() if re.fullmatch(r"[0-9]{1,9}", name)}
    labels: list[int] = []
    for part in [text] if text in places else text.split(","):
        name = part.strip()
        if name in places:
            labels.append(places[name])
            continue
        match = re.fullmatch(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", name)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last:
            known = f", or of {listed(classes)}" if classes else ""
            raise GancoreError(f"--labels {text!r} is not understood; write 7, or 3,1,4, or 0-9{known}.")
        if len(labels) + last - first >= MOST_LABELS:
            raise GancoreError(f"--labels names more than {MOST_LABELS:,} labels; give fewer.")
        for number in range(first, last + 1):
            place = numbers.get(number) if numbers else number
            if place is None or (classes and place >= len(classes)):
                raise GancoreError(f"There is no class {number}; ask for some of {listed(classes)}.")
            labels.append(place)
    return labels


def listed(names: Sequence[str]) -> str:
    """`names` in a line; of many the first few and the last."""
    shown = [*names[: MOST_NAMED - 1], "…", names[-1]] if len(names) > MOST_NAMED else names
    return ", ".join(" ".join(name.split()) for name in shown)


def _check_count(count: int, spec: Spec) -> None:
    """Refuse more samples than memory holds, before any is drawn."""
    most = MOST_VALUES // prod(spec.shape)
    if count > most:
        size = "×".join(map(str, spec.shape))
        raise GancoreError(f"{count:,} samples of {size} are too many; draw at most {most:,} at once.")


def _check_output(path: Path | None, suffix: str) -> None:
    """Refuse an output that could not be written, before any work is done."""
    if path is not None and path.suffix != suffix:
        raise GancoreError(f"{path} must end in {suffix}.")
    if path is not None and not path.parent.is_dir():
        raise GancoreError(f"There is no folder {path.parent} to write {path.name} in.")


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


def _write_sounds(sounds: Tensor | None, labels: Tensor | None, classes: Sequence[str], folder: Path) -> None:
    """A WAV file for each of `sounds` `(N, T)`, by its number, and by its class where there are any."""
    if sounds is None:
        raise GancoreError("This run draws no sounds; leave out --wav.")
    folder.mkdir(exist_ok=True)
    for number, sound in enumerate(sounds):
        name = "" if labels is None else f"-{classes[int(labels[number])]}"
        write_atomically(folder / f"{number:04d}{name}.wav", partial(_write, to_wav(sound)))
    click.echo(folder)


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def _as_pixels(images: Tensor) -> Tensor:
    """Images `(N, C, H, W)` in [-1, 1] as uint8 `(N, H, W)` where they are grey, or `(N, H, W, 3)`."""
    pixels = torch.cat([to_uint8(part) for part in images.split(PART)]).permute(0, 2, 3, 1)
    return pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line. Exit codes: 0 done, 1 the doctor found something, 2 wrong input, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):  # a pipe on Windows lacks the letters of most names
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _worded(warnings.showwarning)
            warnings.simplefilter("default", GancoreWarning)  # whatever the filters of others are
            code = app.main(arguments, prog_name="gancore", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(0)
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    except GancoreError as error:
        _fail(str(error), 2)
    except torch.OutOfMemoryError as error:
        _fail(f"The GPU's memory is full; use --device cpu, or close what fills it. {str(error).splitlines()[0]}", 2)
    except OSError as error:
        _fail(f"{error.filename} cannot be used ({error.strerror})." if error.filename else str(error), 2)
    except click.Abort as error:
        _fail(str(error) or "Interrupted.", 130)
    sys.exit(code)


def _worded(show: Callable[..., None]) -> Callable[..., None]:
    """Shows our warnings as sentences for a person, and those of others by `show`."""

    def show_worded(message: Warning | str, category: type[Warning], *where: Any) -> None:
        if issubclass(category, GancoreWarning):
            click.echo(f"gancore: {message}", err=True)
        else:
            show(message, category, *where)

    return show_worded


def _fail(sentence: str, code: int) -> NoReturn:
    if is_first_on_machine():  # several processes that fail alike say so once
        click.echo(f"gancore: {' '.join(sentence.split())}", err=True)
    sys.exit(code)


@app.command()
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

    _check_output(out, ".safetensors")
    images = load(data, background=background)
    _tell_notes(images)
    extractor = train_extractor(images, seed)
    save_extractor(extractor, out)
    click.echo(extractor)
    click.echo(out)


@app.command(hidden=True)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--out", type=click.Path(path_type=Path), default=pretrained.SHIPPED, help="The folder to write to.")
def pretrain(names: tuple[str, ...], out: Path) -> None:
    """Train the shipped generators NAME again, or all of them: for maintainers.

    Those of the course need its models: python -m gancore.generative pretrain vae.
    """
    for generator in pretrained.pretrain(names or tuple(pretrained.ORIGINS), out):
        click.echo(generator)


@app.command(hidden=True)
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), default=pretrained.SHIPPED, help="The folder to write to.")
def ship(run: Path, name: str, out: Path) -> None:
    """Store the generator of RUN as the shipped one called NAME: for maintainers."""
    click.echo(pretrained_runs.ship(run, name, out))
