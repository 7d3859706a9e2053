"""Every loss against its closed form, every penalty against a critic whose gradient is known."""

import math

import numpy as np
import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck

from gancore.errors import GancoreError
from gancore.models import MLPDiscriminator
from gancore.system.random import seeded
from gancore.training import losses
from gancore.training.losses import LOSSES, make_loss, r1, r2, wgan_gp

REAL = [0.3, -1.7, 2.5, 0.9]
FAKE = [-0.6, 0.4, 1.8, -2.2]


def probability(logit):
    """D(x), from the definition of the sigmoid."""
    return 1 / (1 + math.exp(-logit))


def mean(values):
    values = list(values)
    return sum(values) / len(values)


# What each paper prints, in logarithms of probabilities or plain arithmetic, one example at a time.
DISCRIMINATOR_FORMS = {
    "non-saturating": lambda r, f: -math.log(probability(r)) - math.log(1 - probability(f)),
    "minimax": lambda r, f: -math.log(probability(r)) - math.log(1 - probability(f)),
    "least-squares": lambda r, f: ((r - 1) ** 2 + f**2) / 2,
    "hinge": lambda r, f: max(0.0, 1 - r) + max(0.0, 1 + f),
    "wasserstein": lambda r, f: f - r,
    "relativistic": lambda r, f: -math.log(probability(r - f)),
}
GENERATOR_FORMS = {
    "non-saturating": lambda r, f: -math.log(probability(f)),
    "minimax": lambda r, f: math.log(1 - probability(f)),
    "least-squares": lambda r, f: (f - 1) ** 2 / 2,
    "hinge": lambda r, f: -f,
    "wasserstein": lambda r, f: -f,
    "relativistic": lambda r, f: -math.log(probability(f - r)),
}
KINKED = {"hinge"}  # no second derivative where the margin ends


def logits(values, device="cpu", dtype=torch.float64):
    return torch.tensor(values, device=device, dtype=dtype, requires_grad=True)


def test_every_loss_has_a_closed_form_here():
    assert set(DISCRIMINATOR_FORMS) == set(GENERATOR_FORMS) == set(LOSSES)


@pytest.mark.parametrize("name", LOSSES)
def test_discriminator_loss_equals_its_closed_form(name, device):
    found = make_loss(name).discriminator(logits(REAL, device), logits(FAKE, device))
    expected = mean(map(DISCRIMINATOR_FORMS[name], REAL, FAKE))
    assert found.shape == ()
    assert found.item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_generator_loss_equals_its_closed_form(name, device):
    found = make_loss(name).generator(logits(REAL, device), logits(FAKE, device))
    expected = mean(map(GENERATOR_FORMS[name], REAL, FAKE))
    assert found.shape == ()
    assert found.item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", [name for name, kind in LOSSES.items() if not kind.pairs])
def test_unpaired_losses_take_different_counts_and_no_real_logits_for_the_generator(name):
    loss = make_loss(name)
    few = REAL[:2]
    zero = DISCRIMINATOR_FORMS[name](0.0, 0.0)
    told_real = mean(DISCRIMINATOR_FORMS[name](r, 0.0) for r in few)
    told_fake = mean(DISCRIMINATOR_FORMS[name](0.0, f) for f in FAKE)
    found = loss.discriminator(logits(few), logits(FAKE)).item()
    assert found == pytest.approx(told_real + told_fake - zero, rel=1e-12)
    assert loss.generator(None, logits(FAKE)).item() == loss.generator(logits(REAL), logits(FAKE)).item()


@pytest.mark.parametrize("name", [name for name, kind in LOSSES.items() if kind.pairs])
def test_paired_losses_say_that_the_generator_needs_real_logits(name):
    with pytest.raises(GancoreError, match="real with fake logits"):
        make_loss(name).generator(None, logits(FAKE))


