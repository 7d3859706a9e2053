"""Runs of any kind of game that were trained for longer than a chapter can wait, shipped with their cards.

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

from gancore.errors import GancoreError
from gancore.metrics.by_kind import scores_by_kind
from gancore.pretrained import SHIPPED, to_half_precision
from gancore.runs.checkpoint import read_checkpoint
from gancore.runs.config import RunConfig, save_config
from gancore.runs.folder import CHECKPOINT
from gancore.runs.weights import fingerprint, load_generator
from gancore.system.files import write_bytes, write_text
from gancore.training.game import Game
from gancore.training.kinds import DataSet, examples_of
from gancore.training.recipes import RECIPES

SCORED, SCORE_SEED = 1_000, 0  # how many samples a card's scores are taken from


@dataclass(frozen=True)
class ShippedRun:
    """A shipped generator in eval mode on the CPU, the game that it plays, its run, and what its card says of it."""

    game: Game
    generator: nn.Module
    run: RunConfig
    card: dict[str, Any]

    def __repr__(self) -> str:
        card = self.card
        name, value = next(iter(card["scores"].items()))
        return f"{card['name']}: {card['rounds']:,} rounds on {self.run.data}, {name} {value:.2f}"

    def sample(self, count: int, condition: Tensor | None = None, seed: int = 0) -> Tensor:
        """`count` examples by the generator; `condition` is what the game's own `sample` takes, `seed` decides them."""
        return self.game.sample(self.generator, count, condition, seed)

    def paint(self, given: Tensor, seed: int = 0) -> Tensor:
        """What the generator makes of what it is `given` or told, one for each row; `seed` decides the noise."""
        return self.sample(len(given), given, seed)

    def data(self) -> DataSet:
        """What it learnt from, and what was held out."""
        return self.run.recipe.load(self.run.data)

    def scores(self) -> dict[str, float]:
        """What it reaches on its data, as `gancore evaluate` measures it. Raises GancoreError where nothing does."""
        data = self.data()
        if data.spec.given is not None:
            self.game.examples = examples_of(data, SCORED, SCORE_SEED)
        found = scores_by_kind(self.run.recipe, self.game, self.generator, data, SCORED, SCORE_SEED)
        if found is None:
            raise GancoreError(
                f"Nothing but images is to be said of a {self.run.recipe.kind}; `gancore pretrain` ships those."
            )
        return dict(found)


def names(folder: Path = SHIPPED) -> list[str]:
    """Those that there are."""
    return sorted(path.parent.name for path in folder.glob("*/card.json"))


def load_shipped(name: str, folder: Path = SHIPPED) -> ShippedRun:
    """The shipped run `name`. Raises GancoreError where there is none, or its files are damaged."""
    if name not in names(folder):
        raise GancoreError(f"There is no shipped run {name!r}; choose one of {names(folder)}.")
    game, generator, run = load_generator(folder / name)
    try:
        card = json.loads((folder / name / "card.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GancoreError(f"The card of {name!r} is damaged ({error}); fetch it again.") from error
    return ShippedRun(game, generator.requires_grad_(False), run, card)


def ship(run_folder: Path, name: str, folder: Path = SHIPPED) -> ShippedRun:
    """Store the generator of a finished run as `name` in `folder`, with a card."""
    _, generator, run = load_generator(run_folder)
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    weights = to_half_precision(generator.state_dict())
    content = save(weights, {"fingerprint": fingerprint(weights)})
    write_bytes(target / "generator.safetensors", content)
    save_config(run, target)
    end = read_checkpoint(run_folder / CHECKPOINT)
    loss = getattr(run.recipe, "loss", None)
    played = "" if loss == getattr(type(run.recipe), "loss", None) else f" --loss {loss}"
    played += f" --augment {','.join(changes)}" if (changes := getattr(run.recipe, "augment", ())) else ""
    card = {
        "name": name,
        "command": f"gancore train {run.recipe.name} --data {shlex.quote(run.data)}{played} --steps {end['round']}",
        "rounds": end["round"],
        "seconds": round(end["seconds"]),
        "threads": torch.get_num_threads(),
        "date": datetime.date.today().isoformat(),
        "scores": {},
    }
    if changed := _changed(run):
        card["changed"] = changed
    write_text(target / "card.json", json.dumps(card))
    scores = load_shipped(name, folder).scores()  # of the weights as they are stored
    card["scores"] = {score: round(value, 4) for score, value in scores.items()}
    write_text(target / "card.json", json.dumps(card, indent=2) + "\n")
    return load_shipped(name, folder)


def _changed(run: RunConfig) -> dict[str, Any]:
    """What `change` has changed of a recipe beside what a card's command names: its own values by their names."""
    known = RECIPES.get(run.recipe.name, run.recipe)
    named = ("loss", "augment", "settings")
    return {key: value for key, value in vars(run.recipe).items() if key not in named and value != getattr(known, key)}
