"""A chapter is announced once, in course/chapters.toml: every page says of it what stands there."""

import dataclasses
import re
from pathlib import Path

import chapters
import pytest
from chapters import CHAPTERS, Chapter
from execute import COURSE, REPOSITORY, as_text, read
from minutes import MINUTES, contents, estimate

from gancore.lessons.predictions.kinds import predictions_of
from gancore.lessons.teaching import load_bank

AS_ESTIMATED = 1 / 4  # of the estimate, at most, lies between it and the minutes that are stated

by_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)


def opening(chapter: Chapter) -> str:
    return read(COURSE / chapter.file).cells[0].source


def out_of_date() -> list[str]:
    return [str(path.relative_to(REPOSITORY)) for path, text in chapters.pages() if path.read_text("utf-8") != text]


def test_the_course_has_exactly_the_notebooks_that_are_announced() -> None:
    assert sorted(path.name for path in COURSE.glob("*.ipynb")) == [chapter.file for chapter in CHAPTERS]
    numbers = [chapter.number for chapter in CHAPTERS]
    assert numbers == sorted(set(numbers))
    assert set(map(int, numbers)) == set(range(int(numbers[-1]) + 1))


def test_every_page_says_what_is_announced() -> None:
    assert out_of_date() == [], "run `python course/chapters.py`"


def test_a_title_reaches_the_readme_the_map_and_the_chapters_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = dataclasses.replace(CHAPTERS[4], title="Another title")
    monkeypatch.setattr(chapters, "CHAPTERS", (*CHAPTERS[:4], renamed, *CHAPTERS[5:]))
    beside = [f"course/{CHAPTERS[place].file}" for place in (0, 3, 5)]
    assert out_of_date() == ["README.md", *beside]


def test_seconds_reach_chapter_00(monkeypatch: pytest.MonkeyPatch) -> None:
    slower = dataclasses.replace(CHAPTERS[4], seconds=99)
    monkeypatch.setattr(chapters, "CHAPTERS", (*CHAPTERS[:4], slower, *CHAPTERS[5:]))
    assert out_of_date() == [f"course/{CHAPTERS[0].file}"]


def test_a_chapter_without_links_is_given_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = read(COURSE / CHAPTERS[2].file)
    last = stored.cells[-1]
    last.source = last.source.rpartition("\n\n")[0]
    (tmp_path / CHAPTERS[2].file).write_text(as_text(stored), encoding="utf-8")
    monkeypatch.setattr(chapters, "COURSE", tmp_path)
    assert chapters.chapter_text(2) == (COURSE / CHAPTERS[2].file).read_text(encoding="utf-8")


def test_chapter_00_counts_the_minutes_of_every_chapter() -> None:
    said = "".join(
        output.get("text", "") for cell in read(COURSE / CHAPTERS[0].file).cells for output in cell.get("outputs", ())
    )
    assert re.findall(r"chapter (\d\d): [\d.]+ minutes", said) == [chapter.number for chapter in CHAPTERS]


@by_chapter
def test_a_chapter_begins_with_its_number_and_title(chapter: Chapter) -> None:
    assert opening(chapter).splitlines()[0] == f"# {chapter.number} · {chapter.title}"


def test_minutes_reach_the_readme_and_the_beginning_of_the_chapter(monkeypatch: pytest.MonkeyPatch) -> None:
    longer = dataclasses.replace(CHAPTERS[4], minutes=99)
    monkeypatch.setattr(chapters, "CHAPTERS", (*CHAPTERS[:4], longer, *CHAPTERS[5:]))
    assert out_of_date() == ["README.md", f"course/{CHAPTERS[4].file}"]


@by_chapter
def test_a_chapter_says_the_minutes_that_are_announced(chapter: Chapter) -> None:
    assert f"**Time:** about {chapter.minutes} minutes, " in opening(chapter)


@by_chapter
def test_the_minutes_that_are_announced_are_those_of_the_estimate(chapter: Chapter) -> None:
    assert chapter.minutes == pytest.approx(estimate(chapter), rel=AS_ESTIMATED)


def test_an_estimate_counts_what_a_chapter_holds() -> None:
    assert contents(CHAPTERS[1]).keys() == MINUTES.keys()
    counted = contents(CHAPTERS[1])
    assert counted["exercises"] == len(load_bank(1).EXERCISES)
    assert counted["questions"] == len(load_bank(1).QUIZ)
    assert counted["predictions"] == len(predictions_of(1))
    assert counted["views"] == 2, "where weights are weighed, and where clusters are found"
