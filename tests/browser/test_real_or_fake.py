"""The game of chapter 10: a digit's button answers, D's button tells the truth, and every choice brings others."""

import re

import pytest
from helpers.controls import button, status
from playwright.sync_api import expect

CHAPTER = "a_contest"
CELLS = (  # as chapter 10 makes it, with judges of fewer digits
    "import torch\n"
    "from gancore.data import load, to_float, to_uint8\n"
    "from gancore.lessons.contest import Contest\n"
    "from gancore.metrics.classifier import load_extractor\n"
    "from gancore.metrics.judge import train_judge\n"
    "from gancore.pretrained import load_pretrained\n"
    "from gancore.widgets.real_or_fake import RealOrDrawn",
    "digits, reader = load('digits'), load_extractor('digits')\n"
    "names = {'two perceptrons': 'mlp', 'DCGAN': 'dcgan', 'modern': 'ungrouped', 'conditional': 'cmodern'}\n"
    "real = reader.features(to_float(digits.images[:200]))\n"
    "contests = {}\n"
    "for name, recipe in names.items():\n"
    "    generator = load_pretrained(recipe)\n"
    "    judge = train_judge(real, reader.features(to_float(to_uint8(generator.sample(200, seed=1)))))\n"
    "    judge_of_pixels = torch.nn.Sequential(reader.network.body, judge)\n"
    "    contests[name] = Contest(generator, judge_of_pixels, digits.images[200:])\n"
    "RealOrDrawn(contests, seed=10)",
)
TWENTY = 20


@pytest.fixture(scope="module")
def game(chapter):
    return chapter.run(*CELLS)


@pytest.fixture(autouse=True)
def anew(chapter, game):
    """Another twenty digits for every test, so that none is judged yet."""
    with chapter.changes(game):
        button(game, "Twenty others").click()
    expect(status(game)).to_contain_text("some are real")


def digit(game, number: int):
    return game.get_by_alt_text(f"digit {number}", exact=True)


def answer(game, number: int):
    return game.get_by_role("button", name=re.compile(rf"^{number}: "))


def test_there_are_twenty_digits_with_a_button_each(game):
    for number in range(1, TWENTY + 1):
        expect(digit(game, number)).to_be_visible()
        expect(answer(game, number)).to_have_text(f"{number}: drawn")


def test_a_button_says_what_the_reader_answers(game):
    answer(game, 7).click()
    expect(answer(game, 7)).to_have_text("7: real")
    answer(game, 7).click()
    expect(answer(game, 7)).to_have_text("7: drawn")


def test_the_keyboard_gives_an_answer(game):
    answer(game, 3).focus()
    answer(game, 3).press("Space")
    expect(answer(game, 3)).to_have_text("3: real")


def test_letting_d_judge_tells_the_truth_and_both_scores(chapter, game):
    answer(game, 1).click()
    with chapter.changes(status(game), game):
        button(game, "Let D judge").click()
    said = status(game).inner_text()
    found = re.search(r"(\d+) are real.*right about (\d+), D about (\d+)", said)
    real, yours, its = map(int, found.groups())
    expect(game.get_by_text(re.compile(r"^real\s*you "))).to_have_count(real)
    expect(game.get_by_text(re.compile("you ✓"))).to_have_count(yours)
    expect(game.get_by_text(re.compile("D ✓"))).to_have_count(its)
    expect(answer(game, 1)).to_be_disabled()
    expect(button(game, "Let D judge")).to_be_disabled()


def test_twenty_others_are_twenty_others(chapter, game):
    with chapter.changes(*(digit(game, number) for number in (1, 10, 20)), status(game)):
        button(game, "Twenty others").click()


def test_a_seed_that_is_typed_brings_its_digits(chapter, game):
    with chapter.changes(digit(game, 1), status(game)):
        game.get_by_label("seed").fill("500")
        game.get_by_label("seed").press("Enter")
    expect(status(game)).to_contain_text("seed 500")


@pytest.mark.parametrize("name", ["DCGAN", "modern", "conditional", "two perceptrons"])
def test_another_generator_brings_its_digits(game, name):
    game.get_by_label("drawn by").select_option(name)
    expect(status(game)).to_contain_text(f"drawn by {name}")


@pytest.mark.parametrize("judged", [False, True], ids=["asked", "judged"])
def test_it_is_fit_to_be_projected(chapter, game, judged):
    for number in (2, 3, 5, 8, 13):
        answer(game, number).click()
    if judged:
        button(game, "Let D judge").click()
        expect(status(game)).to_contain_text("a coin is right about 10")
    chapter.screenshots(f"real-or-drawn-{'judged' if judged else 'asked'}", game)
