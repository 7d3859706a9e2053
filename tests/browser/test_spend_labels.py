"""Ten labels of chapter 12, spent with the mouse, with keys and at random; the marks beside the sheet move."""

import pytest
from helpers.controls import button, canvas, picture, status, stroke
from playwright.sync_api import expect

CHAPTER = "a_sheet_of_digits"
CELLS = (
    "import torch\n"
    "from gancore.data import load, to_float\n"
    "from gancore.lessons.few_labels import Exam\n"
    "from gancore.lessons.spending import Spending\n"
    "from gancore.widgets.spend_labels import SpendLabels",
    "digits = load('digits')\n"
    "images, labels = to_float(digits.images[::10]), digits.labels[::10]\n"
    "order = torch.randperm(500, generator=torch.Generator().manual_seed(12))\n"
    "spending = Spending(Exam(labels, order[100:]), images, {'pixels': images.flatten(1)}, order[:48], 1)\n"
    "SpendLabels(spending, spending.at_random(20))",
)


@pytest.fixture(scope="module")
def cell(chapter):
    return chapter.run(*CELLS)


@pytest.fixture
def view(cell):
    """A sheet on which nothing is spent."""
    button(cell, "Start again").click()
    expect(status(cell)).to_contain_text("You have ten labels")
    return cell


def test_a_click_buys_a_label_and_the_second_moves_the_marks(chapter, view):
    canvas(view).scroll_into_view_if_needed()
    box = canvas(view).bounding_box()
    with chapter.changes(canvas(view), status(view)):
        canvas(view).click(position={"x": box["width"] / 16, "y": box["height"] / 12})
    expect(status(view)).to_contain_text("1 of 10 labels are spent")
    shown = picture(view).get_attribute("src")
    for column in range(2, 6):  # among five digits of this sheet are two kinds
        canvas(view).click(position={"x": column * box["width"] / 8 + 8, "y": box["height"] / 4})
    expect(status(view)).to_contain_text("5 of 10 labels are spent")
    expect(status(view)).to_contain_text("pixels")
    assert picture(view).get_attribute("src") != shown


def test_a_label_is_bought_by_keys(chapter, view):
    canvas(view).focus()
    with chapter.changes(status(view)):
        chapter.page.keyboard.press("Space")
    expect(status(view)).to_contain_text("1 of 10 labels are spent")


def test_a_label_that_is_bought_is_kept_and_a_click_that_slips_buys_one(chapter, view):
    with chapter.changes(status(view)):
        stroke(view, (0.05, 0.1), (0.95, 0.1))
    canvas(view).focus()
    chapter.page.keyboard.press("Backspace")
    with chapter.changes(status(view)):
        chapter.page.keyboard.press("Space")
    expect(status(view)).to_contain_text("2 of 10 labels are spent")
    expect(canvas(view).locator("xpath=following-sibling::div")).to_contain_text("Space buys the label")


def test_ten_at_random_spends_them_all(chapter, view):
    with chapter.changes(canvas(view), picture(view), status(view)):
        button(view, "Ten at random").click()
    expect(status(view)).to_contain_text("All ten labels are spent")
    expect(status(view)).to_contain_text("small network")
    chapter.screenshots("spend-labels", view)
