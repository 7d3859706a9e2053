"""The quiz of a chapter in JupyterLab, taken by mouse and by keyboard."""

import pytest
from playwright.sync_api import expect

from gancore.lessons import teaching

CHAPTER = "07_mnist_with_two_perceptrons"
QUESTIONS = teaching.load_bank(7).QUIZ
COUNT = len(QUESTIONS)


@pytest.fixture
def quiz(chapter):
    """A quiz that nobody has answered yet."""
    quiz = chapter.run("import check", 'quiz("7")')
    expect(score(quiz)).to_have_text(f"0 of {COUNT} answered, 0 right.")
    return quiz


def score(quiz):
    return quiz.get_by_role("status").last


def options(quiz, number):
    return quiz.locator(".widget-radio").nth(number).get_by_role("radio")


def test_the_mouse_chooses_and_every_choice_is_explained(chapter, quiz):
    for number, question in enumerate(QUESTIONS):
        for place, option in enumerate(question.options):
            options(quiz, number).nth(place).click()
            expect(quiz.get_by_role("status").nth(number)).to_contain_text(option.why[:30].replace("*", ""))
        options(quiz, number).nth(question.right).click()
        expect(score(quiz)).to_have_text(f"{number + 1} of {COUNT} answered, {number + 1} right.")
    chapter.screenshots("quiz", quiz)


def test_the_keyboard_goes_through_the_quiz(chapter, quiz):
    """Tab goes to the next option and Space chooses it; the arrows up and down belong to JupyterLab."""
    options(quiz, 0).first.focus()
    for number, question in enumerate(QUESTIONS):
        for place in range(len(question.options)):
            expect(options(quiz, number).nth(place)).to_be_focused()
            if place == question.right:
                chapter.page.keyboard.press("Space")
                expect(options(quiz, number).nth(place)).to_be_checked()
            chapter.page.keyboard.press("Tab")
        expect(score(quiz)).to_have_text(f"{number + 1} of {COUNT} answered, {number + 1} right.")
