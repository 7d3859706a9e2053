"""Ten digits of one's own in JupyterLab: drawn with the mouse, kept, and there again when one comes back to them."""

import pytest
from helpers.controls import button, canvas, picture, status, stroke
from playwright.sync_api import expect

CHAPTER = "07_mnist_with_two_perceptrons"
ONE = [(0.55, 0.12), (0.45, 0.88)]  # ends, in shares of the pad from its top left


@pytest.fixture(scope="module")
def view(chapter):
    return chapter.run("OwnDigits(")


def draw(view):
    canvas(view).scroll_into_view_if_needed()
    stroke(view, *ONE)


def test_a_digit_is_drawn_read_and_kept(chapter, view):
    expect(status(view)).to_contain_text("Draw a 0")
    view.get_by_label("digit").select_option("1")
    with chapter.changes(canvas(view), picture(view), status(view)):
        draw(view)
    expect(status(view)).to_contain_text("1 of 10 digits drawn. A classifier of real digits reads 1 of them")
    chapter.screenshots("own-digits", view)


def test_next_lays_out_an_empty_sheet_and_the_digit_before_is_there_again(chapter, view):
    with chapter.changes(canvas(view)):
        button(view, "Next").click()
    expect(view.get_by_label("digit")).to_have_value("2")
    expect(view.get_by_text("0 points.")).to_be_visible()
    with chapter.changes(canvas(view)):
        view.get_by_label("digit").select_option("1")
    expect(view.get_by_text("0 points.")).not_to_be_visible()
    with chapter.changes(canvas(view), picture(view)):
        button(view, "Clear").click()
    expect(status(view)).to_contain_text("Draw a 0")
