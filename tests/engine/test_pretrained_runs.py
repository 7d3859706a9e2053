"""Runs that ship: small, whole, as good as its card says, and made as it says."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from gancore.cli import main
from gancore.errors import GancoreError
from gancore.pretrained import SHIPPED
from gancore.pretrained_runs import ShippedRun, load_shipped, names, ship
from gancore.training.recipes import RECIPES

LARGEST = 2**20  # bytes of the weights of one
TASKS = ("pix2pix", "denoise", "mri", "superres", "inpaint")
PAIRS = [f"{task}-l1" for task in TASKS] + [task for task in TASKS if task != "denoise"]
FACES = ["faces", "faces-nearest", "faces-transposed"]
WORDS = ["text2image", "text2image-32", "text2image-stage2"]
SHIP = sorted([*PAIRS, *FACES, *WORDS, "voices", "wavegan", "zebra", "parrot", "glasses", "seasons"])


@pytest.fixture(params=SHIP)
def shipped(request: pytest.FixtureRequest) -> ShippedRun:
    return load_shipped(request.param)


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as exit_:
        main([str(argument) for argument in arguments])
    return exit_.value.code or 0


def test_those_ship_that_should() -> None:
    assert names() == SHIP


def test_weights_are_small_and_in_half_precision(shipped: ShippedRun) -> None:
    path = SHIPPED / shipped.card["name"] / "generator.safetensors"
    assert path.stat().st_size <= LARGEST
    numbers = [
        value for value in load_file(path).values() if value.is_floating_point()
    ]  # batch norm counts in integers
    assert {value.dtype for value in numbers} == {torch.float16}


def test_a_card_says_what_the_weights_reach(shipped: ShippedRun) -> None:
    found = shipped.scores()
    card = shipped.card["scores"]
    assert found.keys() == card.keys()
    assert all(found[name] == pytest.approx(card[name], abs=0.01) for name in card)


def test_a_card_names_a_command_that_makes_such_a_generator(shipped: ShippedRun) -> None:
    words = shipped.card["command"].split()
    assert words[:2] == ["gancore", "train"]
    recipe = RECIPES[words[2]].change(**shipped.card.get("changed", {}))
    if "--loss" in words:
        recipe = recipe.change(loss=words[words.index("--loss") + 1])
    assert recipe.suited(recipe.load(shipped.run.data)) == shipped.run.recipe
    assert words[words.index("--data") + 1] == shipped.run.data
    assert int(words[words.index("--steps") + 1]) == shipped.card["rounds"] > 0


@pytest.mark.parametrize("task", TASKS)
def test_the_distance_alone_is_nearer_to_the_truth_than_the_plain_answer(task: str) -> None:
    scores = load_shipped(f"{task}-l1").card["scores"]
    assert scores["PSNR"] > scores["PSNR of the plain answer"]


def test_a_run_is_shipped_by_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_folder = tmp_path / "run"
    run("train", "superres", "--loss", "l1", "--steps", 10, "--out", run_folder, "--quiet", "--device", "cpu")
    assert run("ship", run_folder, "mine", "--out", tmp_path) == 0
    assert "mine: 10 rounds on faces, PSNR" in capsys.readouterr().out
    given = load_shipped("mine", tmp_path).data().every_held_out().given
    assert load_shipped("mine", tmp_path).paint(given).shape == (20, 1, 24, 24)


def test_a_run_that_only_the_report_on_images_grades_is_refused(tmp_path: Path) -> None:
    run("train", "mlp", "--steps", 1, "--out", tmp_path / "run", "--quiet", "--device", "cpu")
    with pytest.raises(GancoreError, match="`gancore pretrain` ships those"):
        ship(tmp_path / "run", "mine", tmp_path)


def test_a_name_that_is_not_shipped_is_refused_with_those_that_are() -> None:
    with pytest.raises(GancoreError, match=r"no shipped run 'cat'.*'mri', 'mri-l1'"):
        load_shipped("cat")


@pytest.mark.parametrize("file", ["card.json", "generator.safetensors", "config.json"])
def test_a_damaged_file_is_refused(file: str, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "superres", tmp_path / "superres")
    path = tmp_path / "superres" / file
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(GancoreError, match=r"damaged|cannot be read"):
        load_shipped("superres", tmp_path)


def test_cards_are_json_that_ends_in_a_line() -> None:
    for name in names():
        text = (SHIPPED / name / "card.json").read_text(encoding="utf-8")
        assert json.loads(text)["name"] == name
        assert text.endswith("}\n")
