"""The doctor finds what is wrong, says what to do about it, and is content with a machine that runs these tests."""

import json
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from gancore import doctor
from gancore.doctor import Diagnosis, Row, package_problem

HEALTHY = Row("digits", "5,000 of them", True, "fetch them")
SICK = Row("disk", "0.1 GB free", False, "make room")


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess, dict]:
    path = tmp_path_factory.mktemp("doctor") / "found.json"
    done = subprocess.run(
        [sys.executable, "-m", "gancore", "doctor", "--json", str(path)], capture_output=True, text=True, check=False
    )
    return done, json.loads(path.read_text(encoding="utf-8"))


def test_doctor_command_prints_a_row_for_everything_it_looked_at(command) -> None:
    done, found = command
    assert done.stderr == ""
    assert [row["name"] for row in found["rows"]] == [
        "Python",
        "packages of the package",
        "packages of the course",
        "digits",
        "widgets",
        "device",
        "memory",
        "disk",
        "writing",
        "port",
    ]
    assert all(row["found"] in done.stdout for row in found["rows"])


def test_doctor_command_exits_with_1_exactly_when_something_needs_doing(command) -> None:
    done, found = command
    assert done.returncode == (0 if all(row["good"] for row in found["rows"]) else 1)
    assert found["good"] == (done.returncode == 0)


def test_environment_of_these_tests_passes_where_it_does_not_depend_on_the_machine(command) -> None:
    _, found = command
    fixed = [row for row in found["rows"] if row["name"] not in ("device", "memory", "disk")]
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


def test_old_python_is_told_which_one_is_needed() -> None:
    row = doctor.look_at_python((3, 10, 4))
    assert not row.good
    assert "3.11" in row.advice
    assert doctor.look_at_python((3, 11, 0)).good


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
