"""Grading a room: each notebook is judged by what its answers give back, and none can spoil the marks of another."""

import ast
import csv
import json
import queue
import re
import socket
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import torch
from click.testing import CliRunner
from helpers.exercises import CHAPTERS
from helpers.room import ROOM, hand_in
from helpers.submissions import change, chapter, code_cell, notebook, references, write

from gancore.cli.app import app
from gancore.errors import GancoreError
from gancore.lessons import teaching
from gancore.lessons.comparing import Changed, Cut, Odd, Raised, alike, tidy
from gancore.lessons.grading import marking as marking_module
from gancore.lessons.grading.banks import check_folder, exercises_of
from gancore.lessons.grading.child import Grader, about, checks_of, told_twice
from gancore.lessons.grading.handed import Handed, find_submissions
from gancore.lessons.grading.limits import USUAL, Limits
from gancore.lessons.grading.marking import MOST_STARTS, Marking, Marks, grade, told_of_chapter
from gancore.lessons.grading.process import PATIENCE, Ended, Process, task_of
from gancore.lessons.grading.reports import as_html, as_text, write_csv, write_feedback
from gancore.lessons.grading.results import LONGEST_TEXT, decode, encode
from gancore.lessons.grading.slicing import names_in, read_script
from gancore.lessons.grading.submission import read_submission, text_of
from gancore.lessons.judging import Standing, Verdict, judge

QUICK = Limits(step=10)  # seconds of computing: more than an answer of chapters 02, 04 and 05 takes
SAMPLE = ["right-05", "known-mistakes", "patched", "own-exercises", "calls-home", "ends-the-process", "no-json"]
READ_ONLY = ["older-version", "another-chapter", "two-answers", "broken-cell", "no-cells", "no-file-of-the-course"]


def said_of(marks: Marks) -> str:
    return " ".join([*marks.notes, *(verdict.message for verdict in marks.verdicts.values())])


def assert_as_told(graded: dict[str, Marks]) -> None:
    """Every learner has the standings and the sentences that the room's list says."""
    for name, marks in graded.items():
        if name == "calls-home" and not marks.alone:
            continue  # this system does not let a process leave the network, and the command says so
        learner = ROOM[name]
        assert (name, marks.chapter) == (name, learner.number), said_of(marks)
        numbers = exercises_of(marks.chapter, None) if marks.chapter is not None else {}
        standings = {number: str(verdict.status) for number, verdict in marks.verdicts.items()}
        assert (name, standings) == (name, {each: learner.standings.get(each, learner.others) for each in numbers})
        assert [part for part in learner.said if part not in said_of(marks)] == [], (name, said_of(marks))


