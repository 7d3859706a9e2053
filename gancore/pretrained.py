"""Generators that were trained for longer than a chapter can wait, shipped with a card that says how.

`python -m gancore.pretrained` trains them again; with names, only these. Weights are stored in half precision and
used in float32. A card's scores are those of the stored weights, so they can be checked.
"""

import argparse
import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from gancore.data import load
from gancore.errors import GancoreError
from gancore.features import fingerprint, load_extractor
from gancore.files import write_atomically, write_text
from gancore.game import GAN
from gancore.recipes import get_recipe
from gancore.record import Progress
from gancore.trainer import Trainer

SHIPPED = Path(__file__).parent / "weights"
ROUNDS = {"mlp": 20_000, "dcgan": 8_000, "modern": 30_000, "cmodern": 20_000}
SEED = 0
SAMPLES, SAMPLE_SEED = 5_000, 0  # what a card's scores are taken from


@dataclass(frozen=True)
class Pretrained:
    """A shipped generator; `card` holds its recipe, rounds, seed, data, date and scores as plain values."""

    game: GAN
    generator: nn.Module
    card: dict[str, Any]

    def __repr__(self) -> str:
        card = self.card
        return f"{card['recipe']}: {card['rounds']:,} rounds on {card['data']}, FID {card['scores']['FID']:.2f}"

    def sample(self, count: int, labels: Tensor | None = None, seed: int = 0) -> Tensor:
        """`count` images, float32 `(count, C, H, W)` in [-1, 1]; `labels` as `gancore.game.GAN.sample` takes them."""
        return self.game.sample(self.generator, count, labels, seed)


def load_pretrained(name: str, folder: Path = SHIPPED) -> Pretrained:
    """The shipped generator of the recipe `name`, in eval mode on the CPU.

    Raises GancoreError for a name that is not shipped, and for files that are damaged.
    """
    weights_path, card_path = paths(name, folder)
    if not (weights_path.is_file() and card_path.is_file()):
        raise GancoreError(f"There are no shipped weights for {name!r}; choose one of {', '.join(ROUNDS)}.")
    try:
        card = json.loads(card_path.read_text(encoding="utf-8"))
        stored = load_file(weights_path)
        if fingerprint(stored) != card["fingerprint"]:
            raise ValueError("the weights are not those of the card")
        game = get_recipe(name).game(tuple(card["shape"]), card["classes"])
        game.generator.load_state_dict(in_full(stored))
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise GancoreError(f"{weights_path.name} or its card is damaged ({error}); fetch both again.") from error
    return Pretrained(game, game.generator.eval().requires_grad_(False), card)


def paths(name: str, folder: Path) -> tuple[Path, Path]:
    """Where the weights and the card of `name` are."""
    return folder / f"{name}.safetensors", folder / f"{name}.json"


def save_pretrained(name: str, trainer: Trainer, folder: Path) -> Pretrained:
    """Store the moving average of `trainer`, which played the recipe `name` on the digits, with its card."""
    weights_path, card_path = paths(name, folder)
    stored = in_half(trainer.average.module.state_dict())
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(weights_path, lambda path: path.write_bytes(save(stored)))
    data = load("digits")
    card = {
        "recipe": name,
        "data": data.name,
        "shape": list(data.shape),
        "classes": len(data.classes),
        "rounds": trainer.round,
        "seconds": round(trainer.seconds),
        "device": str(trainer.device),
        "precision": trainer.precision,
        "threads": torch.get_num_threads(),
        "seed": trainer.seed,
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

    labels = torch.arange(SAMPLES) % pretrained.game.classes if pretrained.game.classes else None
    samples = pretrained.sample(SAMPLES, labels, SAMPLE_SEED)
    found = report(samples, load(pretrained.card["data"]), load_extractor(), labels)
    return {
        "extractor": found.fingerprint,
        "samples": SAMPLES,
        "scores": {each.name: round(each.value, 4) for each in found.scores},
        "floors": {each.name: round(each.floor, 4) for each in found.scores},
    }


def in_half(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """`weights` with every float in half precision."""
    return {
        name: (value.half() if value.is_floating_point() else value).cpu().contiguous()
        for name, value in weights.items()
    }


def in_full(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """`weights` with every float in float32."""
    return {name: value.float() if value.is_floating_point() else value for name, value in weights.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m gancore.pretrained", description="Train the shipped generators.")
    parser.add_argument("names", nargs="*", metavar="recipe", help=f"which ones: {', '.join(ROUNDS)} (default: all)")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the folder to write to")
    arguments = parser.parse_args()
    for name in arguments.names or ROUNDS:
        if name not in ROUNDS:
            parser.error(f"there is no {name!r} to train; choose from {', '.join(ROUNDS)}")
        bar = Progress(steps=ROUNDS[name])
        trainer = get_recipe(name).trainer(load("digits"), seed=SEED, recorders=(bar,))
        trainer.run(steps=ROUNDS[name])
        print(save_pretrained(name, trainer, arguments.out))


if __name__ == "__main__":
    main()
