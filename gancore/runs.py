"""A run folder: what training leaves on disk, and how to read it back.

    config.json            recipe, data, seed: enough to build the same game again
    history.csv            losses and accuracies, for other programs; the checkpoint holds them as well
    samples/               a grid of the same latents at growing rounds
    training.gif           those grids as a film
    generator.safetensors  the moving average of the generator
    checkpoint.pt          everything that going on needs
    README.md              a model card
"""

import csv
import dataclasses
import json
import platform
import re
import shlex
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from filelock import FileLock, Timeout
from PIL import Image
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

import gancore
from gancore.checkpoint import load_checkpoint, save_checkpoint
from gancore.checks import brief, check_whole
from gancore.data import to_uint8
from gancore.distributed import rank
from gancore.errors import GancoreError
from gancore.features import fingerprint, read_tensors
from gancore.files import read_bytes, write_atomically, write_text, writing
from gancore.game import GAN
from gancore.recipes import Recipe
from gancore.record import History, Record, Snapshots
from gancore.trainer import Settings, Trainer

CHECKPOINT_SECONDS = 30.0  # between checkpoints: what a crash may cost
FRAME_MS = 120  # of the film; its last frame stays longer
LAST_FRAME_MS = 2000
VERSIONS = {"gancore": gancore.__version__, "torch": str(torch.__version__)}
MOST_PIXELS = 4096  # along a side of an image
MOST_SEED = 2**63 - 1
GRID_GAP = 2  # pixels between the images of a grid


@dataclass(frozen=True)
class Run:
    """What `config.json` holds: enough to build the game again, and to notice that something is no longer the same."""

    recipe: Recipe
    data: str  # what was asked for: a known name or a folder
    shape: tuple[int, int, int]
    classes: tuple[str, ...] | None
    seed: int
    data_sha256: str = ""  # of the images and labels; empty where nobody looked
    versions: dict[str, str] = field(default_factory=lambda: dict(VERSIONS))

    def game(self) -> GAN:
        """A new game with the weights that training started from."""
        return self.recipe.game(self.shape, len(self.classes or ()), self.seed)


def save_config(run: Run, folder: Path) -> None:
    """Write `run` as JSON."""
    write_text(folder / "config.json", json.dumps(dataclasses.asdict(run), indent=2) + "\n")


def load_run(folder: Path) -> Run:
    """The run kept in `folder`. Raises GancoreError when there is none, or its config is damaged."""
    path = folder / "config.json"
    if not path.is_file():
        raise GancoreError(f"{folder} is not a run folder: it has no config.json.")
    try:
        values = json.loads(read_bytes(path))
        recipe = dict(values["recipe"])
        settings = dict(recipe.pop("settings"))
        settings["betas"] = tuple(settings["betas"])
        classes = values["classes"]
        channels, height, width = values["shape"]
        for size in (channels, height, width):
            check_whole("one of shape", size, MOST_PIXELS)
        check_whole("seed", values["seed"], MOST_SEED, least=0)
        if classes is not None and not (isinstance(classes, list) and all(isinstance(name, str) for name in classes)):
            raise GancoreError(f"classes is {brief(classes)}; it must be a list of names")
        return Run(
            Recipe(settings=Settings(**settings), **recipe),
            str(values["data"]),
            (channels, height, width),
            None if classes is None else tuple(classes),
            values["seed"],
            values["data_sha256"],
            dict(values["versions"]),
        )
    except KeyError as error:
        raise GancoreError(f"{path} cannot be read: it lacks {error}.") from error
    except (OSError, TypeError, ValueError, RecursionError) as error:
        raise GancoreError(f"{path} cannot be read: {error}") from error


def load_generator(folder: Path) -> tuple[GAN, nn.Module, Run]:
    """The game of a run folder, its averaged generator with the saved weights, and the run.

    Raises GancoreError when the weights are missing, damaged or of another shape.
    """
    run = load_run(folder)
    path = folder / "generator.safetensors"
    if not path.is_file():
        raise GancoreError(f"{folder} has no generator.safetensors; --resume its training, which writes it again.")
    try:
        with safe_open(path, "pt") as handle:
            with torch.device("meta"):  # where no size takes memory, however absurd the config is
                wanted = run.game().generator
            weights = read_tensors(handle, wanted)
            intact = fingerprint(weights) == (handle.metadata() or {}).get("fingerprint")
    except (SafetensorError, OSError) as error:
        raise GancoreError(f"{path} is damaged and cannot be read: {error}") from error
    except (RuntimeError, TypeError, OverflowError, GancoreError) as error:  # names, shapes or sizes
        config = folder / "config.json"
        raise GancoreError(f"{path} holds the weights of another generator than {config}: {error}") from error
    if not intact:
        raise GancoreError(f"{path} is damaged: its weights do not have the fingerprint that was written with them.")
    game = run.game()
    game.generator.load_state_dict(weights)
    return game, game.generator.eval(), run


