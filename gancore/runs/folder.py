"""A run folder: what training leaves on disk, and how to read it back.

config.json            recipe with its kind, data, seed: enough to build the same game again
history.csv            losses and accuracies, for other programs; the checkpoint holds them as well
samples/               a picture of what the same latents give at growing rounds
training.gif           those pictures as a film
generator.safetensors  the moving average of the generator
checkpoint.pt          everything that going on needs
README.md              a model card
"""

import csv
import errno
import time
import warnings
from pathlib import Path

import torch
from filelock import FileLock, Timeout
from PIL import Image
from safetensors.torch import save

from gancore.data.listing import is_litter
from gancore.errors import GancoreError, GancoreWarning
from gancore.runs.card import model_card
from gancore.runs.checkpoint import load_checkpoint, save_checkpoint
from gancore.runs.config import RunConfig, everything, load_config, save_config
from gancore.runs.pictures import save_film
from gancore.runs.weights import fingerprint
from gancore.system.distributed import rank
from gancore.system.files import UNABLE, write_atomically, write_bytes, write_text, writing
from gancore.training.recorders import History, Record, Snapshots
from gancore.training.trainer import Trainer

CHECKPOINT_SECONDS = 30.0  # between checkpoints: what a crash may cost
CHECKPOINT = "checkpoint.pt"
MAY_CHANGE = {"precision"}  # from one part of a run to the next, as machines do
ABOUT_DATA = {"data", "data_sha256", "background", "count"}  # what config.json says of the data, which its hash decides
BEGINNINGS = {"config.json", "history.csv", "samples", "generator.safetensors"}  # written before the first checkpoint


