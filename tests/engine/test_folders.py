"""Folders of images: what they become, and what is said of those that cannot be read."""

import numpy as np
import pytest
import torch
from helpers.data import noise, save
from PIL import Image

from gancore.data import load
from gancore.data.folders import load_image_folder
from gancore.errors import GancoreError
from gancore.training.recipes import RECIPES


def test_a_flat_folder_gives_its_images_in_order_without_labels(tmp_path):
    pictures = {name: noise(seed=seed) for seed, name in enumerate(["b.png", "a.PNG", "c.bmp"])}
    for name, picture in pictures.items():
        save(tmp_path / "scans", name, picture)
    found = load(tmp_path / "scans")
    assert found.name == "scans"
    assert found.labels is None
    assert found.classes is None
    assert found.images.dtype == torch.uint8
    assert np.array_equal(found.images[:, 0], [pictures[name] for name in sorted(pictures)])


def test_subfolders_are_classes_in_alphabetical_order(tmp_path):
    values = {("dog", "1.png"): 10, ("cat", "1.png"): 20, ("cat", "0.png"): 30, ("emu", "x.png"): 40}
    for (kind, name), value in values.items():
        save(tmp_path / kind, name, np.full((28, 28), value, np.uint8))
    found = load(tmp_path)
    assert found.classes == ("cat", "dog", "emu")
    assert found.labels.tolist() == [0, 0, 1, 2]
    assert found.labels.dtype == torch.int64
    assert found.images[:, 0, 0, 0].tolist() == [30, 20, 10, 40]


def test_colour_images_keep_their_channels_apart(tmp_path):
    pictures = [noise(channels=3, seed=seed) for seed in range(2)]
    for index, picture in enumerate(pictures):
        save(tmp_path, f"{index}.png", picture)
    found = load(tmp_path)
    assert found.shape == (3, 28, 28)
    assert found.images.is_contiguous()
    assert np.array_equal(found.images.permute(0, 2, 3, 1), pictures)


@pytest.mark.parametrize(
    ("sides", "size"),
    [
        ([20, 20], 28), ([28, 28], 28), ([31, 31], 28), ([32, 32], 32), ([63, 63], 32), ([64, 64], 64),
        ([200, 200], 64), ([28, 64, 64], 64), ([28, 28, 64], 28), ([28, 64], 32),
    ],
)  # fmt: skip
def test_the_size_is_the_largest_that_the_median_image_fills(sides, size, tmp_path):
    for index, side in enumerate(sides):
        save(tmp_path, f"{index}.png", noise(side, side))
    assert load(tmp_path).shape == (1, size, size)


def test_the_shorter_side_decides_the_size(tmp_path):
    save(tmp_path, "wide.png", noise(40, 300))
    save(tmp_path, "tall.png", noise(300, 40))
    assert load(tmp_path).shape == (1, 32, 32)


def test_images_that_are_not_square_are_cut_to_their_centre(tmp_path):
    picture = noise(28, 28)
    wide, tall = np.full((28, 68), 255, np.uint8), np.full((58, 28), 255, np.uint8)
    wide[:, 20:48] = picture
    tall[15:43] = picture
    save(tmp_path, "wide.png", wide)
    save(tmp_path, "tall.png", tall)
    assert np.array_equal(load(tmp_path).images[:, 0], [picture, picture])


def test_resizing_averages_what_lies_under_a_pixel(tmp_path):
    # Blocks of 4×4 around a gradient: Pillow's Lanczos filter keeps straight lines straight inside the picture.
    ramp = np.tile(np.arange(112, dtype=np.uint8) * 2, (112, 1))
    for name in ("a.png", "b.png"):
        save(tmp_path, name, ramp)
    row = load_image_folder(tmp_path, size=28).images[0, 0, 14].int()
    expected = torch.arange(28) * 8 + 3  # the mean of 2·(4i … 4i+3)
    assert (row - expected).abs()[3:-3].max() <= 1