def image_grid(images: Tensor, columns: int | None = None) -> Image.Image:
    """Images `(N, C, H, W)` in [-1, 1] side by side, as square as it goes or with `columns` in a row."""
    from torchvision.utils import make_grid

    columns = columns or max(1, round(len(images) ** 0.5))
    sheet = to_uint8(make_grid(images, nrow=columns, padding=GRID_GAP, pad_value=-1.0))
    grey = images.shape[1] == 1
    return Image.fromarray(sheet[0].numpy() if grey else sheet.permute(1, 2, 0).numpy())


def save_film(frames: Sequence[Image.Image], path: Path) -> None:
    """Write `frames`, one size all of them, as an endless GIF that rests on the last one.

    Raises GancoreError where the file system does not take it.
    """
    durations = [FRAME_MS] * (len(frames) - 1) + [LAST_FRAME_MS]

    def write(temporary: Path) -> None:
        frames[0].save(temporary, save_all=True, append_images=frames[1:], duration=durations, loop=0)

    write_atomically(path, write)


class RunFolder(Record):
    """Keeps a run on disk while it is played, and at its end.

    A new folder is made; one that holds a run already is refused unless `resume`, and then training goes on from
    its checkpoint. Raises GancoreError otherwise. Of several processes only the first writes.
    """

    def __init__(self, folder: Path, run: Run, *, resume: bool = False) -> None:
        self.folder, self.run = folder, run
        self.lock = FileLock(folder / ".lock", timeout=0)
        self.notice = ""  # what a person should know who goes on with this run
        self.history = History()
        self.snapshots = Snapshots()
        occupied = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
        if resume:
            self._check_same(load_run(folder))
        elif occupied and rank() == 0:
            raise GancoreError(f"{folder} is not empty; continue its run with --resume, or choose another with --out.")

    def attach(self, trainer: Trainer, *, resume: bool = False) -> None:
        """Look on at `trainer` from now on; with `resume`, first put it where the run's checkpoint is."""
        if resume and rank() == 0:
            self._hold()
        if resume:
            self.history.rows = load_checkpoint(trainer, self.folder / "checkpoint.pt")
        if rank() > 0:
            return
        if resume:
            self._drop_grids(after=trainer.round)  # what was played after the checkpoint will be played again
        trainer.recorders.append(self)

    def on_start(self, trainer: Trainer) -> None:
        with writing(self.folder):
            (self.folder / "samples").mkdir(parents=True, exist_ok=True)
            self._hold()
        try:
            save_config(self.run, self.folder)
            self.snapshots.on_start(trainer)
            self._write_samples()
            self._save(trainer)
        except BaseException:  # then nothing is played, and nobody is told of an end
            self.lock.release()
            raise

    def on_step(self, trainer: Trainer) -> None:
        self.history.on_step(trainer)
        self.snapshots.on_step(trainer)
        self._write_samples()
        if time.monotonic() - self.saved > CHECKPOINT_SECONDS:
            self._save(trainer)

    def on_end(self, trainer: Trainer) -> None:
        try:
            # The trainer may have gone back to an earlier, good state; what came after it is gone.
            self._drop_grids(after=trainer.round)
            self.history.rows = [row for row in self.history.rows if row["round"] <= trainer.round]
            self.snapshots.on_end(trainer)
            self._write_samples()
            self._save(trainer)
            self._write_film()
            write_text(self.folder / "README.md", model_card(self.run, trainer))
        finally:
            self.lock.release()

    def _hold(self) -> None:
        """Keep other processes away from the folder, until the end of the run or of this process."""
        try:
            if not self.lock.is_locked:
                self.lock.acquire()
        except Timeout as error:
            raise GancoreError(
                f"Another process is training in {self.folder}; wait for it, or choose another folder with --out."
            ) from error

    @property
    def last_grid(self) -> Path:
        """The newest grid of samples."""
        return self._grid_path(self.snapshots.snapshots[-1].round)

    def _grid_path(self, round_: int) -> Path:
        return self.folder / "samples" / f"round_{round_:08d}.png"

    def _write_samples(self) -> None:
        del self.snapshots.snapshots[:-1]  # which are on disk
        for newest in self.snapshots.snapshots:  # none yet, where a run is resumed between two of them
            path = self._grid_path(newest.round)
            if not path.exists():
                write_atomically(path, image_grid(newest.images).save)

    def _save(self, trainer: Trainer) -> None:
        weights = {name: value.contiguous() for name, value in trainer.average.module.state_dict().items()}
        about = {"fingerprint": fingerprint(weights)}
        content = save(weights, about)  # written by Python, whose errors say what was wrong with the disk
        write_atomically(self.folder / "generator.safetensors", lambda path: path.write_bytes(content))
        write_atomically(self.folder / "history.csv", self._write_history)
        save_checkpoint(trainer, self.folder / "checkpoint.pt", self.history.rows)
        self.saved = time.monotonic()

    def _write_history(self, path: Path) -> None:
        with open(path, "w", newline="", encoding="utf-8") as handle:
            rows = self.history.rows
            writer = csv.DictWriter(handle, rows[0] if rows else ["round", "seconds", "d_loss", "g_loss"])
            writer.writeheader()
            writer.writerows(rows)

    def _write_film(self) -> None:
        frames = [Image.open(path) for path in sorted((self.folder / "samples").glob("round_*.png"))]
        save_film(frames, self.folder / "training.gif")

    def _check_same(self, before: Run) -> None:
        """Refuse to continue a run with other settings than it was started with."""
        then, now = _flat(before), _flat(self.run)
        for name, version in now.pop("versions").items():
            if (earlier := then["versions"].get(name)) != version:
                self.notice = f"{self.folder} was played with {name} {earlier}; with {version} it may end elsewhere."
        if not (then["data_sha256"] and now["data_sha256"]):  # one of them was made where nobody looked
            del now["data_sha256"]
        for name in now:
            if then[name] != now[name]:
                raise GancoreError(
                    f"{self.folder} was started with {name} {then[name]}, not {now[name]}; "
                    f"resume it with the same settings, or choose another folder."
                )

    def _drop_grids(self, after: int) -> None:
        """Remove the grids of rounds later than `after`."""
        for path in (self.folder / "samples").glob("round_*.png"):
            if path.name > self._grid_path(after).name:
                path.unlink()


