"""The way through a game: what comes back to whom, with the scissors in every place, and a view that follows."""

import pytest
import torch
from matplotlib.colors import to_rgba
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce

from gancore.lessons.passage import AT_LOGIT, AT_POINT, CONSEQUENCES, CUTS, LAST, MOVES, NOWHERE, send
from gancore.plots.scene import scene
from gancore.plots.style import BLUE, ORANGE
from gancore.widgets.passage import ThereAndBack

Z = torch.tensor([0.3, -1.0])
REACHED = {NOWHERE: ("x", "D", "G"), AT_POINT: ("D",), AT_LOGIT: ()}


def players():
    torch.manual_seed(0)
    return nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Flatten(0))


def lengths(loss, player):
    gradients = torch.autograd.grad(loss, list(player.parameters()), retain_graph=True)
    return float(torch.cat([gradient.flatten() for gradient in gradients]).norm())


@pytest.mark.parametrize(("move", "label"), [(MOVES[0], 0.0), (MOVES[1], 1.0)])
def test_without_scissors_both_gradients_are_those_of_cross_entropy(move, label):
    generator, discriminator = players()
    seen = send(generator, discriminator, Z, move, NOWHERE)
    logit = discriminator(generator(Z[None]))
    loss = bce(logit, torch.tensor([label]))
    assert seen.loss == pytest.approx(float(loss.detach()))
    assert seen.at_logit == pytest.approx(float(torch.sigmoid(logit.detach())) - label)
    assert seen.in_d == pytest.approx(lengths(loss, discriminator))
    assert seen.in_g == pytest.approx(lengths(loss, generator))


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("cut", CUTS)
def test_the_gradient_comes_as_far_as_the_scissors(move, cut):
    seen = send(*players(), Z, move, cut)
    assert tuple(station for station in ("x", "D", "G") if seen.comes_back_to(station)) == REACHED[cut]
    assert seen.loss == send(*players(), Z, move, NOWHERE).loss
    assert (move, cut) in CONSEQUENCES


def test_the_players_are_left_as_they_were():
    generator, discriminator = players()
    before = [weight.clone() for player in (generator, discriminator) for weight in player.parameters()]
    send(generator, discriminator, Z, MOVES[0], NOWHERE)
    after = [weight for player in (generator, discriminator) for weight in player.parameters()]
    assert all(torch.equal(one, two) and two.grad is None for one, two in zip(before, after, strict=True))


def test_the_view_follows_the_scissors_the_move_the_way_and_the_latent():
    view = ThereAndBack(*players(), 2, torch.zeros(3, 2))
    told = {view.image.value}
    assert "in G: of length" in view.status.value
    view.cut.value = AT_POINT
    assert "in G: none" in view.status.value
    assert "cannot learn" in view.status.value
    told.add(view.image.value)
    view.move.value = MOVES[0]
    assert "detach" in view.status.value
    told.add(view.image.value)
    view.moment.value = 3
    told.add(view.image.value)
    assert view.image.alt.startswith(f"Step 3 of {LAST}.")
    view.latent.value = 7
    told.add(view.image.value)
    assert len(told) == 5


@pytest.mark.parametrize(("move", "there", "back"), [("", 5, 3), (MOVES[0], 5, 1), (MOVES[1], 4, 3)])
def test_in_the_scene_the_gradient_flows_as_far_as_the_move_lets_it(move, there, back):
    """To D alone in D's move; in G's, which asks about no real picture, all the way to G."""
    drawn = scene(torch.randn(100), torch.zeros(1, 28, 28), torch.zeros(1, 28, 28), move=move)
    words = drawn.axes[0].texts
    colours = [each.arrow_patch.get_edgecolor() for each in words if getattr(each, "arrow_patch", None)]
    assert [colours.count(to_rgba(colour)) for colour in (BLUE, ORANGE)] == [there, back]
    assert ("✂ detach" in [each.get_text() for each in words]) == (move == MOVES[0])


def test_the_scene_says_what_goes_into_the_loss():
    drawn = scene(torch.randn(1), torch.zeros(1, 9, 9), torch.zeros(1, 9, 9), verdict="f(x) - f(G(z))", loss="V")
    said = {each.get_text() for each in drawn.axes[0].texts}
    assert {"f(x) - f(G(z))", "V", "z\na random number"} <= said


def test_what_is_given_stands_in_the_scene_where_the_latent_stood_and_is_shown_to_both():
    drawn = scene(None, torch.zeros(3, 9, 9), torch.zeros(3, 9, 9), given=torch.zeros(1, 9, 9))
    said = {each.get_text() for each in drawn.axes[0].texts}
    assert {"given", "x = G(given), generated", "D(x, given)"} <= said
    assert not any("random number" in each for each in said)
    assert len(drawn.axes[0].images) == 4
