"""Tests of exercises 6.2 and 6.3, once they are asked; they belong to the end of tests/test_failures.py."""

import pytest

from gancore import failures, teaching
from gancore.failures import *  # noqa: F403


# Exercises 6.2 and 6.3 of the chapter


def test_the_unlabelled_histories_are_in_the_order_of_the_answer():
    names = {COLLAPSE: "collapse", D_TOO_STRONG: "D too strong", HEALTHY: "healthy", OSCILLATION: "oscillation"}
    assert [names[setting] for setting in UNLABELLED.values()] == teaching.load_bank(6).RIGHT


@pytest.mark.parametrize(
    "change", [{"slope": 0.2}, {"spectral_norm": True}, {"loss": "relativistic"}, {"beta1": 0.95}, {"average": 0.99}]
)
def test_a_mistake_of_exercise_6_3_does_not_repair_the_game(change):
    (probe,) = teaching.find_exercise("6.3").probes
    assert probe.ask(OSCILLATION.change(**change)) == next(iter(change))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (OSCILLATION, "you changed 0"),
        (HEALTHY, "One value is to be changed"),
        (OSCILLATION.change(rounds=5000), "it is another task"),
        (0.5, "asks for a setting"),
    ],
)
def test_exercise_6_3_says_what_kind_of_answer_it_takes(answer, said):
    assert said in teaching.check("6.3", answer).message
