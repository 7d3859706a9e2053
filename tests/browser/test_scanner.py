"""Paint in frequency space, in chapter 14: with the mouse, with keys, with buttons; every hand answers."""

import re

import pytest
from helpers.controls import button, canvas, picture, slider, status
from playwright.sync_api import expect

CHAPTER = "a_scanner"
CELLS = (
    "from gancore.data.images import to_float\n"
    "from gancore.pretrained_runs import load_shipped\n"
    "from gancore.widgets.scanner import Scanner",
    'mri = {"L1": load_shipped("mri-l1"), "the game": load_shipped("mri")}\n'
    'slices = mri["L1"].data().every_held_out().real\n'
    "Scanner(slices, mri, seed=14)",
)

BRIGHTEST_IN_THE_MIDDLE = """canvas => {
    const side = 24 * devicePixelRatio, [x, y] = [canvas.width / 2 - side / 2, canvas.height / 2 - side / 2];
    return Math.max(...canvas.getContext('2d').getImageData(x, y, side, side).data.filter((_, i) => i % 4 < 3));
}"""


@pytest.fixture(scope="module")
def cell(chapter):
    return chapter.run(*CELLS)


@pytest.fixture
def view(cell):
    """The scanner with nothing measured."""
    button(cell, "Clear").click()
    expect(status(cell)).to_contain_text("Nothing is measured")
    return cell


def lines(view) -> int:
    expect(status(view)).to_contain_text(re.compile(r"\d+ of 96 lines"))
    return int(re.search(r"(\d+) of 96 lines", status(view).inner_text())[1])


def test_lines_painted_with_the_mouse_are_measured(chapter, view):
    canvas(view).scroll_into_view_if_needed()
    box, mouse = canvas(view).bounding_box(), chapter.page.mouse
    with chapter.changes(canvas(view), picture(view), status(view)):
        mouse.move(box["x"] + 0.45 * box["width"], box["y"] + 0.5 * box["height"])
        mouse.down()
        mouse.move(box["x"] + 0.55 * box["width"], box["y"] + 0.5 * box["height"], steps=12)
        mouse.up()
    assert 7 <= lines(view) <= 13
    expect(picture(view)).to_have_attribute("alt", re.compile("what the game invented"))
    chapter.screenshots("scanner", view)


def test_a_line_set_by_keys_is_measured_with_the_one_opposite(chapter, view):
    canvas(view).focus()
    with chapter.changes(picture(view), status(view)):
        chapter.page.keyboard.press("ArrowRight")
        chapter.page.keyboard.press("Space")
    assert lines(view) == 2


def test_buttons_measure_the_middle_or_a_quarter(chapter, view):
    with chapter.changes(picture(view), status(view)):
        button(view, "The middle alone").click()
    expect(status(view)).to_contain_text("7 of 96 lines (7%)")
    with chapter.changes(picture(view), status(view)):
        button(view, "A quarter, at random").click()
    expect(status(view)).to_contain_text("23 of 96 lines (24%)")


def test_the_slider_shows_another_slice(chapter, view):
    button(view, "A quarter, at random").click()
    expect(status(view)).to_contain_text("23 of 96")
    with chapter.changes(canvas(view), picture(view), status(view)):
        slider(view, "slice").press("ArrowRight")
    assert lines(view) == 23


def test_the_cursor_that_keys_move_is_seen_on_the_dark_spectrum(chapter, view):
    assert canvas(view).evaluate(BRIGHTEST_IN_THE_MIDDLE) < 150
    with chapter.changes(canvas(view)):
        canvas(view).focus()
    assert canvas(view).evaluate(BRIGHTEST_IN_THE_MIDDLE) > 200
