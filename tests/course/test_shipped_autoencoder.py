"""The shipped autoencoder is known once gancore.generative is imported, and is that of its card."""

import subprocess
import sys

import pytest
import torch
from helpers.places import REPOSITORY

from gancore.data import ImageData, to_float
from gancore.generative import VariationalAutoencoder, shipped
from gancore.pretrained import SHIPPED, Pretrained, load_pretrained, paths, score

LARGEST = 3_000_000  # bytes of weights


@pytest.fixture(scope="module")
def autoencoder() -> Pretrained:
    return load_pretrained("vae")


def test_its_card_has_the_scores_that_it_gets(autoencoder: Pretrained) -> None:
    found, card = score(autoencoder), autoencoder.card
    assert found["extractor"] == card["extractor"]
    assert found["scores"] == pytest.approx(card["scores"], rel=0.02, abs=0.01)  # other machines round otherwise


def test_its_weights_are_small() -> None:
    assert paths("vae", SHIPPED)[0].stat().st_size <= LARGEST


def test_it_comes_with_both_of_its_networks(autoencoder: Pretrained, digits: ImageData) -> None:
    coder = autoencoder.generator
    images, labels = to_float(digits.images[::50]), digits.labels[::50]
    mean, _ = coder.encode((images.flatten(1) + 1) / 2, torch.nn.functional.one_hot(labels, 10).float())
    rebuilt = coder(mean, labels)
    assert rebuilt.shape == images.shape
    assert (rebuilt - images).square().mean() < 0.4 * (images - images.mean(0)).square().mean()


def test_training_it_again_takes_the_rounds_of_its_card(autoencoder: Pretrained, monkeypatch) -> None:
    fitted = VariationalAutoencoder()
    fitted.coder = autoencoder.generator
    monkeypatch.setattr(VariationalAutoencoder, "fit", lambda self, images, labels: fitted)
    coder, facts = shipped.train()
    assert coder is autoencoder.generator
    assert {name: autoencoder.card[name] for name in ("rounds", "device", "precision", "seed")} == {
        name: facts[name] for name in ("rounds", "device", "precision", "seed")
    }


def run(*arguments: str) -> str:
    """What a new process says."""
    return subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, text=True).stderr


def test_without_the_course_it_is_unknown_and_the_way_to_it_is_told() -> None:
    told = run("-c", "from gancore import load_pretrained; load_pretrained('vae')")
    assert "GancoreError" in told
    assert "import" in told
    assert "gancore.generative" in told


def test_the_command_knows_it_from_the_side_of_the_course() -> None:
    asked = ("pretrain", "nothing")
    assert "vae" in run("-m", "gancore.generative", *asked).split("choose one of")[1].split(".")[0]
    assert "vae" not in run("-m", "gancore", *asked).split("choose one of")[1].split(".")[0]
