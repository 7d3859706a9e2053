"""Ten digits of the reader's own hand: drawn once, kept on disk, and there for every later chapter."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from helpers.handwriting import DIGITS, arc, stroke

from gancore.analysis.strokes import rasterise
from gancore.lessons import own_digits as kept
from gancore.lessons.own_digits import keep_digit, own_digits, own_strokes
from gancore.widgets.own_digits import OwnDigits

TEN = DIGITS | {
    6: stroke((0.3, 0.8), (-0.3, 0.0), *arc((0, -0.35), (0.35, 0.4), 180, 540)),
    8: stroke(*arc((0, 0.4), (0.35, 0.4), -90, 270), *arc((0, -0.4), (0.4, 0.4), 90, -270)),
    9: stroke(*arc((0, 0.35), (0.4, 0.4), 0, 360), (0.3, -0.8)),
}


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this test keeps what is drawn."""
    monkeypatch.setenv("GANCORE_PREDICTIONS", str(tmp_path / "predictions.json"))
    yield tmp_path / "own_digits.json"
    kept._unwritten.clear()


def keep_all() -> None:
    for digit, points in TEN.items():
        assert keep_digit(digit, points) == ""


def test_none_are_there_until_all_ten_are_drawn(file):
    assert own_digits() is None
    for digit, points in TEN.items():
        assert own_digits() is None
        keep_digit(digit, points)
    assert own_digits().shape == (10, 1, 28, 28)


def test_they_come_in_order_and_as_they_were_drawn():
    keep_all()
    assert list(own_strokes()) == list(range(10))
    for digit, image in enumerate(own_digits()):
        assert torch.allclose(image, rasterise(TEN[digit])[0], atol=0.02)


def test_a_digit_drawn_again_takes_the_place_of_the_first_and_an_empty_one_forgets_it():
    keep_all()
    keep_digit(1, TEN[7])
    assert torch.allclose(own_digits()[1], rasterise(TEN[7])[0], atol=0.02)
    keep_digit(1, torch.zeros(0, 2))
    assert own_digits() is None
    assert 1 not in own_strokes()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "3", '{"a": []}', '{"1": [[1]]}', '{"1": "x"}', '{"1": [[1, null]]}', '{"1": [[1, NaN]]}', "\x00"],
)
def test_a_damaged_file_holds_nothing_and_takes_the_next_digit(file, text):
    file.write_text(text)
    assert own_digits() is None
    assert own_strokes() == {}
    keep_all()
    assert own_digits() is not None


def test_where_nothing_can_be_written_they_are_remembered_and_the_reader_is_told(file, monkeypatch):
    monkeypatch.setenv("GANCORE_PREDICTIONS", str(file / "no folder" / "predictions.json"))
    said = [keep_digit(digit, points) for digit, points in TEN.items()]
    assert all("cannot be written" in each and "remembered" in each for each in said)
    assert own_digits() is not None


# The pad


def test_the_pad_asks_for_a_digit_and_keeps_what_is_drawn():
    view = OwnDigits()
    assert "Draw a 0" in view.status.value
    view.pad.points = TEN[0]
    assert list(own_strokes()) == [0]
    assert "1 of 10 digits drawn" in view.status.value
    assert "Your digits as MNIST would have them." in view.picture.alt


def test_ten_digits_are_drawn_one_after_the_other_and_read():
    view = OwnDigits()
    for digit in range(10):
        assert view.digit.value == digit
        view.pad.points = TEN[digit]
        view.next.click()
    assert own_digits() is not None
    assert "10 of 10 digits drawn. A classifier of real digits reads 10 of them" in view.status.value


def test_what_is_misread_is_named():
    view = OwnDigits()
    view.digit.value = 4
    view.pad.points = TEN[7]
    assert "It reads your 4 as 7." in view.status.value


def test_a_digit_is_there_again_in_a_new_view_and_clear_forgets_it():
    view = OwnDigits()
    view.digit.value = 3
    view.pad.points = TEN[3]
    again = OwnDigits()
    assert len(again.pad.points) == 0
    again.digit.value = 3
    assert torch.allclose(again.pad.points, TEN[3], atol=1e-3)
    again.clear.click()
    assert own_strokes() == {}
    assert "Draw a 0" in again.status.value


def test_a_stroke_that_comes_late_belongs_to_the_digit_it_was_drawn_for():
    view = OwnDigits()
    view.pad.points = TEN[0]
    # The page has chosen another digit, and the kernel has not turned to it yet.
    with view.digit.hold_trait_notifications():
        view.digit.value = 5
        view.pad.points = torch.cat([TEN[0], TEN[1]])
        assert list(own_strokes()) == [0]
    assert list(own_strokes()) == [0]
    assert len(view.pad.points) == 0
