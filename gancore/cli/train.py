"""`gancore train`."""

from collections.abc import Callable
from math import isnan
from pathlib import Path

import click

from gancore.cli.data import count_examples, load_again, load_data
from gancore.cli.first_stage import beside, find_first
from gancore.cli.options import as_one_source, on_background
from gancore.errors import GancoreError
from gancore.runs.board import Board
from gancore.runs.config import RunConfig, kept_source, load_config, numbered_as_before
from gancore.runs.folder import RunFolder
from gancore.runs.own import run_file
from gancore.system.compiling import why_not_compiled
from gancore.system.device import DEVICES, PRECISIONS
from gancore.system.distributed import first_on_machine_before_others, process_group, rank
from gancore.training.augmentation import ADAPTIVE, AUGMENTATIONS, FEW, FOR_FEW
from gancore.training.graphed import Graphed, why_not_graphed
from gancore.training.kinds import Recipe
from gancore.training.losses import LOSSES
from gancore.training.recipes import get_recipe
from gancore.training.recorders import Progress
from gancore.training.trainer import MOST_SEED, Trainer


@click.command()
@click.argument("recipe", metavar="RECIPE")
@click.option(
    "--data",
    metavar="digits|mnist|fashion|FOLDER",
    multiple=True,
    callback=as_one_source,
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
    metavar="all|none|adaptive|NAMES",
    help=f"Random changes to all that the discriminator sees: some of {','.join(AUGMENTATIONS)}, and adaptive, which "
    f"does them the more, the surer it is. [default: none; {','.join(FOR_FEW)} for up to {FEW:,} pictures in modern, "
    "cmodern, ungrouped and the faces]",
)
@click.option(
    "--first",
    metavar="RUN",
    help="The run of text2image that text2image-stage2 goes on from. [default: one that ships]",
)
@click.option("--seed", type=click.IntRange(0, MOST_SEED), help="Of everything random. [default: 0]")
@click.option("--device", default="auto", show_default=True, metavar="|".join(DEVICES), help="Where to compute.")
@click.option("--precision", metavar="|".join(PRECISIONS), help="Of matrix products. [default: auto]")
@click.option("--compile", "compiled", is_flag=True, help="Compile the players: worth its minute on a GPU.")
@click.option("--graphed", is_flag=True, help="Play rounds by CUDA graphs, which no GPU has tried yet.")
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
    first: str | None,
    seed: int | None,
    device: str,
    precision: str | None,
    compiled: bool,
    graphed: bool,
    out: Path | None,
    resume: bool,
    log: str | None,
    quiet: bool,
) -> None:
    """Train RECIPE: mlp, dcgan or modern; with labels cmlp, cdcgan or cmodern.

    From picture to picture: pix2pix on pairs; denoise, mri, superres or inpaint on pictures, which it damages itself.
    Pairs are two subfolders of FOLDER with equal names, or pictures that stand side by side in one.
    Without pairs: cyclegan, on --data zebra, parrot, glasses, seasons or hours, or on two folders: --data A --data B.

    From words: text2image on avatars, or on a FOLDER of pictures with a captions.csv; then text2image-stage2, which
    redraws its pictures larger.
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
    if before and before.recipe.name == found.name:
        found = before.recipe  # as the run began, whatever has become of the recipe since
    chosen, stage = find_first(_adjusted(found, batch_size, lr, loss, augment), first, before is not None)
    source = data if data is not None else before.data if before else chosen.data
    background = background or (before.background if before else None)
    if seed is None:
        seed = before.seed if before else 0
    precision = precision or (before.precision if before else "auto")
    with process_group(device) as own_device:
        with first_on_machine_before_others():  # so that data is downloaded once
            again = before is not None and data is None
            examples = (load_again if again else load_data)(chosen, source, background)
        undecided = chosen
        if before:
            examples = numbered_as_before(examples, before)
        else:
            chosen = chosen.suited(examples)
        run = RunConfig(
            chosen,
            source if source in (chosen.data, *chosen.sets) else kept_source(source),
            examples.spec,
            seed,
            examples.sha256,
            background=background,
            count=count_examples(examples),
            precision=precision,
        )
        boards = [Board(out / "tensorboard")] if log and rank() == 0 else []
        folder = RunFolder(out, run, resume=resume)
        more = beside(chosen, stage, examples.spec)
        trainer = chosen.trainer(examples, seed=seed, device=own_device, precision=precision, **more)
        folder.attach(trainer, resume=resume)
        trainer.recorders += boards
        if compiled and (reason := why_not_compiled(trainer.device)):
            click.echo(f"gancore: Nothing can be compiled here ({reason}); going on without.", err=True)
        elif compiled:
            trainer.game.compile()
        if graphed and (reason := why_not_graphed(trainer)):
            click.echo(f"gancore: No CUDA graph can play this game, because {reason}; going on without.", err=True)
        elif graphed:
            Graphed(trainer)
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
            if chosen != undecided and (changes := getattr(chosen, "augment", ())):
                click.echo(f"Few pictures: D sees them through {', '.join(changes)}; --augment none turns that off.")
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
    """The augmentations that `text` names: "all", "none", or names with commas between them.

    "adaptive" alone stands for those that few pictures get, made adaptive.
    """
    if text in ("all", "none"):
        return tuple(AUGMENTATIONS) if text == "all" else ()
    names = tuple(name.strip() for name in text.split(","))
    return (*FOR_FEW, ADAPTIVE) if names == (ADAPTIVE,) else names
