"""Whatever is wrong with the disk costs one sentence, and no result that was there before."""

import errno
import io
import os
import shutil
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from helpers.disks import LINUX_ONLY, read_only, small_disk
from helpers.small import content
from PIL import Image
from safetensors.torch import load_file

from gancore.cli import main
from gancore.errors import GancoreError
from gancore.runs.config import RunConfig
from gancore.runs.folder import RunFolder
from gancore.system import files
from gancore.training.recipes import RECIPES
from gancore.training.recorders import Record
from gancore.training.trainer import Trainer

RECIPE = "cmodern"  # its files are small, and it begins at once: it looks for no groups
COMMON = ("--batch-size", "2", "--device", "cpu", "--precision", "fp32", "--quiet")
FIRST, LAST = 2, 12  # rounds of the run that is there before, and of the one that a fault stops


def gancore(*arguments: object) -> int:
    """Run the command line in this process; its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return ended.value.code or 0


def train(folder: Path, steps: int, *more: str) -> int:
    return gancore("train", RECIPE, "--steps", steps, *COMMON, "--out", folder, *more)


def sentence(capsys: pytest.CaptureFixture) -> str:
    """What was said, which is one sentence and nothing else."""
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("gancore: ")
    assert err.count("\n") == 1
    return err


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was there before. Tests that go on with it work on a copy."""
    folder = tmp_path_factory.mktemp("earlier") / "run"
    assert train(folder, FIRST) == 0
    return folder


