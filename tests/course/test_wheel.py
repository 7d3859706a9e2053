"""A plain install answers as the repository does, from any folder, whatever lies in that folder."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from chapters import CHAPTERS
from helpers.places import COURSE, REPOSITORY

SOURCES = ("gancore", "pyproject.toml", "README.md", "LICENSE")  # all that a wheel is built from
ALL = 99  # exercises of a chapter
RAN = "a decoy ran"  # the file that a decoy leaves behind
DECOYS = ("exercises", "course/exercises", "banks", "solutions", "course/solutions")

# Asks about the chapters numbered argv[1], "0,1,…", as many exercises of each as argv[3] says, and answers with the
# solutions in the folder argv[2].
PROGRAM = """
import json, sys
from importlib.util import module_from_spec, spec_from_file_location
import gancore
from gancore import check, hint, quiz, solution
from gancore.lessons.teaching import load_bank

said = {"package": gancore.__file__, "left": [], "answered": [], "hints": [], "solutions": [], "questions": []}
for chapter in map(int, sys.argv[1].split(",")):
    spec = spec_from_file_location("answers", f"{sys.argv[2]}/ch{chapter:02d}.py")
    answers = module_from_spec(spec)
    spec.loader.exec_module(answers)
    for exercise in load_bank(chapter).EXERCISES[: int(sys.argv[3])]:
        answer = getattr(answers, exercise.name)
        stub = (lambda *given: None) if callable(answer) else ...
        said["left"].append(check(exercise.number, stub).status)
        said["answered"].append(repr(check(exercise.number, answer)))
        said["hints"].append(repr(hint(exercise.number)))
        said["solutions"].append(repr(solution(exercise.number)))
    said["questions"].append(quiz(str(chapter)).quiz.as_text())
print(json.dumps(said))
"""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder of a reader's own in which every chapter has files where a bank or a solution was once looked for."""
    folder = tmp_path / "mine"
    for decoy in DECOYS:
        (folder / decoy).mkdir(parents=True)
        for chapter in CHAPTERS:
            text = f"from pathlib import Path\nPath({str(folder / RAN)!r}).touch()\nEXERCISES = QUIZ = ()\n"
            (folder / decoy / f"ch{chapter.number}.py").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built of a copy: what an earlier build left in the repository would end up in it as well."""
    copy, built = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("built")
    for name in SOURCES:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy)
    pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", built, copy)
    (found,) = built.glob("*.whl")
    return found


def pip(*arguments: object) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def install(wheel: Path, folder: Path) -> Path:
    """The Python of a new environment at `folder` with the wheel in it, and behind it the packages of this one."""
    venv.create(folder, with_pip=False)
    places = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
    python = Path(places["scripts"]) / Path(sys.executable).name
    pip("--python", python, "install", "--no-deps", "--no-index", wheel)
    (Path(places["purelib"]) / "behind.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python


def ask(python: str | Path, folder: Path, exercises: int = ALL, **variables: str) -> dict:
    """What the course says in `folder`, of so many exercises a chapter."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | variables
    numbers = ",".join(str(int(chapter.number)) for chapter in CHAPTERS)
    command = [python, "-c", PROGRAM, numbers, COURSE / "solutions", str(exercises)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def assert_everything_is_answered(said: dict, folder: Path) -> None:
    assert set(said["left"]) == {"not attempted"}
    assert [text for text in said["answered"] if not text.startswith("✓")] == []
    assert len(said["hints"]) >= len(CHAPTERS)
    assert all("hint 1 of" in text for text in said["hints"])
    assert len(said["questions"]) == len(CHAPTERS)
    assert not (folder / RAN).exists()


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    files = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = {
        path for path in (REPOSITORY / "gancore").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert files == {path.relative_to(REPOSITORY).as_posix() for path in package}


@pytest.mark.slow
def test_files_of_a_reader_change_no_verdict(elsewhere: Path) -> None:
    said = ask(sys.executable, elsewhere, exercises=1, PYTHONPATH=str(REPOSITORY))
    assert Path(said["package"]).is_relative_to(REPOSITORY)
    assert_everything_is_answered(said, elsewhere)
    assert all("# Another way" in text for text in said["solutions"])


@pytest.mark.long
def test_an_installed_package_answers_elsewhere_and_withholds_solutions(wheel: Path, elsewhere: Path) -> None:
    environment = elsewhere.parent / "environment"
    said = ask(install(wheel, environment), elsewhere)
    assert Path(said["package"]).is_relative_to(environment)
    assert_everything_is_answered(said, elsewhere)
    assert all("`course/solutions`" in text and "another way" not in text.casefold() for text in said["solutions"])
