"""When `make` makes the environment, brings it up to date, or leaves it alone; with a Python that only pretends."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.places import REPOSITORY

pytestmark = pytest.mark.skipif(not shutil.which("make") or sys.platform == "win32", reason="needs make and sh")

PRETENDER = """#!/bin/sh
echo "$*" >> asked
case "$*" in
    *--no-index*) exit {offline} ;;
    *"pip install"*) exit {online} ;;
esac
"""


def project(folder: Path, *, offline: int, online: int) -> Path:
    """A finished environment in `folder`, whose pip ends with these codes."""
    shutil.copy(REPOSITORY / "Makefile", folder)
    (folder / "pyproject.toml").touch()
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PRETENDER.format(offline=offline, online=online))
    python.chmod(0o755)
    made = folder / ".venv" / "made-in"
    made.write_text(f"{folder.resolve()}\n")
    os.utime(made, (1, 1))
    return folder


def make(folder: Path) -> tuple[subprocess.CompletedProcess, int]:
    """What `make environment` said, and how often it asked pip to install."""
    (folder / "asked").write_text("")
    done = subprocess.run(["make", "environment"], cwd=folder, capture_output=True, text=True, check=False)
    return done, (folder / "asked").read_text().count("pip install")


@pytest.mark.parametrize(("offline", "online", "asked"), [(0, 1, 1), (1, 0, 2)])
def test_an_older_environment_is_brought_up_to_date_once(tmp_path: Path, offline: int, online: int, asked: int) -> None:
    """Without the network where nothing is lacking, and also where pyproject.toml comes from a clock that is ahead."""
    folder = project(tmp_path, offline=offline, online=online)
    ahead = (folder / "pyproject.toml").stat().st_mtime + 10**6
    os.utime(folder / "pyproject.toml", (ahead, ahead))
    done, times = make(folder)
    assert (done.returncode, times) == (0, asked), done.stderr
    assert make(folder)[1] == 0


def test_without_the_network_an_older_environment_is_used_as_it_is(tmp_path: Path) -> None:
    folder = project(tmp_path, offline=1, online=1)
    for _ in range(2):
        done, times = make(folder)
        assert (done.returncode, times) == (0, 2), done.stderr
        assert "going on with what is installed" in done.stderr
