"""The plans in INSTRUCTORS.md: they add up, and what they name is in the chapters."""

import re

import pytest
from helpers.places import COURSE, REPOSITORY

TEXT = (REPOSITORY / "INSTRUCTORS.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+) \| *((\d\d)[^|]*)? *\|", re.MULTILINE)
TABLES = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)


def section(title: str) -> str:
    """The text under a heading."""
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def minutes(table: str) -> int:
    return sum(int(row[1]) for row in ROW.finditer(table))


def sections_of(chapter: str) -> set[int]:
    """The numbers of the sections of a chapter."""
    (path,) = COURSE.glob(f"{chapter}_*.ipynb")
    return {int(number) for number in re.findall(r'"## (\d+)\. ', path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize(("title", "wanted"), [("90 minutes", [90]), ("Half a day", [240]), ("Two days", [360, 360])])
def test_a_plan_adds_up(title: str, wanted: list[int]) -> None:
    assert [minutes(table) for table in TABLES.findall(section(title))] == wanted


@pytest.mark.parametrize("title", ["90 minutes", "Half a day", "Two days"])
def test_every_section_of_a_plan_is_in_its_chapter(title: str) -> None:
    places = [(row[3], row[2]) for row in ROW.finditer(section(title)) if row[3]]
    assert places
    for chapter, place in places:
        for first, last in re.findall(r"§(\d+)(?:–(\d+))?", place):
            assert {int(first), int(last or first)} <= sections_of(chapter), place


def test_every_exercise_that_a_plan_names_is_in_that_chapter() -> None:
    for row in ROW.finditer(TEXT):
        line = TEXT[row.start() :].splitlines()[0]
        for number in re.findall(r"\b(\d+\.\d)\b", line.split("|")[3]):
            (path,) = COURSE.glob(f"{row[3]}_*.ipynb")
            assert f'check(\\"{number}\\", ' in path.read_text(encoding="utf-8"), line


def test_what_looks_into_homes_leaves_the_glob_to_root_and_grades_as_nobody() -> None:
    (command,) = re.findall(r"^sudo watch --interval 600 '(.*?)'$", section("Who is stuck"), re.MULTILINE | re.DOTALL)
    assert "/home/*/course/05_*.ipynb" in command
    assert re.search(r"sudo -u nobody \S*gancore grade ", command)


def test_the_folder_that_is_shared_belongs_to_who_reads_it() -> None:
    assert 'install --directory --mode 1733 --owner "$USER" /srv/room' in section("A hub")