@pytest.mark.parametrize("name", LOSSES)
def test_loss_gradients_pass_gradcheck(name):
    loss = make_loss(name)
    assert gradcheck(loss.discriminator, (logits(REAL), logits(FAKE)))
    assert gradcheck(lambda fake: loss.generator(logits(REAL).detach(), fake), (logits(FAKE),))


@pytest.mark.parametrize("name", sorted(set(LOSSES) - KINKED))
def test_second_derivatives_of_smooth_losses_pass_gradgradcheck(name):
    loss = make_loss(name)
    assert gradgradcheck(loss.discriminator, (logits(REAL), logits(FAKE)), atol=1e-4)


def slope(logit):
    """The sigmoid of a far logit, without overflow: how strongly softplus still rises there."""
    return math.exp(logit) / (1 + math.exp(logit))


# Loss and player, one real and one fake logit, and the derivatives by hand with respect to the two.
FAR = [
    # the discriminator is certain and right: little is left to learn, but it is not nothing
    ("non-saturating", "discriminator", 50.0, -50.0, -slope(-50), slope(-50)),
    ("minimax", "discriminator", 50.0, -50.0, -slope(-50), slope(-50)),
    ("least-squares", "discriminator", 50.0, -50.0, 49.0, -50.0),
    ("hinge", "discriminator", 50.0, -50.0, 0.0, 0.0),  # by definition: both lie beyond the margin
    ("wasserstein", "discriminator", 50.0, -50.0, -1.0, 1.0),
    ("relativistic", "discriminator", 50.0, 0.0, -slope(-50), slope(-50)),
    ("relativistic", "discriminator", 0.0, -50.0, -slope(-50), slope(-50)),
    # the discriminator is certain and wrong: it must learn at full strength
    ("non-saturating", "discriminator", -50.0, 50.0, -1.0, 1.0),
    ("minimax", "discriminator", -50.0, 50.0, -1.0, 1.0),
    ("least-squares", "discriminator", -50.0, 50.0, -51.0, 50.0),
    ("hinge", "discriminator", -50.0, 50.0, -1.0, 1.0),
    ("wasserstein", "discriminator", -50.0, 50.0, -1.0, 1.0),
    ("relativistic", "discriminator", -50.0, 50.0, -1.0, 1.0),
    # the discriminator sees through the generator: full strength, except in the minimax game, whose gradient
    # fades by theory; even there it is -sigmoid(fake), a number that fp32 holds
    ("non-saturating", "generator", 50.0, -50.0, 0.0, -1.0),
    ("minimax", "generator", 50.0, -50.0, 0.0, -slope(-50)),
    ("least-squares", "generator", 50.0, -50.0, 0.0, -51.0),
    ("hinge", "generator", 50.0, -50.0, 0.0, -1.0),
    ("wasserstein", "generator", 50.0, -50.0, 0.0, -1.0),
    ("relativistic", "generator", 50.0, -50.0, 1.0, -1.0),
    # the generator has won: minimax pushes on, non-saturating rests
    ("non-saturating", "generator", -50.0, 50.0, 0.0, -slope(-50)),
    ("minimax", "generator", -50.0, 50.0, 0.0, -1.0),
    ("least-squares", "generator", -50.0, 50.0, 0.0, 49.0),
    ("hinge", "generator", -50.0, 50.0, 0.0, -1.0),
    ("wasserstein", "generator", -50.0, 50.0, 0.0, -1.0),
    ("relativistic", "generator", 0.0, 50.0, slope(-50), -slope(-50)),
]


@pytest.mark.parametrize(("name", "player", "real", "fake", "by_real", "by_fake"), FAR)
def test_fp32_gradients_at_logits_of_50_are_those_of_the_formula(name, player, real, fake, by_real, by_fake, device):
    r, f = logits([real], device, torch.float32), logits([fake], device, torch.float32)
    value = getattr(make_loss(name), player)(r, f)
    value.backward()
    found = [0.0 if x.grad is None else x.grad.item() for x in (r, f)]
    assert math.isfinite(value.item())
    assert found == pytest.approx([by_real, by_fake], rel=1e-5, abs=0)


