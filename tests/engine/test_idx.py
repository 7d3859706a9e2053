"""MNIST and its relations: IDX files under their usual names."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.data import LABELS, PIXELS, idx, write_idx
from helpers.disks import LINUX_ONLY, forbidden

from gancore.data import load
from gancore.data.mnist import BALANCED, DIGITS, FASHION, KUZUSHIJI
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
    assert load(".").classes == FASHION


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
    with pytest.raises(GancoreError, match=r"shape .*\(count, height, width\)"):
        load(tmp_path)


def test_a_split_that_an_idx_folder_lacks_is_named(tmp_path):
    write_idx(tmp_path, "train")
    with pytest.raises(GancoreError, match=r"no file t10k-images-idx3-ubyte or t10k-images-idx3-ubyte\.gz"):
        load(tmp_path, "test")


# The usual names


def put(folder, *names, pixels=PIXELS, labels=LABELS):
    """Images and labels, by what their `names` say, gzipped where these end in .gz."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        content = idx(labels if "labels" in name.lower() else pixels)
        (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)


def is_mnist(found):
    return (
        torch.equal(found.images, torch.from_numpy(PIXELS)[:, None])
        and torch.equal(found.labels, torch.from_numpy(LABELS).long())
        and found.classes == DIGITS
    )


@pytest.mark.parametrize(
    ("names", "below"),
    [
        (("train-images.idx3-ubyte", "train-labels.idx1-ubyte"), ""),
        (("train-images.idx3-ubyte.gz", "train-labels.idx1-ubyte.gz"), ""),
        (("train-images-idx3-ubyte.gz", "train-labels.idx1-ubyte"), ""),
        (("TRAIN-IMAGES-IDX3-UBYTE", "TRAIN-LABELS-IDX1-UBYTE"), ""),
        (("train-images-idx3-ubyte/train-images-idx3-ubyte", "train-labels-idx1-ubyte/train-labels-idx1-ubyte"), ""),
        (("train-images-idx3-ubyte/train-images.idx3-ubyte", "train-labels-idx1-ubyte/train-labels.idx1-ubyte"), ""),
        (("MNIST/raw/train-images-idx3-ubyte", "MNIST/raw/train-labels-idx1-ubyte"), ""),
        (("MNIST/raw/train-images-idx3-ubyte", "MNIST/raw/train-labels-idx1-ubyte"), "MNIST"),
        (("MNIST/raw/train-images-idx3-ubyte", "MNIST/raw/train-labels-idx1-ubyte"), "MNIST/raw"),
    ],
    ids=["7-Zip", "7-Zip, gzipped", "mixed", "capitals", "Kaggle's folders", "a folder each", "torchvision's root",
         "torchvision's MNIST", "torchvision's raw"],
)  # fmt: skip
def test_mnist_is_known_by_its_usual_names(names, below, tmp_path):
    put(tmp_path / "mnist", *names)
    found = load(tmp_path / "mnist" / below)
    assert is_mnist(found)
    assert found.name.lower() == "mnist"


def test_mnist_as_kaggle_packs_it_lies_there_twice(tmp_path):
    names = ("train-images{}idx3-ubyte", "train-labels{}idx1-ubyte", "t10k-images{}idx3-ubyte")
    put(tmp_path / "mnist", *(name.format(".") for name in names))
    put(tmp_path / "mnist", *(f"{name.format('-')}/{name.format('-')}" for name in names))
    assert is_mnist(load(tmp_path / "mnist"))


def test_what_browsers_unpacked_may_have_kept_its_name(tmp_path):
    (tmp_path / f"{IMAGES_FILE}.gz").write_bytes(idx(PIXELS))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(gzip.compress(idx(LABELS)))
    assert load(tmp_path).labels.tolist() == LABELS.tolist()


def test_what_is_there_packed_and_unpacked_is_read_unpacked(tmp_path):
    put(tmp_path, f"{IMAGES_FILE}.gz", IMAGES_FILE, f"{IMAGES_FILE}.gz".replace("images", "labels"))
    (tmp_path / f"{IMAGES_FILE}.gz").write_bytes(b"damaged")
    assert len(load(tmp_path)) == 7


def test_litter_beside_mnist_is_passed_over(tmp_path):
    put(tmp_path, IMAGES_FILE)
    for name in ("Thumbs.db", f"._{IMAGES_FILE}", "train-images-idx3-ubyte.txt", "readme.md"):
        (tmp_path / name).touch()
    assert len(load(tmp_path)) == 7


