"""A game moves one player at a time, adds the penalties that are due, and samples without disturbing anything."""

import copy
import weakref
from collections.abc import Callable

import numpy as np
import pytest
import torch
from helpers.small import CENTRE, PointGame, point_trainer
from torch import Tensor, nn

from gancore.data import Batch, load
from gancore.data.batch import Spec
from gancore.data.toys import ring
from gancore.errors import GancoreError
from gancore.models import PointDiscriminator, PointGenerator
from gancore.models.modes import evaluating, frozen
from gancore.models.sampling import generate, seeded_latents
from gancore.system.random import seeded
from gancore.training.game import Game
from gancore.training.gan import GAN
from gancore.training.losses import LOSSES, Hinge, LeastSquares, NonSaturating, Relativistic, Wasserstein, mismatch
from gancore.training.recipes import RECIPES
from gancore.training.trainer import Settings, Trainer

SLOPE = (3.0, 4.0)  # of a linear discriminator, so its gradient has norm 5 everywhere
LAZY = 4


class Echo(nn.Module):
    """A generator that shows the label it was told, so a test can read it off."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        return self.scale * labels[:, None].float()


class Told(nn.Module):
    """A discriminator that is right about examples that equal their label, and only about those."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, examples: Tensor, labels: Tensor) -> Tensor:
        return self.scale * torch.where(examples[:, 0] == labels, 1.0, -1.0)


class Constant(nn.Module):
    """A generator of examples that are fixed in advance."""

    def __init__(self, *values: float) -> None:
        super().__init__()
        self.values = nn.Parameter(torch.tensor(values)[:, None])

    def forward(self, z: Tensor) -> Tensor:
        return self.values


