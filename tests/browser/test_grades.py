"""The table of chapter 10 is as wide as a table of the course gets: it fits a window of 800 pixels."""

import pytest
from playwright.sync_api import expect

CHAPTER = "a_table"
CELLS = (
    "from gancore.data import load\n"
    "from gancore.generative import GaussianNaiveBayes\n"
    "from gancore.lessons.grades import Grades\n"
    "from gancore.pretrained import load_pretrained",
    "grades = Grades(load('digits'))\n"
    "grades.admit('restricted Boltzmann machine', GaussianNaiveBayes())\n"  # the longest name, and the longest numbers
    "grades.admit_shipped('two perceptrons', load_pretrained('mlp'))\n"
    "grades",
)


@pytest.fixture(scope="module")
def table(chapter):
    return chapter.run("import Grades", "Grades(")


def test_every_generator_has_a_row_and_real_digits_the_last(table):
    rows = table.get_by_role("row")
    expect(rows).to_have_count(4)
    expect(rows.nth(1).get_by_role("rowheader")).to_have_text("restricted Boltzmann machine")
    expect(rows.nth(2)).to_contain_text("*")
    expect(rows.nth(3).get_by_role("rowheader")).to_have_text("real digits")


def test_it_is_fit_to_be_projected(chapter, table):
    chapter.screenshots("grades", table)
