"""One install that nobody can write to, for many learners, and a home that cannot be written: all answers are there."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.disks import LINUX_ONLY
from helpers.places import REPOSITORY, TESTS
from helpers.warm import Python

LEARNERS = 2

# What a chapter does, and then what cannot be done here: write beside the package, and into the home.
PROGRAM = """
import json
from pathlib import Path
from helpers.disks import give_up_override
give_up_override()  # so that permissions bind root as well
import gancore, torch
from gancore import begin, check, guess, hint, load, load_extractor, load_pretrained, predict, quiz
from gancore.pretrained_runs import load_shipped

said = {"package": gancore.__file__}
begin(0)
said["digits"] = len(load("digits"))
drawn = load_pretrained("cmodern").sample(10, torch.arange(10))
said["read"] = load_extractor("digits").logits(drawn).argmax(1).tolist()
said["pairs"] = len(load_shipped("mri").data().learnt)
said["verdict"] = check("5.4", 9).status
said["hint"], said["quiz"] = bool(repr(hint("5.1"))), len(quiz("5").quiz.questions)
box = predict("6a")
box.entry.slider.value = 5
said["told"], said["guess"] = box.status.value, guess("6a")
for place in (Path(gancore.__file__).parent / "mine", Path.home() / "mine"):
    try:
        place.write_text("")
    except OSError as error:
        said[place.parent.name] = type(error).__name__
print(json.dumps(said))
"""


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Path]:
    """A folder with the package, and an empty home in it, neither of which can be written."""
    site = tmp_path / "site"
    shutil.copytree(REPOSITORY / "gancore", site / "gancore", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "home").mkdir()
    folders = [path for path in (tmp_path, *tmp_path.rglob("*")) if path.is_dir()]
    for folder in folders:
        folder.chmod(0o555)
    yield tmp_path
    for folder in folders:
        folder.chmod(0o755)


@LINUX_ONLY
def test_learners_share_an_install_that_none_of_them_can_write(installed: Path) -> None:
    keep = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    own = {
        "HOME": str(installed / "home"),
        "PYTHONPATH": f"{installed / 'site'}{os.pathsep}{TESTS}",
        "OMP_NUM_THREADS": "1",
    }
    running = [Python("-c", PROGRAM, env=keep | own, cwd=installed / "home") for _ in range(LEARNERS)]
    for process in running:
        done = process.finish()
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout.splitlines()[-1])
        assert Path(said["package"]) == installed / "site" / "gancore" / "__init__.py"
        assert (said["digits"], said["verdict"], said["guess"]) == (5000, "not yet", 5)
        assert said["read"] == list(range(10))
        assert (said["hint"], said["quiz"] >= 4, said["pairs"] > 0) == (True, True, True)
        assert "cannot be written" in said["told"]
        assert (said["gancore"], said["home"]) == ("PermissionError", "PermissionError")
