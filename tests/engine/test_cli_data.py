"""What the command line does with a person's data: classes by their names, what it tells of images, old runs."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.data import drawing, save

from gancore.cli import evaluate, main
from gancore.cli.labels import listed, parse_labels
from gancore.data import ImageData, load
from gancore.errors import GancoreError
from gancore.runs.config import load_config

TINY = ("--steps", "1", "--batch-size", "4", "--device", "cpu", "--quiet")
NUMBERS = tuple(map(str, range(11)))


def gancore(*arguments: object) -> int:
    """Run the command line in this process; its exit code."""
    with pytest.raises(SystemExit) as exit_:
        main([str(argument) for argument in arguments])
    return exit_.value.code or 0


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test runs in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def flat_pictures(folder: Path, classes: tuple[str, ...]) -> None:
    """Two pictures a class, of which the place of the class can be read."""
    for place, name in enumerate(classes):
        for index in range(2):
            save(folder / name, f"{index}.png", np.full((28, 28), 20 * place + index, np.uint8))


# Classes by their names


@pytest.mark.parametrize(
    ("text", "classes", "places"),
    [
        ("10", NUMBERS, [10]),
        ("2,10", NUMBERS, [2, 10]),
        ("8-10", NUMBERS, [8, 9, 10]),
        ("dogs,cats", ("cats", "dogs"), [1, 0]),
        ("dogs, cats ,0", ("cats", "dogs"), [1, 0, 0]),
        ("0-1", ("cats", "dogs"), [0, 1]),
        ("7", ("3", "7"), [1]),
        ("7,3", ("03", "07"), [1, 0]),
        ("2,two", ("2", "two"), [0, 1]),
        ("1", ("1", "2"), [0]),
        ("Ankle boot,T-shirt", ("T-shirt", "Ankle boot"), [1, 0]),
        ("cats, large", ("cats, large", "dogs"), [0]),
        ("東京", ("京都", "東京"), [1]),
        ("1-2", ("1-2", "1", "2"), [0]),
    ],
)
def test_labels_are_the_names_of_classes(text: str, classes: tuple[str, ...], places: list[int]) -> None:
    assert parse_labels(text, classes) == places


@pytest.mark.parametrize(
    ("text", "classes", "message"),
    [
        ("2", ("cats", "dogs"), "There is no class 2; ask for some of cats, dogs."),
        ("0", ("1", "2"), "There is no class 0; ask for some of 1, 2."),
        ("2", ("3", "4", "5"), "There is no class 2; ask for some of 3, 4, 5."),
        ("4-6", ("3", "4", "5"), "There is no class 6; ask for some of 3, 4, 5."),
        ("birds", ("cats", "dogs"), "--labels 'birds' is not understood; write 7, or 3,1,4, or 0-9, or of cats, dogs."),
        ("cats,", ("cats", "dogs"), "--labels 'cats,' is not understood"),
    ],
)
def test_labels_that_are_no_class_are_refused_with_the_names(text: str, classes: tuple[str, ...], message: str) -> None:
    with pytest.raises(GancoreError) as caught:
        parse_labels(text, classes)
    assert str(caught.value).startswith(message)


def test_many_names_are_told_in_a_line() -> None:
    assert listed(NUMBERS) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"
    assert listed(tuple(map(str, range(100)))) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …, 99"
    assert listed(("a\nb", "c")) == "a b, c"


def test_samples_are_of_the_classes_that_are_named_and_say_which_each_is(capsys: pytest.CaptureFixture) -> None:
    flat_pictures(Path("some"), NUMBERS)
    assert gancore("train", "cmlp", *TINY, "--data", "some", "--out", "run") == 0
    assert gancore("sample", "run", "--labels", "10,2", "--count", 3, "--array", "s.npy", "--out", "g.png") == 0
    assert capsys.readouterr().out.splitlines() == [
        "in turn: 10, 2", "g.png", "s.npy", "s.labels.npy", "s.classes.json",
    ]  # fmt: skip
    names = json.loads(Path("s.classes.json").read_text(encoding="utf-8"))
    assert names == list(NUMBERS)
    assert [names[label] for label in np.load("s.labels.npy")] == ["10", "2", "10"]


def test_names_of_any_language_are_written_and_asked_for(capsys: pytest.CaptureFixture) -> None:
    flat_pictures(Path("some"), ("猫", "犬"))
    assert gancore("train", "cmlp", *TINY, "--data", "some", "--out", "run") == 0
    assert gancore("sample", "run", "--labels", "猫", "--count", 1, "--array", "s.npy") == 0
    assert capsys.readouterr().out.startswith("in turn: 猫\n")
    assert json.loads(Path("s.classes.json").read_text(encoding="utf-8")) == ["犬", "猫"]


# What is told of images


@pytest.fixture
def ink() -> None:
    """A folder of black ink on transparency."""
    Path("ink").mkdir()
    for index, shade in enumerate((0, 40, 80)):
        drawing((shade, 0, 0, 255)).save(f"ink/{index}.png")


@pytest.mark.usefixtures("ink")
def test_what_was_decided_about_images_is_told(capsys: pytest.CaptureFixture) -> None:
    assert gancore("train", "mlp", *TINY, "--data", "ink", "--out", "run") == 0
    out, err = capsys.readouterr()
    assert err.startswith("gancore: 3 images with transparency were laid on white")
    assert (out, err.count("\n")) == ("", 1)
    assert gancore("train", "mlp", *TINY[:-1], "--data", "ink", "--out", "loud") == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("mlp on ink: 3 images, 3×28×28, no labels; cpu")


@pytest.mark.usefixtures("ink")
def test_a_background_is_asked_for_and_remembered(capsys: pytest.CaptureFixture) -> None:
    black = ("--data", "ink", "--background", "black", "--out", "run")
    assert gancore("train", "mlp", *TINY, *black) == 0
    assert capsys.readouterr().err == ""
    run = load_config(Path("run"))
    assert (run.background, run.data_sha256) == ("black", load("ink", background="black").sha256)
    assert gancore("train", "mlp", *TINY, *black, "--resume") == 0
    assert gancore("train", "mlp", *TINY, "--data", "ink", "--out", "run", "--resume") == 0  # which knows it
    white = ("--data", "ink", "--background", "white", "--out", "run")
    assert gancore("train", "mlp", *TINY, *white, "--resume") == 2  # other pixels
    assert gancore("train", "mlp", *TINY, "--data", "ink", "--background", "grey", "--out", "other") == 2


def test_a_run_of_before_there_were_backgrounds_is_read(capsys: pytest.CaptureFixture) -> None:
    assert gancore("train", "mlp", *TINY, "--out", "run") == 0
    config = json.loads(Path("run/config.json").read_text())
    del config["background"]
    Path("run/config.json").write_text(json.dumps(config))
    assert gancore("train", "mlp", *TINY, "--out", "run", "--resume") == 0


# Runs of before


def as_sorted_before(folder: str) -> ImageData:
    """The data of `folder` with its classes in the order of text: 0, 1, 10, 2, …"""
    found = load(folder)
    places = sorted(range(len(found.classes)), key=lambda place: found.classes[place])
    order = torch.cat([torch.where(found.labels == place)[0] for place in places])
    labels = torch.tensor([places.index(label) for label in found.labels[order].tolist()])
    return ImageData(found.name, found.images[order], labels, tuple(found.classes[place] for place in places))


def test_data_is_numbered_by_the_classes_of_an_older_run() -> None:
    flat_pictures(Path("some"), NUMBERS)
    before, now = as_sorted_before("some"), load("some")
    assert before.classes[:4] == ("0", "1", "10", "2")
    assert before.sha256 != now.sha256
    again = now.numbered_by(before.classes)
    assert (again.sha256, again.classes) == (before.sha256, before.classes)
    assert again.numbered_by(now.classes).sha256 == now.sha256
    for other in ((), ("0", "1"), now.classes):
        assert now.numbered_by(other) is now


def test_labels_of_an_older_run_that_had_an_empty_class_are_found_again() -> None:
    now = ImageData("mine", torch.arange(2, 6, dtype=torch.uint8).view(4, 1, 1, 1), [2, 1, 3, 1])
    assert now.classes == ("1", "2", "3")
    before = now.numbered_by(("0", "1", "2", "3"))
    assert before.labels.tolist() == [2, 1, 3, 1]
    assert torch.equal(before.images, now.images)  # which do not come class after class


def make_older(run: str, data: ImageData) -> None:
    """Let `run` be one that was begun with `data`."""
    config = load_config(Path(run))
    older = replace(config, spec=data.spec, data_sha256=data.sha256)
    content = json.loads(Path(run, "config.json").read_text())
    content |= {"spec": asdict(older.spec), "data_sha256": older.data_sha256}
    Path(run, "config.json").write_text(json.dumps(content))


def test_an_older_run_goes_on_with_the_order_of_its_classes() -> None:
    flat_pictures(Path("some"), NUMBERS)
    assert gancore("train", "cmlp", *TINY, "--data", "some", "--out", "run") == 0
    before = as_sorted_before("some")
    make_older("run", before)
    assert gancore("train", "cmlp", *TINY, "--steps", 2, "--data", "some", "--out", "run", "--resume") == 0
    after = load_config(Path("run"))
    assert (after.spec.classes, after.data_sha256) == (before.classes, before.sha256)
    assert gancore("sample", "run", "--labels", "10", "--count", 1, "--array", "s.npy") == 0
    assert np.load("s.labels.npy").tolist() == [2]


def test_an_older_run_keeps_the_names_that_its_classes_had() -> None:
    flat_pictures(Path("some"), ("a", "b"))
    assert gancore("train", "cmlp", *TINY, "--data", "some", "--out", "run") == 0
    make_older("run", replace(load("some"), classes=("0", "1")))
    assert gancore("train", "cmlp", *TINY, "--steps", 2, "--data", "some", "--out", "run", "--resume") == 0
    assert load_config(Path("run")).spec.classes == ("0", "1")


def test_a_run_whose_images_changed_is_not_gone_on_with(capsys: pytest.CaptureFixture) -> None:
    flat_pictures(Path("some"), ("a", "b"))
    assert gancore("train", "cmlp", *TINY, "--data", "some", "--out", "run") == 0
    save(Path("some/a"), "0.png", np.full((28, 28), 99, np.uint8))
    assert gancore("train", "cmlp", *TINY, "--data", "some", "--out", "run", "--resume") == 2
    assert "other examples than when the run" in capsys.readouterr().err


@pytest.mark.usefixtures("ink")
def test_a_run_is_evaluated_against_the_data_that_it_learned_from(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(evaluate, "_image_scores", lambda game, generator, data, *_: (seen.append(data) or "", {}))
    assert gancore("train", "mlp", *TINY, "--data", "ink", "--background", "black", "--out", "run") == 0
    flat_pictures(Path("some"), NUMBERS)
    assert gancore("train", "cmlp", *TINY, "--data", "some", "--out", "older") == 0
    make_older("older", as_sorted_before("some"))
    for run in ("run", "older"):
        assert gancore("evaluate", run, "--count", 4) == 0
    assert [data.sha256 for data in seen] == [load_config(Path(run)).data_sha256 for run in ("run", "older")]
