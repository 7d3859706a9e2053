"""Each damage takes away what it says, knows a plain answer, and puts back what is certain."""

import math

import pytest
import torch

from gancore.data.damage import Coarse, Damage, FewLines, Hole, Noise
from gancore.data.fourier import measure
from gancore.errors import GancoreError

ALL = [Noise(0.1), Hole(0.4), Coarse(4), FewLines()]
CERTAIN = [Hole(0.4), Coarse(4), FewLines(), FewLines((0.15, 0.5))]

by_damage = pytest.mark.parametrize("damage", ALL, ids=str)


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def pictures(count: int = 3, side: int = 32) -> torch.Tensor:
    """Smooth waves in [-0.9, 0.9], of which a plain answer can make something."""
    x = torch.linspace(0, 1, side)
    waves = [torch.sin(6 * (i + 1) * x[:, None] + 4 * x) for i in range(count)]
    return 0.9 * torch.stack(waves)[:, None]


@by_damage
def test_a_damage_gives_as_many_channels_as_it_says_and_its_seed_decides(damage: Damage) -> None:
    truth = pictures()
    given, again, other = (damage.apply(truth, rng(seed)) for seed in (0, 0, 1))
    assert given.shape == (3, damage.given_channels(1), 32, 32)
    assert torch.equal(given, again)
    assert isinstance(damage, Coarse) or not torch.equal(given, other)


@by_damage
def test_the_plain_answer_is_nearer_to_the_truth_than_grey_is(damage: Damage) -> None:
    truth = pictures()
    plain = damage.plain(damage.apply(truth, rng()))
    assert (plain - truth).square().mean() < 0.5 * (truth - truth.mean()).square().mean()


@pytest.mark.parametrize("damage", CERTAIN, ids=str)
def test_what_is_kept_gives_the_same_damage_again_and_comes_no_further_from_the_truth(damage: Damage) -> None:
    truth, answer = pictures(), torch.randn(3, 1, 32, 32, generator=rng(5))
    given = damage.apply(truth, rng())
    kept = damage.keep(answer, given)
    assert torch.allclose(damage.keep(kept, given), kept, atol=1e-5)
    assert torch.dist(kept, truth) < torch.dist(answer, truth)
    assert torch.allclose(damage.keep(truth, given), truth, atol=1e-5)  # the truth is what it keeps to


def test_noise_has_the_strength_that_it_says_and_keeps_nothing() -> None:
    damage, truth = Noise(0.1), torch.zeros(1, 1, 200, 200)
    noise = damage.apply(truth, rng())
    assert noise.std() == pytest.approx(0.2, rel=0.03)  # a tenth of the 2 from black to white
    assert torch.equal(damage.keep(truth, noise), truth)


def test_the_median_removes_what_stands_alone() -> None:
    given = torch.zeros(1, 1, 9, 9)
    given[0, 0, 4, 4] = 1
    assert not Noise().plain(given).any()


def test_a_hole_has_the_size_that_it_says_and_is_somewhere_in_the_picture() -> None:
    given = Hole(0.25).apply(torch.ones(50, 3, 16, 20), rng())
    known = given[:, -1]
    assert (known == 0).sum((1, 2)).tolist() == [4 * 5] * 50
    assert torch.equal(given[:, 0], known)  # where nothing is known the picture is grey
    assert len({tuple(each.nonzero().flatten().tolist()) for each in (known == 0)}) > 20


def test_the_mean_that_fills_a_hole_is_that_of_what_is_known() -> None:
    damage, truth = Hole(0.5), torch.cat([torch.full((1, 1, 8, 8), 0.25), torch.rand(1, 1, 8, 8, generator=rng())])
    given = damage.apply(truth, rng())
    filled = damage.plain(given)
    hole = given[:, -1:] == 0
    assert torch.allclose(filled[0][hole[0]], torch.tensor(0.25))
    assert filled[1][hole[1]].unique().item() == pytest.approx(truth[1][~hole[1]].mean().item())


def test_a_coarse_picture_has_the_averages_of_its_squares() -> None:
    truth = torch.arange(16.0).view(1, 1, 4, 4)
    given = Coarse(2).apply(truth, rng())
    assert given[0, 0].tolist() == [[2.5, 2.5, 4.5, 4.5]] * 2 + [[10.5, 10.5, 12.5, 12.5]] * 2


def test_a_side_that_does_not_divide_is_refused() -> None:
    with pytest.raises(GancoreError, match=r"width is 10 pixels.*multiple of 4"):
        Coarse(4).apply(torch.zeros(1, 1, 8, 10), rng())


def test_lines_are_drawn_anew_for_each_picture_between_the_two_shares() -> None:
    masks = FewLines((0.2, 0.5)).apply(torch.zeros(40, 1, 64, 64), rng())[:, 1]
    shares = masks[:, 0].mean(1)
    assert shares.min() >= 0.2 - 2 / 64
    assert shares.max() <= 0.5 + 2 / 64
    assert shares.std() > 0.05
    assert len({tuple(mask[0].tolist()) for mask in masks}) > 35


def test_a_scan_is_zero_filled_where_black_is_nothing() -> None:
    """In [-1, 1] black is -1; measured is how much brighter than black a picture is."""
    black = torch.full((1, 1, 32, 32), -1.0)
    given = FewLines().apply(black, rng())
    assert torch.allclose(given[:, :1], black, atol=1e-6)
    truth = pictures(1)
    given = FewLines().apply(truth, rng())
    assert torch.allclose(
        measure((given[:, :1] + 1) / 2, given[:, 1:]), measure((truth + 1) / 2, given[:, 1:]), atol=1e-5
    )


def test_a_scan_that_is_not_square_is_measured_like_any_other() -> None:
    damage, truth = FewLines(), pictures(2)[:, :, :20]
    given = damage.apply(truth, rng())
    assert given.shape == (2, 2, 20, 32)
    assert torch.allclose(damage.keep(truth, given), truth, atol=1e-5)


def test_of_a_hole_that_is_nearly_all_something_is_left() -> None:
    given = Hole(0.99).apply(pictures(1), rng())
    assert given[:, -1].sum((1, 2)).min() > 0
    assert Hole().plain(torch.zeros(1, 2, 8, 8)).eq(0).all()  # grey, where nobody knows anything


def test_scans_in_colour_are_refused() -> None:
    with pytest.raises(GancoreError, match=r"1 channel, .* have 3; bring them to grey"):
        FewLines().apply(torch.zeros(2, 3, 32, 32), rng())


@pytest.mark.parametrize(
    "make",
    [lambda: Noise(0), lambda: Noise(2), lambda: Hole(1), lambda: Coarse(1), lambda: Coarse(2.5),
     lambda: FewLines((0.01, 0.25)), lambda: FewLines((0.25, math.nan))],
)  # fmt: skip
def test_damages_out_of_range_are_refused(make: object) -> None:
    with pytest.raises(GancoreError, match="must be"):
        make()
