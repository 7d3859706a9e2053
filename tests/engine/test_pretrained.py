"""Shipped generators are those of their cards: the scores can be had again, and damage is told."""

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch

from gancore.cli import main
from gancore.data import ImageData
from gancore.errors import GancoreError
from gancore.pretrained import (
    ORIGINS,
    SHIPPED,
    Origin,
    load_pretrained,
    paths,
    pretrain,
    save_pretrained,
    score,
    train_by_recipe,
    training_facts,
)
from gancore.training.recipes import RECIPES

LARGEST = 3_000_000  # bytes of weights
FEW = 200  # samples that a card of the tests takes its scores from
LEAST_FIDELITY = 0.97  # of a game that is told classes
ROUNDS = {"mlp": 12_000, "dcgan": 8_000, "modern": 12_000, "cmodern": 20_000, "ungrouped": 30_000}  # as the README says
CONDITIONAL_GAMES = [name for name in ROUNDS if RECIPES[name].conditional]

by_name = pytest.mark.parametrize("name", ROUNDS)


@cache
def scored(name: str) -> dict[str, Any]:
    """What the shipped weights score now."""
    return score(load_pretrained(name))


@pytest.fixture(scope="module")
def stored(digits: ImageData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a `cmodern` that has played three rounds."""
    folder = tmp_path_factory.mktemp("weights")
    trainer = RECIPES["cmodern"].trainer(digits, seed=5, device="cpu")
    trainer.run(steps=3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gancore.pretrained.SAMPLES", FEW)
        save_pretrained("cmodern", trainer.average.module, training_facts(trainer), folder)
    return folder


@pytest.fixture
def copy(stored: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stored, tmp_path / "copy"))


@by_name
def test_card_of_shipped_weights_has_the_scores_they_get(name: str) -> None:
    found, card = scored(name), load_pretrained(name).card
    assert found["extractor"] == card["extractor"]
    assert found["scores"] == pytest.approx(card["scores"], rel=0.02, abs=0.01)  # other machines round otherwise


@by_name
def test_shipped_weights_are_small_and_their_card_is_whole(name: str) -> None:
    weights, _ = paths(name, SHIPPED)
    card = load_pretrained(name).card
    assert weights.stat().st_size <= LARGEST
    assert card["rounds"] == ROUNDS[name]
    assert {"recipe", "data", "seed", "date", "licence", "fingerprint", "extractor", "samples", "scores"} <= set(card)


@pytest.mark.parametrize("name", CONDITIONAL_GAMES)
def test_a_shipped_conditional_game_draws_what_it_is_asked_for(name: str) -> None:
    assert scored(name)["scores"]["class fidelity"] >= LEAST_FIDELITY


def test_card_tells_how_the_weights_came_about(stored: Path) -> None:
    card = json.loads((stored / "cmodern.json").read_text(encoding="utf-8"))
    assert (card["recipe"], card["data"], card["rounds"], card["seed"]) == ("cmodern", "digits", 3, 5)
    assert card["samples"] == FEW
    assert card["scores"]["FID"] > 10  # three rounds teach nothing


def test_loaded_weights_draw_as_the_trained_ones_up_to_half_precision(digits: ImageData, stored: Path) -> None:
    trainer = RECIPES["cmodern"].trainer(digits, seed=5, device="cpu")
    trainer.run(steps=3)
    labels = torch.tensor([3, 1, 4])
    loaded = load_pretrained("cmodern", stored).sample(3, labels, seed=1)
    assert torch.allclose(loaded, trainer.sample(3, labels, seed=1), atol=0.01)


def test_unknown_name_is_told_the_choices() -> None:
    with pytest.raises(GancoreError, match=r"'nothing'.*modern"):
        load_pretrained("nothing")
    with pytest.raises(GancoreError, match=r"'nothing'.*modern"):
        list(pretrain(["nothing"]))


def test_training_the_shipped_weights_again_stores_them_with_a_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Origin(ORIGINS["mlp"].build, lambda: train_by_recipe("mlp", rounds=2))
    monkeypatch.setitem(ORIGINS, "mlp", short)
    monkeypatch.setattr("gancore.pretrained.SAMPLES", FEW)
    with pytest.raises(SystemExit) as ended:
        main(["pretrain", "mlp", "--out", str(tmp_path)])
    assert not ended.value.code
    assert load_pretrained("mlp", tmp_path).card["rounds"] == 2
    assert {path.name for path in tmp_path.iterdir()} == {"mlp.safetensors", "mlp.json"}


def test_a_lost_file_is_told(copy: Path) -> None:
    (copy / "cmodern.safetensors").unlink()
    with pytest.raises(GancoreError, match=r"cmodern\.safetensors or its card is lost"):
        load_pretrained("cmodern", copy)


@pytest.mark.parametrize("cut", [0, 7, 100, 20_000])
def test_truncated_weights_are_told(copy: Path, cut: int) -> None:
    path = copy / "cmodern.safetensors"
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(GancoreError, match="damaged"):
        load_pretrained("cmodern", copy)


def test_a_flipped_bit_is_told(copy: Path) -> None:
    path = copy / "cmodern.safetensors"
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    with pytest.raises(GancoreError, match="damaged"):
        load_pretrained("cmodern", copy)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"fingerprint": 3}', '{"shape": [1, 28, 28], "classes": 1000000000000, "fingerprint": "x"}'],
)
def test_damaged_card_is_told(copy: Path, text: str) -> None:
    (copy / "cmodern.json").write_text(text, encoding="utf-8")
    with pytest.raises(GancoreError, match="damaged"):
        load_pretrained("cmodern", copy)
