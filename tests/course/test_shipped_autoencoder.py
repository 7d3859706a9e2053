"""The shipped autoencoder is known once gancore.generative is imported, and is that of its card."""

import pytest
import torch
from helpers.places import REPOSITORY
from helpers.warm import Python

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


# In a process of its own, in which nothing has brought the course along; each command is refused, and says its choices.
SAYS = """
import runpy, sys
from contextlib import suppress
from gancore import load_pretrained
from gancore.errors import GancoreError

try:
    load_pretrained("vae")
except GancoreError as error:
    print(error, file=sys.stderr)
sys.argv[1:] = ["pretrain", "nothing"]
for name in ("gancore", "gancore.generative"):
    with suppress(SystemExit):
        runpy.run_module(name, run_name="__main__", alter_sys=True)
"""


def test_it_is_known_from_the_side_of_the_course_alone() -> None:
    done = Python("-c", SAYS, cwd=REPOSITORY).finish()
    unknown, of_the_engine, of_the_course = done.stderr.splitlines()
    assert "import" in unknown
    assert "gancore.generative" in unknown
    assert "vae" not in of_the_engine.split("choose one of")[1].split(".")[0]
    assert "vae" in of_the_course.split("choose one of")[1].split(".")[0]
