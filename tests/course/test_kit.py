"""What a room is given: copies for learners and for instructors, slides, and a bank with other numbers."""

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers.exercises import CHAPTERS

from gancore.cli.app import app
from gancore.errors import GancoreError
from gancore.lessons import teaching
from gancore.lessons.copies import version_of
from gancore.lessons.exercises import redraw
from gancore.lessons.grading.banks import check_folder, exercises_of
from gancore.lessons.grading.handed import Handed
from gancore.lessons.grading.marking import grade
from gancore.lessons.grading.submission import text_of
from gancore.lessons.judging import Standing
from gancore.lessons.kit.answers import reference
from gancore.lessons.kit.bank import is_drawn
from gancore.lessons.kit.blocks import SQUEEZED, TALLEST, blocks_of, gist_of, height, parted
from gancore.lessons.kit.chapters import check_cell, code_cells, find_chapters, parse_numbers
from gancore.lessons.kit.instructor import notes_on, shown
from gancore.lessons.kit.rendering import as_html
from gancore.lessons.kit.slides import MOST_CODE, MOST_PRINTED, PREDICT, Column, is_to_see, put_printed
from gancore.lessons.predictions.kinds import find_prediction

SEED = 7


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit of every chapter, made by the command."""
    out = tmp_path_factory.mktemp("kit") / "room"
    result = CliRunner().invoke(app, ["kit", str(out), "--slides", "--bank-seed", str(SEED)])
    assert result.exit_code == 0, result.output
    assert [line.split(";")[0] for line in result.output.splitlines()] == [
        str(out / name) for name in ("student", "instructor", "slides", "bank")
    ]
    return out


def notebook(folder: Path, number: int) -> dict:
    (path,) = folder.glob(f"{number:02d}_*.ipynb")
    return json.loads(path.read_text(encoding="utf-8"))


def everything(made: dict) -> str:
    return "\n".join(text_of(cell) for cell in made["cells"])


def test_an_instructors_other_way_comes_with_its_imports() -> None:
    notes = text_of(notes_on(teaching.find_exercise("3.1")))
    assert "from torch.distributions import Categorical, MixtureSameFamily, Normal\n\n\ndef draw_mixture(" in notes


@pytest.mark.parametrize("number", CHAPTERS)
def test_a_learners_copy_has_no_outputs_and_no_answers(kit: Path, number: int) -> None:
    made = notebook(kit / "student", number)
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code_cells(made))
    assert version_of(made)
    for exercise in teaching.load_bank(number).EXERCISES:
        assert teaching.find_answers(exercise.number)[0] not in everything(made)
        assert exercise.praise not in everything(made)


@pytest.mark.parametrize("number", CHAPTERS)
def test_an_instructors_copy_has_every_answer_mistake_and_key(kit: Path, number: int) -> None:
    made, bank = notebook(kit / "instructor", number), teaching.load_bank(number)
    text = everything(made)
    for exercise in bank.EXERCISES:
        cell = check_cell(made, exercise.number)
        assert reference(exercise) in text_of(cell)
        notes = text_of(made["cells"][made["cells"].index(cell) + 1])
        said = [*exercise.hints, exercise.praise, *(mistake.message for mistake in exercise.mistakes)]
        assert [each for each in said if each not in notes] == []
        assert [mistake for mistake in exercise.mistakes if shown(mistake) not in notes] == []
    assert [each.text for each in bank.QUIZ if f"{each.text}** Right is {each.key}." not in text] == []
    assert [option.why for each in bank.QUIZ for option in each.options if option.why not in text] == []


@pytest.mark.slow
def test_an_instructors_copy_is_graded_as_all_correct(kit: Path) -> None:
    path = next((kit / "instructor").glob("04_*.ipynb"))
    (marks,) = grade([Handed("instructor", path)])
    standings = {number: each.status for number, each in marks.verdicts.items()}
    assert standings == dict.fromkeys(exercises_of(4, None), Standing.CORRECT)


@pytest.mark.parametrize("number", CHAPTERS)
def test_a_bank_asks_the_same_exercises_with_other_numbers(kit: Path, number: int) -> None:
    check_folder(kit / "bank")
    known, made = exercises_of(number, None), exercises_of(number, kit / "bank")
    assert list(made) == list(known)
    for name, exercise in known.items():
        seeds = [getattr(probe, "seed", None) for probe in made[name].probes]
        assert seeds == [getattr(probe, "seed", None) for probe in redraw(exercise, SEED).probes]
        assert is_drawn(exercise) == (made[name].probes != exercise.probes)


class Page(HTMLParser):
    """What a page of slides holds: where its links lead, its pictures' words, and how deep it is nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.words: list[str | None] = []
        self.columns: list[int] = []  # slides in each
        self.depth = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in ("img", "script", "link", "iframe"):
            self.sources += [named[name] for name in ("src", "href") if named.get(name)]
        if tag == "img":
            self.words.append(named.get("alt"))
        if tag == "section":
            self.depth += 1
            if self.depth == 1:
                self.columns.append(0)
            else:
                self.columns[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "section"


@pytest.mark.parametrize("number", CHAPTERS)
def test_slides_are_columns_with_all_figures_in_words_and_every_prediction(kit: Path, number: int) -> None:
    (chapter,) = find_chapters([number])
    text = (kit / "slides" / f"{chapter.path.stem}.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.depth == 0
    assert min(page.columns) >= 1
    assert [source for source in page.sources if not source.startswith(("data:", "reveal/"))] == []
    assert [
        source for source in page.sources if source.startswith("reveal/") and not (kit / "slides" / source).is_file()
    ] == []
    assert all(page.words)
    assert all(is_to_see(source.partition(",")[2]) for source in page.sources if source.startswith("data:"))
    assert "<h2><ol" not in text
    assert re.findall(r"<p>[←→]", text) == []
    asked = [key for cell in code_cells(chapter.notebook) for key in PREDICT.findall(text_of(cell))]
    assert [key for key in asked if as_html(find_prediction(key).question) not in text] == []
    assert "FORMULA" not in text
    assert "$" not in re.sub(r"<(script|pre|code).*?</\1>", "", text, flags=re.DOTALL)


def test_slides_show_what_their_sentences_announce_and_no_brackets_around_a_link_that_leads_nowhere(kit: Path) -> None:
    (chapter,) = find_chapters([5])
    text = (kit / "slides" / f"{chapter.path.stem}.html").read_text(encoding="utf-8")
    shown = re.sub(r"<aside.*?</aside>", "", text, flags=re.DOTALL)
    at = shown.index("Here are the lines of it that matter.</p>")
    assert shown.index("<pre>discriminator_loss:\n    fake = self.generate(batch)") - at < 100
    assert "(all of it)" not in text


def test_what_is_printed_is_shown_where_it_is_a_table_that_fits() -> None:
    shown = [Column("Title") for _ in range(4)]
    rows = ["a < b"] * (MOST_PRINTED + 1)
    for column, lines in zip(shown, (rows, rows[1:], rows * MOST_CODE, [*rows, "x" * 200]), strict=True):
        put_printed(column, lines)
    assert shown[0].slides[0].blocks == [f"<pre>{html.escape(chr(10).join(rows))}</pre>"]
    assert [column.slides for column in shown[1:]] == [[], [], []]


@pytest.mark.parametrize("folder", ["student", "instructor"])
def test_no_copy_links_to_what_is_not_beside_it(folder: str, kit: Path) -> None:
    copies = list((kit / folder).glob("*.ipynb"))
    assert len(copies) == len(CHAPTERS)
    assert [path.name for path in copies if "](../" in path.read_text(encoding="utf-8")] == []
    assert "From the code that is going to run here are the lines" in everything(notebook(kit / folder, 7))


def test_only_the_chapters_that_are_named_are_made(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["kit", str(tmp_path / "kit"), "--chapters", "5, 4"])
    assert result.exit_code == 0
    assert sorted(path.name[:2] for path in (tmp_path / "kit" / "student").glob("*.ipynb")) == ["04", "05"]
    assert sorted(path.name for path in (tmp_path / "kit").iterdir()) == ["instructor", "student"]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ["kit", str(tmp_path)])
    assert "is there already and not empty" in str(result.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_half_a_kit_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching, "SOLUTIONS", tmp_path / "withheld")
    result = CliRunner().invoke(app, ["kit", str(tmp_path / "kit"), "--chapters", "5"])
    assert "has no answer to exercise 5.1" in str(result.exception)
    assert not (tmp_path / "kit").exists()


@pytest.mark.parametrize("text", ["four", "4-5", "4,,5", "123"])
def test_chapters_that_are_no_numbers_are_refused(text: str) -> None:
    with pytest.raises(GancoreError, match=re.escape(f"--chapters {text!r} is not understood")):
        parse_numbers(text)


def test_a_chapter_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(GancoreError, match="no chapter 77; --chapters takes some of 0, 1"):
        find_chapters([77])


def test_a_long_table_is_parted_with_its_head_on_every_part() -> None:
    table = "\n".join(["| a | b |", "|---|---|", *(f"| {row} | some words |" for row in range(40))])
    parts = list(parted(table))
    assert all(part.startswith("| a | b |\n|---|---|\n") and height(part) <= TALLEST for part in parts)
    assert [line for part in parts for line in part.splitlines()[2:]] == table.splitlines()[2:]


def test_a_formula_and_a_listing_stay_whole() -> None:
    listing, formula = "```python\na = 1\n\nb = 2\n```", "$$\nx\n\ny\n$$"
    assert blocks_of(f"Words.\n\n{listing}\n\n{formula}") == ["Words.", listing, formula]


def test_the_gist_of_a_paragraph_ends_with_a_sentence() -> None:
    sentences = [f"This is sentence number {number} of a rather long paragraph." for number in range(20)]
    gist = gist_of(" ".join(sentences))
    assert gist.endswith(".")
    assert " ".join(sentences).startswith(gist)
    assert len(gist) < len(" ".join(sentences)) / 2


@pytest.mark.parametrize(
    "end",
    ["It is **bold. And** so on.", "It has (words. In brackets.)", "It is this: after a colon.", "`a. b` is code."],
)
def test_the_gist_of_a_paragraph_breaks_nothing_off(end: str) -> None:
    words = "word " * 62
    assert gist_of(f"{words}{end} More of it.") == f"{words}{end}"


def test_a_list_that_is_a_little_too_long_is_set_smaller_and_not_parted() -> None:
    items = [f"- {'word ' * 22}".strip() for _ in range(6)]
    assert TALLEST < height("\n".join(items)) <= TALLEST + SQUEEZED
    assert list(parted("\n".join(items))) == ["\n".join(items)]
    assert len(list(parted("\n".join(items * 2)))) > 1


def test_a_formula_becomes_mathml_and_code_with_a_dollar_stays_code() -> None:
    assert "<math" in as_html("Let $x_1$ be.")
    assert "<code>$x</code>" in as_html("`$x` and `y$`")
