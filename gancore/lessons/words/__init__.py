"""The words of each chapter that stand outside its notebook, in a file a chapter: `[predict.4a]` and `[alt]`.

What a reader is asked to foresee is in gancore/lessons/predictions, what a picture shows in gancore/lessons/alt.py.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def words_of(chapter: int, part: str) -> dict[str, Any]:
    """The table `part`, "predict" or "alt", of a chapter's file, in its order; empty where there is none."""
    path = FOLDER / f"ch{chapter:02d}.toml"
    if not path.is_file():
        return {}
    return tomllib.loads(path.read_text(encoding="utf-8")).get(part, {})
