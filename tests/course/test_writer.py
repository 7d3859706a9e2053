"""Whatever is typed, its digits are written from one latent, and the classifier's reading is said."""

import pytest
import torch
from helpers.copyist import Copyist, Swapper
from helpers.views import pictures

from gancore.widgets.writer import LONGEST, NumberWriter, digits_of


@pytest.fixture(scope="module")
def copyist(digits) -> Copyist:
    return Copyist(digits)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("2026", (2, 0, 2, 6)),
        ("", ()),
        ("seven", ()),
        ("+49 (0)30", (4, 9, 0, 3, 0)),
        ("٣²½", ()),  # digits, but none that the generator knows
        ("1" * 40, (1,) * LONGEST),
    ],
)
def test_the_digits_of_a_text_are_taken_in_order(text, digits):
    assert digits_of(text) == digits


def test_a_number_is_written_from_one_latent(copyist):
    writer = NumberWriter(copyist, "505")
    five, zero, again = writer.written.images[0]
    assert torch.equal(five, again)
    assert torch.equal(zero, copyist.sample(1, torch.tensor([0]), seed=0)[0])


def test_typing_and_another_hand_draw_another_picture_and_going_back_the_same(copyist):
    writer = NumberWriter(copyist, "31")
    settings = (writer.number, "314"), (writer.hand, 4), (writer.number, "31"), (writer.hand, 0)
    *others, again = pictures(writer, *settings)
    assert len(set(others)) == 4
    assert again == others[0]


def test_the_reading_is_said_as_it_is(digits):
    writer = NumberWriter(Swapper(digits), "17")
    assert "17 in hand 0: the classifier reads 17." in writer.status.value
    writer.number.value = "147"
    assert "147 in hand 0: the classifier reads 197." in writer.status.value
    assert writer.picture.alt == "147 in hand 0: the classifier reads 197."


def test_what_cannot_be_written_is_left_out_and_said(copyist):
    writer = NumberWriter(copyist, "7 o'clock")
    assert writer.written.labels == (7,)
    assert "Left out: 8 of the characters typed" in writer.status.value
    writer.number.value = "7"
    assert "Left out" not in writer.status.value


def test_an_empty_sheet_waits_for_digits(copyist):
    writer = NumberWriter(copyist, "")
    assert "Type digits" in writer.status.value
    assert writer.picture.alt == "An empty sheet."
    writer.number.value = "1"
    assert "1 in hand 0" in writer.picture.alt


def test_every_control_has_a_label_and_the_view_a_title(copyist):
    writer = NumberWriter(copyist)
    assert [control.description for control in (writer.number, writer.hand)] == ["number", "hand"]
    assert "in one hand" in writer.title
