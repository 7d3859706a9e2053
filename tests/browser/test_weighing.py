"""The weighed pixels of chapter 01 in JupyterLab: the slider goes through the pictures, by keyboard."""

import pytest
from helpers.controls import picture, status
from playwright.sync_api import expect

CHAPTER = "01_supervised_and_unsupervised"


@pytest.fixture(scope="module")
def weighing(chapter):
    return chapter.run("begin(", "train, held_out =", "binary = LogisticRegression(", "Weighing(")


def test_the_slider_goes_through_the_pictures(chapter, weighing):
    slider = weighing.get_by_role("slider")
    for key in ("ArrowRight", "ArrowRight", "End"):  # the first event and the later ones may take different threads
        with chapter.changes(picture(weighing), status(weighing)):
            slider.press(key)
    expect(status(weighing)).to_contain_text("P(eight|x) = ")
    assert status(weighing).inner_text() in picture(weighing).get_attribute("alt")


def test_it_is_fit_to_be_projected(chapter, weighing):
    assert picture(weighing).bounding_box()["width"] <= weighing.bounding_box()["width"]
    chapter.screenshots("weighing", weighing)
