"""What `config.json` holds: enough to build the game of a run again."""

import dataclasses
import json
import os
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import torch

import gancore
from gancore.data.batch import Spec
from gancore.data.images import ImageData
from gancore.data.sources import NAMES
from gancore.errors import GancoreError
from gancore.runs.own import file_of, find_kind, remember
from gancore.system.checks import brief, check_whole, make_plain
from gancore.system.files import read_bytes, write_text
from gancore.training.game import Game
from gancore.training.kinds import DataSet, Recipe
from gancore.training.recipes import GANRecipe
from gancore.training.trainer import MOST_SEED, Settings

VERSIONS = {"gancore": gancore.__version__, "torch": str(torch.__version__)}
MOST_VALUES = 2**26  # of one example: as many as a picture of 4096 × 4096 in colour has, and more


@dataclass(frozen=True)
class RunConfig:
    """What `config.json` holds: enough to build the game again, and to notice that something is no longer the same."""

    recipe: Recipe
    data: str  # a known name, or where the folder was: what the data is, its hash says
    spec: Spec
    seed: int
    data_sha256: str = ""  # empty where nobody looked
    versions: dict[str, str] = field(default_factory=lambda: dict(VERSIONS))
    background: str | None = None  # that was asked for under transparent images
    count: int = 0  # of its examples; 0 where nobody counted
    precision: str = "auto"  # that was asked for

    def __post_init__(self) -> None:
        make_plain(self)

    def game(self) -> Game:
        """A new game with the weights that training started from."""
        return self.recipe.game(self.spec, self.seed)


def save_config(run: RunConfig, folder: Path) -> None:
    """Write `run` as JSON."""
    about: dict[str, Any] = {"kind": run.recipe.kind}
    file = file_of(type(run.recipe))
    if file is not None:
        about["file"] = file
        remember(file)
    values = dataclasses.asdict(run)
    values["recipe"] = about | values["recipe"]
    write_text(folder / "config.json", json.dumps(values, indent=2) + "\n")


def load_config(folder: Path) -> RunConfig:
    """The run kept in `folder`. Raises GancoreError when there is none, its config is damaged or its kind not here."""
    path = folder / "config.json"
    if not path.is_file():
        raise GancoreError(f"{folder} is not a run folder: it has no config.json.")
    try:
        values = json.loads(read_bytes(path))
        spec = _read_spec(values.get("spec", values))  # which was not apart from the rest at first
        check_whole("seed", values["seed"], MOST_SEED, least=0)
        check_whole("count", values.get("count", 0), MOST_SEED, least=0)
        return RunConfig(
            _read_recipe(dict(values["recipe"])),
            str(values["data"]),
            spec,
            values["seed"],
            values["data_sha256"],
            dict(values["versions"]),
            values.get("background"),
            values.get("count", 0),
            str(values.get("precision", "auto")),
        )
    except KeyError as error:
        raise GancoreError(f"{path} cannot be read: it lacks {error}.") from error
    except (OSError, AttributeError, TypeError, ValueError, RecursionError) as error:
        raise GancoreError(f"{path} cannot be read: {error}") from error


def _read_recipe(values: dict[str, Any]) -> Recipe:
    kind = find_kind(values.pop("kind", GANRecipe.kind), values.pop("file", None))  # all were of one kind at first
    settings = Settings(**_with_tuples(values.pop("settings")))
    make: Any = kind  # a dataclass with fields of its own
    return make(settings=settings, **_with_tuples(values))


def _with_tuples(values: dict[str, Any]) -> dict[str, Any]:
    """`values` with tuples again where JSON has lists."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _read_spec(values: dict[str, Any]) -> Spec:
    given = values.get("given")
    return Spec(
        _read_shape("shape", values["shape"]),
        _read_names("classes", values["classes"]),
        None if given is None else _read_shape("given", given),
        _read_names("words", values.get("words")),
    )


def _read_names(name: str, names: object) -> tuple[str, ...] | None:
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise GancoreError(f"{name} is {brief(names)}; it must be a list of names")
    return tuple(names)


def _read_shape(name: str, sizes: object) -> tuple[int, ...]:
    if not isinstance(sizes, list):
        raise GancoreError(f"{name} is {brief(sizes)}; it must be a list of sizes")
    for size in sizes:
        check_whole(f"one of {name}", size, MOST_VALUES)
    check_whole(f"the product of {name}", prod(sizes), MOST_VALUES)
    return tuple(sizes)


def kept_source(source: str) -> str:
    """`source` as config.json keeps it: a folder, a file, or two folders so that they are found from anywhere."""
    paths = [Path(os.path.expanduser(part)) for part in (source, *source.split(os.pathsep))]
    if source in NAMES:
        return source
    if paths[0].exists():
        return str(paths[0].absolute())
    return os.pathsep.join(str(path.absolute()) for path in paths[1:]) if all(map(Path.exists, paths[1:])) else source


def numbered_as_before(data: DataSet, before: RunConfig) -> DataSet:
    """`data` with the names and the order of its classes in the run `before`, where it is the same data."""
    if not isinstance(data, ImageData):
        return data
    if data.sha256 == before.data_sha256:
        return dataclasses.replace(data, classes=before.spec.classes)
    return data.numbered_by(before.spec.classes or ())


def everything(run: RunConfig) -> dict[str, Any]:
    """All that decides a run, in one dictionary, and first its kind, without which no setting means anything."""
    values = dataclasses.asdict(run)
    recipe, spec = values.pop("recipe"), values.pop("spec")
    settings = recipe.pop("settings")
    return {"kind": run.recipe.kind} | recipe | settings | spec | values
