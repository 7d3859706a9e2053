"""The model card of a run, in Markdown."""

import platform
import re
import shlex
from pathlib import Path

import torch

import gancore
from gancore.runs.config import RunConfig
from gancore.runs.own import file_of
from gancore.training.trainer import Trainer


def as_code(text: str) -> str:
    """`text` as code in Markdown, where nothing in it has a meaning, neither HTML nor Markdown."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if "`" in text else ""  # which Markdown takes away again
    return f"{fence}{space}{' '.join(text.split())}{space}{fence}"


def model_card(run: RunConfig, trainer: Trainer) -> str:
    """A short Markdown card: what was trained, on what, for how long, and how to use it."""
    recipe, spec = run.recipe, run.spec
    name = shlex.quote(file_of(type(recipe)) or recipe.name)  # of a reader's own kind, its file
    again = f"gancore train {name} --seed {run.seed} --out FOLDER --resume"
    classes = f", {len(spec.classes)} classes" if spec.classes else ""
    versions = f"gancore {gancore.__version__}, torch {torch.__version__}, Python {platform.python_version()}"
    changes = ", ".join(getattr(recipe, "augment", None) or ())
    seen = f"\n- The discriminator saw everything through random changes: {changes}." if changes else ""
    labels = " --labels 0-9" if trainer.game.classes and {*"0123456789"} <= {*(spec.classes or ())} else ""
    return f"""# {recipe.name}: {recipe.summary}

Trained on {as_code(Path(run.data).name)} ({"×".join(map(str, spec.shape))}{classes}) for {trainer.round:,} rounds in \
{trainer.seconds:.0f} s on {trainer.device} in {trainer.precision}, seed {run.seed}.

- Weights: `generator.safetensors`, the moving average of the generator.{seen}
- Draw from it: `gancore sample FOLDER{labels} --count 64 --out grid.png`
- Go on training: {as_code(f"{again} --steps {2 * trainer.round}")}, with the other options it was started with.
- Made with {versions}.

The pictures are generated. They resemble the training data, and nothing else may be expected of them.

```
{recipe}
```
"""