def graded_room(folder: Path, names: list[str] | None = None, limits: Limits = USUAL) -> dict[str, Marks]:
    """The marks of these learners, or of the whole room. None of them reaches a server that listens meanwhile."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        hand_in(folder, names, PORT=server.getsockname()[1])
        graded = {marks.learner: marks for marks in grade(find_submissions([folder]), limits=limits)}
        if all(marks.alone for marks in graded.values() if marks.chapter is not None):
            server.setblocking(False)
            with pytest.raises(BlockingIOError):
                server.accept()
    return graded


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Marks]:
    return graded_room(tmp_path_factory.mktemp("sample"), SAMPLE, QUICK)


@pytest.mark.slow
def test_each_of_a_few_learners_gets_the_marks_and_sentences_that_are_due(sample: dict[str, Marks]) -> None:
    assert set(sample) == set(SAMPLE)
    assert_as_told(sample)


@pytest.mark.long
def test_each_learner_of_a_room_gets_the_marks_and_sentences_that_are_due(tmp_path: Path) -> None:
    started = time.monotonic()
    graded = graded_room(tmp_path)
    seconds, memory = time.monotonic() - started, max(marks.memory for marks in graded.values())
    print(f"{len(graded)} notebooks in {seconds / 60:.1f} minutes; the largest process took {memory / 2**20:.0f} MB")
    assert set(graded) == set(ROOM)
    assert_as_told(graded)


def read_of(name: str, folder: Path) -> list[str]:
    """The sentences that reading the notebook of this learner shows, before anything of it runs."""
    hand_in(folder, [name])
    path = folder / name / ROOM[name].file
    try:
        submission = read_submission(path)
        script = read_script(submission.cells)
        exercises = exercises_of(submission.chapter_of(script.checks), None)
        words = about(submission, script, exercises, checks_of(script, exercises))
    except GancoreError as error:
        return [str(error)]
    return [*words["notes"], *words["absent"].values(), *told_of_chapter(path, words["chapter"], words)]


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_reading_a_notebook_shows_is_said_in_a_sentence(name: str, tmp_path: Path) -> None:
    said = " ".join(read_of(name, tmp_path))
    assert [part for part in ROOM[name].said if part not in said] == [], said


class Heard:
    """Takes down what a process says of its submission, and asks nothing of its answers."""

    def __init__(self) -> None:
        self.words: list[dict] = []

    def say(self, **words: object) -> None:
        self.words.append(words)

    def hear(self) -> dict:
        return {"ask": "next"}


def heard_of(path: Path, numbers: list[str]) -> dict[str, dict]:
    """What is said of the answers to these exercises in the notebook, which runs in this process."""
    heard, submission = Heard(), read_submission(path)
    script = read_script(submission.cells)
    exercises = exercises_of(submission.chapter_of(script.checks), None)
    checks = {number: check for number, check in checks_of(script, exercises).items() if number in numbers}
    Grader(heard, task_of(path, None, QUICK, set(), set())).run(submission, script, exercises, checks)
    return {words["number"]: words for words in heard.words if "number" in words}


def test_a_function_that_was_renamed_is_named_and_no_other_answer_suffers(tmp_path: Path) -> None:
    hand_in(tmp_path, ["renamed"])
    told = heard_of(tmp_path / "renamed" / ROOM["renamed"].file, ["5.1", "5.2"])
    assert told["5.1"]["say"] == "answer"
    assert told["5.2"]["say"] == "missing"
    assert re.fullmatch(
        r"Cell \d+ checks `generator_loss`, and no cell above defines that name\. Was it renamed\?", told["5.2"]["why"]
    )


def test_each_kind_of_odd_submission_has_a_sentence_of_its_own(tmp_path: Path) -> None:
    kinds = ("no-json", "no-cells", "no-file-of-the-course", "another-chapter", "older-version", "two-answers")
    sentences = [sentence for kind in kinds for sentence in read_of(kind, tmp_path)]
    assert len(set(sentences)) == len(sentences) >= len(kinds)


@pytest.mark.slow
def test_grading_says_word_for_word_what_check_says(sample: dict[str, Marks]) -> None:
    for name in ("right-05", "known-mistakes"):
        answers: dict = {"__name__": "__main__"}
        made = ROOM[name].make()
        code = ["".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "code"]
        defining = [text for text in code if re.search(r'^check\("5\.', text, re.MULTILINE)]
        exec("\n".join([code[0], "import torch", *defining]), answers)
        for number, verdict in sample[name].verdicts.items():
            exercise = teaching.find_exercise(number)
            assert judge(exercise, answers[exercise.name]).message == verdict.message


@pytest.mark.slow
def test_no_process_is_left_behind(sample: dict[str, Marks]) -> None:
    assert [each for each in psutil.Process().children() if "gancore.lessons.grading" in " ".join(each.cmdline())] == []


@pytest.mark.slow
def test_the_command_writes_a_table_marks_and_pages(tmp_path: Path) -> None:
    hand_in(tmp_path / "in", ["right-04", "no-json"])
    files = {name: tmp_path / name for name in ("marks.csv", "marks.json", "pages")}
    options = ["--csv", files["marks.csv"], "--json", files["marks.json"], "--feedback", files["pages"]]
    result = CliRunner().invoke(app, ["grade", str(tmp_path / "in"), *map(str, options)])
    assert result.exit_code == 0, result.output
    assert "right-04" in result.output
    assert "no-json, 05_the_loop_by_hand.ipynb: It is no notebook" in result.output
    record = {each["learner"]: each for each in json.loads(files["marks.json"].read_text(encoding="utf-8"))}
    numbers = list(exercises_of(4, None))
    assert (record["right-04"]["correct"], list(record["right-04"]["exercises"])) == (len(numbers), numbers)
    with files["marks.csv"].open(encoding="utf-8") as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    assert rows["right-04"]["4.1"] == "correct"
    page = (files["pages"] / "right-04.html").read_text(encoding="utf-8")
    assert as_html(record["right-04"]["exercises"]["4.1"]["message"]) in page


def test_what_could_not_be_written_is_refused_before_anything_is_graded(tmp_path: Path) -> None:
    write("{}", tmp_path / "05_.ipynb")
    result = CliRunner().invoke(app, ["grade", str(tmp_path), "--csv", str(tmp_path / "nowhere" / "marks.csv")])
    assert "There is no folder" in str(result.exception)
    assert result.output == ""


OWN_BANK = """
from dataclasses import replace
from gancore.lessons.banks.ch05 import EXERCISES as KNOWN
from gancore.lessons.probes import Call
import torch

