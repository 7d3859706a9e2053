"""A judge finds what can be told apart, and guesses where there is nothing to find."""

import pytest
import torch
from torch import Tensor, nn

from gancore.metrics.judge import judge_accuracy, train_judge


class Sum(nn.Module):
    """Takes every row with a positive sum for real."""

    def forward(self, rows: Tensor) -> Tensor:
        return rows.sum(1)


def normal(count: int, seed: int) -> Tensor:
    return torch.randn(count, 8, generator=torch.Generator().manual_seed(seed))


def test_accuracy_weighs_both_kinds_alike():
    real, fake = torch.tensor([[1.0], [2.0], [3.0], [-1.0]]), torch.tensor([[-1.0]])
    assert judge_accuracy(Sum(), real, fake) == pytest.approx((3 / 4 + 1) / 2)
    assert judge_accuracy(Sum(), real, real) == pytest.approx(1 / 2)


def test_a_judge_finds_a_difference_of_spread_as_well_as_one_of_means():
    # Best possible: Φ(1) for means that are 2 apart along one axis; for spreads see the threshold of the radius.
    shift = torch.eye(8)[0] * 2
    moved = train_judge(normal(4000, 0), normal(4000, 1) + shift)
    assert judge_accuracy(moved, normal(4000, 2), normal(4000, 3) + shift) == pytest.approx(0.841, abs=0.03)
    wide = train_judge(normal(4000, 0), 2 * normal(4000, 1))
    assert judge_accuracy(wide, normal(4000, 2), 2 * normal(4000, 3)) > 0.8


def test_a_judge_of_two_sets_alike_can_only_guess():
    accuracy = judge_accuracy(train_judge(normal(4000, 0), normal(4000, 1)), normal(4000, 2), normal(4000, 3))
    assert accuracy == pytest.approx(0.5, abs=0.03)  # five standard deviations of 8,000 guesses


def test_the_same_seed_gives_the_same_judge_and_the_global_stream_is_left_alone():
    before = torch.get_rng_state()
    one, other = (train_judge(normal(100, 0), normal(100, 1), seed=3) for _ in range(2))
    assert torch.equal(one(normal(50, 2)), other(normal(50, 2)))
    assert torch.equal(before, torch.get_rng_state())
