"""A reader works on copies of the chapters: without stored answers, never written over, and told when one is newer."""

import json
import re
from pathlib import Path

import pytest
from copies import COURSE, MY, main
from execute import read

CHAPTERS = sorted(path.name for path in COURSE.glob("*.ipynb"))
NAME = "05_the_loop.ipynb"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of one chapter and a glossary."""
    folder = tmp_path / "course"
    folder.mkdir()
    write(folder, "1 + 1")
    (folder / "glossary.md").write_text(f"[05]({NAME})")
    return folder


@pytest.fixture
def my(tmp_path: Path) -> Path:
    return tmp_path / "my"


def write(folder: Path, source: str, output: str = "2") -> None:
    """Store a chapter of one folded cell that has been run."""
    shown = {"output_type": "execute_result", "data": {"text/plain": output}, "metadata": {}, "execution_count": 1}
    folded = {"tags": ["proof"], "jupyter": {"source_hidden": True}}
    cell = {"cell_type": "code", "id": "a", "source": source, "metadata": folded, "outputs": [shown]}
    notebook = {
        "cells": [cell | {"execution_count": 1}, {"cell_type": "markdown", "id": "b", "source": "é", "metadata": {}}],
        "metadata": {"kernelspec": {"name": "python3"}, "widgets": {"state": {}}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (folder / NAME).write_text(json.dumps(notebook), encoding="utf-8")


def cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


@pytest.fixture(scope="module")
def all_copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("all") / "my"
    assert main([], COURSE, folder) == 0
    return folder


@pytest.mark.parametrize("name", CHAPTERS)
def test_no_stored_answer_is_in_a_readers_copy(all_copies, name):
    copy, chapter = read(all_copies / name), read(COURSE / name)
    assert [cell.source for cell in copy.cells] == [cell.source for cell in chapter.cells]
    assert [cell.metadata for cell in copy.cells] == [cell.metadata for cell in chapter.cells]
    code = [cell for cell in copy.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert "widgets" not in copy.metadata


@pytest.mark.parametrize("name", [*CHAPTERS, "glossary.md"])
def test_links_lead_from_copy_to_copy(all_copies, name):
    text = (all_copies / name).read_text(encoding="utf-8")
    targets = {target.split("#")[0] for target in re.findall(r"\]\(([\w./-]+\.(?:ipynb|md|png))", text)}
    assert targets
    assert [target for target in targets if not (all_copies / target).is_file()] == []


def test_git_and_the_readme_know_the_folder():
    assert f"/{MY.name}/" in (COURSE.parent / ".gitignore").read_text(encoding="utf-8").split()
    assert f"jupyterlab {MY.name}/00_start_here.ipynb" in (COURSE.parent / "README.md").read_text(encoding="utf-8")


def test_a_copy_keeps_tags_and_folding_and_loses_the_run(course, my):
    assert main([], course, my) == 0
    notebook = json.loads((my / NAME).read_text(encoding="utf-8"))
    assert notebook["cells"][0]["metadata"] == {"tags": ["proof"], "jupyter": {"source_hidden": True}}
    assert notebook["cells"][0]["outputs"] == []
    assert notebook["cells"][1]["source"] == "é"
    assert notebook["metadata"].keys() == {"kernelspec", "gancore"}


def test_a_copy_is_never_written_over(course, my, capsys):
    main([], course, my)
    write(my, "what the reader wrote")
    before = (my / NAME).read_bytes()
    write(course, "1 + 2")
    assert main([], course, my) == 0
    assert (my / NAME).read_bytes() == before


def test_a_chapter_that_is_newer_is_named_in_one_line(course, my, capsys):
    main([], course, my)
    assert main([], course, my) == 0
    write(course, "1 + 1", output="another machine's")  # run again, and no other text
    assert main([], course, my) == 0
    assert capsys.readouterr().out == ""
    write(course, "1 + 2")
    assert main([], course, my) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{NAME} is newer than your copy. `make fresh CHAPTER=05`")


def test_a_reader_who_has_worked_in_a_copy_is_not_told_that_it_is_old(course, my, capsys):
    main([], course, my)
    notebook = json.loads((my / NAME).read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = "mine"
    (my / NAME).write_text(json.dumps(notebook), encoding="utf-8")
    main([], course, my)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("number", ["05", "5"])
def test_a_fresh_copy_keeps_the_old_one_under_another_name(course, my, capsys, number):
    main([], course, my)
    for kept in ("05_the_loop-1.ipynb", "05_the_loop-2.ipynb"):
        write(my, f"mine, kept as {kept}")
        assert main([number], course, my) == 0
        assert cells(my / kept)[0]["source"] == f"mine, kept as {kept}"
        assert cells(my / NAME)[0]["source"] == "1 + 1"
        assert capsys.readouterr().out == f"{NAME} is fresh; yours is kept as {kept}.\n"


def test_a_fresh_copy_needs_no_old_one(course, my, capsys):
    assert main(["05"], course, my) == 0
    assert capsys.readouterr().out == f"{NAME} is fresh.\n"
    assert cells(my / NAME)[0]["source"] == "1 + 1"


def test_a_copy_that_is_no_notebook_any_more_is_left_and_named(course, my, capsys):
    main([], course, my)
    (my / NAME).write_text("{", encoding="utf-8")
    assert main([], course, my) == 0
    assert "is newer than your copy" in capsys.readouterr().out
    assert (my / NAME).read_text(encoding="utf-8") == "{"


@pytest.mark.parametrize("number", ["12", "", "x", "05_"])
def test_a_chapter_that_is_not_there_costs_a_sentence(course, my, capsys, number):
    assert main([number], course, my) == 1
    assert capsys.readouterr().err.startswith(f"There is no chapter {number}")
    assert not my.exists()


def test_a_folder_that_cannot_be_written_costs_a_sentence(course, my, capsys):
    my.write_text("a file where the folder should be")
    assert main([], course, my) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"{my} cannot be written (")
    assert str(course) in said
