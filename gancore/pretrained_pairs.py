"""Generators from picture to picture that were trained for longer than a chapter can wait, shipped with their cards.

Each is a run folder without its checkpoint, its weights in half precision. To make one again:

    gancore train mri --steps 4000 --out runs/mri
    gancore ship runs/mri mri
"""

import datetime
import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor, nn

from gancore.data.pairs import PairData
from gancore.errors import GancoreError
from gancore.metrics.truth import pair_scores
from gancore.pretrained import SHIPPED, to_half_precision
from gancore.runs.checkpoint import read_checkpoint
from gancore.runs.config import RunConfig, save_config
from gancore.runs.folder import CHECKPOINT
from gancore.runs.weights import fingerprint, load_generator
from gancore.system.files import write_atomically, write_text
from gancore.training.game import Game
from gancore.training.pix2pix import PairRecipe


@dataclass(frozen=True)
class Translator:
    """A shipped generator from picture to picture, in eval mode on the CPU, and what its card says of it."""

    game: Game
    generator: nn.Module
    run: RunConfig
    card: dict[str, Any]

    def __repr__(self) -> str:
        card = self.card
        return f"{card['name']}: {card['rounds']:,} rounds on {self.run.data}, PSNR {card['scores']['PSNR']:.2f} dB"

    def paint(self, given: Tensor, seed: int = 0) -> Tensor:
        """Pictures `(N, C, H, W)` from what is `given` `(N, G, H, W)`; `seed` decides the noise.

        They are in [-1, 1], but for what is known for certain, which may leave that range a little.
        """
        return self.game.sample(self.generator, len(given), given, seed)

    def data(self) -> PairData:
        """What it learnt from, and what was held out."""
        assert isinstance(self.run.recipe, PairRecipe)
        return self.run.recipe.load(self.run.data)


def names(folder: Path = SHIPPED) -> list[str]:
    """Those that there are."""
    return sorted(path.parent.name for path in folder.glob("*/card.json"))


def load_translator(name: str, folder: Path = SHIPPED) -> Translator:
    """The shipped generator `name`. Raises GancoreError where there is none, or its files are damaged."""
    if name not in names(folder):
        raise GancoreError(f"There is no generator {name!r} from picture to picture; choose one of {names(folder)}.")
    game, generator, run = load_generator(folder / name)
    try:
        card = json.loads((folder / name / "card.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GancoreError(f"The card of {name!r} is damaged ({error}); fetch it again.") from error
    return Translator(game, generator.requires_grad_(False), run, card)


def ship(run_folder: Path, name: str, folder: Path = SHIPPED) -> Translator:
    """Store the generator of a finished run as `name` in `folder`, with a card. Raises GancoreError for other kinds."""
    _, generator, run = load_generator(run_folder)
    if not isinstance(run.recipe, PairRecipe):
        raise GancoreError(f"{run_folder} holds a {run.recipe.kind}; only what goes from picture to picture ships so.")
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    weights = to_half_precision(generator.state_dict())
    content = save(weights, {"fingerprint": fingerprint(weights)})
    write_atomically(target / "generator.safetensors", lambda path: path.write_bytes(content))
    save_config(run, target)
    end = read_checkpoint(run_folder / CHECKPOINT)
    loss = "" if run.recipe.loss == type(run.recipe).loss else f" --loss {run.recipe.loss}"
    card = {
        "name": name,
        "command": f"gancore train {run.recipe.name} --data {shlex.quote(run.data)}{loss} --steps {end['round']}",
        "rounds": end["round"],
        "seconds": round(end["seconds"]),
        "threads": torch.get_num_threads(),
        "date": datetime.date.today().isoformat(),
        "scores": {},
    }
    write_text(target / "card.json", json.dumps(card))
    shipped = load_translator(name, folder)
    scores = pair_scores(shipped.game, shipped.generator, shipped.data())  # of the weights as they are stored
    card["scores"] = {score: round(value, 4) for score, value in scores.items()}
    write_text(target / "card.json", json.dumps(card, indent=2) + "\n")
    return load_translator(name, folder)
