"""The shipped variational autoencoder: how it is built, for `load_pretrained`, and how it is trained again."""

import time
from math import ceil
from typing import Any

from gancore.data.images import to_float
from gancore.data.sources import load
from gancore.generative.vae import BATCH, EPOCHS, LATENT_DIM, Coder, VariationalAutoencoder
from gancore.pretrained import SEED, Built, Origin, Trained


def build(card: dict[str, Any]) -> Built:
    """Both of its untrained networks, for what its `card` says; called, they draw with the decoder."""
    (channels, height, width), classes = card["shape"], card["classes"]
    return Coder((channels, height, width), LATENT_DIM, classes), LATENT_DIM, classes


def train() -> Trained:
    """The autoencoder of chapter 03, fitted to all digits; its rounds are the steps of its epochs."""
    digits, started = load("digits"), time.perf_counter()
    model = VariationalAutoencoder(seed=SEED).fit(to_float(digits.images), digits.labels)
    seconds = round(time.perf_counter() - started)
    rounds = EPOCHS * ceil(len(digits) / BATCH)
    return model.coder, {"rounds": rounds, "seconds": seconds, "device": "cpu", "precision": "fp32", "seed": SEED}


AUTOENCODER = Origin(build, train)
