"""Files with bits flipped or ends cut off are refused, or hold what they held: nothing else comes of them."""

import gzip
import json
import random
import shutil
import struct
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from helpers.small import point_trainer, same
from PIL import Image

from gancore import data
from gancore.cli import main
from gancore.errors import GancoreError
from gancore.metrics.classifier import load_extractor
from gancore.pretrained import SHIPPED, load_pretrained
from gancore.runs.checkpoint import load_checkpoint, save_checkpoint
from gancore.runs.weights import load_generator

FEW, MANY = 20, 250  # cases of each kind of file, beside those that are cut off at a section
FLIPS = 4  # bits at most


def cut_off(good: bytes, sections: Iterator[int]) -> Iterator[bytes]:
    """`good` up to the end of every section, and up to a byte before and after that."""
    for end in sorted({end + shift for end in sections for shift in (-1, 0, 1)}):
        if 0 <= end < len(good):
            yield good[:end]


def at_random(good: bytes, count: int, chance: random.Random) -> Iterator[bytes]:
    """`good` cut off anywhere, or with one to four bits flipped."""
    for _ in range(count):
        if chance.random() < 0.2:
            yield good[: chance.randrange(len(good))]
            continue
        bad = bytearray(good)
        for _ in range(chance.randint(1, FLIPS)):
            bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        yield bytes(bad)


def sections_of_zip(good: bytes) -> Iterator[int]:
    with ZipFile(BytesIO(good)) as archive:
        for member in archive.infolist():
            yield member.header_offset
            name, extra = struct.unpack_from("<HH", good, member.header_offset + 26)
            yield member.header_offset + 30 + name + extra
        yield archive.start_dir
        yield len(good) - len(archive.comment)


def sections_of_safetensors(good: bytes) -> Iterator[int]:
    (length,) = struct.unpack_from("<Q", good)
    yield 8
    header = json.loads(good[8 : 8 + length])
    yield from (8 + length + start for name, about in header.items() if name != "__metadata__"
                for start in about["data_offsets"])  # fmt: skip


def sections_of_npy(good: bytes) -> Iterator[int]:
    yield from (6, 8, 10, 10 + struct.unpack_from("<H", good, 8)[0])


def sections_of_idx(good: bytes) -> Iterator[int]:
    yield from accumulate([4] * (1 + good[3]))


def sections_of_png(good: bytes) -> Iterator[int]:
    place = 8
    while place < len(good):
        yield from (place, place + 4, place + 8)
        place += 12 + struct.unpack_from(">I", good, place)[0]


def sections_of_text(good: bytes) -> Iterator[int]:
    yield from (place for place, byte in enumerate(good) if byte == ord(b"\n"))


def refused_or_the_same(
    path: Path, read: Callable[[], object], sections: Callable, count: int, alike: Callable = same
) -> tuple[int, int]:
    """Damage the file at `path` in every way; how often, and how often it was noticed. Fails where neither holds."""
    good, right = path.read_bytes(), read()
    cases = [*cut_off(good, sections(good)), *at_random(good, count, random.Random(0))]
    noticed = 0
    for case, bad in enumerate(cases):
        path.write_bytes(bad)
        complaint = None
        try:
            assert alike(read(), right), f"case {case} went unnoticed"
        except GancoreError as error:
            complaint = str(error)
        assert complaint is None or path.name in complaint, f"case {case} is not named: {complaint}"
        noticed += complaint is not None
    path.write_bytes(good)
    print(f"{path.name}: {noticed:,} of {len(cases):,} damaged files noticed, the others harmless")
    return len(cases), noticed


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "run"
    arguments = "train modern --steps 1 --batch-size 2 --device cpu --quiet --out"
    with pytest.raises(SystemExit):
        main([*arguments.split(), str(folder)])
    return folder


def checkpoint_cases(folder: Path, count: int) -> tuple[int, int]:
    path = folder / "checkpoint.pt"
    save_checkpoint(point_trainer().run(steps=5), path)

    def read() -> dict:
        reader = point_trainer()
        load_checkpoint(reader, path)
        return reader.state_dict()

    return refused_or_the_same(path, read, sections_of_zip, count)


def weights_cases(run: Path, folder: Path, count: int) -> tuple[int, int]:
    copy = Path(shutil.copytree(run, folder / "run"))
    path = copy / "generator.safetensors"
    return refused_or_the_same(path, lambda: load_generator(copy)[1].state_dict(), sections_of_safetensors, count)


def config_cases(run: Path, folder: Path, count: int) -> tuple[int, int]:
    """Only what is drawn must be the same: a flipped letter of the data's name changes no sample."""
    copy = Path(shutil.copytree(run, folder / "configured"))

    def draw() -> torch.Tensor:
        game, generator, _ = load_generator(copy)
        return game.sample(generator, 2)

    return refused_or_the_same(copy / "config.json", draw, sections_of_text, count)


def shipped_cases(folder: Path, count: int) -> tuple[int, int]:
    for path in SHIPPED.glob("modern.*"):
        shutil.copy(path, folder)
    return refused_or_the_same(
        folder / "modern.safetensors",
        lambda: load_pretrained("modern", folder).generator.state_dict(),
        sections_of_safetensors,
        count,
    )


