"""What lies in a folder: which of it are pictures, which classes they are of, and what is said of the rest."""

import numpy as np
import pytest
from helpers.data import noise, save
from helpers.disks import LINUX_ONLY, forbidden

from gancore.data import load
from gancore.errors import GancoreError

LITTER = (".DS_Store", "._1.png", "Thumbs.db", "thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r", ".gitignore")
LITTER_FOLDERS = ("__MACOSX", "@eaDir", ".cache", "$RECYCLE.BIN", "System Volume Information", "lost+found")


@pytest.mark.parametrize("name", LITTER)
def test_files_that_systems_leave_are_passed_over(name, tmp_path):
    for kind in ("cat", "dog"):
        save(tmp_path / kind, "1.png", noise())
        (tmp_path / kind / name).write_bytes(b"\x00")
    (tmp_path / name).touch()
    assert load(tmp_path).classes == ("cat", "dog")
    (tmp_path / "cat" / "2.png").write_bytes((tmp_path / "cat" / "1.png").read_bytes())
    assert len(load(tmp_path / "cat")) == 2


@pytest.mark.parametrize("name", LITTER_FOLDERS)
def test_folders_that_systems_leave_are_passed_over(name, tmp_path):
    for kind in ("cat", "dog"):
        save(tmp_path / kind, "1.png", noise())
        save(tmp_path / kind / name, "1.png", noise())
    save(tmp_path / name, "1.png", noise())
    assert load(tmp_path).classes == ("cat", "dog")
    assert len(load(tmp_path)) == 2


def test_classes_that_are_numbers_come_in_the_order_of_their_values(tmp_path):
    for number in range(11):
        save(tmp_path / str(number), "1.png", np.full((28, 28), 20 * number, np.uint8))
    found = load(tmp_path)
    assert found.classes == tuple(map(str, range(11)))
    assert found.images[:, 0, 0, 0].tolist() == [20 * number for number in range(11)]
    assert found.labels.tolist() == list(range(11))


def test_numbers_within_the_names_of_classes_count_as_well(tmp_path):
    names = ["a", "step", "step 2", "step 10", "step 10b", "Z"]
    for place, name in enumerate(names):
        save(tmp_path / name, "1.png", np.full((28, 28), 50 * place, np.uint8))
    assert load(tmp_path).classes == ("Z", "a", "step", "step 2", "step 10", "step 10b")


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


def test_a_folder_inside_a_class_is_named_and_nobody_told_to_remove_it(tmp_path):
    save(tmp_path / "cat", "1.png", noise())
    save(tmp_path / "cat" / "more", "2.png", noise())
    with pytest.raises(GancoreError, match="is a folder inside a class; move its images up") as caught:
        load(tmp_path)
    assert str(tmp_path / "cat" / "more") in str(caught.value)
    assert "remove" not in str(caught.value)


def test_classes_one_folder_further_down_are_proposed(tmp_path):
    save(tmp_path / "my pets" / "cat", "1.png", noise())
    with pytest.raises(GancoreError, match="holds folders and no images; to learn from these, take --data") as caught:
        load(tmp_path)
    assert str(caught.value).endswith(f"--data '{tmp_path}/my pets'.")


PARTS = [("test", "train"), ("Test", "Train", "valid"), ("testing", "training"), ("train", "val")]


@pytest.mark.parametrize("parts", PARTS, ids=str)
@pytest.mark.parametrize("kind", ["", "cat"], ids=["flat", "classes"])
def test_of_a_data_set_in_parts_the_part_to_train_on_is_proposed(parts, kind, tmp_path):
    for part in (*parts, "labels"):
        save(tmp_path / part / kind, "1.png", noise())
    (tmp_path / "sample_submission.csv").touch()
    with pytest.raises(GancoreError, match="holds the parts") as caught:
        load(tmp_path)
    train = next(part for part in parts if part.lower().startswith("train"))
    assert f"--data {tmp_path}/{train}." in str(caught.value)
    assert "remove" not in str(caught.value)


def test_a_class_may_be_called_train(tmp_path):
    for kind in ("car", "train"):
        save(tmp_path / kind, "1.png", noise())
    assert load(tmp_path).classes == ("car", "train")


@pytest.mark.parametrize("suffix", ["heic", "HEIC", "avif", "svg", "cr2"])
def test_pictures_for_other_programs_are_to_be_converted(suffix, tmp_path):
    save(tmp_path, "a.png", noise())
    (tmp_path / f"b.{suffix}").write_bytes(b"whatever")
    with pytest.raises(GancoreError, match=rf"is {suffix.upper()}, which is not read here; convert it") as caught:
        load(tmp_path)
    assert str(tmp_path / f"b.{suffix}") in str(caught.value)
    assert f"mogrify -format png *.{suffix}" in str(caught.value)


@LINUX_ONLY
@pytest.mark.parametrize("place", ["pets/cat/1.png", "pets/cat", "pets"])
def test_what_may_not_be_read_is_named_with_the_way_to_allow_it(place, tmp_path):
    for kind in ("cat", "dog"):
        save(tmp_path / "pets" / kind, "1.png", noise())
    with (
        forbidden(tmp_path / place),
        pytest.raises(GancoreError, match=r"may not be read \(Permission denied\); allow it") as caught,
    ):
        load(tmp_path / "pets")
    assert str(caught.value).startswith(f"{tmp_path / place} ")
