"""The widgets of chapter 09 in JupyterLab: class by latent, a number in one hand, and a label between two."""

import pytest
from helpers.controls import picture, status
from playwright.sync_api import expect

CHAPTER = "09_conditional_gans"


@pytest.fixture(scope="module")
def grid(chapter):
    """With a generator that has not been trained yet, whose digits nobody can read."""
    return chapter.run("begin(", "recorders=[Live(", "load_pretrained(", "ClassGrid(")


@pytest.fixture(scope="module")
def writer(chapter, grid):
    return chapter.run("NumberWriter(")


@pytest.fixture(scope="module")
def mixer(chapter, grid):
    return chapter.run("LabelBlend(")


def test_the_grid_opens_with_a_title_and_says_what_it_shows(grid):
    expect(grid.get_by_role("heading")).to_contain_text("Class by latent")
    assert picture(grid).get_attribute("alt").startswith("Ten columns of digits, 0 to 9, each row from one latent.")
    expect(status(grid)).to_contain_text("trained here")


def test_another_generator_draws_another_grid_and_more_is_read_as_asked(chapter, grid):
    expect(status(grid)).to_contain_text("Misread:")
    with chapter.changes(picture(grid), status(grid)):
        grid.get_by_label("generator").select_option("shipped, trained for longer")
    expect(status(grid)).to_contain_text("Generator: shipped, trained for longer; latents 0.")
    chapter.screenshots("class-grid", grid)


def test_the_keyboard_moves_to_other_latents_and_back(chapter, grid):
    slider = grid.get_by_role("slider")
    first = picture(grid).get_attribute("src")
    with chapter.changes(picture(grid), status(grid)):
        slider.press("ArrowRight")
    expect(status(grid)).to_contain_text("latents 1.")
    with chapter.changes(picture(grid)):
        slider.press("ArrowLeft")
    assert picture(grid).get_attribute("src") == first


def test_frames_and_words_tell_what_is_misread(chapter, grid):
    with chapter.changes(picture(grid), status(grid)):
        grid.get_by_label("generator").select_option("trained here, 600 rounds")
    expect(status(grid)).to_contain_text("Misread:")
    chapter.screenshots("class-grid-misread", grid)


def test_a_number_is_written_as_it_is_typed(chapter, writer):
    field = writer.get_by_label("number")
    with chapter.changes(picture(writer), status(writer)):
        field.fill("31415")
    expect(status(writer)).to_contain_text("31415 in hand 0: the classifier reads")
    field.press("End")
    with chapter.changes(picture(writer), status(writer)):
        chapter.page.keyboard.type("9")
    expect(status(writer)).to_contain_text("314159 in hand 0")


def test_what_is_no_digit_is_left_out_and_an_empty_field_waits(chapter, writer):
    field = writer.get_by_label("number")
    with chapter.changes(status(writer)):
        field.fill("7 seas")
    expect(status(writer)).to_contain_text("Left out: 5 of the characters typed")
    with chapter.changes(picture(writer), status(writer)):
        field.fill("")
    expect(status(writer)).to_contain_text("Type digits")
    with chapter.changes(picture(writer), status(writer)):
        field.fill("1234567890")


def test_another_hand_writes_the_same_number(chapter, writer):
    with chapter.changes(picture(writer), status(writer)):
        writer.get_by_role("slider").press("ArrowRight")
    expect(status(writer)).to_contain_text("1234567890 in hand 1")
    chapter.screenshots("number-writer", writer)


def test_the_share_moves_from_one_label_to_the_other(chapter, mixer):
    share, _ = mixer.get_by_role("slider").all()
    for key, words in (("Home", "0% of the way from 3 to 8"), ("ArrowRight", "5% of the way"), ("End", "100% of the")):
        with chapter.changes(picture(mixer), status(mixer)):
            share.press(key)
        expect(status(mixer)).to_contain_text(words)


def test_other_labels_and_other_latents_draw_other_blends(chapter, mixer):
    with chapter.changes(picture(mixer), status(mixer)):
        mixer.get_by_label("from").select_option("1")
    expect(status(mixer)).to_contain_text("from 1 to 8")
    with chapter.changes(picture(mixer), status(mixer)):
        mixer.get_by_label("to", exact=True).select_option("7")
    expect(status(mixer)).to_contain_text("from 1 to 7")
    _, latents = mixer.get_by_role("slider").all()
    with chapter.changes(picture(mixer), status(mixer)):
        latents.press("ArrowRight")
    expect(status(mixer)).to_contain_text("latents 1.")
    chapter.screenshots("label-blend", mixer)
