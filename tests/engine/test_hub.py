"""The machine for a room: its recipe is well formed, and its settings leave a chapter the memory that it needs.

Nothing builds it here; what its instructions name is looked up in the repository.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from helpers.disks import LINUX_ONLY
from helpers.places import REPOSITORY

HUB = REPOSITORY / "hub"
MAINTAINED = {"FROM", "SHELL", "RUN", "WORKDIR", "COPY", "ARG", "EXPOSE", "CMD"}  # instructions that the recipe has


def instructions() -> list[tuple[str, str]]:
    """The recipe's instructions and what each is given, continued lines joined."""
    lines = (HUB / "Containerfile").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if line.strip() and not line.startswith("#"))
    return [tuple(line.split(maxsplit=1)) for line in re.sub(r"\s*\\\n\s*", " ", text).splitlines()]


def settings() -> SimpleNamespace:
    """What the settings' file sets, section by section."""
    found = SimpleNamespace(
        **{name: SimpleNamespace() for name in ("JupyterHub", "Authenticator", "PAMAuthenticator", "Spawner")}
    )
    exec((HUB / "jupyterhub_config.py").read_text(encoding="utf-8"), {"get_config": lambda: found})
    return found


def test_every_instruction_is_one_of_the_formats() -> None:
    found = instructions()
    assert found[0][0] == "FROM"
    assert {name for name, _ in found} == MAINTAINED
    assert re.fullmatch(r"\S+:[\w.-]+", found[0][1]), "the image it begins with has a version"


def test_what_is_copied_is_in_the_repository() -> None:
    sources = [source for name, given in instructions() if name == "COPY" for source in given.split()[:-1]]
    assert {"pyproject.toml", "gancore", "hub/start"} <= set(sources)
    assert [source for source in sources if not (REPOSITORY / source).exists()] == []


def test_what_is_installed_beside_the_course_has_a_version() -> None:
    (install,) = [given for name, given in instructions() if name == "RUN" and "pip install" in given]
    named = install.split("&&")[0].split("install")[1].split()
    assert [word for word in named if not word.startswith("--") and word != '".[course]"' and "==" not in word] == []


def test_nobody_can_list_the_folder_that_is_shared_and_all_can_write_to_it() -> None:
    assert any("install --directory --mode 1733 /srv/room" in given for _, given in instructions())


def test_the_last_instruction_starts_what_was_copied() -> None:
    name, given = instructions()[-1]
    assert (name, given) == ("CMD", '["/bin/bash", "/srv/gancore/start"]')
    assert "jupyterhub --config /srv/gancore/jupyterhub_config.py" in (HUB / "start").read_text(encoding="utf-8")


def test_each_learner_has_one_thread_and_a_limit() -> None:
    spawner = settings().Spawner
    assert spawner.environment["OMP_NUM_THREADS"] == "1"
    assert spawner.cmd[0] == "prlimit"
    assert spawner.cmd[-1] == "jupyterhub-singleuser"


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_the_script_that_starts_it_is_one(tmp_path: Path) -> None:
    done = subprocess.run(["bash", "-n", HUB / "start"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@LINUX_ONLY
@pytest.mark.skipif(shutil.which("prlimit") is None, reason="there is no prlimit here")
def test_under_the_limit_a_network_trains_and_ten_gigabytes_are_refused() -> None:
    code = (
        "import torch; from gancore import RECIPES, load; RECIPES['dcgan'].trainer(load(), device='cpu').run(steps=2)\n"
        "try: torch.empty(10 * 2**30, dtype=torch.uint8)\n"
        "except RuntimeError: print('refused')"
    )
    command = [*settings().Spawner.cmd[:-1], sys.executable, "-c", code]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["refused"], done.stderr
