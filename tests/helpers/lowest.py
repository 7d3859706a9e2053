"""Prints the lowest versions that pyproject.toml allows, of what the package and the course need: `make lowest`.

All but those of PyTorch and torchvision, which are as large as everything else together.
"""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
AS_INSTALLED = {"torch", "torchvision"}


def lowest(lines: list[str]) -> list[str]:
    """Each requirement at its lower bound: "click>=8.2" becomes "click==8.2"."""
    wanted = [each for each in map(Requirement, lines) if each.name not in AS_INSTALLED]
    return [f"{each.name}=={bound.version}" for each in wanted for bound in each.specifier if bound.operator == ">="]


if __name__ == "__main__":
    print("\n".join(lowest(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["course"])))
