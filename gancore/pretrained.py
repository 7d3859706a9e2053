"""Generators that were trained for longer than a chapter can wait, shipped with a card that says how.

`python -m gancore.pretrained` trains them again; with names, only these. Weights are stored in half precision and
used in float32. A card's scores are those of the stored weights, so they can be checked.
"""

import argparse
import datetime
import json
import time
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from gancore.data.batch import Spec
from gancore.data.images import to_float
from gancore.data.sources import load
from gancore.errors import GancoreError
from gancore.metrics.classifier import load_extractor
from gancore.models.sampling import generate, labels_to_draw, seeded_latents
from gancore.runs.weights import fingerprint, read_tensors
from gancore.system.files import write_atomically, write_text
from gancore.training.recipes import get_recipe
from gancore.training.recorders import Progress
from gancore.training.trainer import Trainer

SHIPPED = Path(__file__).parent / "weights"
# Of the game; those of the autoencoder are the steps of its 25 epochs.
ROUNDS = {"mlp": 12_000, "dcgan": 8_000, "modern": 30_000, "cmodern": 20_000, "vae": 2_500}
SEED = 0
SAMPLES, SAMPLE_SEED = 5_000, 0  # what a card's scores are taken from


@dataclass(frozen=True)
class Pretrained:
    """A shipped generator, which makes images from latents `(N, latent_dim)` and, where `classes` is above 0, labels.

    `card` holds its recipe, rounds, seed, data, date and scores as plain values.
    """

    generator: nn.Module
    latent_dim: int
    classes: int
    card: dict[str, Any]

    def __repr__(self) -> str:
        card = self.card
        return f"{card['recipe']}: {card['rounds']:,} rounds on {card['data']}, FID {card['scores']['FID']:.2f}"

    def sample(self, count: int, labels: Tensor | None = None, seed: int = 0) -> Tensor:
        """`count` images, float32 `(count, C, H, W)` in [-1, 1]; `labels` as `GAN.sample` takes them."""
        told = labels_to_draw(count, labels, self.classes)
        return generate(self.generator, seeded_latents(count, self.latent_dim, seed), told)


def load_pretrained(name: str, folder: Path = SHIPPED) -> Pretrained:
    """The shipped generator `name`, in eval mode on the CPU.

    Raises GancoreError for a name that is not shipped, and for files that are damaged.
    """
    weights_path, card_path = paths(name, folder)
    if not (weights_path.is_file() and card_path.is_file()):
        raise GancoreError(f"There are no shipped weights for {name!r}; choose one of {', '.join(ROUNDS)}.")
    try:
        card = json.loads(card_path.read_text(encoding="utf-8"))
        with safe_open(weights_path, "pt") as handle:
            with torch.device("meta"):
                wanted, *_ = build(name, tuple(card["shape"]), card["classes"])
            stored = read_tensors(handle, wanted)
        if fingerprint(stored) != card["fingerprint"]:
            raise ValueError("the weights are not those of the card")
        generator, latent_dim, classes = build(name, tuple(card["shape"]), card["classes"])
        generator.load_state_dict(to_single_precision(stored))
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError, TypeError, OverflowError) as error:
        raise GancoreError(f"{weights_path.name} or its card is damaged ({error}); fetch both again.") from error
    return Pretrained(generator.eval().requires_grad_(False), latent_dim, classes, card)


def build(name: str, shape: tuple[int, int, int], classes: int) -> tuple[nn.Module, int, int]:
    """The untrained generator `name` for images of `shape`, the size of its latents, and how many classes it is told.

    That of the autoencoder is both of its networks; called, it draws with the decoder.
    """
    if name == "vae":
        from gancore.generative.vae import LATENT_DIM, Coder  # needs scikit-learn, which GANs do not

        return Coder(shape, LATENT_DIM, classes), LATENT_DIM, classes
    game = get_recipe(name).game(Spec(shape, tuple(map(str, range(classes)))))
    return game.generator, game.latent_dim, game.classes


def paths(name: str, folder: Path) -> tuple[Path, Path]:
    """Where the weights and the card of `name` are."""
    return folder / f"{name}.safetensors", folder / f"{name}.json"