def test_size_and_channels_can_be_asked_for(tmp_path):
    save(tmp_path, "a.png", noise())
    save(tmp_path, "b.png", noise(seed=1))
    colour = load_image_folder(tmp_path, size=32, channels=3)
    assert colour.shape == (3, 32, 32)
    assert torch.equal(colour.images[:, 0], colour.images[:, 2])
    assert load_image_folder(tmp_path, size=5).shape == (1, 5, 5)


def test_one_colour_image_makes_all_of_them_colour_unless_grey_is_asked_for(tmp_path):
    save(tmp_path, "a.png", np.full((28, 28), 100, np.uint8))
    save(tmp_path, "b.png", np.full((28, 28, 3), (255, 0, 0), np.uint8))
    found = load(tmp_path).images[:, :, 0, 0]
    assert found.tolist() == [[100, 100, 100], [255, 0, 0]]
    # ITU-R 601 luma weighs red by 0.299.
    assert load_image_folder(tmp_path, channels=1).images[:, 0, 0, 0].tolist() == [100, round(0.299 * 255)]


def one_pixel_kinds():
    """Name, picture of one colour, and the uint8 channels it must become."""
    palette = Image.new("P", (28, 28), 1)
    palette.putpalette([0, 0, 0, 10, 200, 30])
    return {
        "black and white": (Image.new("1", (28, 28), 1), [255]),
        "grey": (Image.new("L", (28, 28), 77), [77]),
        "grey, 16 bits": (Image.fromarray(np.full((28, 28), 0x80FF, np.uint16)), [0x80]),
        "white, 16 bits": (Image.fromarray(np.full((28, 28), 0xFFFF, np.uint16)), [255]),
        "grey on transparency": (Image.new("LA", (28, 28), (200, 0)), [0]),
        "grey, opaque": (Image.new("LA", (28, 28), (200, 255)), [200]),
        "colour": (Image.new("RGB", (28, 28), (1, 2, 3)), [1, 2, 3]),
        "palette": (palette, [10, 200, 30]),
        "colour, opaque": (Image.new("RGBA", (28, 28), (1, 2, 3, 255)), [1, 2, 3]),
        "colour, half there": (Image.new("RGBA", (28, 28), (255, 100, 0, 128)), [128, 50, 0]),
        "colour, not there": (Image.new("RGBA", (28, 28), (255, 100, 0, 0)), [0, 0, 0]),
    }


@pytest.mark.parametrize("kind", one_pixel_kinds())
def test_every_kind_of_picture_becomes_grey_or_colour_on_black(kind, tmp_path):
    picture, channels = one_pixel_kinds()[kind]
    for name in ("a.png", "b.png"):
        picture.save(tmp_path / name)
    found = load(tmp_path).images
    assert found.shape == (2, len(channels), 28, 28)
    assert found.flatten(2).unique(dim=2).squeeze(2).tolist() == [channels] * 2


def test_a_transparent_palette_is_laid_on_black(tmp_path):
    palette = Image.new("P", (28, 28), 1)
    palette.putpalette([9, 9, 9, 10, 200, 30])
    palette.paste(0, (0, 0, 14, 28))
    for name in ("a.png", "b.png"):
        palette.save(tmp_path / name, transparency=0)
    found = load(tmp_path).images[0]
    assert found[:, 0, 0].tolist() == [0, 0, 0]
    assert found[:, 0, 27].tolist() == [10, 200, 30]


@pytest.mark.parametrize("suffix", ["jpg", "jpeg", "gif", "webp", "tif", "tiff", "ppm", "bmp", "png"])
def test_every_common_format_is_read(suffix, tmp_path):
    for name in ("a", "b"):
        Image.new("RGB", (32, 32), (200, 100, 50)).save(tmp_path / f"{name}.{suffix}")
    found = load(tmp_path).images[0].flatten(1).float().mean(1)
    assert found.tolist() == pytest.approx([200, 100, 50], abs=3)  # jpg and webp lose a little