def _flat(run: Run) -> dict[str, object]:
    """Everything that decides a run, in one dictionary."""
    values = dataclasses.asdict(run)
    recipe = values.pop("recipe")
    return recipe | recipe.pop("settings") | values


def as_code(text: str) -> str:
    """`text` as code in Markdown, where nothing in it has a meaning, neither HTML nor Markdown."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if "`" in text else ""  # which Markdown takes away again
    return f"{fence}{space}{' '.join(text.split())}{space}{fence}"


def model_card(run: Run, trainer: Trainer) -> str:
    """A short Markdown card: what was trained, on what, for how long, and how to use it."""
    recipe = run.recipe
    again = f"gancore train {recipe.name} --data {shlex.quote(run.data)} --seed {run.seed} --out FOLDER --resume"
    classes = f", {len(run.classes)} classes" if run.classes else ""
    versions = f"gancore {gancore.__version__}, torch {torch.__version__}, Python {platform.python_version()}"
    labels = " --labels 0-9" if recipe.conditional and run.classes and len(run.classes) > 9 else ""
    return f"""# {recipe.name}: {recipe.summary}

Trained on {as_code(run.data)} ({"×".join(map(str, run.shape))}{classes}) for {trainer.round:,} rounds in \
{trainer.seconds:.0f} s on {trainer.device} in {trainer.precision}, seed {run.seed}.

- Weights: `generator.safetensors`, the moving average of the generator.
- Draw from it: `gancore sample FOLDER{labels} --count 64 --out grid.png`
- Go on training: {as_code(f"{again} --steps {2 * trainer.round}")}, with the other options it was started with.
- Made with {versions}.

The pictures are generated. They resemble the training data, and nothing else may be expected of them.

```
{recipe}
```
"""