def test_every_loss_is_checked_far_out_from_both_sides():
    checked = {(name, player) for name, player, *_ in FAR}
    assert checked == {(name, player) for name in LOSSES for player in ("discriminator", "generator")}


def test_minimax_generator_gradient_fades_as_the_discriminator_wins():
    strengths = []
    for logit in (0.0, -5.0, -10.0, -20.0, -50.0):
        fake = logits([logit], dtype=torch.float32)
        make_loss("minimax").generator(None, fake).backward()
        strengths.append(-fake.grad.item())
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[0] == 0.5
    assert 0 < strengths[-1] < 1e-20


def test_minimax_is_zero_sum_in_the_fake_logits():
    loss, fake = make_loss("minimax"), logits(FAKE)
    told_fake = loss.discriminator(logits([0.0]), fake) - math.log(2)
    assert told_fake.item() == pytest.approx(-loss.generator(None, fake).item(), rel=1e-12)


@pytest.mark.parametrize("name", ["non-saturating", "minimax"])
def test_label_smoothing_equals_its_closed_form_and_spares_the_fake_side(name):
    target = 0.9
    found = make_loss(name, target).discriminator(logits(REAL), logits(FAKE)).item()
    told_real = mean(-target * math.log(probability(r)) - (1 - target) * math.log(1 - probability(r)) for r in REAL)
    told_fake = mean(-math.log(1 - probability(f)) for f in FAKE)
    assert found == pytest.approx(told_real + told_fake, rel=1e-12)
    assert make_loss(name, target).generator(None, logits(FAKE)) == make_loss(name).generator(None, logits(FAKE))
    assert gradcheck(make_loss(name, target).discriminator, (logits(REAL), logits(FAKE)))


def test_label_smoothing_asks_for_the_target_probability():
    for target in (0.7, 0.9):
        asked = logits([math.log(target / (1 - target))])
        make_loss("non-saturating", target).discriminator(asked, logits(FAKE)).backward()
        assert asked.grad.item() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_make_loss_returns_the_named_loss(name):
    assert type(make_loss(name)) is LOSSES[name]


def test_make_loss_names_the_choices():
    with pytest.raises(GancoreError) as caught:
        make_loss("hings")
    assert "'hings'" in str(caught.value)
    assert all(name in str(caught.value) for name in LOSSES)


@pytest.mark.parametrize("name", ["least-squares", "hinge", "wasserstein", "relativistic"])
def test_label_smoothing_is_refused_where_it_has_no_meaning(name):
    with pytest.raises(GancoreError, match=f"non-saturating.*minimax.*{name}"):
        make_loss(name, real_target=0.9)


@pytest.mark.parametrize("target", [0.5, 0.0, -1.0, 1.01, math.nan])
def test_a_real_target_out_of_range_is_refused(target):
    with pytest.raises(GancoreError, match=r"real_target.*0\.5.*\b1\b"):
        make_loss("non-saturating", target)


@pytest.mark.parametrize(
    ("name", "threshold"),
    [
        ("non-saturating", 0),
        ("minimax", 0),
        ("least-squares", 0.5),
        ("hinge", 0),
        ("wasserstein", (mean(REAL) + mean(FAKE)) / 2),
        ("relativistic", (mean(REAL) + mean(FAKE)) / 2),
    ],
)
def test_threshold_lies_half_way_between_what_real_and_fake_are_asked_for(name, threshold):
    found = make_loss(name).threshold(torch.tensor(REAL), torch.tensor(FAKE))
    assert float(found) == pytest.approx(threshold)


def test_only_the_relativistic_loss_pairs_real_with_fake():
    assert [name for name, kind in LOSSES.items() if kind.pairs] == ["relativistic"]


# Gradient penalties


def linear_critic(weights):
    """w·x: its gradient is w everywhere."""
    return lambda x: (x * weights).flatten(1).sum(1)


