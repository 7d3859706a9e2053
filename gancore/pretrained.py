"""Generators that were trained for longer than a chapter can wait, shipped with a card that says how.

`gancore pretrain` trains them again; with names, only these. Weights are stored in half precision and used in
float32. A card's scores are those of the stored weights, so they can be checked.
"""

import datetime
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save
from torch import Tensor, nn

from gancore.data.batch import Spec
from gancore.data.sources import load
from gancore.errors import GancoreError
from gancore.metrics.classifier import load_extractor
from gancore.metrics.report import report
from gancore.models.sampling import generate, labels_to_draw, seeded_latents
from gancore.runs.weights import fingerprint, read_weights
from gancore.system.files import write_bytes, write_text
from gancore.training.recipes import GANRecipe, get_recipe
from gancore.training.recorders import Progress
from gancore.training.self_conditioned import SelfConditionedGAN
from gancore.training.trainer import Trainer

SHIPPED = Path(__file__).parent / "weights"
SEED = 0
MOST_CLASSES = 10_000  # in a card, before names are made for them
SAMPLES, SAMPLE_SEED = 5_000, 0  # what a card's scores are taken from

Built = tuple[nn.Module, int, int]  # an untrained generator, the size of its latents, how many classes it is told
Trained = tuple[nn.Module, dict[str, Any]]  # a trained generator, and what its card says of the training


@dataclass(frozen=True)
class Origin:
    """Where a shipped generator comes from: `build` it untrained as a card describes it, `train` it on the digits.

    Called with latents `(N, latent_dim)` and, where it is told classes, labels `(N,)`, the generator makes images.
    """

    build: Callable[[dict[str, Any]], Built]
    train: Callable[[], Trained]


def build_by_recipe(name: str, card: dict[str, Any]) -> Built:
    """The untrained generator of the recipe `name`, for the shape, classes and groups in its `card`."""
    (channels, height, width), classes = card["shape"], card["classes"]
    if not 0 <= classes <= MOST_CLASSES:
        raise ValueError(f"it has {classes} classes")
    recipe = get_recipe(name)
    assert isinstance(recipe, GANRecipe)
    recipe = recipe.change(groups=card.get("groups", 0))  # of which there were none at first
    game = recipe.game(Spec((channels, height, width), tuple(map(str, range(classes)))))
    return game.generator, recipe.latent_dim, game.classes


def train_by_recipe(name: str, rounds: int) -> Trained:
    """The averaged generator of the recipe `name` after `rounds` on the digits."""
    trainer = get_recipe(name).trainer(load("digits"), seed=SEED, recorders=(Progress(steps=rounds),))
    trainer.run(steps=rounds)
    return trainer.average.module, training_facts(trainer)


ORIGINS = {  # by name; models of another kind add their own, as gancore.generative does
    name: Origin(partial(build_by_recipe, name), partial(train_by_recipe, name, rounds))
    for name, rounds in {
        "mlp": 12_000,
        "dcgan": 8_000,
        "modern": 12_000,
        "cmodern": 20_000,
        "ungrouped": 30_000,
    }.items()
}


def origin(name: str) -> Origin:
    """Where the shipped generator `name` comes from. Raises GancoreError for a name that nobody has given."""
    if name not in ORIGINS:
        raise GancoreError(
            f"There are no shipped weights for {name!r}; choose one of {', '.join(ORIGINS)}. "
            "Those of the autoencoder, 'vae', are known once gancore.generative is imported."
        )
    return ORIGINS[name]


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

    Raises GancoreError for a name that is not shipped, and for files that are missing or damaged.
    """
    build = origin(name).build
    weights_path, card_path = paths(name, folder)
    try:
        card = json.loads(card_path.read_text(encoding="utf-8"))
        weights, _ = read_weights(weights_path, lambda about: build(card)[0], card["fingerprint"])
        generator, latent_dim, classes = build(card)
        generator.load_state_dict(weights)  # in whose float32 the halves become whole again
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
        raise GancoreError(
            f"{weights_path.name} or its card is lost or damaged ({error}); fetch both again."
        ) from error
    return Pretrained(generator.eval().requires_grad_(False), latent_dim, classes, card)


def paths(name: str, folder: Path) -> tuple[Path, Path]:
    """Where the weights and the card of `name` are."""
    return folder / f"{name}.safetensors", folder / f"{name}.json"


def save_pretrained(name: str, generator: nn.Module, training: dict[str, Any], folder: Path) -> Pretrained:
    """Store the `generator` called `name`, trained on the digits, with its card; `training` is what that says of it."""
    weights_path, card_path = paths(name, folder)
    stored = to_half_precision(generator.state_dict())
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(weights_path, save(stored))
    data = load("digits")
    card = {
        "recipe": name,
        "data": data.name,
        "shape": list(data.shape),
        "classes": len(data.classes or ()),
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


def training_facts(trainer: Trainer) -> dict[str, Any]:
    """What a card says of the training that `trainer` has done."""
    game = trainer.game
    return {
        "groups": game.labels_told if isinstance(game, SelfConditionedGAN) else 0,
        "rounds": trainer.round,
        "seconds": round(trainer.seconds),
        "device": str(trainer.device),
        "precision": trainer.precision,
        "seed": trainer.seed,
    }


def pretrain(names: Sequence[str], folder: Path = SHIPPED) -> Iterator[Pretrained]:
    """Train the generators called `names` anew, and store each in `folder` with its card.

    Raises GancoreError for a name that is not shipped, before anything is trained.
    """
    origins = {name: origin(name) for name in names}
    for name, source in origins.items():
        yield save_pretrained(name, *source.train(), folder)
