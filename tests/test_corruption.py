"""Files with bits flipped or ends cut off are refused, or hold what they held: nothing else comes of them."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from small import point_trainer, same

from gancore import data
from gancore.checkpoint import load_checkpoint, save_checkpoint
from gancore.cli import main
from gancore.errors import GancoreError
from gancore.runs import load_generator

FEW, MANY = 40, 250  # cases of each kind of file


def damaged(good: bytes, chance: random.Random) -> bytes:
    """`good` cut off somewhere, or with one to four bits flipped."""
    if chance.random() < 0.3:
        return good[: chance.randrange(len(good))]
    bad = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
    return bytes(bad)


def refused_or_the_same(path: Path, read: Callable[[], object], count: int, seed: int) -> int:
    """Damage the file at `path` `count` times; how often that was noticed. Fails where `read` gives something else."""
    good = path.read_bytes()
    right = read()
    chance = random.Random(seed)
    noticed = 0
    for case in range(count):
        path.write_bytes(damaged(good, chance))
        try:
            assert same(read(), right), f"case {case} went unnoticed"
        except GancoreError:
            noticed += 1
    path.write_bytes(good)
    return noticed


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "run"
    arguments = "train modern --steps 1 --batch-size 2 --device cpu --quiet --out"
    with pytest.raises(SystemExit):
        main([*arguments.split(), str(folder)])
    return folder


def checkpoint_cases(folder: Path, count: int) -> int:
    path = folder / "checkpoint.pt"
    trainer = point_trainer()
    trainer.run(steps=5)
    save_checkpoint(trainer, path)

    def read() -> dict:
        reader = point_trainer()
        load_checkpoint(reader, path)
        return reader.state_dict()

    return refused_or_the_same(path, read, count, seed=0)


def weights_cases(run: Path, folder: Path, count: int) -> int:
    copy = Path(shutil.copytree(run, folder / "copy"))

    def read() -> dict:
        _, generator, _ = load_generator(copy)
        return generator.state_dict()

    return refused_or_the_same(copy / "generator.safetensors", read, count, seed=1)


def cache_cases(folder: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged cache of the digits is made anew from the package, so it is never told of."""
    monkeypatch.setenv("GANCORE_CACHE", str(folder))
    right = data.load("digits").images
    (path,) = folder.glob("digits*.npy")
    good = path.read_bytes()
    chance = random.Random(2)
    for case in range(count):
        path.write_bytes(damaged(good, chance))
        assert torch.equal(data.load("digits").images, right), f"case {case} went unnoticed"


def test_damaged_checkpoints_are_refused_or_harmless(tmp_path: Path) -> None:
    assert checkpoint_cases(tmp_path, FEW) > FEW / 3


def test_damaged_weights_are_refused_or_harmless(run: Path, tmp_path: Path) -> None:
    assert weights_cases(run, tmp_path, FEW) > FEW * 0.9


def test_damaged_cache_never_changes_the_digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache_cases(tmp_path, 3, monkeypatch)


@pytest.mark.long
def test_five_hundred_damaged_files_are_refused_or_harmless(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checkpoint_cases(tmp_path, MANY) > MANY / 3
    assert weights_cases(run, tmp_path, MANY) > MANY * 0.9
    cache_cases(tmp_path, 20, monkeypatch)


def test_damaged_pictures_are_named_or_read(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    picture = Image.effect_noise((28, 28), 60)
    for index in range(3):
        picture.save(folder / f"{index}.png")
    good = (folder / "1.png").read_bytes()
    chance = random.Random(3)
    named = 0
    for _ in range(FEW):
        (folder / "1.png").write_bytes(damaged(good, chance))
        said = complaint(folder)
        assert said is None or "1.png" in said
        named += said is not None
    assert named > FEW / 3


def complaint(folder: Path) -> str | None:
    """What loading the pictures in `folder` complains of, if anything."""
    try:
        data.load(str(folder))
    except GancoreError as error:
        return str(error)
    return None