def save_pretrained(name: str, generator: nn.Module, training: dict[str, Any], folder: Path) -> Pretrained:
    """Store the `generator` called `name`, trained on the digits, with its card; `training` is what that says of it."""
    weights_path, card_path = paths(name, folder)
    stored = to_half_precision(generator.state_dict())
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(weights_path, lambda path: path.write_bytes(save(stored)))
    data = load("digits")
    card = {
        "recipe": name,
        "data": data.name,
        "shape": list(data.shape),
        "classes": len(data.classes),
        **training,
        "threads": torch.get_num_threads(),
        "date": datetime.date.today().isoformat(),
        "licence": "MIT; trained on MNIST (LeCun, Cortes and Burges), CC BY-SA 3.0",
        "fingerprint": fingerprint(stored),
        "scores": {"FID": 0.0},
    }
    write_text(card_path, json.dumps(card))
    card |= score(load_pretrained(name, folder))
    write_text(card_path, json.dumps(card, indent=2) + "\n")
    return load_pretrained(name, folder)


def score(pretrained: Pretrained) -> dict[str, Any]:
    """The scores of `pretrained`, what they were taken with, and their floors."""
    from gancore.metrics.report import report  # needs torchmetrics, which drawing does not

    labels = labels_to_draw(SAMPLES, None, pretrained.classes)
    samples = pretrained.sample(SAMPLES, labels, SAMPLE_SEED)
    found = report(samples, load(pretrained.card["data"]), load_extractor(), labels)
    return {
        "extractor": found.fingerprint,
        "samples": SAMPLES,
        "scores": {each.name: round(each.value, 4) for each in found.scores},
        "floors": {each.name: round(each.floor, 4) for each in found.scores},
    }


def to_half_precision(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """`weights` with every float in half precision."""
    return {
        name: (value.half() if value.is_floating_point() else value).cpu().contiguous()
        for name, value in weights.items()
    }


def to_single_precision(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """`weights` with every float in float32."""
    return {name: value.float() if value.is_floating_point() else value for name, value in weights.items()}


def train(name: str) -> tuple[nn.Module, dict[str, Any]]:
    """The generator `name`, trained on the digits for its rounds, and what its card says of that."""
    if name == "vae":
        return train_autoencoder()
    rounds = ROUNDS[name]
    trainer = get_recipe(name).trainer(load("digits"), seed=SEED, recorders=(Progress(steps=rounds),))
    trainer.run(steps=rounds)
    return trainer.average.module, training_facts(trainer)


def training_facts(trainer: Trainer) -> dict[str, Any]:
    """What a card says of the training that `trainer` has done."""
    return {
        "rounds": trainer.round,
        "seconds": round(trainer.seconds),
        "device": str(trainer.device),
        "precision": trainer.precision,
        "seed": trainer.seed,
    }


def train_autoencoder() -> tuple[nn.Module, dict[str, Any]]:
    """The variational autoencoder of chapter 03, fitted to all digits, and what its card says of that."""
    from gancore.generative.vae import BATCH, EPOCHS, VariationalAutoencoder

    digits, started = load("digits"), time.perf_counter()
    model = VariationalAutoencoder(seed=SEED).fit(to_float(digits.images), digits.labels)
    seconds = round(time.perf_counter() - started)
    steps = EPOCHS * ceil(len(digits) / BATCH)
    return model.coder, {"rounds": steps, "seconds": seconds, "device": "cpu", "precision": "fp32", "seed": SEED}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m gancore.pretrained", description="Train the shipped generators.")
    parser.add_argument("names", nargs="*", metavar="recipe", help=f"which ones: {', '.join(ROUNDS)} (default: all)")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the folder to write to")
    arguments = parser.parse_args()
    for name in arguments.names or ROUNDS:
        if name not in ROUNDS:
            parser.error(f"there is no {name!r} to train; choose from {', '.join(ROUNDS)}")
        print(save_pretrained(name, *train(name), arguments.out))


if __name__ == "__main__":
    main()
