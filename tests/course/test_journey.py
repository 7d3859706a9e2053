"""A picture sent there and back: what is done to it on the way, what comes home, and every control of the view."""

import pytest
import torch
from torch import Tensor, nn

from gancore.lessons.journeys import colours_matched, disturbed, magnified, travel
from gancore.training.cyclegan import TwoWays
from gancore.widgets.journey import JourneyView, Route


class Darker(nn.Module):
    def forward(self, pictures: Tensor) -> Tensor:
        return pictures / 2 - 0.5


class Brighter(nn.Module):
    def forward(self, pictures: Tensor) -> Tensor:
        return 2 * pictures + 1


@pytest.fixture
def pictures() -> Tensor:
    return torch.rand(6, 3, 28, 28, generator=torch.Generator().manual_seed(0)) * 2 - 1


@pytest.fixture
def view(pictures: Tensor) -> JourneyView:
    ways = TwoWays(Darker(), Brighter())
    routes = {"dark": Route(ways, pictures, pictures / 2 - 0.5, ("plain", "dark"))}
    return JourneyView(
        routes | {"same": Route(TwoWays(nn.Identity(), nn.Identity()), pictures, pictures, ("plain", "same"))}
    )


# Journeys


def test_an_undisturbed_picture_comes_home(pictures: Tensor) -> None:
    journey = travel(TwoWays(Darker(), Brighter()), pictures)
    assert torch.equal(journey.middle, pictures / 2 - 0.5)
    assert torch.equal(journey.sent_back, journey.middle)
    assert journey.lost < 1e-6


def test_what_is_lost_is_the_mean_absolute_difference(pictures: Tensor) -> None:
    journey = travel(TwoWays(Darker(), nn.Identity()), pictures)
    assert journey.lost == pytest.approx((pictures / 2 - 0.5 - pictures).abs().mean().item(), rel=1e-5)


def test_noise_has_the_strength_asked_for_and_a_seed() -> None:
    grey = torch.zeros(4, 3, 64, 64)
    noisy = disturbed(grey, noise=0.05, blur=0)
    assert noisy.std().item() == pytest.approx(0.1, rel=0.02)
    assert torch.equal(noisy, disturbed(grey, noise=0.05, blur=0))
    assert not torch.equal(noisy, disturbed(grey, noise=0.05, blur=0, seed=1))
    assert disturbed(grey, noise=2.0, blur=0).abs().max() == 1


@pytest.mark.parametrize("blur", [0.25, 1.0, 2.0])
def test_a_blur_is_a_normal_curve_in_both_directions(blur: float) -> None:
    dot = torch.zeros(1, 1, 41, 41)
    dot[..., 20, 20] = 1
    spread = disturbed(dot, noise=0, blur=blur)[0, 0]
    place = torch.arange(41) - 20
    curve = torch.exp(-(place**2) / (2 * blur**2)) * (place.abs() <= max(1, round(3 * blur)))
    curve /= curve.sum()
    assert torch.allclose(spread, curve[:, None] * curve, atol=1e-6)


def test_a_blur_keeps_the_channels_apart_and_leaves_paper_as_it_is() -> None:
    paper = torch.tensor([0.7, -0.2, 1.0]).view(1, 3, 1, 1).expand(2, 3, 28, 28)
    assert torch.allclose(disturbed(paper, noise=0, blur=1.5), paper, atol=1e-6)


def test_without_its_tint_a_picture_is_grey_and_as_bright(pictures: Tensor) -> None:
    grey = disturbed(pictures, noise=0, blur=0, tint=0)
    assert torch.allclose(grey, pictures.mean(1, keepdim=True).expand_as(pictures))
    half = disturbed(pictures, noise=0, blur=0, tint=0.5)
    assert torch.allclose(half, (pictures + grey) / 2, atol=1e-6)


def test_what_is_not_disturbed_is_the_same(pictures: Tensor) -> None:
    assert torch.equal(disturbed(pictures, noise=0, blur=0), pictures)


def test_what_is_magnified_stays_a_picture() -> None:
    assert magnified(torch.tensor([-1.0, -0.1, 0.0, 0.2])).tolist() == pytest.approx([-1, -0.4, 0, 0.8])


# Colours


def test_matched_colours_are_those_of_the_others(pictures: Tensor) -> None:
    others = pictures.flip(0) ** 3 / 2
    matched = colours_matched(pictures, others)
    for channel in range(3):
        assert torch.equal(matched[:, channel].flatten().sort().values, others[:, channel].flatten().sort().values)
        order = pictures[:, channel].flatten().argsort()
        assert (matched[:, channel].flatten()[order].diff() >= 0).all()


def test_equal_values_get_one_colour_from_the_middle_of_their_ranks() -> None:
    ink = torch.tensor([1.0, -1.0, -1.0, 1.0, 1.0, 1.0]).view(1, 1, 2, 3)
    others = torch.tensor([0.0, 0.1, 0.2, 0.3, 0.4, 0.5]).view(1, 1, 2, 3)
    matched = colours_matched(ink, others).flatten()
    assert matched[[1, 2]].unique().tolist() == pytest.approx([0.1])
    assert len(matched[[0, 3, 4, 5]].unique()) == 1
    assert 0.2 < matched[0] < 0.5


def test_colours_are_matched_by_a_function_of_ones_own_channel_by_channel() -> None:
    pictures, others = torch.rand(2, 3, 2, 2), torch.rand(5, 3, 2, 2)
    matched = colours_matched(pictures, others, lambda values, those: [those.max().item()] * len(values))
    assert torch.equal(matched, others.amax((0, 2, 3))[:, None, None].expand_as(pictures))


# The view


def test_a_journey_sets_out_undisturbed(view: JourneyView) -> None:
    assert view.route.options == (
        "plain → dark → back",
        "plain → same → back",
        "dark → plain → back",
        "same → plain → back",
    )
    assert view.journey.lost < 1e-6
    assert "0.000 off its truth" in view.status.value


def test_noise_and_blur_disturb_it_in_the_middle(view: JourneyView) -> None:
    before = view.picture.value
    view.noise.value = 0.1
    noisy = view.journey.lost
    assert noisy > 0.1  # the way back doubles it
    assert view.picture.value != before
    view.noise.value = 0
    view.blur.value = 1.0
    assert view.journey.lost > 0.1
    assert f"home {view.journey.lost:.3f} off, and undisturbed 0.000" in view.status.value
    assert "blur 1.00 pixels" in view.picture.alt
    view.blur.value = 0
    view.tint.value = 0
    assert view.journey.lost > 0.1
    assert torch.equal(view.journey.sent_back[:, 0], view.journey.sent_back[:, 1])


def test_the_slider_takes_another_picture(view: JourneyView, pictures: Tensor) -> None:
    view.place.value = 4
    assert torch.equal(view.journey.out, pictures[4:5])
    assert view.place.max == 5


def test_a_route_can_be_gone_the_other_way(view: JourneyView, pictures: Tensor) -> None:
    view.route.value = "dark → plain → back"
    assert torch.equal(view.journey.out, (pictures / 2 - 0.5)[:1])
    assert torch.allclose(view.journey.middle, pictures[:1], atol=1e-6)
    assert "0.000 off its truth" in view.status.value
