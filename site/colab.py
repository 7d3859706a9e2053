"""Copies of the chapters for Google Colab: as nobody has run them, with a first cell that installs the course there.

They were written without a Colab to try them in. A copy is a file to be uploaded, since Colab opens notebooks from
repositories alone, and those of the repository do not install anything.
"""

import hashlib
import tomllib
from pathlib import Path

from execute import COURSE, REPOSITORY
from packaging.requirements import Requirement

from gancore.lessons.copies import as_text, copy_of

OF_COLAB_ITSELF = ("jupyterlab", "ipykernel", "nbconvert")  # it is the notebook, and brings its own kernel
WITHOUT_ADDRESS = (
    "This copy was made before the course had an address: write that of its repository, such as "
    "https://github.com/NAME/gancore, between the quotation marks above, and run the cell again."
)
WIDGETS = "from google.colab import output\n\noutput.enable_custom_widget_manager()"


def write_copies(address: str, folder: Path) -> None:
    """A copy of every chapter in `folder`, which installs from the repository at `address`, where there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in sorted(COURSE.glob("*.ipynb")):
        (folder / chapter.name).write_text(as_text(colab_copy(chapter, address)), encoding="utf-8")


def colab_copy(chapter: Path, address: str) -> dict:
    """The stored chapter without outputs, under the cell that installs the course."""
    notebook = copy_of(chapter)
    source = first_cell(address)
    name = hashlib.sha256(source.encode()).hexdigest()[:8]
    cell = {"cell_type": "code", "id": f"colab-{name}", "source": source, "metadata": {}}
    return notebook | {"cells": [cell | {"outputs": [], "execution_count": None}, *notebook["cells"]]}


def first_cell(address: str) -> str:
    """The code that installs the package, whose wheel holds the exercises, and lets its widgets come alive."""
    lines = [
        "# In Colab run this first: it installs the course with its exercises, once for each session.",
        f'REPOSITORY = "{address}"',
    ]
    if not address:
        lines += ["if not REPOSITORY:", f'    raise RuntimeError("{WITHOUT_ADDRESS}")']
    asked = " ".join(f'"{each}"' for each in requirements())
    return "\n".join([*lines, f'%pip install --quiet "gancore @ git+{{REPOSITORY}}" {asked}', WIDGETS])


def requirements() -> list[str]:
    """What the notebooks need beside the package, but for what Colab is or brings itself."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        asked for asked in project["optional-dependencies"]["course"] if Requirement(asked).name not in OF_COLAB_ITSELF
    ]
