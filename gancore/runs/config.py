"""What `config.json` holds: enough to build the game of a run again."""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path

import torch

import gancore
from gancore.errors import GancoreError
from gancore.system.checks import brief, check_whole
from gancore.system.files import read_bytes, write_text
from gancore.training.gan import GAN
from gancore.training.recipes import Recipe
from gancore.training.trainer import Settings

VERSIONS = {"gancore": gancore.__version__, "torch": str(torch.__version__)}
MOST_PIXELS = 4096  # along a side of an image
MOST_SEED = 2**63 - 1


@dataclass(frozen=True)
class RunConfig:
    """What `config.json` holds: enough to build the game again, and to notice that something is no longer the same."""

    recipe: Recipe
    data: str  # what was asked for: a known name or a folder
    shape: tuple[int, int, int]
    classes: tuple[str, ...] | None
    seed: int
    data_sha256: str = ""  # of the images and labels; empty where nobody looked
    versions: dict[str, str] = field(default_factory=lambda: dict(VERSIONS))

    def game(self) -> GAN:
        """A new game with the weights that training started from."""
        return self.recipe.game(self.shape, len(self.classes or ()), self.seed)


def save_config(run: RunConfig, folder: Path) -> None:
    """Write `run` as JSON."""
    write_text(folder / "config.json", json.dumps(dataclasses.asdict(run), indent=2) + "\n")


def load_config(folder: Path) -> RunConfig:
    """The run kept in `folder`. Raises GancoreError when there is none, or its config is damaged."""
    path = folder / "config.json"
    if not path.is_file():
        raise GancoreError(f"{folder} is not a run folder: it has no config.json.")
    try:
        values = json.loads(read_bytes(path))
        recipe = dict(values["recipe"])
        settings = dict(recipe.pop("settings"))
        settings["betas"] = tuple(settings["betas"])
        classes = values["classes"]
        channels, height, width = values["shape"]
        for size in (channels, height, width):
            check_whole("one of shape", size, MOST_PIXELS)
        check_whole("seed", values["seed"], MOST_SEED, least=0)
        if classes is not None and not (isinstance(classes, list) and all(isinstance(name, str) for name in classes)):
            raise GancoreError(f"classes is {brief(classes)}; it must be a list of names")
        return RunConfig(
            Recipe(settings=Settings(**settings), **recipe),
            str(values["data"]),
            (channels, height, width),
            None if classes is None else tuple(classes),
            values["seed"],
            values["data_sha256"],
            dict(values["versions"]),
        )
    except KeyError as error:
        raise GancoreError(f"{path} cannot be read: it lacks {error}.") from error
    except (OSError, TypeError, ValueError, RecursionError) as error:
        raise GancoreError(f"{path} cannot be read: {error}") from error


def _flat(run: RunConfig) -> dict[str, object]:
    """Everything that decides a run, in one dictionary."""
    values = dataclasses.asdict(run)
    recipe = values.pop("recipe")
    return recipe | recipe.pop("settings") | values
