"""Words as chips: what they say is drawn, a change shows beside what was there before, and the judge's marks count."""

import pytest
import torch
from helpers.album import Album

from gancore.data.described import SAID, asked, load_captions
from gancore.lessons.asking import Answer, ask, caption_of, enlarged, in_stages, nearest, tell
from gancore.metrics.described import marks, new_captions
from gancore.plots.captioned import LEFT, LINE, ZOOM, captioned, labelled, marks_of, swapped
from gancore.pretrained_runs import load_shipped
from gancore.widgets.chips import COUNT, UNSAID, WordChips


@pytest.fixture(scope="module")
def album() -> Album:
    return Album()


@pytest.fixture
def view(album: Album) -> WordChips:
    return WordChips(album)


def test_chips_make_a_caption() -> None:
    assert caption_of({"hair": "red", "length": "long", "hat": "no hat"}) == "long red hair and no hat"
    assert caption_of({}) == ""


def test_the_judge_reads_what_is_asked_for_and_says_how_often(album: Album) -> None:
    answer = ask(album, "dark skin, a green shirt and a smile", 6, 0)
    assert answer.wanted == {"skin": 2, "mouth": 0, "shirt": 2}
    assert answer.right.shape == (6, 3)
    assert answer.verdict() == "Of 6 pictures the judge reads as asked: dark skin 6, smile 6, green shirt 6."
    wrong = Answer("light skin, a green shirt and a smile", answer.pictures)
    assert "light skin 0, smile 6" in wrong.verdict()
    assert marks_of(wrong) == ["2 of 3"] * 6


def test_at_first_a_word_has_been_swapped(view: WordChips) -> None:
    assert view.caption == "long red hair, glasses, a smile and a green shirt" == view.now.caption
    assert view.before.caption == "long red hair, no glasses, a smile and a green shirt"
    assert len(view.now.pictures) == COUNT
    assert view.caption in view.status.value
    assert view.caption in view.picture.alt


def test_a_word_is_swapped_beside_what_was_there_before(view: WordChips) -> None:
    shown = view.picture.value
    view.chips["shirt"].value = "yellow"
    assert view.before.caption.endswith("green shirt")
    assert view.now.caption.endswith("yellow shirt")
    assert view.picture.value != shown
    assert "yellow shirt" in view.status.value


def test_other_latents_are_drawn_of_both_captions(view: WordChips, album: Album) -> None:
    view.chips["shirt"].value = "yellow"
    album.asked_for.clear()
    view.seed.value = 3
    assert [seed for _, seed in album.asked_for] == [3, 3]
    assert view.before.caption.endswith("green shirt")
    assert view.now.caption.endswith("yellow shirt")


def test_a_word_may_go_unsaid(view: WordChips) -> None:
    view.chips["glasses"].value = UNSAID
    assert view.now.caption == "long red hair, a smile and a green shirt"


def test_nothing_said_is_nothing_asked_for(view: WordChips) -> None:
    for chip in view.chips.values():
        chip.value = UNSAID
    assert "Choose a word" in view.status.value
    assert view.now.caption  # what was asked for last


def test_rows_have_names_and_marks() -> None:
    row = torch.zeros(3, 3, 16, 16)
    sheet = labelled([row, row], ["one", "two"], [["1 of 2"] * 3, [""] * 3])
    assert sheet.size == (LEFT + (3 * 18 + 2) * ZOOM, 2 * (20 * ZOOM + LINE))


def test_larger_pictures_are_magnified_less() -> None:
    small, large = (Answer("a hat", torch.zeros(2, 3, side, side)) for side in (16, 32))
    assert abs(swapped(large, large).width - swapped(small, small).width) < 20


def test_captions_stand_beside_their_pictures() -> None:
    sheet = captioned(torch.zeros(2, 3, 16, 16), ["red hair", "a caption of some length"])
    assert sheet.height == 2 * 16 * ZOOM
    assert sheet.width > 16 * ZOOM + 100


def test_both_stages_are_shown_as_the_generator_draws_them_and_the_second_is_told_what_is_handed_over() -> None:
    stack = load_shipped("text2image-stage2")
    captions = stack.game.ask(["a hat and red hair", "glasses"])
    small, large = in_stages(stack.generator, captions, seed=3)
    assert torch.allclose(large, stack.paint(captions, seed=3), atol=1e-5)
    assert enlarged(small).shape == large.shape
    _, untold = in_stages(stack.generator, captions, lambda small, meant: tell(small, 0 * meant), seed=3)
    assert not torch.allclose(untold, large, atol=1e-2)


def test_the_nearest_caption_has_all_but_one_of_two_colours_that_are_never_together() -> None:
    data = load_captions()
    captions = new_captions(data)[:40]
    found = marks(nearest(data, captions), asked(data.vocabulary.texts(captions)))
    assert found["hair"] + found["shirt"] <= 1.05
    assert min(found[name] for name in SAID if name not in ("hair", "shirt", "beard")) > 0.9


def test_the_nearest_to_a_caption_that_was_learnt_from_agrees_with_all_of_it() -> None:
    data = load_captions()
    known = data.learnt.given[:400:16]
    found = marks(nearest(data, known), asked(data.vocabulary.texts(known)))
    assert min(found.values()) > 0.8
