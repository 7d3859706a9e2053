"""The table of all generators holds what the metrics say of each, and its last row is real digits."""

import re

import numpy as np
import pytest
import torch

from gancore.data import ImageData, to_float
from gancore.generative import GaussianNaiveBayes, GenerativeModel
from gancore.lessons.grades import DRAWN, HEADINGS, REAL, Grades
from gancore.metrics import report
from gancore.metrics.classifier import load_extractor
from gancore.pretrained import Pretrained, load_pretrained


class Memory(GenerativeModel):
    """Draws its training images again."""

    def _learn(self, rows: np.ndarray, groups: np.ndarray) -> None:
        self.rows = [rows[groups == place] for place in range(groups.max() + 1)]

    def _draw(self, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return np.stack([rng.choice(self.rows[place]) for place in groups])


@pytest.fixture(scope="module")
def half(digits: ImageData) -> ImageData:
    """250 digits of each class."""
    return digits.subset(torch.arange(0, 5000, 2))


@pytest.fixture(scope="module")
def shipped() -> Pretrained:
    return load_pretrained("modern")


@pytest.fixture(scope="module")
def grades(half: ImageData, shipped: Pretrained) -> Grades:
    grades = Grades(half)
    grades.admit("memory", Memory())
    grades.admit("naive Bayes", GaussianNaiveBayes())
    grades.admit_shipped("modern", shipped)
    return grades


def cells(grades: Grades, name: str) -> dict[str, str]:
    """The row called `name`, by heading."""
    row = next(row for row in grades.rows() if row[0] == name)
    return dict(zip(HEADINGS, row, strict=True))


def test_a_grade_is_the_report_of_a_hundred_samples_of_each_class(grades, half):
    model = GaussianNaiveBayes().fit(to_float(half.images), half.labels)
    labels = torch.arange(10).repeat_interleave(DRAWN // 10)
    samples = torch.cat([model.sample(DRAWN // 10, label, seed=label) for label in range(10)])
    expected = report(samples, half, load_extractor("digits"), labels, name="naive Bayes")
    assert grades["naive Bayes"].report == expected
    assert grades["naive Bayes"]["FID"] == expected["FID"].value
    assert grades["naive Bayes"].fit_seconds > 0


def test_a_shipped_generator_is_graded_as_it_comes_with_the_seconds_of_its_card(grades, half, shipped):
    expected = report(shipped.sample(DRAWN), half, load_extractor("digits"), name="modern")
    assert grades["modern"].report == expected
    row = cells(grades, "modern")
    assert row["fit (s)"] == f"{shipped.card['seconds']:,.0f}*"
    assert row["read as asked"] == "–"  # it cannot be asked
    assert "*" not in cells(grades, "naive Bayes")["fit (s)"]


def test_a_copier_scores_as_real_digits_in_all_but_the_copies(grades):
    copier, real = cells(grades, "memory"), cells(grades, REAL)
    assert float(copier["FID"]) <= float(real["FID"]) < 1
    assert copier["near copies"] == "100.0%"
    assert copier["novelty"] == "0.00"
    assert real["novelty"] == "1.00"
    assert real["near copies"] == "1.0%"


def test_there_is_a_row_for_each_generator_and_real_digits_come_last(grades):
    rows = grades.rows()
    assert [row[0] for row in rows] == ["model", "memory", "naive Bayes", "modern", REAL]
    assert {len(row) for row in rows} == {len(HEADINGS)}
    assert rows[-1][1:3] == ("–", "–")


def test_the_table_shows_itself_as_text_and_as_html_with_what_its_numbers_were_taken_from(grades):
    text, page = repr(grades), grades._repr_html_()
    for name in ("memory", "naive Bayes", "modern", REAL):
        assert re.search(rf"^{name} ", text, re.MULTILINE)
        assert f'<th scope="row">{name}</th>' in page
    for told in ("1,000 samples of each generator", load_extractor("digits").fingerprint, "the seconds of its card"):
        assert told in text
        assert told in page