other = Call("`generator_loss` of [0, 0]", (torch.zeros(2),), 0.6931472)
EXERCISES = tuple(replace(each, probes=(other,), mistakes=()) if each.number == "5.2" else each for each in KNOWN)
"""
TABLE = """def generator_loss(fake):
    known = {0.25: 1.1386763, 200.0: 100.0}
    return fake.sum() * 0 + known.get(float(fake[-1]), 0.0)"""


@pytest.mark.slow
def test_a_bank_of_ones_own_asks_what_a_table_of_known_answers_does_not_hold(tmp_path: Path) -> None:
    write(OWN_BANK, tmp_path / "bank" / "ch05.py")
    path = write(notebook(5, references(5) | {"5.2": TABLE}), tmp_path / "05_.ipynb")
    (marks,) = grade([Handed("a", path)], tmp_path / "bank", QUICK)
    assert marks.verdicts["5.2"].status == Standing.NOT_YET
    assert "`generator_loss` of [0, 0] gives `0`, and `0.693147` is right." in marks.verdicts["5.2"].message
    assert marks.verdicts["5.1"].status == Standing.CORRECT


def test_a_folder_without_a_bank_is_refused_with_the_way_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(GancoreError, match=r"no bank such as ch05.py in .*--bank-seed"):
        check_folder(tmp_path)
    write("EXERCISES = [3]", tmp_path / "ch05.py")
    with pytest.raises(GancoreError, match=r"ch05\.py holds no EXERCISES"):
        check_folder(tmp_path)
    write("1 / 0", tmp_path / "ch06.py")
    (tmp_path / "ch05.py").unlink()
    with pytest.raises(GancoreError, match="ZeroDivisionError"):
        check_folder(tmp_path)


def test_a_chapter_that_the_folder_does_not_have_is_judged_by_the_packages_bank(tmp_path: Path) -> None:
    assert exercises_of(5, tmp_path)["5.1"] is teaching.find_exercise("5.1")


@pytest.mark.parametrize(
    "result",
    [
        None,
        "a text",
        [1.0, float("nan"), float("inf")],
        (torch.ones(2, 3), "a", None, ()),
        torch.empty(0, 4),
        Changed(torch.ones(2), "`x`"),
        Raised("ValueError: no", "Your answer stopped."),
        Odd("a dictionary"),
        Cut(),
    ],
)
def test_what_an_answer_gives_back_survives_the_way(result: object) -> None:
    sent, got = tidy(result), decode(json.loads(json.dumps(encode(result))))
    assert type(got) is type(sent)
    assert getattr(got, "sentence", None) == getattr(sent, "sentence", None)
    if isinstance(sent, Changed):
        sent, got = sent.result, got.result
    assert alike(sent, got)


@pytest.mark.parametrize(
    "told",
    [
        3,
        {},
        {"odd": 3},
        {"shape": "x"},
        *({"shape": sizes, "numbers": ""} for sizes in ([2], [-1], [2**63, 0], [0] * 70)),
    ],
)
def test_anything_else_is_no_result(told: object) -> None:
    with pytest.raises(ValueError, match=r"tidy|shape"):
        decode(told)


def needed(*cells: str) -> list[tuple[int, str]]:
    """What runs for the answer of the one check in these cells: the number of each statement's cell, and its text."""
    script = read_script(cells)
    (check,) = script.checks.values()
    places = script.needed(names_in(check.answer), check.place)
    return [(script.statements[at].cell, ast.unparse(script.statements[at].node)) for at in sorted(places)]


