"""The zoo of chapter 03 in JupyterLab: another model, another class, another draw."""

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
    expect(picture(zoo)).to_have_attribute("alt", "Draw 1 of the naive Bayes: 24 digits of any class.")
    expect(zoo.locator("tbody th")).to_have_text(["▶ naive Bayes", "Gaussian mixture", "unseen digits"])


def test_another_model_draws_another_picture_and_its_row_is_marked(chapter, zoo):
    with chapter.changes(picture(zoo), status(zoo), zoo.get_by_role("table")):
        zoo.get_by_label("model").select_option("Gaussian mixture")
    expect(status(zoo)).to_contain_text("of the Gaussian mixture")
    expect(zoo.locator("tbody th")).to_have_text(["naive Bayes", "▶ Gaussian mixture", "unseen digits"])


def test_a_class_is_drawn_on_request_and_read(chapter, zoo):
    with chapter.changes(picture(zoo), status(zoo)):
        zoo.get_by_label("class").select_option("3")
    expect(status(zoo)).to_contain_text("asked for 3: the classifier reads")
    chapter.screenshots("zoo", zoo)


def test_the_keyboard_draws_again(chapter, zoo):
    button(zoo, "Draw again").focus()
    for turn in (2, 3):
        with chapter.changes(picture(zoo)):
            chapter.page.keyboard.press("Enter")
        expect(status(zoo)).to_contain_text(f"Draw {turn} of the Gaussian mixture, asked for 3")
