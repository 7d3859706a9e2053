"""Draw a digit on the pad of chapter 11: with the mouse, with a finger, with keys; D says what it takes it for."""

import re

import pytest
from helpers.controls import button, canvas, picture, status
from playwright.sync_api import expect

CHAPTER = "a_pad"
# The chapter's pad with a discriminator that has learned nothing, since a minute of training decides nothing here.
CELLS = (
    "import torch\n"
    "from gancore.analysis.latents import Inverter\n"
    "from gancore.analysis.ranking import RankedDiscriminator\n"
    "from gancore.models import ModernDiscriminator\n"
    "from gancore.pretrained import load_pretrained\n"
    "from gancore.widgets.pad import DigitPad",
    'modern = load_pretrained("modern")\n'
    "ranked = RankedDiscriminator(ModernDiscriminator(), modern.sample(100, seed=1), modern.sample(100, seed=2))\n"
    "DigitPad(ranked, Inverter(modern.generator, modern.latent_dim), ModernDiscriminator())",
)
SEVEN = [(0.25, 0.15), (0.75, 0.15), (0.4, 0.9)]  # corners, in shares of the pad from its top left


@pytest.fixture(scope="module")
def cell(chapter):
    return chapter.run(*CELLS)


@pytest.fixture
def view(cell):
    """The pad, empty."""
    button(cell, "Clear").click()
    expect(cell.get_by_text("0 points.")).to_be_visible()
    expect(status(cell)).to_contain_text("Draw a digit")
    return cell


def corners(view):
    canvas(view).scroll_into_view_if_needed()
    box = canvas(view).bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]


def draw_a_seven(chapter, view):
    mouse = chapter.page.mouse
    first, *others = corners(view)
    mouse.move(*first)
    mouse.down()
    for corner in others:
        mouse.move(*corner, steps=8)
    mouse.up()


def verdict(view):
    expect(status(view)).to_contain_text(re.compile(r"D says (real|generated): its logit is [+-]\d+\.\d"))
    return status(view).inner_text()


def test_a_digit_drawn_with_the_mouse_is_judged_and_brought_near(chapter, view):
    with chapter.changes(canvas(view), picture(view), status(view)):
        draw_a_seven(chapter, view)
    assert re.search(r"The nearest digit found has an error of 0\.\d\d\d per ink", verdict(view))
    expect(picture(view)).to_have_attribute("alt", re.compile("^Three pictures: the drawing as MNIST would have it"))
    chapter.screenshots("digit-pad", view)


def test_a_digit_drawn_with_a_finger_counts_the_same(chapter, view):
    places = corners(view)
    with chapter.changes(canvas(view), picture(view), status(view)):
        for kind, (x, y) in zip(("pointerdown", "pointermove", "pointermove"), places, strict=True):
            touch(view, kind, x, y)
        touch(view, "pointerup", *places[-1])
    verdict(view)
    expect(canvas(view)).to_have_css("touch-action", "none")  # or the page would scroll under the finger


def touch(view, kind, x, y):
    details = {"pointerType": "touch", "pointerId": 5, "clientX": x, "clientY": y, "button": 0, "bubbles": True}
    # A made-up finger cannot be captured, and a real one can.
    canvas(view).evaluate("canvas => { canvas.setPointerCapture = () => {}; }")
    canvas(view).dispatch_event(kind, details)


def test_a_digit_drawn_with_keys_is_judged(chapter, view):
    canvas(view).focus()
    keyboard = chapter.page.keyboard
    with chapter.changes(picture(view), status(view)):
        for _ in range(4):
            keyboard.press("Space")
            keyboard.press("ArrowDown")
    expect(view.get_by_text(re.compile(r"4 points\. Cursor at 0\.00, -0\.40\."))).to_be_visible()
    verdict(view)


def test_clear_wipes_the_drawing_and_the_verdict(chapter, view):
    draw_a_seven(chapter, view)
    verdict(view)
    with chapter.changes(canvas(view), picture(view), status(view)):
        button(view, "Clear").press("Enter")
    expect(status(view)).to_contain_text("Draw a digit")