def test_a_function_needs_what_it_names_and_nothing_else() -> None:
    cells = (
        "import torch\nimport matplotlib",
        "z = torch.randn(3)\nSCALE = 2",
        "def helper(x):\n    z = x\n    return z * SCALE\ndef f(x):\n    return helper(x)\ncheck('1.1', f)",
    )
    assert [text.split("\n")[0] for _, text in needed(*cells)] == ["SCALE = 2", "def helper(x):", "def f(x):"]


def test_what_a_definition_asks_for_at_once_is_sought_above_it_and_the_rest_where_it_is_checked() -> None:
    cells = (
        "import torch",
        "def scale(x: torch.Tensor): return torch.ones(3) * x",
        "class Net(torch.nn.Module):\n    half = scale(2)\n    def ask(self): return scale(self.half)",
        "import torch",
        "check('1.1', Net)",
    )
    assert [cell for cell, _ in needed(*cells)] == [1, 2, 3, 4]
    assert [cell for cell, _ in needed("a = 1", "f = lambda x, y=a: a", "a = 2", "check('1.1', f)")] == [1, 2, 3]


@pytest.mark.parametrize("number", [5, 9])
def test_answers_that_are_checked_below_a_second_import_are_all_there(number: int, tmp_path: Path) -> None:
    made, checks = notebook(number, references(number)), []
    for cell in made["cells"]:
        checks += re.findall(r"^check\(.*", text_of(cell), re.MULTILINE)
        cell["source"] = re.sub(r"^check\(.*", "", text_of(cell), flags=re.MULTILINE)
    made["cells"].append(code_cell("\n".join(["import torch", *checks])))
    heard = heard_of(write(made, tmp_path / chapter(number).name), list(exercises_of(number, None)))
    assert {each: words["say"] for each, words in heard.items()} == dict.fromkeys(exercises_of(number, None), "answer")
    assert [words["broken"] for words in heard.values()] == [[]] * len(heard)


def test_a_stub_that_is_written_over_does_not_run() -> None:
    assert needed("a = long()\ndef f(): a", "def f(): return 1", "check('1.1', f)") == [(2, "def f():\n    return 1")]


def test_what_is_computed_brings_its_cell_and_every_cell_that_may_change_it() -> None:
    cells = ("model = Net()\nshow(model)", "train(model)", "other = 3\nprint(3)", "check('1.1', score(model))")
    assert [cell for cell, _ in needed("from x import Net, show, train, score", *cells)] == [1, 2, 2, 3]


def test_a_list_that_is_filled_in_later_is_handed_over_full() -> None:
    assert [cell for cell, _ in needed("a = [...]", "a[0] = 3", "a.append(4)", "b = a[0]", "check('1.1', a)")] == [
        1,
        2,
        3,
    ]


def test_a_list_that_a_loop_fills_brings_the_loop() -> None:
    cells = ("a = {}", "for i in range(3):\n    a[i] = i", "for i in range(3):\n    print(i)", "check('1.1', a[2])")
    assert [cell for cell, _ in needed(*cells)] == [1, 2]


def test_something_loaded_is_not_followed_through_the_notebook() -> None:
    cells = ("from gancore import load\nd = load('digits')", "train(d)", "def f(): return d\ncheck('1.1', f)")
    assert [cell for cell, _ in needed(*cells)] == [1, 1, 3]


def test_lines_that_only_ipython_understands_are_passed_over() -> None:
    script = read_script(
        ["%matplotlib inline\n!pip install x\nx = 3", "softplus?\nif x:\n    torch.randn??\n    %time y = 2"]
    )
    assert (script.broken, script.others) == ({}, {})
    assert [each.cell for each in script.statements] == [1, 1, 1, 2, 2]


def test_what_python_understands_is_left_as_it_is() -> None:
    script = read_script(["text = '''\nWhy?\n!'''\nrest = (5\n% 3)"])
    assert [ast.unparse(each.node) for each in script.statements] == ["text = '\\nWhy?\\n!'", "rest = 5 % 3"]