@pytest.fixture(scope="module")
def whole(earlier: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run, gone on with where nothing is wrong."""
    folder = Path(shutil.copytree(earlier, tmp_path_factory.mktemp("whole") / "run"))
    assert train(folder, LAST, "--resume") == 0
    return folder


@pytest.fixture
def copied(earlier: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(earlier, tmp_path / "run"))


class Full:
    """`os.fsync` on a disk that is full from the `fatal`-th write on."""

    def __init__(self, fatal: int) -> None:
        self.left = fatal
        self.sync = os.fsync

    def __call__(self, handle: int) -> None:
        self.left -= 1
        if self.left <= 0:
            os.truncate(handle, 1)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.sync(handle)


def everything_is_whole(folder: Path) -> None:
    """Every file in a run folder can be read to its end, and none is temporary."""
    for path in folder.rglob("*"):
        assert path.is_dir() or path.name == ".lock" or not path.name.startswith("."), path
        if path.suffix in (".png", ".gif"):
            with Image.open(path) as picture:
                picture.load()
        if path.suffix == ".safetensors":
            load_file(path)


def same_weights(one: Path, other: Path) -> bool:
    return (one / "generator.safetensors").read_bytes() == (other / "generator.safetensors").read_bytes()


# Disks that cannot do everything


def raising(error: Exception) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_a_disk_that_cannot_flush_costs_a_warning(
    copied: Path, whole: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """As shared folders of VirtualBox and some that FUSE brings are."""
    files._warn_of_power.cache_clear()
    monkeypatch.setattr(files.os, "fsync", raising(OSError(errno.EINVAL, os.strerror(errno.EINVAL))))
    assert train(copied, LAST, "--resume") == 0
    assert "if the power fails" in sentence(capsys)
    everything_is_whole(copied)
    assert same_weights(copied, whole)


@pytest.mark.parametrize(
    "error", [NotImplementedError("no flock"), OSError(errno.ENOSYS, "no"), OSError(errno.ENOLCK, "no")]
)
def test_a_disk_without_locks_costs_a_warning(
    copied: Path, whole: Path, error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr("filelock.FileLock.acquire", raising(error))
    assert train(copied, LAST, "--resume") == 0
    said = capsys.readouterr().err.splitlines()
    assert all(line.startswith(f"gancore: The disk of {copied} has no locks") for line in said)
    assert len(said) == 1
    assert same_weights(copied, whole)


def test_a_lock_of_another_kind_needs_no_word(
    copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """As newer filelocks have it on such a disk."""
    acquire = FileLock.acquire

    def acquire_softly(lock: FileLock, **how: object) -> object:
        warnings.warn("flock not supported on this filesystem, falling back to SoftFileLock", stacklevel=2)
        return acquire(lock, **how)

    monkeypatch.setattr(FileLock, "acquire", acquire_softly)
    assert train(copied, LAST, "--resume") == 0
    assert capsys.readouterr() == ("", "")


def test_a_file_that_another_program_holds_for_a_moment_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a virus scanner on Windows does, where such a file cannot be replaced."""
    held = PermissionError(errno.EACCES, "in use")
    held.winerror = 32
    tries = [held, held]
    replace = os.replace

    def scanned(*paths: Path) -> None:
        if tries:
            raise tries.pop()
        replace(*paths)

    monkeypatch.setattr(files.os, "replace", scanned)
    files.write_text(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text() == "new"
    tries.extend([held] * 1000)
    monkeypatch.setattr(files, "PATIENCE", 0.2)
    with pytest.raises(GancoreError, match=r"a\.txt cannot be written"):
        files.write_text(tmp_path / "a.txt", "newer")
    assert (tmp_path / "a.txt").read_text() == "new"


# A full disk


def test_disk_full_at_any_write_costs_a_sentence_and_training_goes_on_once_there_is_room(
    earlier: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """Every write of a resumed run in turn is the first that finds the disk full."""
    for fatal in range(1, 100):
        folder = Path(shutil.copytree(earlier, tmp_path / str(fatal)))
        monkeypatch.setattr(files.os, "fsync", Full(fatal))
        code = train(folder, LAST, "--resume")
        monkeypatch.undo()
        if code == 0:
            break
        assert code == 2
        assert "No space left on device" in sentence(capsys)
        everything_is_whole(folder)
        assert train(folder, LAST, "--resume") == 0
        assert same_weights(folder, whole)
        shutil.rmtree(folder)
    assert fatal > 8  # there are that many files


def test_disk_full_at_any_write_of_a_new_run_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    for fatal in (1, 2, 3, 4, 5):
        monkeypatch.setattr(files.os, "fsync", Full(fatal))
        assert train(tmp_path / str(fatal), FIRST) == 2
        monkeypatch.undo()
        sentence(capsys)
        everything_is_whole(tmp_path / str(fatal))


def test_run_that_found_the_disk_full_lets_go_of_its_folder(
    copied: Path, digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = RECIPES[RECIPE].change(batch_size=2).suited(digits)
    run = RunConfig(recipe, "digits", digits.spec, 0)

    def attached() -> Trainer:
        keeper = RunFolder(copied, run, resume=True)
        trainer = recipe.trainer(digits, device="cpu", precision="fp32")
        keeper.attach(trainer, resume=True)
        return trainer

    failed = []
    for fatal in (1, 6):  # at the start of the run, and at its end
        failed.append(attached())  # kept, as a notebook keeps it
        monkeypatch.setattr(files.os, "fsync", Full(fatal))
        with pytest.raises(GancoreError, match="No space left"):
            failed[-1].run(steps=1)
        monkeypatch.undo()
    attached().run(steps=1)


@LINUX_ONLY
def test_small_disk_that_is_really_full_costs_a_sentence_and_no_earlier_result(
    earlier: Path, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    size = sum(path.stat().st_size for path in earlier.rglob("*"))
    for room in (0.1, 0.5, 1.2):  # beside the run, in its own size
        with small_disk(tmp_path / "disk", int(size * (1 + room))) as disk:
            folder = Path(shutil.copytree(earlier, disk / "run"))
            code = train(folder, LAST, "--resume")
            if code == 2:
                assert "No space left on device" in sentence(capsys)
            everything_is_whole(folder)
            moved = Path(shutil.copytree(folder, tmp_path / f"moved {room}"))
        assert train(moved, LAST, "--resume") == 0
        assert same_weights(moved, whole)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
@pytest.mark.parametrize("most", [2_000, 50_000, 1_000_000])
def test_file_that_grows_too_large_costs_a_sentence_and_no_earlier_result(
    most: int, copied: Path, whole: Path, capsys: pytest.CaptureFixture
) -> None:
    """The kernel itself refuses, whatever language the writer is written in."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        code = train(copied, LAST, "--resume")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code == 2
    assert "File too large" in sentence(capsys)
    everything_is_whole(copied)
    assert train(copied, LAST, "--resume") == 0
    assert same_weights(copied, whole)


# A folder that cannot be written, or is gone


@LINUX_ONLY
def test_read_only_folder_costs_a_sentence_and_stays_as_it_is(copied: Path, capsys: pytest.CaptureFixture) -> None:
    before = content(copied.parent)
    with read_only(copied.parent):
        assert train(copied.parent / "new", FIRST) == 2
        assert "new cannot be written (Permission denied)" in sentence(capsys)
        assert train(copied, LAST, "--resume") == 2
        assert "Permission denied" in sentence(capsys)
        for output in ([], ["--out", copied.parent / "grid.png"]):
            assert gancore("sample", copied, *output) == 2
            assert "grid.png cannot be written (Permission denied)" in sentence(capsys)
    assert content(copied.parent) == before


class Remover(Record):
    """Removes a folder after the first round."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def on_step(self, trainer: Trainer) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


@LINUX_ONLY  # elsewhere a folder with an open file in it may not be removable
def test_folder_removed_while_training_costs_a_sentence_and_the_state_stays_in_memory(digits, tmp_path: Path) -> None:
    recipe = RECIPES[RECIPE].change(batch_size=2)
    folder = tmp_path / "run"
    keeper = RunFolder(folder, RunConfig(recipe, "digits", digits.spec, 0))
    trainer = recipe.trainer(digits, device="cpu", precision="fp32", recorders=(Remover(folder),))
    keeper.attach(trainer)
    with pytest.raises(GancoreError, match="No such file or directory"):
        trainer.run(steps=LAST)
    assert not folder.exists()
    assert trainer.round > 0
    trainer.recorders.clear()
    trainer.run(steps=1)


# Names


@pytest.mark.parametrize("long", ["x" * 300, "/".join(["y" * 200] * 30)], ids=["name", "path"])
def test_path_that_is_too_long_costs_a_sentence(long: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    for arguments in (
        ["train", RECIPE, "--steps", FIRST, *COMMON, "--out", tmp_path / long],
        ["train", RECIPE, "--steps", FIRST, *COMMON, "--data", tmp_path / long],
        ["train", RECIPE, "--steps", FIRST, *COMMON, "--resume", "--out", tmp_path / long],
        ["sample", tmp_path / long],
    ):
        assert gancore(*arguments) == 2
        assert long[:100] in sentence(capsys)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["two words", "Übung – 练习 🎲", 'it\'s "quoted" & $HOME;', "-dash", "%s {} \\"])
def test_folder_of_any_name_holds_a_run_like_any_other(
    name: str, earlier: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    folder = tmp_path / name
    assert train(folder, FIRST) == 0
    assert same_weights(folder, earlier)
    assert train(folder, FIRST + 1, "--resume") == 0
    assert gancore("sample", folder, "--count", 2, "--array", folder / "samples.npy") == 0
    out, err = capsys.readouterr()
    _, *written = out.splitlines()  # after a word on the order of the classes
    files = ("grid.png", "samples.npy", "samples.labels.npy", "samples.classes.json")
    assert written == [str(folder / file) for file in files]
    assert err == ""


def test_names_are_printed_where_the_output_lacks_their_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="cp1252") for _ in range(2))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.chdir(tmp_path)
    assert gancore("train", RECIPE, "--steps", FIRST, *COMMON[:-1], "--out", "Übung → 练习") == 0
    out.flush()
    assert out.buffer.getvalue().decode("cp1252").endswith("/samples/round_00000002.png\n")
    err.flush()
    assert err.buffer.getvalue() == b""