def extractor_cases(folder: Path, count: int) -> tuple[int, int]:
    path = Path(shutil.copy(SHIPPED / "digits-classifier.safetensors", folder))

    def weights() -> dict:
        return load_extractor(path).network.state_dict()

    return refused_or_the_same(path, weights, sections_of_safetensors, count)


def cache_cases(folder: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged cache of the digits is made anew from the package, so it is never told of."""
    monkeypatch.setenv("GANCORE_CACHE", str(folder))
    right = data.load("digits").images
    (path,) = folder.glob("digits*.npy")
    good = path.read_bytes()
    cases = [*cut_off(good, sections_of_npy(good)), *at_random(good, count, random.Random(2))]
    for case, bad in enumerate(random.Random(3).sample(cases, count)):
        path.write_bytes(bad)
        assert torch.equal(data.load("digits").images, right), f"case {case} went unnoticed"


def idx_cases(folder: Path, name: str, count: int) -> tuple[int, int]:
    """Gzipped files have a checksum; in plain ones a pixel may change, and nothing but that pixel."""
    pixels = np.random.default_rng(0).integers(0, 256, (4, 28, 28), np.uint8)
    content = bytes((0, 0, 8, 3)) + struct.pack(">3I", *pixels.shape) + pixels.tobytes()
    zipped = name.endswith(".gz")
    (folder / name).write_bytes(gzip.compress(content, mtime=0) if zipped else content)

    def nearly(found: torch.Tensor, right: torch.Tensor) -> bool:
        return found.shape == right.shape and int((found != right).sum()) <= (0 if zipped else FLIPS)

    sections = (lambda good: iter((2, 3, 9, 10, len(good) - 8))) if zipped else sections_of_idx
    return refused_or_the_same(folder / name, lambda: data.load(str(folder)).images, sections, count, nearly)


def picture_cases(folder: Path, suffix: str, count: int) -> tuple[int, int]:
    """A PNG has checksums; of the other formats, what can be read is a picture like the others, if not a clear one."""
    noise = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
    for index, pixels in enumerate(noise):
        Image.fromarray(pixels).save(folder / f"{index}{suffix}")

    def alike(found: torch.Tensor, right: torch.Tensor) -> bool:
        return torch.equal(found, right) if suffix == ".png" else found.shape[0] == right.shape[0]

    sections = sections_of_png if suffix == ".png" else lambda good: iter(range(0, len(good), 50))
    return refused_or_the_same(folder / f"1{suffix}", lambda: data.load(folder).images, sections, count, alike)


def nearly_all(counts: tuple[int, int]) -> int:
    """The number of cases, of which nearly all must have been noticed."""
    cases, noticed = counts
    assert noticed > 0.9 * cases
    return cases


def some(counts: tuple[int, int]) -> int:
    """The number of cases, of which some must have been noticed."""
    cases, noticed = counts
    assert noticed > 0.1 * cases
    return cases


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_damaged_checkpoints_are_refused_or_harmless(tmp_path: Path) -> None:
    nearly_all(checkpoint_cases(tmp_path, FEW))


def test_damaged_weights_are_refused_or_harmless(run: Path, tmp_path: Path) -> None:
    nearly_all(weights_cases(run, tmp_path, FEW))


def test_damaged_settings_of_a_run_are_refused_or_harmless(run: Path, tmp_path: Path) -> None:
    some(config_cases(run, tmp_path, FEW))


def test_damaged_shipped_weights_are_refused_or_harmless(tmp_path: Path) -> None:
    nearly_all(shipped_cases(tmp_path, FEW))
    nearly_all(extractor_cases(tmp_path, FEW))


def test_damaged_cache_never_changes_the_digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache_cases(tmp_path, 3, monkeypatch)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_damaged_idx_files_are_named_or_hold_what_they_held(suffix: str, tmp_path: Path) -> None:
    some(idx_cases(tmp_path, f"train-images-idx3-ubyte{suffix}", FEW))


@pytest.mark.filterwarnings("ignore:.*:UserWarning:PIL")  # Pillow's word on a TIFF that it can read all the same
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".gif", ".bmp", ".webp", ".tif", ".pgm"])
def test_damaged_pictures_are_named_or_read(suffix: str, tmp_path: Path) -> None:
    cases, noticed = picture_cases(tmp_path, suffix, FEW)
    assert noticed > (0.9 * cases if suffix == ".png" else 0)


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:.*:UserWarning:PIL")
def test_two_thousand_damaged_files_are_refused_or_harmless(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = nearly_all(checkpoint_cases(tmp_path, MANY))
    done += nearly_all(weights_cases(run, tmp_path, MANY))
    done += some(config_cases(run, tmp_path, MANY))
    done += nearly_all(shipped_cases(tmp_path, MANY))
    done += nearly_all(extractor_cases(tmp_path, MANY))
    cache_cases(tmp_path, 20, monkeypatch)
    for suffix in ("", ".gz"):
        done += some(idx_cases(made(tmp_path / f"idx{suffix}"), f"train-images-idx3-ubyte{suffix}", MANY))
    for suffix in (".png", ".jpg", ".gif", ".bmp", ".webp", ".tif", ".pgm"):
        done += picture_cases(made(tmp_path / suffix[1:]), suffix, MANY)[0]
    assert done > 2000
