"""Detectors find a trace that was put there and none where there is none; thresholds keep their false alarms."""

from functools import partial

import pytest
import torch
from torch import Tensor

from gancore.analysis.detection import PixelDetector, SpectrumDetector, log_spectrum, roc, share_above, threshold_at
from gancore.analysis.tampering import Blur, as_files
from gancore.errors import GancoreError


def pictures(count: int, seed: int) -> Tensor:
    """Soft pictures of one kind."""
    rng = torch.Generator().manual_seed(seed)
    return (2 * Blur(1.5)(torch.randn(count, 3, 32, 32, generator=rng) / 2)).clamp(-1, 1)


def traced(images: Tensor) -> Tensor:
    """The same with a faint checkerboard, as an upsampling may leave it."""
    board = (torch.arange(32)[:, None] + torch.arange(32)) % 2 * 2.0 - 1
    return (images + 0.02 * board).clamp(-1, 1)


@pytest.mark.parametrize("make", [SpectrumDetector, partial(PixelDetector, rounds=60)])
def test_a_detector_finds_a_trace_in_pictures_that_it_has_not_seen(make) -> None:
    found = make(pictures(200, 1), traced(pictures(200, 2)))
    threshold = threshold_at(found(pictures(200, 3)), 0.01)
    assert share_above(found(traced(pictures(200, 4))), threshold) > 0.95
    assert share_above(found(pictures(200, 5)), threshold) < 0.05


def test_a_detector_of_equals_is_a_coin() -> None:
    found = SpectrumDetector(pictures(300, 1), pictures(300, 2))
    assert roc(found(pictures(300, 3)), found(pictures(300, 4))).auc == pytest.approx(0.5, abs=0.08)


def test_the_same_seed_makes_the_same_detector() -> None:
    real, fake = pictures(64, 1), traced(pictures(64, 2))
    one, same, other = (PixelDetector(real, fake, seed, rounds=5)(real) for seed in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_levels_finer_than_a_file_holds_give_nobody_away() -> None:
    images = pictures(8, 0)
    assert torch.equal(log_spectrum(images), log_spectrum(as_files(images)))


def test_a_threshold_by_hand() -> None:
    scores = torch.arange(200.0)[torch.randperm(200, generator=torch.Generator().manual_seed(0))]
    assert threshold_at(scores, 0.01) == 197  # 198 and 199 lie above
    assert share_above(scores, threshold_at(scores, 0.01)) == 0.01
    assert threshold_at(scores, 0.5) == 99
    assert threshold_at(scores[scores < 100], 0.29) == 70  # though 100 times 0.29 is a little below 29 in floats


@pytest.mark.parametrize("false_alarms", [0.01, 0.025, 0.1, 0.4])
def test_never_more_false_alarms_than_asked_for_even_where_scores_are_tied(false_alarms: float) -> None:
    scores = torch.randint(6, (300,), generator=torch.Generator().manual_seed(0)).float()
    assert share_above(scores, threshold_at(scores, false_alarms)) <= false_alarms


def test_a_share_that_so_few_cannot_tell_is_refused() -> None:
    with pytest.raises(GancoreError, match=r"50 real pictures.*at least 100"):
        threshold_at(torch.arange(50.0), 0.01)
    with pytest.raises(GancoreError, match="at least 34"):
        threshold_at(torch.arange(33.0), 0.03)
    assert threshold_at(torch.arange(34.0), 0.03) == 32
    with pytest.raises(GancoreError, match="false_alarms is 0"):
        threshold_at(torch.arange(50.0), 0)


def test_the_area_is_the_chance_that_a_fake_scores_higher() -> None:
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.randn(60, generator=rng), torch.randn(50, generator=rng) + 0.7
    chance = (fake[:, None] > real).double().mean().item()
    curve = roc(real, fake)
    assert curve.auc == pytest.approx(chance)
    assert (curve.false_alarms[0], curve.found[0], curve.false_alarms[-1], curve.found[-1]) == (0, 0, 1, 1)
    assert torch.trapezoid(curve.found, curve.false_alarms).item() == pytest.approx(curve.auc)