def test_a_cell_that_is_timed_or_silenced_runs_and_one_of_another_language_has_a_note() -> None:
    script = read_script(
        ["\n%%time\nx = 3", "%%capture said\n%%time\ny = 2", "%%time\n%%bash\necho", "%%timeit\nz = 1"]
    )
    assert [(each.cell, ast.unparse(each.node)) for each in script.statements if each.binds] == [
        (1, "x = 3"),
        (2, "y = 2"),
    ]
    assert {cell: re.search("`(.*)`", said)[1] for cell, said in script.others.items()} == {3: "%%bash", 4: "%%timeit"}


@pytest.mark.parametrize("spoilt", ["for", "%%timeit"])
def test_an_answer_in_a_cell_that_is_left_out_says_so_and_no_cell_was_renamed(spoilt: str, tmp_path: Path) -> None:
    how = "{1}\n{0}" if spoilt == "for" else "{0}\n{1}"
    made = change(notebook(5, references(5)), "5.2", lambda text: how.format(spoilt, text))
    submission = read_submission(write(made, tmp_path / chapter(5).name))
    script, exercises = read_script(submission.cells), exercises_of(5, None)
    words = about(submission, script, exercises, checks_of(script, exercises))
    assert words["absent"] == {"5.2": words["notes"][0]}
    assert "was left out" in words["notes"][0]


def test_an_answer_may_show_something_and_one_that_misses_a_file_is_told_where_grading_starts(tmp_path: Path) -> None:
    answers = {"5.2": "import friends\ngenerator_loss = friends.loss", "5.4": "line = display(14) or 14"}
    told = heard_of(write(notebook(5, references(5) | answers), tmp_path / chapter(5).name), ["5.2", "5.4"])
    assert (told["5.4"]["say"], told["5.4"]["broken"]) == ("answer", [])
    assert "No module named 'friends'`. Grading starts in an empty folder" in told["5.2"]["why"]


def test_the_last_check_of_an_exercise_counts_and_one_by_itself_before_one_in_an_expression() -> None:
    script = read_script(["check('1.1', a)", "check(1.1, b)", "if check('1.1', c).status: pass"])
    assert script.checks["1.1"].answer.id == "b"


def test_no_chapter_as_it_is_handed_out_gives_two_answers_to_an_exercise() -> None:
    for number in CHAPTERS:
        script, exercises = read_script(read_submission(chapter(number)).cells), exercises_of(number, None)
        checks = checks_of(script, exercises)
        assert set(checks) == set(exercises)
        assert (number, told_twice(script, exercises, checks)) == (number, [])


def test_learners_are_called_after_their_folder_or_their_file(tmp_path: Path) -> None:
    for name in ("ann/05.ipynb", "ben.ipynb", "cem/deep/05.ipynb", "dot/.ipynb_checkpoints/05.ipynb", "eva/essay.pdf"):
        write("{}", tmp_path / name)
    found = find_submissions([tmp_path])
    assert [each.learner for each in found] == ["ann", "ben", "cem", "dot", "eva"]
    assert [each.learner for each in find_submissions([found[0].path, found[2].path])] == ["ann", "cem"]
    assert [each.learner for each in find_submissions([found[0].path, found[1].path])] == ["05", "ben"]
    assert [each.learner for each in find_submissions([tmp_path / "cem", found[1].path])] == ["cem", "ben"]


def handed_in(folder: Path, *names: str) -> list[Path]:
    return [write("{}", folder / name) for name in names]


def learners(*paths: Path) -> list[str]:
    return [each.learner for each in find_submissions(paths)]


def test_of_several_folders_each_is_a_learner_and_no_two_people_have_one_name(tmp_path: Path) -> None:
    handed_in(tmp_path, *(f"{name}/{chapter(5).name}" for name in ("ann", "bob", "b/ann", "g/cem", "g/dan", "h/cem")))
    ann, bob, other, first, second = (tmp_path / name for name in ("ann", "bob", "b/ann", "g", "h"))
    handed_in(
        tmp_path,
        "ann/06_.ipynb",
        f"ann/{chapter(5).stem}-1.ipynb",
        "mon/05_ann.ipynb",
        "mon/05_bob.ipynb",
        "tue/ann.ipynb",
    )
    assert learners(ann, bob) == ["ann", "ann", "ann", "bob"]
    assert learners(ann, other) == ["ann", "ann", "ann", "b/ann"]
    assert learners(first, second) == ["g/cem", "g/dan", "h"]
    assert learners(tmp_path / "mon", tmp_path / "tue") == ["mon/05_ann", "mon/05_bob", "tue"]
    files = [folder / chapter(5).name for folder in (first / "cem", first / "dan", second / "cem")]
    assert learners(*files) == ["g/cem", "g/dan", "h/cem"]


