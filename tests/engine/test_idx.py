"""MNIST and its relations: IDX files under their usual names."""

import gzip
import os
from pathlib import Path

import pytest
import torch
from helpers.data import LABELS, PIXELS, idx, write_idx

from gancore.data import load
from gancore.data.mnist import FASHION as FASHION_CLASSES
from gancore.errors import GancoreError
from gancore.training.recipes import RECIPES

DEBIAN_FASHION = Path("/usr/share/datasets/fashion-mnist")


# IDX folders


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize(("prefix", "split"), [("train", "train"), ("t10k", "test")])
def test_an_idx_folder_gives_its_images_and_labels(prefix, split, suffix, tmp_path):
    write_idx(tmp_path / "kana", prefix, suffix)
    found = load(tmp_path / "kana", split)
    assert found.name == "kana"
    assert torch.equal(found.images, torch.from_numpy(PIXELS)[:, None])
    assert torch.equal(found.labels, torch.from_numpy(LABELS).long())
    assert found.labels.dtype == torch.int64
    assert found.classes == tuple("0123456789")
    assert load(str(tmp_path / "kana"), split).images.is_contiguous()


def test_an_idx_folder_may_lack_labels(tmp_path):
    write_idx(tmp_path, parts={"images-idx3-ubyte": PIXELS})
    found = load(tmp_path)
    assert found.labels is None
    assert found.classes is None
    assert len(found) == 7


def test_an_idx_folder_called_dot_has_the_name_of_the_folder(tmp_path, monkeypatch):
    write_idx(tmp_path / "my-fashion")
    monkeypatch.chdir(tmp_path / "my-fashion")
    assert load(".").name == "my-fashion"
    assert load(".").classes == FASHION_CLASSES


def test_every_label_of_an_idx_folder_has_a_class_name(tmp_path):
    write_idx(tmp_path / "fashion", parts={"images-idx3-ubyte": PIXELS, "labels-idx1-ubyte": LABELS + 10})
    found = load(tmp_path / "fashion")
    assert len(found.classes) == 20
    assert found.classes[19] == "19"


IMAGES_FILE = "train-images-idx3-ubyte"
GZIPPED = gzip.compress(idx(PIXELS))  # ten bytes of header, then what is compressed


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (IMAGES_FILE, idx(PIXELS)[:-1], r"5487 bytes where its header asks for 5488"),
        (IMAGES_FILE, idx(PIXELS) + b"\x00", r"5489 bytes where its header asks for 5488"),
        (IMAGES_FILE, idx(PIXELS)[:9], "ends within its header"),
        (IMAGES_FILE, b"", "is not an IDX file of whole numbers"),
        (IMAGES_FILE, b"\x00\x00\x0d\x03" + idx(PIXELS)[4:], "is not an IDX file of whole numbers"),  # floats
        (IMAGES_FILE, b"<html>Please log in.</html>", "is not an IDX file of whole numbers"),
        (f"{IMAGES_FILE}.gz", GZIPPED[: len(GZIPPED) // 2], "cannot be read"),
        (f"{IMAGES_FILE}.gz", GZIPPED[:10] + b"\xff" + GZIPPED[11:], "cannot be read"),
        (f"{IMAGES_FILE}.gz", gzip.compress(idx(PIXELS)[:-1]), "5487 bytes where its header asks for 5488"),
    ],
    ids=["cut short", "too long", "header cut short", "empty", "floats", "a page", "gzip cut short", "gzip damaged",
         "cut short inside gzip"],
)  # fmt: skip
def test_a_broken_idx_file_is_named(name, content, message, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GancoreError, match=message) as caught:
        load(tmp_path)
    assert str(tmp_path / name) in str(caught.value)


def test_images_and_labels_of_different_counts_are_refused(tmp_path):
    write_idx(tmp_path, parts={"images-idx3-ubyte": PIXELS, "labels-idx1-ubyte": LABELS[:5]})
    with pytest.raises(GancoreError, match="7 images but 5 labels"):
        load(tmp_path)


@pytest.mark.parametrize("array", [PIXELS.reshape(7, -1), PIXELS[:0]], ids=["rank 2", "no images"])
def test_idx_images_of_another_shape_are_refused(array, tmp_path):
    write_idx(tmp_path, parts={"images-idx3-ubyte": array})
    with pytest.raises(GancoreError, match=r"holds images of shape .*expected \(count, height, width\)"):
        load(tmp_path)


def test_a_split_that_an_idx_folder_lacks_is_named(tmp_path):
    write_idx(tmp_path, "train")
    with pytest.raises(GancoreError, match=r"no file t10k-images-idx3-ubyte or t10k-images-idx3-ubyte\.gz"):
        load(tmp_path, "test")


# The 60,000 images of Fashion-MNIST


@pytest.fixture(scope="module")
def real_fashion():
    if not DEBIAN_FASHION.is_dir():
        reason = f"Debian's package dataset-fashion-mnist is not installed: no {DEBIAN_FASHION}"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and CI must have it")
        pytest.skip(reason)
    return load(DEBIAN_FASHION)


def test_debians_fashion_mnist_is_the_published_60000(real_fashion):
    assert real_fashion.name == "fashion-mnist"
    assert real_fashion.images.shape == (60_000, 1, 28, 28)
    assert real_fashion.labels.bincount().tolist() == [6000] * 10
    assert real_fashion.classes == FASHION_CLASSES
    assert real_fashion.labels[:10].tolist() == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]
    pixels = real_fashion.images.float() / 255
    assert pixels.mean().item() == pytest.approx(0.2860, abs=1e-4)  # what is published as its normalisation
    assert pixels.std().item() == pytest.approx(0.3530, abs=1e-4)


def test_debians_test_split_is_the_published_10000(real_fashion):
    test = load(DEBIAN_FASHION, "test")
    assert test.images.shape == (10_000, 1, 28, 28)
    assert test.labels.bincount().tolist() == [1000] * 10


@pytest.mark.parametrize("name", ["cmlp", "cdcgan"])
def test_a_recipe_trains_on_debians_fashion_mnist(name, real_fashion):
    recipe = RECIPES[name].change(batch_size=32, generator_batch_size=None)
    trainer = recipe.trainer(real_fashion, device="cpu")
    start = trainer.state_dict()["generator"]
    trainer.run(steps=3)
    assert trainer.round == 3
    assert any(not torch.equal(value, start[key]) for key, value in trainer.game.generator.state_dict().items())
    assert all(torch.isfinite(value).all() for value in trainer.game.generator.state_dict().values())
    samples = trainer.sample(10)
    assert samples.shape == (10, 1, 28, 28)
    assert -1 <= samples.min() < samples.max() <= 1
