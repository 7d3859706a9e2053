"""The pages about the project say what is so: versions, licence, the map of the house."""

import re
import tomllib

import pytest
import torch
import yaml
from helpers.places import REPOSITORY

import gancore
from gancore.data import load
from gancore.training.recipes import RECIPES
from gancore.training.recorders import Record
from gancore.training.trainer import Trainer

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
CONTRIBUTING = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_every_page_names_the_same_version_and_licence() -> None:
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d[^]]*)\] - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    project = PROJECT["project"]
    assert gancore.__version__ == project["version"] == citation["version"] == released[0]
    assert project["license"] == citation["license"]
    assert project["authors"] == citation["authors"]


def test_the_citation_has_what_its_format_asks_for() -> None:
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation.keys() >= {"cff-version", "message", "title", "authors"}
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] == "software"


def test_the_map_shows_every_room_in_the_order_that_lint_checks() -> None:
    (contract,) = PROJECT["tool"]["importlinter"]["contracts"]
    rooms = [room for layer in contract["layers"] for room in re.findall(r"\w+", layer) if room != "__main__"]
    shown = CONTRIBUTING.split("```")[1].split("\ngancore/")[1].split("\n\n")[0]
    found = [room for room in re.findall(r"(?<=[ \n])(\w+)(?:/|\.py)(?=\s|$)", shown) if room in rooms]
    assert found == rooms


def test_every_file_that_contributing_names_exists() -> None:
    named = re.findall(r"`((?:gancore|course|tests)/[\w./-]+)`", CONTRIBUTING)
    named = [path for path in named if not re.search("NN|NAME|_x", path)]  # a reader's to fill in
    assert named
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


def test_the_game_that_contributing_shows_is_the_smallest_one() -> None:
    shown = CONTRIBUTING.split("```python\n")[1].split("```")[0]
    file = (REPOSITORY / "tests" / "helpers" / "smallest.py").read_text(encoding="utf-8")
    assert shown.startswith("class NoisyGame")
    assert file.endswith(shown)


def test_the_recorder_in_contributing_watches_a_run(capsys: pytest.CaptureFixture) -> None:
    shown = CONTRIBUTING.split("```python\n")[2].split("```")[0].replace("steps=100", "steps=2")
    names = {"Record": Record, "Trainer": Trainer, "torch": torch, "RECIPES": RECIPES, "load": load}
    exec(shown, names)
    assert float(capsys.readouterr().out) > 0
