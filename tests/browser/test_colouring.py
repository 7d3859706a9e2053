"""Draw an outline in chapter 14, with mouse and keys, on an empty sheet and on another one; both hands colour it."""

import pytest
from helpers.controls import button, canvas, picture, status
from playwright.sync_api import expect

CHAPTER = "a_sheet"
CELLS = (
    "from gancore.data.pairs import load_emoji\n"
    "from gancore.pretrained_runs import load_shipped\n"
    "from gancore.widgets.colouring import Colouring",
    'hands = {"L1": load_shipped("pix2pix-l1"), "the game": load_shipped("pix2pix")}\n'
    "emoji = load_emoji()\n"
    'face = emoji.every_held_out().given[emoji.names.index("1F642")]\n'
    'Colouring(hands, {"a face": face})',
)
SQUARE = [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.3)]  # in shares of the sheet from its top left


@pytest.fixture(scope="module")
def cell(chapter):
    return chapter.run(*CELLS)


@pytest.fixture
def view(cell):
    """An empty sheet."""
    cell.get_by_label("begin with").select_option("an empty sheet")
    button(cell, "Clear").click()
    expect(status(cell)).to_contain_text("an empty sheet, and 0 points")
    return cell


def test_a_square_drawn_with_the_mouse_is_coloured(chapter, view):
    canvas(view).scroll_into_view_if_needed()
    box, mouse = canvas(view).bounding_box(), chapter.page.mouse
    first, *others = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SQUARE]
    with chapter.changes(canvas(view), picture(view), status(view)):
        mouse.move(*first)
        mouse.down()
        for corner in others:
            mouse.move(*corner, steps=10)
        mouse.up()
    expect(status(view)).to_contain_text("your outline, L1, the game")
    chapter.screenshots("colouring", view)


def test_a_point_set_by_keys_is_coloured(chapter, view):
    canvas(view).focus()
    with chapter.changes(picture(view), status(view)):
        chapter.page.keyboard.press("Space")
    expect(status(view)).to_contain_text("1 point drawn by hand")


def test_another_sheet_is_coloured_and_clear_leaves_it(chapter, view):
    with chapter.changes(canvas(view), picture(view), status(view)):
        view.get_by_label("begin with").select_option("a face")
    expect(status(view)).to_contain_text("a face, and 0 points")
    canvas(view).focus()
    with chapter.changes(picture(view), status(view)):
        chapter.page.keyboard.press("Space")
    with chapter.changes(picture(view), status(view)):
        button(view, "Clear").click()
    expect(status(view)).to_contain_text("a face, and 0 points")
