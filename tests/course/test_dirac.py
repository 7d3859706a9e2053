"""The Dirac-GAN does what Mescheder et al. (2018) prove of it; closed forms and a second implementation."""

import cmath
import math

import pytest
import torch

from gancore.lessons import dirac
from gancore.training.losses import Minimax
from gancore.widgets.dirac import ROUNDS, DiracExplorer

RATE = 0.1
START = (1.0, -0.5)


def doubles(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.double)


def by_autograd(theta: float, psi: float, penalty: float) -> tuple[float, float]:
    """Both players' directions from the course's own minimax loss, with real data at 0 and logit ψ·x."""
    theta, psi = (torch.tensor([value], dtype=torch.double, requires_grad=True) for value in (theta, psi))
    real, fake = psi * 0.0, psi * theta
    (g_gradient,) = torch.autograd.grad(Minimax().generator(None, fake), theta, retain_graph=True)
    d_loss = Minimax().discriminator(real, fake) + penalty / 2 * psi.square().sum()
    (d_gradient,) = torch.autograd.grad(d_loss, psi)
    return -g_gradient.item(), -d_gradient.item()


def jacobian(penalty: float) -> torch.Tensor:
    def at(place: torch.Tensor) -> torch.Tensor:
        return torch.stack(dirac.field(place[0], place[1], penalty))

    return torch.autograd.functional.jacobian(at, doubles(0.0, 0.0))


@pytest.mark.parametrize("penalty", [0.0, 0.3])
@pytest.mark.parametrize("place", [(1.0, 1.0), (-0.7, 2.0), (0.0, 0.4)])
def test_the_field_is_what_gradient_descent_on_the_minimax_loss_follows(place, penalty):
    theta, psi = place
    ours = dirac.field(*doubles(theta, psi), penalty)
    assert tuple(map(float, ours)) == pytest.approx(by_autograd(theta, psi, penalty))


def test_nobody_moves_at_the_equilibrium():
    zero = doubles(0.0)
    assert all(float(direction) == 0 for direction in dirac.field(zero, zero, penalty=0.5))
    assert torch.equal(dirac.play((0.0, 0.0), RATE, 5), torch.zeros(6, 2, dtype=torch.double))


def test_without_a_penalty_the_field_neither_draws_near_nor_leaves():
    theta, psi = doubles(1.0, -2.0, 0.3), doubles(0.5, 1.5, -0.9)
    d_theta, d_psi = dirac.field(theta, psi)
    torch.testing.assert_close(theta * d_theta + psi * d_psi, torch.zeros(3, dtype=torch.double))


def test_one_round_by_hand():
    # D = sigmoid(1·1) at (1, 1); in turns, the generator answers the discriminator's new slope.
    d = 1 / (1 + math.exp(-1))
    both = dirac.play((1.0, 1.0), RATE, 1)[1]
    torch.testing.assert_close(both, doubles(1 + RATE * d, 1 - RATE * d))
    psi = 1 - RATE * d
    in_turns = dirac.play((1.0, 1.0), RATE, 1, alternating=True)[1]
    torch.testing.assert_close(in_turns, doubles(1 + RATE * psi / (1 + math.exp(-psi)), psi))


def test_momentum_adds_a_share_of_the_last_step():
    plain = dirac.play(START, RATE, 1)
    first, second = dirac.play(START, RATE, 2, momentum=0.5)[1:]
    torch.testing.assert_close(first, plain[1])
    fresh = dirac.play(tuple(first.tolist()), RATE, 1)[1] - first
    torch.testing.assert_close(second - first, fresh + 0.5 * (first - plain[0]))


def test_when_both_move_at_once_every_round_ends_further_out_by_the_derived_factor():
    path = dirac.play(START, RATE, 300)
    squares = dirac.distance(path).square()
    factor = 1 + RATE**2 * dirac.pull(path[:-1].prod(dim=1)).square()
    torch.testing.assert_close(squares[1:] / squares[:-1], factor)
    assert (squares.diff() > 0).all()


def test_in_turns_the_players_circle_and_stay():
    distance = dirac.distance(dirac.play(START, RATE, 3000, alternating=True))
    assert 0.8 < float(distance.min() / distance[0]) < float(distance.max() / distance[0]) < 1.25


@pytest.mark.parametrize("alternating", [False, True])
@pytest.mark.parametrize("penalty", [0.1, 0.5, 1.0, 2.0])
def test_with_a_penalty_the_players_meet(penalty, alternating):
    path = dirac.play(START, RATE, 3000, penalty=penalty, alternating=alternating)
    assert float(dirac.distance(path)[-1]) < 1e-3


def test_momentum_drives_the_players_apart():
    plain, driven = (dirac.play(START, RATE, 400, alternating=True, momentum=share) for share in (0.0, 0.9))
    assert dirac.distance(driven)[-1] > 2 * dirac.distance(plain)[-1]


@pytest.mark.parametrize("penalty", [0.0, 0.3, 1.0, 2.0])
def test_the_eigenvalues_are_those_of_the_jacobian(penalty):
    def in_order(values) -> list[complex]:
        return sorted((complex(value) for value in values), key=lambda value: (value.real, value.imag))

    computed = in_order(torch.linalg.eigvals(jacobian(penalty)).tolist())
    for one, other in zip(computed, in_order(dirac.eigenvalues(penalty)), strict=True):
        assert cmath.isclose(one, other, abs_tol=1e-6)


def test_without_a_penalty_the_eigenvalues_are_imaginary_and_with_one_they_lie_left_of_that():
    assert dirac.eigenvalues() == (0.5j, -0.5j)
    assert all(value.real < 0 for penalty in (0.01, 0.5, 3.0) for value in dirac.eigenvalues(penalty))


def test_the_path_draws_near_as_fast_as_the_eigenvalue_says():
    distance = dirac.distance(dirac.play((0.01, 0.0), 0.01, 4000, penalty=0.4))
    measured = math.log(distance[1000] / distance[4000]) / 30  # 3,000 rounds of 0.01
    assert measured == pytest.approx(-dirac.eigenvalues(0.4)[0].real, rel=0.06)


@pytest.mark.parametrize("penalty", [0.0, 0.3])
def test_round_by_round_both_players_go_the_path_that_they_go_at_once(penalty):
    by_rounds = dirac.walk(dirac.both_at_once, (1.0, -0.5), 0.1, 50, penalty)
    torch.testing.assert_close(by_rounds, dirac.play((1.0, -0.5), 0.1, 50, penalty=penalty))


def test_the_view_plays_what_its_controls_say():
    view = DiracExplorer()
    torch.testing.assert_close(view.play(), dirac.play((1.0, 1.0), 0.1, ROUNDS))
    assert "began at 1.41" in view.status.value
    outwards = dirac.distance(view.play())[-1]
    view.in_turns.value = True
    assert dirac.distance(view.play())[-1] < outwards
    view.penalty.value = 0.5
    assert dirac.distance(view.play())[-1] < 0.1
    view.momentum.value = 0.9
    torch.testing.assert_close(
        view.play(), dirac.play((1.0, 1.0), 0.1, ROUNDS, penalty=0.5, momentum=0.9, alternating=True)
    )


@pytest.mark.parametrize("in_turns", [False, True])
def test_the_view_draws_its_wildest_game(in_turns):
    view = DiracExplorer()
    view.rate.value, view.momentum.value, view.in_turns.value = view.rate.max, view.momentum.max, in_turns
    assert view.play().isfinite().all()
    view.penalty.value = view.penalty.max
    assert view.play().isfinite().all()
