"""Shipped generators are those of their cards: the scores can be had again, and damage is told."""

import json
import shutil
from pathlib import Path

import pytest
import torch

from gancore.data import ImageData
from gancore.errors import GancoreError
from gancore.pretrained import ROUNDS, SHIPPED, load_pretrained, paths, save_pretrained, score
from gancore.recipes import RECIPES

LARGEST = 3_000_000  # bytes of weights
SHIPPED_NAMES = [name for name in ROUNDS if paths(name, SHIPPED)[0].exists()]


@pytest.fixture(scope="module")
def stored(digits: ImageData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a `cmodern` that has played three rounds."""
    folder = tmp_path_factory.mktemp("weights")
    trainer = RECIPES["cmodern"].trainer(digits, seed=5, device="cpu")
    trainer.run(steps=3)
    save_pretrained("cmodern", trainer, folder)
    return folder


@pytest.fixture
def copy(stored: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stored, tmp_path / "copy"))


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_card_of_shipped_weights_has_the_scores_they_get(name: str) -> None:
    shipped = load_pretrained(name)
    found, card = score(shipped), shipped.card
    assert found["extractor"] == card["extractor"]
    assert found["scores"] == pytest.approx(card["scores"], rel=0.02, abs=0.01)  # other machines round otherwise


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_shipped_weights_are_small_and_their_card_is_whole(name: str) -> None:
    weights, _ = paths(name, SHIPPED)
    card = load_pretrained(name).card
    assert weights.stat().st_size <= LARGEST
    assert card["rounds"] == ROUNDS[name]
    assert {"recipe", "data", "seed", "date", "licence", "fingerprint", "extractor", "samples", "scores"} <= set(card)


def test_there_are_shipped_weights() -> None:
    assert "modern" in SHIPPED_NAMES


def test_card_tells_how_the_weights_came_about(stored: Path) -> None:
    card = json.loads((stored / "cmodern.json").read_text(encoding="utf-8"))
    assert (card["recipe"], card["data"], card["rounds"], card["seed"]) == ("cmodern", "digits", 3, 5)
    assert card["samples"] == 5000
    assert card["scores"]["FID"] > 10  # three rounds teach nothing


def test_loaded_weights_draw_as_the_trained_ones_up_to_half_precision(digits: ImageData, stored: Path) -> None:
    trainer = RECIPES["cmodern"].trainer(digits, seed=5, device="cpu")
    trainer.run(steps=3)
    labels = torch.tensor([3, 1, 4])
    loaded = load_pretrained("cmodern", stored).sample(3, labels, seed=1)
    assert torch.allclose(loaded, trainer.sample(3, labels, seed=1), atol=0.01)


def test_unknown_name_is_told_the_choices() -> None:
    with pytest.raises(GancoreError, match="modern"):
        load_pretrained("nothing")


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


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"fingerprint": 3}'])
def test_damaged_card_is_told(copy: Path, text: str) -> None:
    (copy / "cmodern.json").write_text(text, encoding="utf-8")
    with pytest.raises(GancoreError, match="damaged"):
        load_pretrained("cmodern", copy)
