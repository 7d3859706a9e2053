"""The game on the line played by hand: what a drawn D is worth, and a view that follows the pad and the sliders."""

import math

import pytest
import torch
from torch.distributions import Normal

from gancore.lessons.by_hand import AS_GOOD, FORGER, REAL, HandGame, describe
from gancore.widgets.by_hand import PlayByHand


def pad(*points):
    """Points on the pad: x from -1.2 to 1.2 and D from 0 to 1 are both from -1 to 1 there."""
    return torch.tensor([(x / 1.2, 2 * verdict - 1) for x, verdict in points], dtype=torch.float32)


def test_a_d_that_was_never_drawn_says_one_half_and_is_worth_minus_log_four():
    seen = HandGame().look()
    assert float(seen.verdict.min()) == float(seen.verdict.max()) == 0.5
    assert seen.value == pytest.approx(-math.log(4), abs=1e-4)


def test_a_level_d_is_worth_what_pen_and_paper_say():
    seen = HandGame(drawn=torch.tensor([(-1.0, 0.9), (1.0, 0.9)])).look()
    assert seen.value == pytest.approx(math.log(0.9) + math.log(0.1), abs=1e-4)


def test_the_best_d_is_the_share_of_what_is_real():
    x = torch.tensor([-0.4, 0.0, 0.3])
    real, fake = (Normal(*bell).log_prob(x).exp() for bell in (REAL, FORGER))
    torch.testing.assert_close(HandGame().answer(x), real / (real + fake))


def test_no_drawing_beats_the_best_and_certainty_costs_no_more_than_a_number():
    rng = torch.Generator().manual_seed(0)
    for _ in range(20):
        drawn = torch.stack([torch.linspace(-1.2, 1.2, 9), torch.rand(9, generator=rng).round()], dim=1)
        seen = HandGame(mean=0.1, drawn=drawn).look()
        assert math.isfinite(seen.value)
        assert seen.value < seen.best_value


def test_what_is_drawn_is_what_d_says_and_best_d_is_as_good_as_the_best():
    view = PlayByHand()
    assert "Draw D" in view.status.value
    assert "-1.386" in view.status.value
    view.pad.points = pad((-1.2, 0.1), (0.05, 0.1), (0.1, 0.9), (1.2, 0.9))
    seen = view.game.look()
    assert float(seen.verdict[0]) == pytest.approx(0.1)
    assert float(seen.verdict[-1]) == pytest.approx(0.9)
    assert -1.386 < seen.value < seen.best_value - AS_GOOD
    assert "short of it" in view.status.value
    view.best.click()
    assert view.game.look().value == pytest.approx(seen.best_value, abs=AS_GOOD)
    assert "as good" in view.status.value
    view.clear.click()
    assert "-1.386" in view.status.value


def test_the_forger_lowers_v_against_a_d_that_waits_and_can_leave_nothing_to_tell():
    view = PlayByHand()
    view.best.click()
    before = view.game.look().value
    view.mean.value, view.std.value = REAL
    assert view.game.look().value < before - 1
    assert "Not even the best D" in view.status.value
    view.best.click()
    assert view.game.look().value == pytest.approx(-math.log(4), abs=AS_GOOD)
    assert "D runs from 0.50 to 0.50" in view._repr_mimebundle_()["text/plain"]


def test_the_score_is_told_in_words():
    assert "Yours is 0.615 short of it." in describe(HandGame().look())
