"""pyproject.toml and environment.yml ask for the same things; CI runs what the README tells a reader to."""

import copy
import re
import tomllib

import pytest
import yaml
from helpers.lowest import lowest
from helpers.places import REPOSITORY
from packaging.requirements import Requirement

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))

CONDA_NAMES = {  # -base: without a desktop toolkit
    "torch": "pytorch",
    "matplotlib": "matplotlib-base",
    "playwright": "playwright-python",
}
CONDA_ONLY = {"pip": ""}  # conda's pip installs the package itself
EXTRAS = ("course", "dev")  # what a reader needs to run the course and its tests


def wanted_by_project(project: dict) -> dict[str, str]:
    """Name in conda-forge -> bounds, of Python, the package and the course with its tests."""
    lines = list(project["dependencies"])
    for extra in EXTRAS:
        lines += project["optional-dependencies"][extra]
    wanted = {"python": project["requires-python"]} | CONDA_ONLY
    for requirement in map(Requirement, lines):
        if requirement.name != project["name"]:
            wanted[CONDA_NAMES.get(requirement.name, requirement.name)] = str(requirement.specifier)
    return wanted


def wanted_by_conda(environment: dict) -> dict[str, str]:
    """Name in conda-forge -> bounds, of everything but the packages that pip installs."""
    requirements = [Requirement(line) for line in environment["dependencies"] if isinstance(line, str)]
    return {requirement.name: str(requirement.specifier) for requirement in requirements}


def installed_by_pip(environment: dict) -> list[str]:
    return [line for entry in environment["dependencies"] if isinstance(entry, dict) for line in entry["pip"]]


def disagreements(project: dict, environment: dict) -> list[str]:
    """What one file asks for and the other does not, or asks for with another bound."""
    pip, conda = wanted_by_project(project), wanted_by_conda(environment)
    found = [
        f"{name}: pyproject.toml {pip.get(name, 'without')}, environment.yml {conda.get(name, 'without')}"
        for name in sorted(pip.keys() | conda.keys())
        if pip.get(name) != conda.get(name)
    ]
    if installed_by_pip(environment) != ["-e ."]:
        found.append("environment.yml does not install this package, and only it, with pip")
    return found


def test_environment_yml_asks_for_what_pyproject_asks_for():
    assert disagreements(PROJECT, ENVIRONMENT) == []


@pytest.mark.parametrize(
    ("old", "new", "caught"),
    [
        ("python>=3.11", "python>=3.10", "python: "),
        ("pytorch>=2.6", "pytorch>=2.7", "pytorch: "),
        ("pytorch>=2.6", "torch>=2.6", "pytorch: "),
        ("safetensors>=0.4.5", None, "safetensors: "),
        ("nbval>=0.11", None, "nbval: "),
        ("pip", "keras>=3.8", "keras: "),
        ({"pip": ["-e ."]}, None, "environment.yml does not install"),
        ({"pip": ["-e ."]}, {"pip": ["-e .", "keras"]}, "environment.yml does not install"),
    ],
)
def test_an_altered_environment_yml_is_caught(old, new, caught):
    altered = copy.deepcopy(ENVIRONMENT)
    place = altered["dependencies"].index(old)
    altered["dependencies"][place : place + 1] = [] if new is None else [new]
    assert any(found.startswith(caught) for found in disagreements(PROJECT, altered))


def test_an_altered_pyproject_is_caught():
    altered = copy.deepcopy(PROJECT)
    altered["dependencies"].append("timm>=1.0")
    assert disagreements(altered, ENVIRONMENT) == ["timm: pyproject.toml >=1.0, environment.yml without"]


def test_every_requirement_has_a_lower_bound_and_no_other():
    extras = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *extras["course"], *extras["dev"], *extras["bench"]]
    for requirement in map(Requirement, lines):
        if requirement.name != PROJECT["name"]:
            assert [bound.operator for bound in requirement.specifier] == [">="], requirement


def test_conda_uses_conda_forge_and_nothing_else():
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]


def test_ci_runs_the_test_command_of_the_readme():
    assert "make test" in (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "\nmake test\n" in (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_a_commit_is_checked_as_make_lint_checks():
    recipe = (REPOSITORY / "Makefile").read_text(encoding="utf-8").split("\nlint:")[1].split("\n\n")[0]
    config = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook["entry"] for repository in config["repos"] for hook in repository["hooks"]]
    assert hooks
    assert hooks == re.findall(r"@\.venv/bin/(.+)", recipe)


def test_lowest_versions_are_the_declared_bounds_of_everything_but_pytorch():
    assert lowest(["click>=8.2", "torch>=2.6", "torchvision>=0.21"]) == ["click==8.2"]
    declared = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["course"]]
    assert len(lowest(declared)) == len(declared) - 2
