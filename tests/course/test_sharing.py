"""Who is stuck, and what a room foresaw: nothing is shared unasked, all can be taken back, and a page shows it."""

import json
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers.disks import LINUX_ONLY, read_only

from gancore import check, predict, predictions, share, unshare
from gancore.cli.app import app
from gancore.errors import GancoreError
from gancore.lessons.predictions import ledger
from gancore.lessons.predictions.kinds import find_prediction, predictions_of
from gancore.lessons.sharing.page import counts, on_a_scale, page_of
from gancore.lessons.sharing.room import read_room
from gancore.lessons.teaching import find_exercise

WRONG = 9  # for exercise 5.4, which asks for the number of a line
CHOICE, NUMBER, SEVERAL, ORDER, CURVE = "4b", "6a", "6f", "6d", "4d"
GUESSES = {
    CHOICE: "nowhere",
    NUMBER: 3.0,
    SEVERAL: ["LeakyReLU", "two learning rates"],
    ORDER: ["in turns", "both at once", "with R1 penalty"],
    CURVE: [[-1.0, 0.0], [0.0, -1.4], [1.0, 0.0]],
}


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This test's own consent and predictions."""
    monkeypatch.setenv("GANCORE_SHARE", str(tmp_path / "home" / "share.json"))
    monkeypatch.setenv("GANCORE_PREDICTIONS", str(tmp_path / "predictions.json"))
    yield
    ledger._unwritten.clear()


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


