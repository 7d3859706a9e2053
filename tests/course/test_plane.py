"""What is seen of a game in the plane: verdicts and pulls with known answers, and a game that does not notice."""

import math

import pytest
import torch
from helpers.small import same
from torch import Tensor, nn

from gancore.data.toys import FRAME, ring
from gancore.lessons.plane import LONGEST_ARROW, SIDE, SMALLEST_ARROW, PlaneState, plane_state, ticks_across
from gancore.models import PointDiscriminator, PointGenerator
from gancore.plots.plane import planes
from gancore.training.gan import GAN
from gancore.training.losses import LOSSES, make_loss
from gancore.training.trainer import Settings, Trainer

SLOPE = torch.tensor([3.0, -4.0])


class Judge(nn.Module):
    """A discriminator that is a formula."""

    def __init__(self, formula) -> None:
        super().__init__()
        self.formula = formula

    def forward(self, points: Tensor) -> Tensor:
        return self.formula(points)


def seen_by(formula, loss: str = "non-saturating", **options: int) -> PlaneState:
    torch.manual_seed(0)
    return plane_state(GAN(PointGenerator(2), Judge(formula), make_loss(loss), 2), ring(), **options)


def a_look(**changes: object) -> PlaneState:
    values = {"real": torch.zeros(1, 2), "fake": torch.zeros(3, 2), "surface": torch.zeros(SIDE, SIDE)}
    numbers = {"d_real": 0.5, "d_fake": 0.5, "d_loss": 1.0, "g_loss": 1.0}
    return PlaneState(**(values | {"pull": torch.zeros(3, 2)} | numbers | changes))


def test_the_surface_is_the_verdict_at_every_place_from_the_lower_left():
    seen = seen_by(lambda points: 2 * points[:, 0] + points[:, 1])
    x, y = torch.meshgrid(torch.from_numpy(ticks_across()), torch.from_numpy(ticks_across()), indexing="xy")
    torch.testing.assert_close(seen.surface, torch.sigmoid(2 * x + y))
    assert ticks_across()[0] == pytest.approx(-FRAME + FRAME / SIDE)


def test_the_boundary_of_a_round_verdict_is_its_circle():
    seen = seen_by(lambda points: 5 * (0.7 - points.norm(dim=1)))
    circle = seen.boundary[~seen.boundary.isnan().any(dim=1)]
    assert len(circle) > SIDE
    torch.testing.assert_close(circle.norm(dim=1), torch.full((len(circle),), 0.7), atol=1e-3, rtol=0)


def test_a_verdict_that_never_changes_has_no_boundary():
    assert seen_by(lambda points: 0 * points[:, 0] + 1).boundary.shape == (0, 2)


def slope_of_the_loss(name: str, real: Tensor, fake: Tensor) -> Tensor:
    """How much the generator's loss of one point falls for each unit of its logit, worked out by hand."""
    d = torch.sigmoid(fake)
    return {
        "non-saturating": 1 - d,
        "minimax": d,
        "least-squares": 1 - fake,
        "hinge": torch.ones_like(fake),
        "wasserstein": torch.ones_like(fake),
        "relativistic": torch.sigmoid(real - fake),
    }[name]


@pytest.mark.parametrize("name", LOSSES)
def test_the_pull_is_the_gradient_of_the_generators_loss_at_each_point(name):
    seen = seen_by(lambda points: points @ SLOPE, name, count=50, arrows=50)
    expected = slope_of_the_loss(name, seen.real @ SLOPE, seen.fake @ SLOPE).unsqueeze(1) * SLOPE
    torch.testing.assert_close(seen.pull, expected)


def test_accuracy_and_losses_are_those_of_the_points_shown():
    seen = seen_by(lambda points: 4 * points[:, 0], count=200)
    real, fake = 4 * seen.real[:, 0], 4 * seen.fake[:, 0]
    assert seen.d_real == pytest.approx(float((real > 0).float().mean()))
    assert seen.d_fake == pytest.approx(float((fake <= 0).float().mean()))
    assert seen.d_loss == pytest.approx(float(make_loss("non-saturating").discriminator(real, fake)))
    assert seen.g_loss == pytest.approx(float(make_loss("non-saturating").generator(real, fake)))


def test_the_line_of_a_loss_without_probabilities_lies_at_its_threshold():
    seen = seen_by(lambda points: points[:, 0] + 0.5, "least-squares")  # its threshold is one half
    assert seen.boundary[:, 0].nan_to_num().abs().max() < 1e-3


def test_arrows_are_to_scale_and_neither_endless_nor_specks():
    start = torch.tensor([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
    seen = a_look(fake=start, pull=torch.tensor([[1.0, 0.0], [0.0, 1e6], [1e-4, 0.0]]))
    lengths = (seen.arrows[:, 1] - seen.arrows[:, 0]).norm(dim=1)
    assert torch.equal(seen.arrows[:, 0], start[:2])
    assert SMALLEST_ARROW < lengths[0] < LONGEST_ARROW
    assert float(lengths[1]) == pytest.approx(LONGEST_ARROW)
    twice = a_look(fake=start, pull=torch.tensor([[0.5, 0.0]])).arrows
    assert float(lengths[0]) == pytest.approx(2 * float((twice[0, 1] - twice[0, 0]).norm()), rel=1e-5)


def test_looking_disturbs_neither_the_game_nor_any_random_numbers():
    torch.manual_seed(0)
    game = GAN(PointGenerator(2), PointDiscriminator(), make_loss("relativistic"), 2)
    trainer = Trainer(game, ring(), Settings(16), device="cpu", precision="fp32").run(steps=2)
    before, stream = trainer.state_dict(), torch.get_rng_state()
    one, again = plane_state(game, ring()), plane_state(game, ring())
    assert same(before, trainer.state_dict())
    assert torch.equal(stream, torch.get_rng_state())
    assert all(weight.requires_grad for weight in game.discriminator.parameters())
    assert torch.equal(one.fake, again.fake)
    assert torch.equal(one.real, again.real)
    assert not torch.equal(one.real, plane_state(game, ring(), seed=1).real)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_games_are_drawn_side_by_side_each_under_its_title(count):
    looks = {f"game {number}": a_look() for number in range(count)}
    drawn = planes(looks)
    assert [axes.get_title() for axes in drawn.axes if axes.axison] == list(looks)
    assert len(drawn.axes) == min(count, 3) * math.ceil(count / 3)
