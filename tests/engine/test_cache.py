"""What is kept of folders that took long to decode: it saves time, and changes nothing else."""

import os
import shutil

import numpy as np
import pytest
from helpers.data import drawing
from helpers.disks import LINUX_ONLY

from gancore.data import cache as caching
from gancore.data import decoding, folders, load
from gancore.data.folders import load_image_folder


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A fresh cache folder, in which all that is decoded is kept."""
    monkeypatch.setenv("GANCORE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(folders, "QUIET", -1)
    return tmp_path / "cache" / "pictures"


@pytest.fixture
def reads(monkeypatch):
    """The files that are decoded."""
    names = []

    def counted(path, size, channels):
        names.append(path.name)
        return decoding.read_thumbnail(path, size, channels)

    monkeypatch.setattr(folders, "read_thumbnail", counted)
    return names


@pytest.fixture
def pictures(tmp_path):
    """A folder of three drawings in two classes."""
    for name, ink in {"cat/a.png": (0, 0, 0, 255), "cat/b.png": (9, 9, 9, 255), "dog/a.png": (0, 0, 0, 200)}.items():
        (tmp_path / "pictures" / name).parent.mkdir(parents=True, exist_ok=True)
        drawing(ink).save(tmp_path / "pictures" / name)
    return tmp_path / "pictures"


def same(found, wanted):
    return found.sha256 == wanted.sha256 and (found.classes, found.notes) == (wanted.classes, wanted.notes)


def test_what_was_decoded_once_is_kept(pictures, cache, reads):
    first = load(pictures)
    assert sorted(reads) == ["a.png", "a.png", "b.png"]
    assert same(load(pictures), first)
    assert same(load(f"{pictures}/../pictures/"), first)
    assert len(reads) == 3
    assert first.notes != ()
    assert [path.suffix for path in cache.iterdir()] == [".npz"]


def test_what_is_decoded_in_a_moment_is_not_kept(pictures, cache, reads, monkeypatch):
    monkeypatch.setattr(folders, "QUIET", 600)
    assert same(load(pictures), load(pictures))
    assert len(reads) == 6
    assert not cache.exists()


def change_in_secret(path):
    """Other content of the same length, and the old time of change."""
    before, content = path.stat(), path.read_bytes()
    drawing((0, 0, 0, 150)).save(path)
    assert path.read_bytes() != content
    assert path.stat().st_size == len(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: drawing((0, 0, 90, 255)).save(folder / "cat" / "a.png"),
        lambda folder: drawing((0, 0, 90, 255)).save(folder / "dog" / "new.png"),
        lambda folder: (folder / "cat" / "a.png").unlink(),
        lambda folder: (folder / "cat" / "a.png").rename(folder / "dog" / "c.png"),
        lambda folder: (folder / "cat").rename(folder / "elk"),
        lambda folder: os.utime(folder / "cat" / "a.png", (0, 0)),
        pytest.param(lambda folder: change_in_secret(folder / "dog" / "a.png"), marks=LINUX_ONLY),
    ],
    ids=["changed", "added", "removed", "moved", "class renamed", "touched", "changed in secret"],
)
def test_a_folder_that_changed_is_decoded_anew(change, pictures, cache, reads, monkeypatch):
    load(pictures)
    change(pictures)
    del reads[:]
    found = load(pictures)
    assert len(reads) == len(found)
    monkeypatch.setenv("GANCORE_CACHE", str(cache / "another"))
    assert same(found, load(pictures))


def test_other_settings_and_other_places_are_decoded_anew(pictures, cache, reads):
    load(pictures)
    shutil.copytree(pictures, pictures.parent / "copy", copy_function=shutil.copy2)
    sizes = [load_image_folder(pictures, size=size).shape for size in (32, 5)]
    assert sizes == [(3, 32, 32), (3, 5, 5)]
    assert load(pictures, channels=1).shape == (1, 28, 28)
    load(pictures, background="white")
    assert load(pictures.parent / "copy").name == "copy"
    assert len(reads) == 3 * 6
    assert len(list(cache.iterdir())) == 6


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: content[:2000] + bytes([content[2000] ^ 1]) + content[2001:],
        lambda content: b"\x93NUMPY" + content[6:],
        lambda content: content.replace(b"pixels", b"pixelz"),
    ],
    ids=["cut short", "empty", "one pixel changed", "another kind", "renamed"],
)
def test_a_damaged_cache_of_pictures_costs_nothing(damage, pictures, cache, reads):
    first = load(pictures)
    (kept,) = cache.iterdir()
    good = kept.read_bytes()
    kept.write_bytes(damage(good))
    assert kept.read_bytes() != good
    assert same(load(pictures), first)
    assert len(reads) == 6
    assert same(load(pictures), first)
    assert len(reads) == 6


def test_pictures_load_where_no_cache_can_be_written(pictures, tmp_path, monkeypatch):
    first = load(pictures)
    (tmp_path / "file").touch()
    monkeypatch.setenv("GANCORE_CACHE", str(tmp_path / "file"))
    assert same(load(pictures), first)


def test_the_cache_of_pictures_keeps_the_newest_within_its_limit(pictures, cache, monkeypatch):
    load(pictures)
    (first,) = cache.iterdir()
    os.utime(first, (0, 0))
    monkeypatch.setattr(caching, "MOST_KEPT", int(2.5 * first.stat().st_size))
    load_image_folder(pictures, size=27)
    assert len(list(cache.iterdir())) == 2
    load_image_folder(pictures, size=26)
    assert len(list(cache.iterdir())) == 2
    assert not first.exists()


def test_what_is_larger_than_the_limit_is_not_kept(pictures, cache, monkeypatch):
    load(pictures)
    (first,) = cache.iterdir()
    monkeypatch.setattr(caching, "MOST_KEPT", 3 * 3 * 28 * 28)
    load_image_folder(pictures, size=29)
    assert list(cache.iterdir()) == [first]


def test_the_cache_of_pictures_runs_no_code(pictures, cache):
    first = load(pictures)
    (kept,) = cache.iterdir()
    np.savez(kept, pixels=np.array([print], dtype=object), notes=np.array([], dtype=str))
    assert same(load(pictures), first)