def told(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def enter(number: str) -> str:
    return ledger.enter(find_prediction(number), GUESSES[number])


def learner(room: Path, name: str, **parts: object) -> Path:
    """A file as a learner called `name` would have shared it."""
    path = room / f"{name}.json"
    path.write_text(json.dumps(parts), encoding="utf-8")
    return path


def verdict(standing: str, said: str = "") -> dict[str, str]:
    return {"standing": standing, "said": said}


def guessed(number: str, guess: object, **rest: object) -> dict[str, object]:
    return {"question": find_prediction(number).question, "guess": guess, **rest}


# A learner's side


def test_nothing_is_shared_unasked(tmp_path: Path, room: Path) -> None:
    check("5.4", WRONG)
    enter(NUMBER)
    assert list(room.iterdir()) == []
    assert not (tmp_path / "home").exists()


def test_after_a_yes_each_verdict_and_each_guess_is_in_the_learners_one_file(room: Path) -> None:
    check("5.2", None)
    enter(CHOICE)
    share(room, "Ann Müller")
    (path,) = room.iterdir()
    assert told(path) == {}  # from now on, and not what was before
    said = check("5.4", WRONG)
    enter(NUMBER)
    ledger.record(find_prediction(NUMBER), 8.0)
    assert told(path) == {
        "exercises": {"5.4": {"standing": said.status, "said": said.message}},
        "predictions": {NUMBER: guessed(NUMBER, 3.0, outcome=8.0)},
    }
    assert [each.name for each in room.iterdir()] == ["Ann Müller.json"]


def test_what_the_views_enter_is_shared(room: Path) -> None:
    share(room, "Ann")
    predict(NUMBER).entry.slider.value = 5
    assert told(room / "Ann.json")["predictions"][NUMBER]["guess"] == 5


def test_the_last_verdict_counts_and_others_stay(room: Path) -> None:
    share(room, "Ann")
    for answer in (None, WRONG):
        check("5.4", answer)
    check("5.2", lambda fake: None)
    standings = {number: each["standing"] for number, each in told(room / "Ann.json")["exercises"].items()}
    assert standings == {"5.4": "not yet", "5.2": "not attempted"}


def test_a_number_that_no_exercise_has_is_not_shared(room: Path) -> None:
    share(room, "Ann")
    check("5.99", 3)
    assert told(room / "Ann.json") == {}


def test_a_prediction_that_is_forgotten_is_forgotten_there(room: Path) -> None:
    share(room, "Ann")
    enter(NUMBER)
    enter(CHOICE)
    predictions("6", reset=True)
    assert list(told(room / "Ann.json")["predictions"]) == [CHOICE]


def test_it_can_be_taken_back(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    share(room, "Ann")
    check("5.4", WRONG)
    unshare()
    check("5.4", WRONG)
    enter(NUMBER)
    assert list(room.iterdir()) == []
    unshare()
    assert capsys.readouterr().out.endswith("Nothing is shared.\n")


def test_another_name_or_folder_takes_the_place_of_the_first(room: Path) -> None:
    share(room, "Ann")
    share(room, "Anna")
    share(room, "Anna")
    assert [path.name for path in room.iterdir()] == ["Anna.json"]


def test_nobody_gets_the_name_of_another(room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share(room, "Ann")
    check("5.4", WRONG)
    before = (room / "Ann.json").read_bytes()
    monkeypatch.setenv("GANCORE_SHARE", str(tmp_path / "another home" / "share.json"))
    with pytest.raises(GancoreError, match=r"Somebody is called 'Ann' in .* already; choose another name"):
        share(room, "Ann")
    check("5.4", None)
    assert (room / "Ann.json").read_bytes() == before


@pytest.mark.parametrize("name", ["", " ", "../Ann", ".Ann", "Ann.", "a/b", "a\\b", "a" * 41, "a\nb", "-", "<b>"])
def test_a_name_that_is_no_name_of_a_file_is_refused(name: str, room: Path) -> None:
    with pytest.raises(GancoreError, match="cannot be a name here: choose 1 to 40 letters"):
        share(room, name)
    assert list(room.iterdir()) == []


def test_a_folder_that_is_not_there_is_refused(room: Path) -> None:
    with pytest.raises(GancoreError, match=r"There is no folder .*nowhere; ask who teaches"):
        share(room / "nowhere", "Ann")


def test_whoever_may_look_into_the_folder_can_read_the_file(room: Path) -> None:
    before = os.umask(0o077)
    try:
        share(room, "Ann")
        check("5.4", WRONG)
    finally:
        os.umask(before)
    assert stat.S_IMODE((room / "Ann.json").stat().st_mode) == 0o644


@LINUX_ONLY
def test_a_folder_that_cannot_be_written_any_more_costs_a_sentence_and_nothing_else(room: Path) -> None:
    share(room, "Ann")
    plain = check("5.4", WRONG)
    with read_only(room):
        said = check("5.4", WRONG)
        trouble = enter(NUMBER)
        with pytest.raises(GancoreError, match=r"Nothing more is written to .* cannot be removed .*; ask who teaches"):
            unshare()
    assert said.message.startswith(plain.message)
    assert "cannot be written" in said.message
    assert "`unshare()` ends sharing" in trouble
    assert ledger.guess(NUMBER) == 3


@LINUX_ONLY
def test_a_home_that_cannot_be_written_costs_a_sentence_and_leaves_no_name_behind(room: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with read_only(tmp_path / "home"), pytest.raises(GancoreError, match="cannot be written"):
        share(room, "Ann")
    assert list(room.iterdir()) == []


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"folder": 3, "name": "Ann"}', '{"exercises": 3}'])
def test_a_damaged_file_shares_nothing_or_begins_anew(damage: str, room: Path, tmp_path: Path) -> None:
    share(room, "Ann")
    (room / "Ann.json").write_text(damage, encoding="utf-8")
    check("5.4", WRONG)
    assert list(told(room / "Ann.json")["exercises"]) == ["5.4"]
    (tmp_path / "home" / "share.json").write_text(damage, encoding="utf-8")
    check("4.1", WRONG)
    assert list(told(room / "Ann.json")["exercises"]) == ["5.4"]


def test_the_command_shares_says_so_and_takes_back(room: Path) -> None:
    def gancore(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["share", *arguments])
        return result.output + str(result.exception or "")

    assert gancore() == "Nothing is shared.\n"
    assert "Say under which name" in gancore(str(room))
    assert "Say in which folder to share as Dora Ek: gancore share FOLDER" in gancore("--name", "Dora Ek")
    assert "is written to" in gancore(str(room), "--name", "Ann")
    assert str(room / "Ann.json") in gancore()
    assert "give it alone" in gancore(str(room), "--stop")
    assert "removed" in gancore("--stop")
    assert gancore() == "Nothing is shared.\n"
    assert list(room.iterdir()) == []


def test_the_command_shares_in_a_folder_that_a_learner_may_not_list(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As that of a room is: all may write to it, and only the instructor sees what is there."""
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.R_OK and may(path, mode))
    result = CliRunner().invoke(app, ["share", str(room), "--name", "Ann"])
    assert result.exit_code == 0, result.output
    assert (room / "Ann.json").exists()


# An instructor's side


def test_a_row_is_a_learner_and_a_column_an_exercise(room: Path, tmp_path: Path) -> None:
    learner(room, "Ann", exercises={"5.1": verdict("correct"), "5.4": verdict("not yet", "Look again.")})
    learner(room, "Ben", exercises={"5.1": verdict("not yet", "A sign.")})
    page = tmp_path / "room.html"
    result = CliRunner().invoke(app, ["room", str(room), "--html", str(page)])
    assert result.exit_code == 0, result.output
    first, ann, ben, *_ = result.output.splitlines()
    assert first.split() == ["chapter", "05", "5.1", "5.2", "5.3", "5.4", "5.5", "correct"]
    assert ann.split() == ["Ann", "✓", "○", "○", "✗", "○", "1", "of", "5"]
    assert ben.split() == ["Ben", "✗", "○", "○", "○", "○", "0", "of", "5"]
    text = page.read_text(encoding="utf-8")
    assert '<th scope="row">Ann</th><td class="correct" title="correct">✓</td>' in text
    assert f"✗ 1 × <b>5.4, {find_exercise('5.4').title}</b>: Look again." in text


def test_the_sentence_that_most_have_read_stands_first(room: Path) -> None:
    for place, said in enumerate(["One.", "Two.", "Two."]):
        learner(room, f"{place}", exercises={"5.4": verdict("not yet", said)})
    text = page_of(*read_room(room))
    assert 0 < text.index(": Two.</p>") < text.index(": One.</p>")
    assert "✗ 2 × <b>5.4" in text


def test_who_has_checked_nothing_is_named_with_since_when(room: Path) -> None:
    os.utime(learner(room, "Ann"), (0, time.time() - 600))
    assert "No exercise checked yet: Ann (10 min ago)." in page_of(*read_room(room))


def test_the_page_says_since_when_there_is_no_news(room: Path) -> None:
    path = learner(room, "Ann", exercises={"5.4": verdict("correct")})
    os.utime(path, (0, time.time() - 600))
    assert "<td>10</td></tr>" in page_of(*read_room(room))


def test_an_empty_room_is_told(room: Path) -> None:
    assert "Nobody shares" in CliRunner().invoke(app, ["room", str(room)]).output
    assert "Nobody shares" in page_of(*read_room(room))


def test_a_room_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for arguments in ([str(tmp_path / "nowhere")], [str(tmp_path), "--html", str(tmp_path / "nowhere" / "room.html")]):
        result = CliRunner().invoke(app, ["room", *arguments])
        assert "There is no folder" in str(result.exception)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot be read"),
        ("[]", "it holds no verdicts"),
        (" " * 2**20 + "{}", "more than 1,048,576 bytes"),
        ("[" * 10**5, "cannot be read"),
    ],
)
def test_a_file_that_is_none_of_theirs_is_named_and_the_others_are_shown(text: str, said: str, room: Path) -> None:
    (room / "odd.json").write_text(text, encoding="utf-8")
    learner(room, "Ann", exercises={"5.4": verdict("correct")})
    learners, notes = read_room(room)
    assert [each.name for each in learners] == ["Ann"]
    assert len(notes) == 1
    assert notes[0].startswith("odd.json")
    assert said in notes[0]
    assert "odd.json" in page_of(learners, notes)


def test_what_is_no_file_is_not_waited_for(room: Path) -> None:
    (room / "folder.json").mkdir()
    os.mkfifo(room / "pipe.json")
    assert [note.split()[0] for note in read_room(room)[1]] == ["folder.json", "pipe.json"]


def test_what_nobody_could_have_shared_is_left_out(room: Path) -> None:
    learner(
        room,
        "Eve",
        exercises={
            "5.1": verdict("perfect"),
            "5.99": verdict("correct"),
            "99.1": verdict("correct"),
            "x": 3,
            "5.2": {"standing": [], "said": 3},
            "5.4": verdict("not yet", "<script>alert(1)</script>"),
        },
        predictions={
            NUMBER: guessed(NUMBER, "many"),
            CHOICE: guessed(CHOICE, "<b>"),
            "9z": {},
            ORDER: guessed(ORDER, 3),
            CURVE: guessed(CURVE, [[0, 0]]),
            SEVERAL: {"question": "Another?", "guess": ["LeakyReLU"]},
        },
    )
    ((eve,), notes) = read_room(room)
    assert (list(eve.verdicts), eve.guesses, notes) == (["5.4"], {}, [])
    text = page_of([eve], notes)
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_every_prediction_has_the_rooms_histogram(room: Path) -> None:
    for name in ("Ann", "Ben"):
        learner(room, name, predictions={number: guessed(number, guess) for number, guess in GUESSES.items()})
    learner(room, "Cem", predictions={NUMBER: guessed(NUMBER, 8, outcome=8), CHOICE: guessed(CHOICE, "nowhere")})
    text = page_of(*read_room(room))
    assert dict(counts(find_prediction(CHOICE), ["nowhere"] * 3))["nowhere"] == 3
    assert dict(counts(find_prediction(SEVERAL), [GUESSES[SEVERAL]] * 2))["LeakyReLU"] == 2
    assert counts(find_prediction(ORDER), [GUESSES[ORDER]] * 2)[0][1] == 2
    assert text.count("<polyline") == 2
    assert "It is 8 of 8 modes. 1 of 1 who have seen it foresaw it." in text
    at = text.index(find_prediction(NUMBER).question)
    assert text.index("<p>3 answered.</p>", at) - at < 200


def test_numbers_are_counted_where_they_lie_on_the_scale() -> None:
    short = find_prediction(NUMBER)
    assert on_a_scale(short, [0, 3, 3, 8]) == [
        (short.in_words(value), {0: 1, 3: 2, 8: 1}.get(value, 0)) for value in range(9)
    ]
    scales = [each for chapter in range(12) for each in predictions_of(chapter).values() if hasattr(each, "lowest")]
    for each in scales:
        values = [
            each.lowest + place * each.step for place in range(round((each.highest - each.lowest) / each.step) + 1)
        ]
        found = on_a_scale(each, values)
        assert sum(count for _, count in found) == len(values)
        assert min(count for _, count in found) >= 1
