"""The fraud table says which way each score is better, and marks the scores that a fraud has fooled."""

import pytest

from gancore.lessons.frauds import SLACK, cells, excess, fooled, fraud_table

REAL = {
    **{"inception": 9.8, "FID": 0.1, "KID": 0.0, "precision": 0.9, "recall": 0.9, "coverage": 0.98},
    **{"smallest class": 0.09, "judge": 0.5, "fidelity": 1.0},
}
ROWS = {
    "real digits": REAL,
    "copies": REAL | {"novelty": 0.0},
    "better": {"inception": 9.99, "FID": 0.0, "judge": 0.4},
    "static": {"inception": 9.7, "FID": 40.0, "KID": 3.0, "precision": 0.0, "judge": 1.0},
}


def test_what_scores_as_real_digits_do_fools_every_score_but_novelty() -> None:
    assert fooled(ROWS, "copies") == [score for score in SLACK if score != "novelty"]


def test_what_scores_better_than_real_digits_fools_too() -> None:
    assert fooled(ROWS, "better") == ["inception", "FID", "judge"]


def test_what_is_much_worse_is_caught_whichever_way_is_better() -> None:
    assert fooled(ROWS, "static") == ["inception"]
    assert excess(ROWS, "static", "FID") == pytest.approx(39.9 / 0.4)
    assert excess(ROWS, "static", "judge") == pytest.approx(5)


def test_a_score_that_was_not_measured_is_neither_fooled_nor_shown_as_a_number() -> None:
    assert cells(ROWS, "better")[3:] == ["–", "–", "–", "–", "0.40\u00a0◆", "–", "–"]


def test_real_digits_carry_no_mark() -> None:
    assert not any("◆" in cell for cell in cells(ROWS, "real digits"))


def test_the_table_shows_each_row_and_the_better_way(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: found.append(data))
    fraud_table(ROWS)
    (data,) = found
    for part in ("FID ↓", "judge ↓", "precision ↑", "novelty ↑", "static", "9.70\u00a0◆"):
        assert part in data["text/plain"]
        assert part in data["text/html"]