class RunFolder(Record):
    """Keeps a run on disk while it is played, and at its end.

    A new folder is made; one that holds a run already is refused unless `resume`, and then training goes on from
    its checkpoint. Raises GancoreError otherwise. Of several processes only the first writes.
    """

    def __init__(self, folder: Path, run: RunConfig, *, resume: bool = False) -> None:
        self.folder, self.run = folder, run
        self.lock = FileLock(folder / ".lock", timeout=0)
        self.can_lock = True  # which a disk may lack
        self.notice = ""  # what a person should know who goes on with this run
        self.history = History()
        self.snapshots = Snapshots()
        if resume:
            self._check_same(load_config(folder))
        elif rank() == 0 and is_occupied(folder):
            raise GancoreError(f"{folder} is not empty; continue its run with --resume, or choose another with --out.")

    def attach(self, trainer: Trainer, *, resume: bool = False) -> None:
        """Look on at `trainer` from now on; with `resume`, first put it where the run's checkpoint is."""
        if resume and rank() == 0:
            self._hold()
        if resume:
            self.history.rows = load_checkpoint(trainer, self.folder / CHECKPOINT)
        if rank() > 0:
            return
        if resume:
            self._drop_grids(after=trainer.round)  # what was played after the checkpoint will be played again
        trainer.recorders.append(self)

    def on_start(self, trainer: Trainer) -> None:
        with writing(self.folder):
            (self.folder / "samples").mkdir(parents=True, exist_ok=True)
            self._hold()
        if not self.is_begun:
            self._drop_grids(after=-1)  # of a start that failed
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
            self.history.on_end(trainer)
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
            if self.can_lock and not self.lock.is_locked:
                # Newer filelocks warn that they lock in another way on such a disk, which is nobody's trouble.
                with warnings.catch_warnings(action="ignore", category=UserWarning):
                    self.lock.acquire()
        except Timeout as error:
            raise GancoreError(
                f"Another process is training in {self.folder}; wait for it, or choose another folder with --out."
            ) from error
        except (NotImplementedError, OSError) as error:  # the first is how older filelocks say it
            if isinstance(error, OSError) and error.errno not in UNABLE | {errno.ENOLCK}:
                raise
            self.can_lock = False
            warnings.warn(
                f"The disk of {self.folder} has no locks, so mind that no other process trains there.",
                GancoreWarning,
                stacklevel=2,
            )

    @property
    def is_begun(self) -> bool:
        """Whether there is something to go on from."""
        return (self.folder / CHECKPOINT).exists()

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
                write_atomically(path, newest.picture().save)

    def _save(self, trainer: Trainer) -> None:
        self.saved = time.monotonic()
        if not trainer.weights_are_finite():  # before its next check: what was saved earlier can be gone on from
            return
        state = trainer.average.module.state_dict()
        # Each is a copy, since safetensors takes no tensor that has two names.
        weights = {name: value.clone(memory_format=torch.contiguous_format) for name, value in state.items()}
        about = {"fingerprint": fingerprint(weights)}
        content = save(weights, about)  # written by Python, whose errors say what was wrong with the disk
        write_atomically(self.folder / "history.csv", self._write_history)
        write_bytes(self.folder / "generator.safetensors", content)
        save_checkpoint(trainer, self.folder / CHECKPOINT, self.history.rows)

    def _write_history(self, path: Path) -> None:
        with open(path, "w", newline="", encoding="utf-8") as handle:
            rows = self.history.rows
            writer = csv.DictWriter(handle, rows[0] if rows else ["round", "seconds", "d_loss", "g_loss"])
            writer.writeheader()
            writer.writerows(rows)

    def _write_film(self) -> None:
        frames = [Image.open(path) for path in sorted((self.folder / "samples").glob("round_*.png"))]
        save_film(frames, self.folder / "training.gif")

    def _check_same(self, before: RunConfig) -> None:
        """Refuse to continue a run with other settings than it was started with."""
        self._check_same_data(before)
        then, now = everything(before), everything(self.run)
        for name, version in now.pop("versions").items():
            if (earlier := then["versions"].get(name)) != version:
                self.notice = f"{self.folder} was played with {name} {earlier}; with {version} it may end elsewhere."
        for name in (name for name in now if name not in ABOUT_DATA | MAY_CHANGE):
            if then[name] != now[name]:
                raise GancoreError(
                    f"{self.folder} was started with {name} {then[name]}, not {now[name]}; "
                    f"resume it with the same settings, or choose another folder."
                )

    def _check_same_data(self, before: RunConfig) -> None:
        """Refuse other data than the run was started with. What it is says its hash, wherever it lies now."""
        now = self.run
        if before.data_sha256 and before.data_sha256 == now.data_sha256:
            return
        if Path(before.data).name != Path(now.data).name:
            raise GancoreError(
                f"{self.folder} was started with data {before.data}, not {now.data}; "
                f"resume it with the same data, or choose another folder."
            )
        if before.data_sha256 and now.data_sha256:
            raise GancoreError(
                f"{now.data} holds {changed_by(before.count, now.count)} when the run in {self.folder} began; put it "
                "back as it was, or begin a new run with --out."
            )

    def _drop_grids(self, after: int) -> None:
        """Remove the grids of rounds later than `after`."""
        for path in (self.folder / "samples").glob("round_*.png"):
            if path.name > self._grid_path(after).name:
                path.unlink()


def is_occupied(folder: Path) -> bool:
    """Whether `folder` holds what a new run must not touch: not what systems leave, nor a start of ours that failed."""
    if not folder.is_dir():
        return folder.exists()
    held = {path.name for path in folder.iterdir() if not is_litter(path)}
    return bool(held) and not (held <= BEGINNINGS and _was_never_played(folder))


def _was_never_played(folder: Path) -> bool:
    """Whether a run of ours was about to begin in `folder`: its weights, if any, have a history without a row."""
    try:
        load_config(folder)
    except GancoreError:
        return False
    if not (folder / "generator.safetensors").exists():
        return True
    history = folder / "history.csv"
    return history.is_file() and len(history.read_text(encoding="utf-8").splitlines()) == 1


def changed_by(before: int, now: int) -> str:
    """How data of `now` examples differs from what it was with `before`, up to the word after "than"."""
    if not before or before == now:
        return "other examples than"
    difference = abs(now - before)
    noun, direction = "example" if difference == 1 else "examples", "more" if now > before else "fewer"
    return f"{difference:,} {noun} {direction} than"