def quadratic_critic(matrix):
    """½ xᵀAx with a symmetric A: its gradient is Ax."""
    return lambda x: ((x.flatten(1) @ matrix) * x.flatten(1)).sum(1) / 2


SYMMETRIC = [[2.0, 1.0, 0.0], [1.0, -1.0, 0.5], [0.0, 0.5, 3.0]]
POINTS = [[1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [1.0, -1.0, 2.0], [0.0, 0.0, 0.0]]
# A times each point, by hand
SLOPES = [[2.0, 1.0, 0.0], [2.0, -2.0, 1.0], [1.0, 3.0, 5.5], [0.0, 0.0, 0.0]]


@pytest.mark.parametrize("penalty", [r1, r2])
def test_r1_and_r2_of_a_linear_critic_are_half_its_squared_weights(penalty, device):
    weights = torch.arange(12.0, device=device).reshape(3, 2, 2)
    found = penalty(linear_critic(weights), torch.randn(5, 3, 2, 2, device=device))
    assert found.tolist() == [sum(i * i for i in range(12)) / 2] * 5


@pytest.mark.parametrize("penalty", [r1, r2])
def test_r1_and_r2_of_a_quadratic_critic_are_half_its_squared_slopes(penalty, device):
    critic = quadratic_critic(torch.tensor(SYMMETRIC, device=device))
    found = penalty(critic, torch.tensor(POINTS, device=device))
    assert found.tolist() == pytest.approx([sum(s * s for s in slopes) / 2 for slopes in SLOPES])


def test_wgan_gp_of_a_linear_critic_is_the_squared_distance_of_its_slope_from_one(device):
    weights = torch.tensor([3.0, 4.0], device=device)
    found = wgan_gp(linear_critic(weights), torch.randn(6, 2, device=device), torch.randn(6, 2, device=device))
    assert found.tolist() == pytest.approx([(5 - 1) ** 2] * 6)


def test_wgan_gp_of_a_quadratic_critic_where_real_and_fake_coincide(device):
    points = torch.tensor(POINTS, device=device)
    found = wgan_gp(quadratic_critic(torch.tensor(SYMMETRIC, device=device)), points, points)
    assert found.tolist() == pytest.approx([(math.hypot(*slopes) - 1) ** 2 for slopes in SLOPES], rel=1e-5)


def test_wgan_gp_looks_at_uniform_points_on_the_line_from_real_to_fake():
    # ½‖x‖² has the slope x; on the line from (0, 0) to (3, 4) that is 5 times the share of the way.
    count = 20_000
    real, fake = torch.zeros(count, 2), torch.tensor([3.0, 4.0]).repeat(count, 1)
    visited = []

    def critic(x):
        visited.append(x.detach())
        return x.square().sum(1) / 2

    found = wgan_gp(critic, real, fake)
    (x,) = visited
    shares = x.norm(dim=1) / 5
    assert torch.allclose(x, shares[:, None] * fake, atol=1e-6)
    assert torch.allclose(found, (5 * shares - 1) ** 2, rtol=1e-4, atol=1e-5)
    steps = torch.arange(1, count + 1) / count
    # Kolmogorov's distance from the uniform distribution exceeds 1.95/√n once in a thousand draws.
    assert (shares.sort().values - steps).abs().max() < 1.95 / math.sqrt(count)


def test_wgan_gp_draws_from_the_global_random_state():
    critic = quadratic_critic(torch.tensor(SYMMETRIC))
    real, fake = torch.tensor(POINTS), -torch.tensor(POINTS)
    found = []
    for _ in range(2):
        torch.manual_seed(3)
        found.append(wgan_gp(critic, real, fake))
    assert torch.equal(*found)
    assert not torch.equal(found[0], wgan_gp(critic, real, fake))


def penalties(critic, real, fake):
    """The three penalties, with WGAN-GP at the same points every time."""
    with seeded(0):
        gp = wgan_gp(critic, real, fake)
    return {"r1": r1(critic, real), "r2": r2(critic, fake), "gp": gp}


@pytest.mark.parametrize("name", ["r1", "r2", "gp"])
def test_a_penalty_is_one_number_for_each_example_and_of_that_example_alone(name):
    critic = quadratic_critic(torch.tensor(SYMMETRIC))
    real, fake = torch.tensor(POINTS) + 1, torch.tensor(POINTS) - 2
    before = penalties(critic, real, fake)[name]
    real, fake = real.clone(), fake.clone()
    real[1] += 1
    fake[1] += 1
    after = penalties(critic, real, fake)[name]
    assert before.shape == (4,)
    assert (before != after).tolist() == [False, True, False, False]


@pytest.mark.parametrize("name", ["r1", "r2", "gp"])
def test_penalties_train_the_critic_as_gradcheck_says(name):
    torch.manual_seed(0)
    real, fake = torch.randn(3, 4, dtype=torch.float64), torch.randn(3, 4, dtype=torch.float64)
    first, second = torch.randn(4, 5, dtype=torch.float64), torch.randn(5, dtype=torch.float64)

    def penalty(first, second):
        return penalties(lambda x: torch.tanh(x @ first) @ second, real, fake)[name]

    weights = (first.requires_grad_(), second.requires_grad_())
    assert gradcheck(penalty, weights)
    assert gradgradcheck(penalty, weights)


@pytest.mark.parametrize("name", ["r1", "r2", "gp"])
def test_penalties_under_bf16_autocast_are_as_exact_as_fp32(name, device):
    torch.manual_seed(0)
    critic = MLPDiscriminator((1, 4, 4)).to(device).eval()
    real = torch.randn(5, 1, 4, 4, device=device)
    fake = real if name == "gp" else torch.randn(5, 1, 4, 4, device=device)  # where they coincide no point is drawn
    with torch.autocast(device.type, torch.bfloat16):
        found = penalties(critic, real, fake)[name]
        from_half = penalties(critic, real.bfloat16(), fake.bfloat16())[name]
    # one_logit rounds to fp32 at the very end, so the gradient behind it is that of double precision.
    exact = penalties(critic.double(), real.double(), fake.double())[name]
    assert found.dtype == from_half.dtype == torch.float32
    assert torch.allclose(found.double(), exact, rtol=1e-4, atol=0)  # bf16 would be wrong by a hundredth


def test_a_penalty_too_small_for_half_precision_is_not_lost():
    weights = torch.full((4,), 1e-15)  # fp16 holds nothing below 6e-8
    assert r1(linear_critic(weights), torch.zeros(1, 4).half()).item() == pytest.approx(2e-30, rel=1e-5)


def test_wgan_gp_of_a_flat_critic_is_one_with_a_finite_gradient():
    weights = torch.zeros(3, requires_grad=True)
    found = wgan_gp(linear_critic(weights), torch.randn(4, 3), torch.randn(4, 3))
    found.mean().backward()
    assert found.tolist() == pytest.approx([1] * 4)
    assert torch.isfinite(weights.grad).all()


def test_a_penalty_sends_no_gradient_to_the_examples():
    real = torch.randn(4, 3, requires_grad=True)
    weights = torch.randn(3, requires_grad=True)
    r1(quadratic_critic(torch.tensor(SYMMETRIC) * weights), real).sum().backward()
    assert real.grad is None
    assert weights.grad.abs().sum() > 0


def test_half_precision_is_lifted_and_higher_precision_kept():
    kinds = {torch.float16: torch.float32, torch.bfloat16: torch.float32}
    kinds |= {kind: kind for kind in (torch.float32, torch.float64)}
    for kind, lifted in kinds.items():
        assert losses.at_least_fp32(torch.zeros(2, dtype=kind)).dtype == lifted
    values = np.array([0.1, -3.5])
    assert losses.at_least_fp32(torch.from_numpy(values)).tolist() == values.tolist()