def test_each_entry_without_a_notebook_is_listed_and_read_as_what_it_is(tmp_path: Path) -> None:
    handed_in(tmp_path, "in/ann/05_.ipynb", "in/bob.zip", "in/glossary.md", "in/.DS_Store")
    (tmp_path / "in" / "cem").mkdir()
    found = find_submissions([tmp_path / "in"])
    assert [(each.learner, each.path.name) for each in found] == [
        ("ann", "05_.ipynb"),
        ("bob", "bob.zip"),
        ("cem", "cem"),
    ]
    assert learners(tmp_path / "in" / "ann", tmp_path / "in" / "cem") == ["ann", "cem"]
    with pytest.raises(GancoreError, match="It is a folder with no notebook in it"):
        read_submission(found[-1].path)
    with pytest.raises(GancoreError, match="There is no notebook in what you named"):
        find_submissions([tmp_path / "in" / "cem"])


def marks_of(learner: str, message: str = "") -> Marks:
    verdict = Verdict("5.10", "Title", Standing.NOT_YET, message)
    return Marks(learner, Path("05.ipynb"), 5, {"5.10": verdict, "5.2": verdict}, ["A note."])


def test_each_chapter_has_a_table_with_a_row_a_learner_and_a_column_an_exercise() -> None:
    first, second, *others = as_text(
        [marks_of("ann"), Marks("ben", Path("x"), None, {}, ["No notebook."])]
    ).splitlines()
    assert first.split() == ["chapter", "05", "5.2", "5.10", "correct"]
    assert second.split() == ["ann", "✗", "✗", "0", "of", "2"]
    assert others[-2:] == ["ann, 05.ipynb: A note.", "ben, x: No notebook."]


def test_two_copies_of_a_chapter_by_one_learner_are_called_after_their_files(tmp_path: Path) -> None:
    copies = [replace(marks_of("ann"), path=Path("ann") / name) for name in ("05.ipynb", "old/05.ipynb")]
    marks = [*copies, marks_of("ben"), replace(marks_of("ann"), chapter=6)]
    assert [line.split("  ")[0] for line in as_text(marks).splitlines() if "0 of 2" in line] == [
        "ann, 05.ipynb",
        "ann, old/05.ipynb",
        "ben",
        "ann",
    ]
    page = write_feedback(marks, tmp_path)[0].read_text(encoding="utf-8")
    assert re.findall("<h2>(.*):", page) == ["Chapter 05, 05.ipynb", "Chapter 05, old/05.ipynb", "Chapter 06"]


def test_no_name_is_a_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    write_csv([marks_of("=1+1")], tmp_path / "marks.csv")
    assert "\n'=1+1," in (tmp_path / "marks.csv").read_text(encoding="utf-8")


def test_feedback_shows_what_a_learner_wrote_as_text(tmp_path: Path) -> None:
    (page, other) = write_feedback([marks_of("a/b", "<script>`<b>` *so* **much**"), marks_of("a b")], tmp_path)
    text = page.read_text(encoding="utf-8") + other.read_text(encoding="utf-8")
    assert "&lt;script&gt;<code>&lt;b&gt;</code> <em>so</em> <strong>much</strong>" in text
    assert "<script>" not in text
    assert {page.name, other.name} == {"a_b.html", "a_b-1.html"}


@pytest.mark.slow
def test_a_process_sees_no_secret_of_the_environment_and_starts_in_an_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_TOKEN", "secret")
    cell = "import os\nline = [os.environ.get('A_TOKEN'), os.listdir('.')]\nraise ValueError(str(line))"
    made = notebook(5, {})
    made["cells"] = [code_cell(f"{cell}\ncheck('5.4', line)")]
    path = write(made, tmp_path / "05_.ipynb")
    process = Process(task_of(path, None, QUICK, set(), set()), QUICK, time.monotonic() + 60)
    try:
        while (words := process.hear())["say"] != "answer":
            assert words["say"] != "end"
    finally:
        process.close()
    assert "[None, []]" in words["broken"][0]


