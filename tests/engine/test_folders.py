"""Folders of images: what they become, how soon, and what is kept."""

import io
import os
import sys
import threading

import numpy as np
import pytest
import torch
from helpers.data import noise, save

from gancore.data import decoding, folders, load
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


def test_a_recipe_trains_on_a_folder_of_colour_images(tmp_path):
    for index in range(4):
        save(tmp_path, f"{index}.png", noise(40, 40, 3, seed=index))
    trainer = RECIPES["dcgan"].change(batch_size=4).trainer(load(tmp_path), device="cpu").run(steps=1)
    assert trainer.sample(2).shape == (2, 3, 32, 32)


@pytest.mark.parametrize(("count", "message"), [(0, "holds 0 images"), (1, "holds 1 images")])
def test_a_folder_with_too_few_images_is_refused(count, message, tmp_path):
    for index in range(count):
        save(tmp_path, f"{index}.png", noise())
    with pytest.raises(GancoreError, match=f"{message}.*at least 2") as caught:
        load(tmp_path)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("channels", [0, 2, 4])
def test_channels_other_than_grey_or_colour_are_refused(channels, tmp_path):
    with pytest.raises(GancoreError, match=rf"channels is {channels}\b.*\b1\b.*\b3\b"):
        load_image_folder(tmp_path, channels=channels)


def test_a_size_below_one_pixel_is_refused(tmp_path):
    with pytest.raises(GancoreError, match=r"size is 0.*at least 1"):
        load_image_folder(tmp_path, size=0)


def test_two_pictures_are_decoded_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    both = threading.Barrier(2)

    def meet(path, size, channels):
        both.wait(timeout=60)
        return decoding.read_thumbnail(path, size, channels)

    monkeypatch.setattr(folders, "read_thumbnail", meet)
    for index in range(2):
        save(tmp_path, f"{index}.png", noise(seed=index))
    assert np.array_equal(load(tmp_path).images[:, 0], [noise(seed=0), noise(seed=1)])


class Terminal(io.StringIO):
    """Takes what is printed, as a terminal does."""

    def isatty(self):
        return True


def test_who_waits_at_a_terminal_sees_a_progress_bar(tmp_path, monkeypatch):
    for index in range(3):
        save(tmp_path, f"{index}.png", noise(seed=index))
    monkeypatch.setattr(folders, "QUIET", 0)
    monkeypatch.setenv("GANCORE_CACHE", str(tmp_path / ".cache"))
    terminal, pipe = Terminal(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", terminal)
    load_image_folder(tmp_path)
    assert "0/3" in terminal.getvalue()
    monkeypatch.setattr(sys, "stderr", pipe)
    load_image_folder(tmp_path, size=5)
    assert pipe.getvalue() == ""


def test_what_is_read_in_a_moment_is_read_without_a_progress_bar(tmp_path, monkeypatch):
    for index in range(3):
        save(tmp_path, f"{index}.png", noise(seed=index))
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(folders, "QUIET", 600)
    load_image_folder(tmp_path)
    assert terminal.getvalue() == ""