def emnist(kind, labels):
    return f"emnist-{kind}-train-images-idx3-ubyte.gz", f"emnist-{kind}-train-labels-idx1-ubyte.gz", np.uint8(labels)


@pytest.mark.parametrize(
    ("kind", "labels", "numbers", "classes"),
    [
        ("letters", [1, 2, 26, 1, 1, 1, 1], [0, 1, 25, 0, 0, 0, 0], tuple("abcdefghijklmnopqrstuvwxyz")),
        ("letters", [2, 3, 4, 4, 4, 4, 4], [1, 2, 3, 3, 3, 3, 3], tuple("abcdefghijklmnopqrstuvwxyz")),
        ("digits", LABELS, LABELS, DIGITS),
        ("mnist", LABELS, LABELS, DIGITS),
        ("balanced", [0, 10, 46, 0, 0, 0, 0], [0, 10, 46, 0, 0, 0, 0], BALANCED),
        ("bymerge", [0, 10, 46, 0, 0, 0, 0], [0, 10, 46, 0, 0, 0, 0], BALANCED),
    ],
)
def test_emnist_is_turned_upright_and_its_classes_have_names(kind, labels, numbers, classes, tmp_path):
    images, told, labels = emnist(kind, labels)
    put(tmp_path, images, told, labels=labels)
    found = load(tmp_path)
    assert torch.equal(found.images[:, 0], torch.from_numpy(PIXELS).mT)
    assert found.images.is_contiguous()
    assert found.notes == ("EMNIST lies on its side in its files; the images were turned.",)
    assert found.name == f"emnist-{kind}"
    assert (found.labels.tolist(), found.classes) == (list(numbers), classes)


def test_emnists_classes_are_digits_capitals_and_small_letters(tmp_path):
    images, told, labels = emnist("byclass", [0, 9, 10, 35, 36, 61, 0])
    put(tmp_path, images, told, labels=labels)
    found = load(tmp_path)
    assert [found.classes[label] for label in found.labels.tolist()] == ["0", "9", "A", "Z", "a", "z", "0"]
    assert len(BALANCED) == 47


def test_of_several_sets_one_is_chosen_by_the_file_of_its_images(tmp_path):
    put(tmp_path / "gzip", *emnist("letters", [])[:2], *emnist("digits", [])[:2])
    with pytest.raises(GancoreError, match=r"gzip holds 2 data sets \(emnist-digits-train-") as caught:
        load(tmp_path / "gzip")
    proposed = str(caught.value).split("--data ")[1].removesuffix(".")
    assert load(proposed).name in ("emnist-letters", "emnist-digits")
    letters = load(tmp_path / "gzip" / "emnist-letters-train-images-idx3-ubyte.gz")
    assert (letters.name, letters.labels.tolist()) == ("emnist-letters", LABELS.tolist())


def test_of_torchvisions_tree_with_several_sets_one_is_to_be_chosen(tmp_path):
    put(tmp_path, "MNIST/raw/train-images-idx3-ubyte", "FashionMNIST/raw/train-images-idx3-ubyte")
    with pytest.raises(GancoreError, match=r"2 data sets \(FashionMNIST/raw/train-images-idx3-ubyte, MNIST/raw"):
        load(tmp_path)
    assert load(tmp_path / "FashionMNIST").name == "FashionMNIST"


def test_a_file_of_images_stands_for_its_split_and_knows_the_other(tmp_path):
    put(tmp_path, "train-images-idx3-ubyte", "t10k-images-idx3-ubyte.gz", pixels=PIXELS[:3])
    put(tmp_path, "t10k-labels-idx1-ubyte", labels=np.uint8([0, 1, 2]))
    assert load(tmp_path / "t10k-images-idx3-ubyte.gz").labels.tolist() == [0, 1, 2]
    assert load(tmp_path / "train-images-idx3-ubyte").labels is None
    assert load(tmp_path / "train-images-idx3-ubyte", "test").labels.tolist() == [0, 1, 2]
    with pytest.raises(GancoreError, match="neither a known data set"):
        load(tmp_path / "t10k-labels-idx1-ubyte")


def test_qmnist_has_eight_numbers_for_each_image_of_which_the_first_is_its_class(tmp_path):
    told = np.arange(7 * 8, dtype=np.int32).reshape(7, 8) + 1000
    told[:, 0] = LABELS
    put(tmp_path, "qmnist-train-images-idx3-ubyte", "qmnist-train-labels-idx2-int.gz", labels=told)
    put(tmp_path, "qmnist-test-images-idx3-ubyte", "qmnist-test-labels-idx2-int", pixels=PIXELS[:2], labels=told[:2])
    assert is_mnist(load(tmp_path))
    assert load(tmp_path).name == "qmnist"
    assert load(tmp_path, "test").labels.tolist() == LABELS[:2].tolist()


