"""Pairs of one's own: found by name or side by side, and what does not pair up is named."""

import os
import re
import weakref
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gancore.data import decoding, pair_folders
from gancore.data.decoding import open_upright
from gancore.data.pair_folders import load_pair_folder
from gancore.errors import GancoreError
from gancore.training.recipes import RECIPES


def paint(path: Path, colour: str, size: tuple[int, int] = (40, 40), mode: str = "RGB") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve pairs in two subfolders: grey sketches, and what they mean in colour."""
    for place in range(12):
        paint(tmp_path / "sketch" / f"{place:02d}.png", f"rgb({place}, {place}, {place})")
        paint(tmp_path / "wanted" / f"{place:02d}.jpg", "rgb(200, 10, 10)")
    return tmp_path


def refusal(folder: Path) -> str:
    with pytest.raises(GancoreError) as refused:
        load_pair_folder(folder)
    return str(refused.value)


def test_equal_names_in_two_subfolders_are_pairs(folder: Path) -> None:
    data = load_pair_folder(folder)
    assert (data.images.shape, data.given.shape) == ((12, 3, 32, 32), (12, 1, 32, 32))
    assert data.given[:, 0, 0, 0].tolist() == list(range(12))
    assert "given: sketch; wanted: wanted" in data.notes[0]


def test_twelve_pairs_are_told_to_be_few(folder: Path) -> None:
    assert "12 pairs are few" in load_pair_folder(folder).notes[1]


def test_pictures_side_by_side_are_cut_in_half(tmp_path: Path) -> None:
    for place in range(3):
        both = Image.new("RGB", (64, 32), "red")
        both.paste("blue", (0, 0, 32, 32))
        both.save(tmp_path / f"{place}.png")
    data = load_pair_folder(tmp_path)
    assert data.given[0, :, 0, 31].tolist() == [0, 0, 255]
    assert data.images[0, :, 0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize(("side", "size"), [(300, 64), (64, 64), (50, 48), (20, 24)])
def test_pairs_get_the_largest_size_that_they_fill(
    tmp_path: Path, side: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    for place in range(2):
        paint(tmp_path / f"{place}.png", "red", (2 * side, side))
    assert load_pair_folder(tmp_path).shape == (3, size, size) or load_pair_folder(tmp_path).shape == (1, size, size)


def test_with_a_gpu_they_may_be_larger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    for place in range(2):
        paint(tmp_path / f"{place}.png", "red", (600, 300))
    assert load_pair_folder(tmp_path).shape == (3, 256, 256)


def test_transparency_is_white(tmp_path: Path) -> None:
    for place in range(2):
        paint(tmp_path / f"{place}.png", (0, 0, 0, 0), (64, 32), "RGBA")
    assert (load_pair_folder(tmp_path).images == 255).all()


def test_a_grey_picture_among_colours_is_a_colour(folder: Path) -> None:
    paint(folder / "wanted" / "00.jpg", "grey", mode="L")
    data = load_pair_folder(folder)
    assert data.shape == (3, 32, 32)
    assert len(set(data.images[0, :, 5, 5].tolist())) == 1


def test_what_does_not_pair_up_is_named(folder: Path) -> None:
    for name in ("left", "over"):
        paint(folder / "wanted" / f"{name}.png", "red")
    paint(folder / "sketch" / "alone.png", "grey")
    said = refusal(folder)
    assert all(os.path.join(*parts) in said for parts in (("sketch", "alone.png"), ("wanted", "left.png")))
    paint(folder / "sketch" / "more.png", "grey")
    assert "and 1 more" in refusal(folder)


def test_pairs_of_unequal_size_are_named_with_both_sizes(folder: Path) -> None:
    paint(folder / "wanted" / "07.jpg", "red", (40, 44))
    assert re.search(r"07\.png has 40×40 pixels and .*07\.jpg 40×44; bring both to one size", refusal(folder))


@pytest.mark.parametrize("extra", [("third",), ("third", "fourth")])
def test_more_than_two_subfolders_are_refused(folder: Path, extra: tuple[str, ...]) -> None:
    for name in extra:
        paint(folder / name / "00.png", "red")
    assert f"has {2 + len(extra)} subfolders; pairs are in two" in refusal(folder)


def test_one_subfolder_is_refused(tmp_path: Path) -> None:
    paint(tmp_path / "only" / "00.png", "red")
    assert "has 1 subfolders" in refusal(tmp_path)


def test_parts_of_a_data_set_are_told_from_pairs(tmp_path: Path) -> None:
    for name in ("train", "sketch"):
        paint(tmp_path / name / "00.png", "red")
    assert "--data" in refusal(tmp_path)


def test_a_picture_that_is_no_pair_is_named(tmp_path: Path) -> None:
    paint(tmp_path / "0.png", "red", (64, 32))
    paint(tmp_path / "1.png", "red", (64, 33))
    assert re.search(r"1\.png has 64×33 pixels; .* twice as wide", refusal(tmp_path))


def test_a_single_pair_is_too_few(tmp_path: Path) -> None:
    paint(tmp_path / "0.png", "red", (64, 32))
    assert "holds 1 pair;" in refusal(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "holds 0 pairs" in refusal(tmp_path)


def test_pictures_are_let_go_one_by_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alive: weakref.WeakValueDictionary[Path, Image.Image] = weakref.WeakValueDictionary()
    most = 0

    def counted(path: Path) -> Image.Image:
        nonlocal most
        alive[path] = picture = open_upright(path)
        most = max(most, len(alive))
        return picture

    monkeypatch.setattr(pair_folders, "open_upright", counted)
    load_pair_folder(folder)
    assert most <= 4  # a pair, and the one before it


def test_a_picture_with_more_pixels_than_are_decoded_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MOST_PIXELS", 2000)
    paint(folder / "wanted" / "00.jpg", "red", (400, 400))
    assert "00.jpg is too large to be read" in refusal(folder)


def test_a_damaged_picture_is_named(folder: Path) -> None:
    path = folder / "sketch" / "03.png"
    path.write_bytes(path.read_bytes()[:60])
    assert "03.png cannot be read" in refusal(folder)


def test_deep_greys_are_refused_by_name(folder: Path) -> None:
    Image.fromarray(np.full((40, 40), 40_000, np.uint16)).save(folder / "sketch" / "05.png")
    assert re.search(r"05\.png has greys of more than 8 bits", refusal(folder))


def test_a_recipe_trains_on_them_and_on_grey_ones(folder: Path) -> None:
    for given in ("sketch", "wanted"):  # first to colour, then to grey
        recipe = RECIPES["pix2pix"].change(batch_size=4, alone=0)
        data = recipe.load(str(folder))
        trainer = recipe.trainer(data, device="cpu").run(steps=1)
        assert trainer.sample(2).shape == (2, *data.spec.shape)
        (folder / given).rename(folder / f"z {given}")


def test_a_folder_that_is_not_there_is_refused() -> None:
    with pytest.raises(GancoreError, match=r"'nowhere' is neither 'emoji' nor a folder"):
        RECIPES["pix2pix"].load("nowhere")