class Identity(nn.Module):
    """A discriminator whose logit is the example itself."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, examples: Tensor) -> Tensor:
        return self.scale * examples[:, 0]


def players() -> tuple[nn.Module, nn.Module]:
    with seeded(0):
        generator = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 2))
        discriminator = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0))
    return generator, discriminator


def point_gan(loss: object = None, **options: object) -> GAN:
    return GAN(*players(), loss or NonSaturating(), latent_dim=3, **options)


def linear_gan(**options: object) -> GAN:
    """A game whose discriminator is x · SLOPE, with a loss of nothing but its penalties when logits cancel."""
    generator, _ = players()
    discriminator = nn.Sequential(nn.Linear(2, 1), nn.Flatten(0))
    with torch.no_grad():
        discriminator[0].weight.copy_(torch.tensor([SLOPE]))
        discriminator[0].bias.zero_()
    return GAN(generator, discriminator, NonSaturating(), latent_dim=3, **options)


def points(count: int = 8) -> Batch:
    return Batch(torch.randn(count, 2, generator=torch.Generator().manual_seed(1)))


@pytest.mark.parametrize("penalties", [{}, {"r1": 1.0, "r2": 1.0, "gp": 1.0}], ids=["plain", "penalised"])
@pytest.mark.parametrize("name", LOSSES)
def test_discriminator_loss_sends_gradients_to_the_discriminator_only(name: str, penalties: dict) -> None:
    game = point_gan(LOSSES[name](), **penalties)
    game.discriminator_loss(points()).backward()
    assert all(weight.grad is None for weight in game.generator.parameters())
    assert game.discriminator[0].weight.grad.abs().sum() > 0


@pytest.mark.parametrize("name", LOSSES)
def test_generator_loss_sends_gradients_to_the_generator_only(name: str) -> None:
    game = point_gan(LOSSES[name]())
    game.generator_loss(points()).backward()
    assert all(weight.grad is None for weight in game.discriminator.parameters())
    assert game.generator[0].weight.grad.abs().sum() > 0
    assert all(weight.requires_grad for weight in game.discriminator.parameters())


def test_frozen_gives_back_what_it_took_and_no_more() -> None:
    network = nn.Linear(2, 2)
    network.bias.requires_grad_(False)
    with frozen(network):
        assert not network.weight.requires_grad
    assert network.weight.requires_grad
    assert not network.bias.requires_grad


def test_discriminator_learns_again_after_an_exception_in_the_generators_move() -> None:
    game = point_gan()
    game.discriminator[0] = nn.Linear(5, 8)  # does not fit points of two coordinates
    with pytest.raises(RuntimeError):
        game.generator_loss(points())
    assert all(weight.requires_grad for weight in game.discriminator.parameters())


def test_modes_are_as_they_were_after_sampling() -> None:
    game = point_gan()
    game.generator.train()
    game.generator[3].eval()  # a part that a reader has switched off
    before = [module.training for module in game.generator.modules()]
    game.sample(game.generator, 3)
    assert [module.training for module in game.generator.modules()] == before
    assert True in before
    assert False in before


def test_modes_are_as_they_were_after_an_exception() -> None:
    network = nn.Sequential(nn.Dropout(), nn.BatchNorm1d(2).eval())
    with pytest.raises(RuntimeError), evaluating(network):
        network(torch.zeros(1, 5))  # does not fit a batch norm of two features
    assert network.training
    assert network[0].training
    assert not network[1].training


def test_sample_is_the_same_for_a_seed_and_another_for_another() -> None:
    game = point_gan()  # in train mode, where dropout would make any two differ
    one, again, other = (game.sample(game.generator, 20, seed=seed) for seed in (5, 5, 6))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert one.dtype == torch.float32
    assert one.shape == (20, 2)


def test_sampling_changes_neither_random_state_nor_batch_statistics() -> None:
    game = point_gan()
    state = torch.get_rng_state()
    mean = game.generator[1].running_mean.clone()
    game.sample(game.generator, 20)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(game.generator[1].running_mean, mean)


@pytest.mark.parametrize("chunk", [1, 7, 20, 500])
def test_samples_do_not_depend_on_how_many_are_computed_at_a_time(chunk: int) -> None:
    game = point_gan()
    z = seeded_latents(20, 3, seed=0)
    with torch.no_grad(), evaluating(game.generator):
        whole = game.generator(z)
    torch.testing.assert_close(generate(game.generator, z, chunk=chunk), whole)


def test_labels_stay_with_their_latents_when_computed_in_chunks() -> None:
    labels = torch.arange(20) % 3
    shown = generate(Echo(), seeded_latents(20, 3, seed=0), labels, chunk=7)
    assert shown[:, 0].tolist() == labels.tolist()


def test_samples_can_teach_another_network() -> None:
    game = point_gan()
    student = nn.Linear(2, 1)
    student(game.sample(game.generator, 4)).sum().backward()
    assert student.weight.grad is not None
    assert game.generator[0].weight.grad is None


def test_seeded_latents_are_standard_normal() -> None:
    z = seeded_latents(20_000, 5, seed=0)
    assert z.shape == (20_000, 5)
    assert abs(z.mean().item()) < 0.02
    assert abs(z.std().item() - 1) < 0.02


def test_labels_count_through_the_classes_where_none_are_given() -> None:
    game = GAN(Echo(), Told(), NonSaturating(), latent_dim=3, classes=3)
    assert game.sample(game.generator, 7)[:, 0].tolist() == [0, 1, 2, 0, 1, 2, 0]


def test_labels_that_are_asked_for_are_drawn() -> None:
    game = GAN(Echo(), Told(), NonSaturating(), latent_dim=3, classes=3)
    for labels in (torch.tensor([2, 2, 0, 1]), torch.tensor([2, 2, 0, 1]).int(), [2, 2, 0, 1], np.array([2, 2, 0, 1])):
        assert game.sample(game.generator, 4, labels)[:, 0].tolist() == [2, 2, 0, 1]


@pytest.mark.parametrize("labels", [[0, 1], [0, 1, 2, 0], [0, 1, 3], [-1, 0, 1], [[0], [1], [2]], [0.0, 1.0, 2.0], 1])
def test_labels_that_do_not_fit_are_refused_with_the_range(labels: object) -> None:
    game = GAN(Echo(), Told(), NonSaturating(), latent_dim=3, classes=3)
    with pytest.raises(GancoreError, match="3 labels, each from 0 to 2"):
        game.sample(game.generator, 3, torch.tensor(labels))


def test_a_game_without_classes_refuses_labels() -> None:
    game = point_gan()
    with pytest.raises(GancoreError, match="no classes"):
        game.sample(game.generator, 1, torch.tensor([0]))


def test_both_players_are_told_the_labels_of_the_batch() -> None:
    labels = torch.tensor([2, 0, 1, 1])
    game = GAN(Echo(), Told(), Hinge(), latent_dim=3, classes=3)
    batch = Batch(labels[:, None].float(), labels)
    assert game.generate(batch)[:, 0].tolist() == labels.tolist()
    # Told says +1 of every real and of every generated example: hinge is 0 on the real, 2 on the fake.
    assert game.discriminator_loss(batch).item() == pytest.approx(2)
    assert game.generator_loss(batch).item() == pytest.approx(-1)


@pytest.mark.parametrize(
    ("penalty", "value"),
    [({"r1": 2.0}, 2 * 25 / 2), ({"r2": 2.0}, 2 * 25 / 2), ({"gp": 2.0}, 2 * (5 - 1) ** 2)],
    ids=["r1", "r2", "gp"],
)
def test_penalties_add_their_closed_form_to_the_loss(penalty: dict, value: float) -> None:
    penalised, plain = linear_gan(**penalty), linear_gan()
    torch.manual_seed(3)
    with_it = penalised.discriminator_loss(points())
    torch.manual_seed(3)
    without = plain.discriminator_loss(points())
    assert (with_it - without).item() == pytest.approx(value, rel=1e-5)


def test_penalties_add_up() -> None:
    game = linear_gan(r1=1.0, r2=2.0, gp=3.0)
    assert game.penalty(points(), points().real).item() == pytest.approx(12.5 + 25 + 48, rel=1e-5)


def test_lazy_penalty_comes_on_every_kth_move_and_weighs_k_times_as_much() -> None:
    game = linear_gan(r1=2.0, penalty_every=LAZY)
    charged = []
    for game.moves in range(2 * LAZY + 1):
        charged.append(float(torch.as_tensor(game.penalty(points(), points().real)).detach()))
    assert charged == pytest.approx([LAZY * 25.0, 0, 0, 0] * 2 + [LAZY * 25.0], rel=1e-5)


@pytest.mark.parametrize(
    ("loss", "on_real", "on_fake"),
    [
        (NonSaturating(), 3 / 4, 1 / 4),  # threshold 0
        (LeastSquares(), 2 / 4, 2 / 4),  # threshold 1/2
        (Wasserstein(), 1 / 4, 2 / 4),  # threshold 0.675, half-way between the means 0.35 and 1
    ],
    ids=["zero", "half", "midpoint"],
)
def test_report_gives_the_shares_that_the_discriminator_got_right(loss: object, on_real: float, on_fake: float) -> None:
    game = GAN(Constant(-2.0, 0.4, 2.0, 3.6), Identity(), loss, latent_dim=3)
    game.discriminator_loss(Batch(torch.tensor([[1.0], [0.3], [0.6], [-0.5]])))
    assert {name: value.item() for name, value in game.report().items()} == {"d_real": on_real, "d_fake": on_fake}


def test_there_is_nothing_to_report_before_the_first_move() -> None:
    assert point_gan().report() == {}
    assert Game().report() == {}


def test_relativistic_generator_sees_the_real_examples() -> None:
    game = GAN(Constant(1.0, 1.0), Identity(), Relativistic(), latent_dim=3)
    batch = Batch(torch.tensor([[1.0], [1.0]]))
    assert game.generator_loss(batch).item() == pytest.approx(torch.tensor(2.0).log().item())


# One batch of generated examples for both players


@pytest.mark.parametrize("name", LOSSES)
def test_sharing_players_leave_no_gradients_in_each_other(name: str) -> None:
    game = point_gan(LOSSES[name](), share_fakes=True, r2=1.0)
    game.discriminator_loss(points()).backward()
    assert all(weight.grad is None for weight in game.generator.parameters())
    game.discriminator.zero_grad()
    game.generator_loss(points()).backward()
    assert all(weight.grad is None for weight in game.discriminator.parameters())
    assert game.generator[0].weight.grad.abs().sum() > 0


def test_sharing_players_move_as_in_a_loop_by_hand() -> None:
    game, real = point_gan(share_fakes=True), points()
    generator, discriminator = copy.deepcopy((game.generator, game.discriminator))

    torch.manual_seed(3)
    game.discriminator_loss(real).backward()
    torch.optim.SGD(game.discriminator.parameters(), lr=0.5).step()
    game.generator_loss(points()).backward()

    torch.manual_seed(3)
    fake = generator(torch.randn(8, 3))  # through a dropout, so that no two passes are alike
    NonSaturating().discriminator(discriminator(real.real), discriminator(fake.detach())).backward()
    torch.optim.SGD(discriminator.parameters(), lr=0.5).step()
    NonSaturating().generator(None, discriminator(fake)).backward()
    for mine, by_hand in zip(game.generator.parameters(), generator.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, by_hand.grad)


def test_a_trainer_that_goes_back_shares_nothing_of_what_it_left() -> None:
    trainer = RECIPES["dcgan"].change(batch_size=4).trainer(load("digits"), device="cpu")
    state = trainer.state_dict()
    trainer.discriminator_step()
    assert trainer.game.shared is not None
    trainer.load_state_dict(state)
    trainer.generator_step()  # which would learn from examples whose generator has changed since


def test_what_was_shared_is_learned_from_once() -> None:
    game, passes = point_gan(share_fakes=True), []
    game.generator.register_forward_pre_hook(lambda *_: passes.append(1))
    for move in (game.discriminator_loss, game.discriminator_loss, game.generator_loss, game.generator_loss):
        move(points()).backward()
    assert len(passes) == 3  # the last move found nothing to share


def test_what_nobody_learned_from_is_gone_before_more_is_generated() -> None:
    game, gone = point_gan(share_fakes=True), []
    game.discriminator_loss(points())
    unused = weakref.ref(game.shared[1])
    game.generator.register_forward_pre_hook(lambda *_: gone.append(unused() is None))
    game.discriminator_loss(points())
    assert gone == [True]


def test_labels_and_real_examples_are_shared_with_what_was_generated() -> None:
    labels, others = torch.tensor([2, 0, 1, 1]), torch.tensor([0, 1, 2, 2])
    game = GAN(Echo(), Told(), Hinge(), latent_dim=3, classes=3, share_fakes=True)
    game.discriminator_loss(Batch(labels[:, None].float(), labels))
    assert game.generator_loss(Batch(others[:, None].float(), others)).item() == pytest.approx(-1)

    paired = GAN(Constant(1.0, 1.0), Identity(), Relativistic(), latent_dim=3, share_fakes=True)
    paired.discriminator_loss(Batch(torch.tensor([[1.0], [1.0]])))
    loss = paired.generator_loss(Batch(torch.tensor([[50.0], [50.0]])))
    assert loss.item() == pytest.approx(torch.tensor(2.0).log().item())


def test_a_game_of_ones_own_trains() -> None:
    trainer = point_trainer(PointGame()).run(steps=300)
    centre = trainer.sample(2000).mean(dim=0)
    assert (centre - torch.tensor(CENTRE)).norm() < 0.5  # it starts more than 2 away


def test_a_gan_plays_on_any_device(device: torch.device) -> None:
    game = point_gan(r1=0.1, gp=0.1)
    for player in (game.generator, game.discriminator):
        player.to(device)
    batch = Batch(points().real.to(device))
    for loss in (game.discriminator_loss(batch), game.generator_loss(batch)):
        assert loss.device.type == device.type
        assert loss.isfinite()
    assert game.latents(4).device.type == device.type
    torch.testing.assert_close(
        game.sample(game.generator, 4).cpu(), game.sample(game.generator.cpu(), 4), rtol=1e-4, atol=1e-5
    )


# Compiled players


def played(r1: float, backend: str | None) -> Tensor:
    """All weights of a pair of point players after three rounds, in one row."""
    torch.manual_seed(0)
    game = GAN(PointGenerator(), PointDiscriminator(), NonSaturating(), latent_dim=2, r1=r1)
    trainer = Trainer(game, ring(), Settings(batch_size=8), device="cpu", precision="fp32")
    if backend:
        game.compile(backend=backend)
    trainer.run(steps=3)
    return nn.utils.parameters_to_vector([*game.generator.parameters(), *game.discriminator.parameters()])


@pytest.mark.parametrize("r1", [0.0, 1.0])
def test_compiled_players_learn_as_they_do_uncompiled(r1: float) -> None:
    torch.testing.assert_close(played(r1, backend="aot_eager"), played(r1, backend=None))


def overwriting(module: torch.fx.GraphModule, inputs: list[Tensor]) -> Callable[..., tuple[Tensor, ...]]:
    """A backend that gives away its own memory and writes over it when it is called again, as CUDA graphs do."""
    given: list[Tensor] = []

    def run(*arguments: Tensor) -> tuple[Tensor, ...]:
        for old in given:
            old.data.fill_(torch.nan)
        given[:] = module(*arguments)
        return tuple(given)

    return run


def test_what_a_game_reports_is_kept_where_a_compiled_player_overwrites_what_it_gave() -> None:
    reports = []
    for backend in (None, overwriting):
        torch.manual_seed(0)
        game = GAN(PointGenerator(), PointDiscriminator(), NonSaturating(), latent_dim=2)
        if backend:
            game.compile(backend=backend)
        game.discriminator_loss(points()).backward()
        game.generator_loss(points()).backward()
        reports.append(game.report())
    assert reports[0] == reports[1]
    assert all(logits.isfinite().all() for logits in game.logits)


@pytest.mark.parametrize("name", ["cmlp", "cdcgan", "cmodern"])
def test_wrong_labels_are_judged_as_if_real_examples_were_looked_at_again(name: str) -> None:
    recipe = RECIPES[name].change(mismatch=0.5, r1=0.0, r2=0.0)
    game = recipe.build(Spec((1, 28, 28), ("0", "1", "2")))
    nn.init.normal_(list(game.discriminator.parameters())[-1])  # a projection starts at 0
    for layer in game.discriminator.modules():
        layer.train(not isinstance(layer, nn.Dropout))
    batch = Batch(torch.rand(8, 1, 28, 28) * 2 - 1, torch.arange(8) % 3)
    with seeded(1):
        loss = game.discriminator_loss(batch)
    with seeded(1):
        fake = game.generate(batch).detach()
        others = game.other_labels(batch)
    real, generated, wrong = (
        game.discriminate(examples, labels)
        for examples, labels in ((batch.real, batch.labels), (fake, batch.labels), (batch.real, others))
    )
    torch.testing.assert_close(loss, game.loss.discriminator(real, generated) + 0.5 * mismatch(real, wrong))


def test_no_example_is_looked_at_twice_for_a_wrong_label() -> None:
    game = RECIPES["cmodern"].change(r1=0.0, r2=0.0).build(Spec((1, 28, 28), ("0", "1")))
    looked_at: list[int] = []
    game.discriminator.features.register_forward_pre_hook(lambda _, given: looked_at.append(len(given[0])))
    game.discriminator_loss(Batch(torch.zeros(8, 1, 28, 28), torch.zeros(8, dtype=torch.int64)))
    assert looked_at == [16]