@pytest.mark.parametrize("place", ["KMNIST/raw", "kuzushiji-mnist"])
def test_kuzushijis_classes_have_the_names_of_their_signs(place, tmp_path):
    put(tmp_path / place, "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")
    found = load(tmp_path / place)
    assert found.classes == KUZUSHIJI
    assert found.labels.tolist() == LABELS.tolist()


def test_kuzushiji_comes_as_arrays_of_numpy_too(tmp_path):
    told = np.uint8([0, 48, 1, 1, 1, 1, 1])
    for name, array in {"imgs": PIXELS, "labels": told}.items():
        np.savez_compressed(tmp_path / f"k49-train-{name}.npz", array)
    found = load(tmp_path)
    assert torch.equal(found.images[:, 0], torch.from_numpy(PIXELS))
    assert found.labels.tolist() == told.tolist()
    assert found.classes == tuple(map(str, range(49)))


@pytest.mark.parametrize(
    "write",
    [
        lambda path: np.savez(path, np.array([print], dtype=object)),
        lambda path: np.savez(path, PIXELS.astype(np.float32)),
        lambda path: np.savez(path, PIXELS, PIXELS),
        lambda path: path.write_bytes(b"PK"),
        lambda path: path.touch(),
    ],
    ids=["code", "floats", "two", "damaged", "empty"],
)
def test_other_arrays_of_numpy_are_refused_by_name(write, tmp_path):
    write(tmp_path / "kmnist-train-imgs.npz")
    with pytest.raises(GancoreError, match=r"kmnist-train-imgs\.npz") as caught:
        load(tmp_path)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int32])
def test_labels_may_be_whole_numbers_of_any_size(kind, tmp_path):
    put(tmp_path, IMAGES_FILE, "train-labels-idx1-int", labels=LABELS.astype(kind))
    assert load(tmp_path).labels.tolist() == LABELS.tolist()


def test_labels_that_begin_at_one_leave_no_class_empty(tmp_path):
    put(tmp_path / "mine", IMAGES_FILE, "train-labels-idx1-ubyte", labels=np.uint8([1, 2, 3, 1, 2, 3, 12]))
    found = load(tmp_path / "mine")
    assert found.classes == tuple(map(str, range(1, 13)))
    assert found.labels.tolist() == [0, 1, 2, 0, 1, 2, 11]


def test_both_splits_have_the_same_classes_though_one_may_lack_the_first(tmp_path):
    write_idx(tmp_path)
    put(tmp_path, "t10k-images-idx3-ubyte", pixels=PIXELS[:3])
    put(tmp_path, "t10k-labels-idx1-ubyte", labels=np.uint8([1, 2, 3]))
    assert load(tmp_path, "test").labels.tolist() == [1, 2, 3]
    assert load(tmp_path, "test").classes == load(tmp_path).classes == DIGITS


def test_some_of_mnist_without_a_zero_keep_their_numbers(tmp_path):
    put(tmp_path / "mnist", IMAGES_FILE, "train-labels-idx1-ubyte", labels=np.uint8([1, 2, 3, 1, 2, 3, 9]))
    assert load(tmp_path / "mnist").labels.tolist() == [1, 2, 3, 1, 2, 3, 9]


@pytest.mark.parametrize("label", [-1, 10_000])
def test_labels_that_are_no_classes_are_refused(label, tmp_path):
    put(tmp_path, IMAGES_FILE, "train-labels-idx1-int", labels=np.int32([label] * 7))
    with pytest.raises(GancoreError, match=f"{label}.*0 to 9999"):
        load(tmp_path)


def test_images_of_larger_numbers_are_refused(tmp_path):
    put(tmp_path, IMAGES_FILE, pixels=PIXELS.astype(np.int32))
    with pytest.raises(GancoreError, match="in int32; expected"):
        load(tmp_path)


@LINUX_ONLY
def test_an_idx_file_that_may_not_be_read_is_named(tmp_path):
    put(tmp_path, IMAGES_FILE)
    with forbidden(tmp_path / IMAGES_FILE), pytest.raises(GancoreError, match=f"{IMAGES_FILE} may not be read"):
        load(tmp_path)


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
    assert real_fashion.classes == FASHION
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