def test_hidden_files_and_folders_are_passed_over(tmp_path):
    for kind in ("cat", "dog"):
        save(tmp_path / kind, "1.png", noise())
        (tmp_path / kind / ".DS_Store").write_bytes(b"\x00")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".gitignore").touch()
    assert load(tmp_path).classes == ("cat", "dog")


def test_a_recipe_trains_on_a_folder_of_colour_images(tmp_path):
    for index in range(4):
        save(tmp_path, f"{index}.png", noise(40, 40, 3, seed=index))
    trainer = RECIPES["dcgan"].change(batch_size=4).trainer(load(tmp_path), device="cpu").run(steps=1)
    assert trainer.sample(2).shape == (2, 3, 32, 32)


@pytest.mark.parametrize(("count", "message"), [(0, "holds 0 images"), (1, "holds 1 images")])
def test_a_folder_with_too_few_images_is_refused(count, message, tmp_path):
    for index in range(count):
        save(tmp_path, f"{index}.png", noise())
    with pytest.raises(GancoreError, match=f"{message}; a data set needs at least 2") as caught:
        load(tmp_path)
    assert str(tmp_path) in str(caught.value)


def cut_png(path):
    save(path.parent, path.name, noise())
    path.write_bytes(path.read_bytes()[:400])


@pytest.mark.parametrize(
    ("name", "spoil", "message"),
    [
        ("cut.png", cut_png, "cannot be read as an image"),
        ("empty.png", lambda path: path.touch(), "cannot be read as an image"),
        ("text.jpg", lambda path: path.write_text("no picture"), "cannot be read as an image"),
        ("notes.txt", lambda path: path.write_text("no picture"), "is not an image file"),
        ("Thumbs.db", lambda path: path.touch(), "is not an image file"),
        ("README", lambda path: path.touch(), "is not an image file"),
    ],
)
@pytest.mark.parametrize("folder", ["flat", "class"])
def test_a_file_that_is_no_readable_image_is_named(name, spoil, message, folder, tmp_path):
    place = tmp_path if folder == "flat" else tmp_path / "cat"
    save(place, "good.png", noise())
    save(place, "other.png", noise(seed=1))
    spoil(place / name)
    with pytest.raises(GancoreError, match=message) as caught:
        load(tmp_path)
    assert str(place / name) in str(caught.value)


def test_a_loose_image_beside_subfolders_is_named(tmp_path):
    save(tmp_path / "cat", "1.png", noise())
    save(tmp_path, "loose.png", noise())
    with pytest.raises(GancoreError, match="lies beside subfolders") as caught:
        load(tmp_path)
    assert str(tmp_path / "loose.png") in str(caught.value)


def test_an_empty_class_is_named(tmp_path):
    save(tmp_path / "cat", "1.png", noise())
    (tmp_path / "dog").mkdir()
    with pytest.raises(GancoreError, match="is a class without images") as caught:
        load(tmp_path)
    assert str(tmp_path / "dog") in str(caught.value)


def test_a_folder_inside_a_class_is_named(tmp_path):
    save(tmp_path / "cat", "1.png", noise())
    save(tmp_path / "cat" / "more", "2.png", noise())
    with pytest.raises(GancoreError, match="is not an image file") as caught:
        load(tmp_path)
    assert str(tmp_path / "cat" / "more") in str(caught.value)


@pytest.mark.parametrize("channels", [0, 2, 4])
def test_channels_other_than_grey_or_colour_are_refused(channels, tmp_path):
    with pytest.raises(GancoreError, match=f"channels is {channels}; images have 1 .* or 3"):
        load_image_folder(tmp_path, channels=channels)


def test_a_size_below_one_pixel_is_refused(tmp_path):
    with pytest.raises(GancoreError, match="size is 0; it must be at least 1"):
        load_image_folder(tmp_path, size=0)