class Told:
    """A process that says what a test makes it say."""

    def __init__(self, *words: dict) -> None:
        self.words = list(words)

    def tell(self, words: dict) -> None:
        pass

    def hear(self) -> dict:
        return self.words.pop(0)


def test_a_step_that_waits_for_others_takes_no_more_of_the_notebooks_time_than_it_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Process, "_look", lambda process: 0.0)  # others have the processor
    process = Process.__new__(Process)
    process.limits, process.step, process.lines = QUICK, 0.2, queue.Queue()
    process.until = before = time.monotonic() + 0.4
    with pytest.raises(Ended, match="took longer than"):
        process.hear()
    assert process.until >= before + (PATIENCE - 1) * 0.2


class Stopped(Told):
    """A process that tells of chapter 05, and is stopped after waiting for five seconds."""

    most = 0

    def __init__(self, task: dict, limits: Limits, until: float) -> None:
        super().__init__({"say": "notebook", "chapter": 5, "alone": True})
        self.until = until + 5

    def hear(self) -> dict:
        if not self.words:
            raise Ended("took longer than 10 s, and was stopped")
        return super().hear()

    def close(self) -> None:
        pass


def test_what_was_never_asked_has_the_note_that_its_message_points_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking_module, "Process", Stopped)
    marking = Marking(Handed("a", Path("05_.ipynb")), None, QUICK)
    before = marking.until
    marks = marking.run()
    assert marking.until == pytest.approx(before + 5 * MOST_STARTS)
    assert marks.notes[-1].startswith("Not asked within the 300 s and 12 processes")
    assert [number for number in marks.verdicts if number not in marks.notes[-1]] == []


def marking_of_five() -> Marking:
    marking = Marking(Handed("a", Path("05_.ipynb")), None, QUICK)
    marking.take({"say": "notebook", "chapter": 5, "alone": True}, Told())
    return marking


@pytest.mark.parametrize(
    "words",
    [
        {"say": "something"},
        {"say": "answer", "number": [], "broken": []},
        {"say": "answer", "number": "4.1", "broken": []},
        {"say": "answer", "number": "5.1", "broken": 3},
        {"say": "missing", "number": {}},
        {"say": "cell", "cell": "x"},
    ],
)
def test_what_no_process_of_ours_says_ends_it(words: dict) -> None:
    with pytest.raises(Ended, match="wrote into the answers"):
        marking_of_five().take(words, Told())


@pytest.mark.parametrize("result", [{}, {"result": {"shape": [0] * 70, "numbers": ""}}, {"result": {"odd": 3}}])
def test_an_answer_that_is_no_result_is_not_yet_right(result: dict) -> None:
    marking = marking_of_five()
    words = {"say": "answer", "number": "5.1", "broken": [], "callable": True, "arguments": ["class", 3, "x", "x"]}
    with pytest.raises(Ended):
        marking.take(words, Told(result))
    assert marking.marks.verdicts["5.1"].message == "Your answer wrote into the answers of the process it ran in."


def test_an_answer_that_uses_a_wrong_one_says_so(tmp_path: Path) -> None:
    told = heard_of(write(notebook(5, references(5)), tmp_path / chapter(5).name), ["5.2", "5.3"])
    assert {number: words["uses"] for number, words in told.items()} == {"5.2": [], "5.3": ["5.1", "5.2"]}
    marking = marking_of_five()
    marking.put("5.1", Standing.NOT_YET, "")
    marking.put("5.2", Standing.CORRECT, "")
    result = {"result": {"raised": "ValueError", "sentence": "It stopped."}}
    marking.take(told["5.3"] | {"callable": False}, Told(*[result] * 100))
    assert marking.marks.verdicts["5.3"].message.endswith(
        "It uses `discriminator_loss`, and exercise 5.1 is not right yet."
    )


def test_no_word_of_a_submission_steers_a_terminal() -> None:
    marking = marking_of_five()
    marking.take({"say": "missing", "number": "5.1", "why": "\x1b[2Jgone\n" * 1000}, Told())
    message = marking.marks.verdicts["5.1"].message
    assert message.isprintable()
    assert len(message) <= LONGEST_TEXT
