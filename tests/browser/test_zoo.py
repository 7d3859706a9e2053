"""The zoo of chapter 03 in JupyterLab: all models side by side, another class, another draw."""

import re

import pytest
from helpers.controls import button, picture, status
from playwright.sync_api import expect

CHAPTER = "03_a_family_of_generative_models"


@pytest.fixture(scope="module")
def zoo(chapter):
    """With the two models that are fitted soonest; make test fits all of them in the notebook."""
    return chapter.run("begin(", "held_out_split(", "GaussianNaiveBayes()", "Zoo(", "GaussianMixture(", "ZooView(")


def test_it_opens_with_a_title_a_picture_and_the_scores_of_all(zoo):
    expect(zoo.get_by_role("heading")).to_have_text("The zoo: what each model draws")
    expect(picture(zoo)).to_have_attribute("alt", re.compile("^Draw 1, asked for each digit in turn"))
    expect(zoo.locator("tbody th")).to_have_text(["naive Bayes", "Gaussian mixture", "unseen digits"])


def test_a_class_is_drawn_by_all_on_request_and_read(chapter, zoo):
    with chapter.changes(picture(zoo), status(zoo)):
        zoo.get_by_label("class").select_option("3")
    expect(status(zoo)).to_contain_text(re.compile("the digit 3.*naive Bayes .* of 10; Gaussian mixture .* of 10"))
    chapter.screenshots("zoo", zoo)


def test_the_keyboard_draws_again(chapter, zoo):
    button(zoo, "Draw again").focus()
    for turn in (2, 3):
        with chapter.changes(picture(zoo)):
            chapter.page.keyboard.press("Enter")
        expect(status(zoo)).to_contain_text(f"Draw {turn}, asked for the digit 3")
