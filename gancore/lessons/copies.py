"""Copies of the chapters as nobody has run them, each with the version of the chapter that it was made from."""

import hashlib
import json
from pathlib import Path

OWN = "gancore"  # what a copy remembers stands under this name in its metadata


def without_outputs(notebook: dict) -> dict:
    """A notebook as nobody has run it: its text and code, the tags and the folding of its cells."""
    cells = [
        cell | {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell
        for cell in notebook["cells"]
    ]
    metadata = {name: value for name, value in notebook["metadata"].items() if name != "widgets"}
    return notebook | {"cells": cells, "metadata": metadata}


def as_text(notebook: dict) -> str:
    """The text of a notebook's file."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def copy_of(chapter: Path) -> dict:
    """The copy that a reader gets of the stored chapter, with the version that it was made from."""
    notebook = without_outputs(json.loads(chapter.read_text(encoding="utf-8")))
    version = hashlib.sha256(as_text(notebook).encode()).hexdigest()
    notebook["metadata"][OWN] = {"version": version}
    return notebook


def version_of(notebook: dict) -> str | None:
    """The version that a copy was made from; None where it does not say."""
    metadata = notebook.get("metadata", {})
    own = metadata.get(OWN, {}) if isinstance(metadata, dict) else {}
    return own.get("version") if isinstance(own, dict) else None
