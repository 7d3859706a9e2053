"""A run as a folder that the Hugging Face hub understands: weights, settings, and a card with front matter."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

import gancore
from gancore.data.listing import is_litter
from gancore.errors import GancoreError
from gancore.runs.card import as_code
from gancore.runs.config import RunConfig
from gancore.runs.own import file_of
from gancore.system.files import write_text, writing
from gancore.training.kinds import is_ours

LIBRARY = "gancore"
WEIGHTS, SETTINGS, CARD, GRID, ONNX = "generator.safetensors", "config.json", "README.md", "grid.png", "generator.onnx"


def read_scores(path: Path) -> dict[str, float]:
    """The scores by name in what `gancore evaluate --json` wrote. Raises GancoreError for anything else."""
    try:
        scores = json.loads(path.read_text(encoding="utf-8"))["scores"]
        pairs = scores.items() if isinstance(scores, dict) else [(each["name"], each["value"]) for each in scores]
        return {str(name): float(value) for name, value in pairs}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GancoreError(f"{path} holds no scores; gancore evaluate RUN --json {path} writes some.") from error


def check_hub_folder(out: Path) -> None:
    """Raises GancoreError where folder `out` holds anything but an earlier export."""
    held = {path.name for path in out.iterdir() if not is_litter(path)} if out.is_dir() else set()
    if held and not {WEIGHTS, SETTINGS, CARD, GRID} <= held <= {WEIGHTS, SETTINGS, CARD, GRID, ONNX}:
        raise GancoreError(f"{out} is not empty, and holds no earlier export alone; name a new folder with --out.")


def write_hub_folder(
    run: Path,
    config: RunConfig,
    out: Path,
    grid: Image.Image,
    licence: str,
    scores: Mapping[str, float],
    onnx_inputs: Mapping[str, list[int | str]] | None = None,
) -> None:
    """Put what is kept in folder `run` into folder `out`, with a card; `grid` shows what it draws."""
    with writing(out):
        shutil.copyfile(run / WEIGHTS, out / WEIGHTS)
        grid.save(out / GRID)
    write_text(out / SETTINGS, without_folders((run / SETTINGS).read_text(encoding="utf-8")))
    write_text(out / CARD, hub_card(config, licence, scores, onnx_inputs))


def without_folders(settings: str) -> str:
    """A run's `settings` in JSON, with names in place of paths, which say how somebody's disk is arranged."""
    values = json.loads(settings)
    values["data"] = os.pathsep.join(Path(part).name for part in values["data"].split(os.pathsep))
    if "file" in values["recipe"]:
        values["recipe"]["file"] = Path(values["recipe"]["file"]).name
    return json.dumps(values, indent=2) + "\n"


def task_of(config: RunConfig) -> str:
    """The hub's name for what the generator does; the nearest that it has."""
    if len(config.spec.shape) != 3:
        return "other"
    return "image-to-image" if config.spec.given is not None else "unconditional-image-generation"


def front_matter(config: RunConfig, licence: str, scores: Mapping[str, float]) -> str:
    """YAML, written as JSON, which it contains: a name may hold whatever it wants."""
    recipe, task = config.recipe, task_of(config)
    about: dict[str, Any] = {"license": licence, "library_name": LIBRARY, "tags": ["gan", recipe.name]}
    if task != "other":
        about["pipeline_tag"] = task
    if scores:
        metrics = [{"type": name, "value": value} for name, value in scores.items()]
        data = {"name": Path(config.data).name, "type": Path(config.data).name}
        results = [{"task": {"type": task}, "dataset": data, "metrics": metrics}]
        about["model-index"] = [{"name": recipe.name, "results": results}]
    return "\n".join(f"{key}: {json.dumps(value)}" for key, value in about.items())


def hub_card(
    config: RunConfig,
    licence: str,
    scores: Mapping[str, float],
    onnx_inputs: Mapping[str, list[int | str]] | None = None,
) -> str:
    """The card, in Markdown: what it is, how to load it, and how good it is where that has been measured."""
    recipe = config.recipe
    rows = "".join(f"| {name} | {value:.4g} |\n" for name, value in scores.items())
    own = "" if is_ours(type(recipe)) else _on_own_kind(file_of(type(recipe)))
    graded = f"| score | value |\n| --- | --- |\n{rows}" if rows else "It has not been graded.\n"
    return f"""---
{front_matter(config, licence, scores)}
---

# {recipe.name}: {recipe.summary}

![What it draws]({GRID})

Trained on {as_code(Path(config.data).name)} with gancore {gancore.__version__}, seed {config.seed}; the weights are
the generator's moving average. What it draws resembles its training data, and nothing else may be expected of it.

## Draw from it
{own}
```python
from pathlib import Path
from huggingface_hub import snapshot_download
from gancore.runs.weights import load_generator

folder = snapshot_download("YOUR-NAME/{recipe.name}")
game, generator, run = load_generator(Path(folder))
{_drawing(config)}
```
{_in_onnx(onnx_inputs) if onnx_inputs else ""}
## How good it is

{graded}"""


def _on_own_kind(file: str | None) -> str:
    """What has to be run first, where gancore does not know the kind of game."""
    if file is None:
        return "\ngancore does not have this kind of game: run the code that defines it first.\n"
    return (
        f"\ngancore does not have this kind of game. {as_code(Path(file).name)} defines it and is not in this folder: "
        "run it first, by `gancore.runs.own.run_file(Path(FILE))`, or name it on the command line with `--kind FILE`.\n"
    )


def _drawing(config: RunConfig) -> str:
    if config.spec.given is not None:
        return "samples = game.sample(generator, len(given), given)  # from your own, as the run's examples are"
    return 'game.show(game.sample(generator, 64)).save("drawn.png")'


def _in_onnx(inputs: Mapping[str, list[int | str]]) -> str:
    """How to draw without PyTorch."""
    takes = ", ".join(f"`{name}` ({', '.join(map(str, shape))})" for name, shape in inputs.items())
    return f"\nWithout PyTorch, `{ONNX}` gives `samples` for {takes}: latents are standard normal, labels int64.\n"
