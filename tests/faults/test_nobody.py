"""A user without a name and a home, as `docker run --user` makes one: everything works, and no folder is called ~."""

import subprocess
import sys
from pathlib import Path

from helpers.disks import LINUX_ONLY
from helpers.places import REPOSITORY

NOBODY = """
import os, pwd, sys

def unknown(*_):
    raise KeyError("uid not found")

pwd.getpwuid = pwd.getpwnam = unknown
"""
# What such a user does, all in one process, since to start one takes longest; the last command ends it.
COMMANDS = {
    "chapter": "from gancore import begin, predictions; begin(0); predictions('6'); from gancore.plots import figure",
    "verdict": "from gancore import check, unshare; assert check('5.4', 9).status == 'not yet'; unshare()",
    "doctor": "from gancore.doctor import *; assert look_at_data().good; assert 'HOME' in look_at_widgets().advice",
    "train": "from gancore.cli import main; main('train mlp --steps 1 --batch-size 4 --device cpu --quiet'.split())",
}


@LINUX_ONLY
def test_a_user_without_name_and_home_is_served(tmp_path: Path) -> None:
    code = "\n".join([NOBODY, *(f"print({name!r}, flush=True)\n{command}" for name, command in COMMANDS.items())])
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    assert [line for line in done.stdout.splitlines() if line in COMMANDS] == [*COMMANDS]
    assert {path.name for path in tmp_path.iterdir()} == {"runs"}
