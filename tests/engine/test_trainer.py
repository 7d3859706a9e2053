"""The trainer plays the textbook loop, repeats itself exactly, and stops at the last good state."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from helpers.small import GANS, PointGame, Points, point_trainer, same
from torch import Tensor, nn
from torch.nn.functional import softplus

from gancore.data import Batch, ImageData, load
from gancore.errors import GancoreError
from gancore.models import MLPGenerator
from gancore.system.random import seed_for
from gancore.training.gan import GAN
from gancore.training.losses import NonSaturating
from gancore.training.recipes import RECIPES
from gancore.training.recorders import Record
from gancore.training.trainer import CHECK_EVERY, NonFiniteLoss, Settings, Trainer


class FailingGame(PointGame):
    """A game in which `failure` happens to the generator's loss from move `at` on."""

    def __init__(self, at: int, failure: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.at, self.failure = at, failure

    def generator_loss(self, batch: Batch) -> Tensor:
        loss = super().generator_loss(batch)
        return self.failure(loss) if self.moves >= self.at else loss


class CountingGame(PointGame):
    """A game that notes who moves and with how many examples."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, int]] = []

    def discriminator_loss(self, batch: Batch) -> Tensor:
        self.seen.append(("D", len(batch)))
        return super().discriminator_loss(batch)

    def generator_loss(self, batch: Batch) -> Tensor:
        self.seen.append(("G", len(batch)))
        return super().generator_loss(batch)


class Diary(Record):
    """Notes what a recorder is told."""

    def __init__(self, notes: list[str], name: str = "") -> None:
        self.notes, self.name = notes, name

    def on_start(self, trainer: Trainer) -> None:
        self.notes.append(f"{self.name}start {trainer.round}")

    def on_step(self, trainer: Trainer) -> None:
        self.notes.append(f"{self.name}step {trainer.round}")

    def on_end(self, trainer: Trainer) -> None:
        self.notes.append(f"{self.name}end {trainer.round}")


def interrupt(loss: Tensor) -> Tensor:
    raise KeyboardInterrupt


def nan(loss: Tensor) -> Tensor:
    return loss * float("nan")


def infinite(loss: Tensor) -> Tensor:
    return loss + float("inf")


def infinite_slope(loss: Tensor) -> Tensor:
    """0, with the slope of a square root at 0."""
    return (loss * 0).sqrt()


def small_trainer(name: str, digits: ImageData, seed: int = 0, precision: str = "fp32") -> Trainer:
    """The recipe with batches of 8 and a lazy penalty, so that resuming must remember which move it is."""
    recipe = RECIPES[name].change(batch_size=8, r1=1.0, gp=1.0, penalty_every=3)
    return recipe.trainer(digits, seed=seed, device="cpu", precision=precision)


# What a game is


@pytest.mark.parametrize("d_steps", [1, 3])
def test_trainer_plays_the_loop_of_the_textbook(d_steps: int) -> None:
    """Against the loop as one would write it by hand, with a plain Adam and random numbers drawn explicitly."""
    seed, count, rate, rounds = 4, 16, 0.01, 20
    game = PointGame()
    game.discriminator[2] = nn.Identity()  # dropout cannot draw from a generator that is passed to it
    d, g = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Identity(), nn.Linear(16, 1)), nn.Linear(2, 2)
    d.load_state_dict(game.discriminator.state_dict())
    g.load_state_dict(game.generator.state_dict())
    d_adam = torch.optim.Adam(d.parameters(), lr=rate, betas=(0.5, 0.999), fused=False, foreach=False)
    g_adam = torch.optim.Adam(g.parameters(), lr=rate, betas=(0.5, 0.999), fused=False, foreach=False)
    source = Points().batches(torch.device("cpu"), seed_for(seed, "batches"))
    latents = torch.Generator().manual_seed(seed_for(seed, "latents"))
    for _ in range(rounds):
        for _ in range(d_steps):
            real = source.draw(count).real
            fake = g(torch.randn(count, 2, generator=latents)).detach()
            d_adam.zero_grad()
            (softplus(-d(real)).mean() + softplus(d(fake)).mean()).backward()
            d_adam.step()
        source.draw(count)
        g_adam.zero_grad()
        softplus(-d(g(torch.randn(count, 2, generator=latents)))).mean().backward()
        g_adam.step()

    point_trainer(game, seed, d_steps=d_steps).run(steps=rounds)
    for mine, theirs in zip(game.generator.parameters(), g.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs)
    for mine, theirs in zip(game.discriminator.parameters(), d.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs)


def test_a_round_is_d_steps_moves_of_the_discriminator_and_one_of_the_generator() -> None:
    game = CountingGame()
    trainer = point_trainer(game, d_steps=3, batch_size=4, generator_batch_size=6).run(steps=2)
    assert game.seen == [("D", 4), ("D", 4), ("D", 4), ("G", 6)] * 2
    assert (trainer.round, game.moves) == (2, 6)


def test_generator_batch_is_as_large_as_the_discriminators_where_nothing_else_is_said() -> None:
    game = CountingGame()
    point_trainer(game, batch_size=5).run(steps=1)
    assert game.seen == [("D", 5), ("G", 5)]


def test_each_move_improves_its_own_player_only() -> None:
    trainer = point_trainer()
    start = trainer.state_dict()
    trainer.discriminator_step()
    middle = trainer.state_dict()
    trainer.generator_step()
    end = trainer.state_dict()
    assert same(start["generator"], middle["generator"])
    assert not same(start["discriminator"], middle["discriminator"])
    assert not same(middle["generator"], end["generator"])
    assert same(middle["discriminator"], end["discriminator"])


def test_samples_come_from_the_moving_average() -> None:
    trainer = point_trainer(average=0.9).run(steps=5)
    before = trainer.sample(10)
    assert not torch.equal(before, trainer.game.sample(trainer.game.generator, 10))
    with torch.no_grad():
        trainer.game.generator.weight.zero_()
    assert torch.equal(trainer.sample(10), before)


def test_average_of_decay_zero_is_the_generator() -> None:
    trainer = point_trainer(average=0.0).run(steps=5)
    torch.testing.assert_close(trainer.average.module.weight, trainer.game.generator.weight, rtol=0, atol=0)
    assert trainer.average.updates == 5


def test_both_learning_rates_and_the_betas_reach_their_optimizers() -> None:
    trainer = point_trainer(d_lr=0.3, g_lr=0.2, betas=(0.1, 0.7))
    d, g = trainer.d_optimizer.param_groups[0], trainer.g_optimizer.param_groups[0]
    assert (d["lr"], g["lr"]) == (0.3, 0.2)
    assert d["betas"] == g["betas"] == (0.1, 0.7)


def test_learning_rates_fall_by_inverse_time_or_stay() -> None:
    assert [Settings(decay_rounds=10).decayed(0.3, done) for done in (0, 10, 20)] == pytest.approx([0.3, 0.15, 0.1])
    rates = {"d_lr": 0.03, "g_lr": 0.02}
    for decay_rounds, left in ((10, 1 / 2), (None, 1)):
        trainer = point_trainer(**rates, decay_rounds=decay_rounds).run(steps=11)  # ten are over when the last begins
        d, g = trainer.d_optimizer.param_groups[0], trainer.g_optimizer.param_groups[0]
        assert (d["lr"], g["lr"]) == pytest.approx((0.03 * left, 0.02 * left))


def test_a_change_of_settings_reaches_the_next_move() -> None:
    trainer = point_trainer(d_lr=0.03, g_lr=0.02)
    trainer.settings = replace(trainer.settings, g_lr=0.5)
    trainer.step()
    assert (trainer.d_optimizer.param_groups[0]["lr"], trainer.g_optimizer.param_groups[0]["lr"]) == (0.03, 0.5)


def test_half_precision_keeps_weights_and_losses_in_full(digits: ImageData) -> None:
    trainer = small_trainer("dcgan", digits, precision="bf16").run(steps=2)
    assert trainer.precision == "bf16"
    assert {weight.dtype for weight in trainer.game.generator.parameters()} == {torch.float32}
    assert trainer.d_loss.dtype == trainer.g_loss.dtype == torch.float32
    assert trainer.sample(2).dtype == torch.float32


@pytest.mark.parametrize(("precision", "dtype"), [("bf16", torch.bfloat16), ("fp32", torch.float32)])
def test_players_multiply_in_the_precision_asked_for(precision: str, dtype: torch.dtype, device: torch.device) -> None:
    class Watching(PointGame):
        def generator_loss(self, batch: Batch) -> Tensor:
            seen.append(self.generator(batch.real).dtype)
            return super().generator_loss(batch)

    seen: list[torch.dtype] = []
    trainer = Trainer(Watching(), Points(), Settings(batch_size=4), device=str(device), precision=precision)
    with torch.autocast(device.type, torch.bfloat16):  # whatever the reader has chosen outside
        trainer.run(steps=2)
    assert seen == [dtype, dtype]


def test_a_trainer_plays_on_any_device(device: torch.device) -> None:
    trainer = Trainer(PointGame(), Points(), Settings(batch_size=4), device=str(device)).run(steps=2)
    assert trainer.device.type == device.type
    assert trainer.game.generator.weight.device.type == device.type
    assert trainer.d_loss.isfinite()


# The same again


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("name", ["mlp", "cdcgan"])
def test_same_seed_gives_the_same_weights_bit_for_bit(name: str, precision: str, digits: ImageData) -> None:
    one, again = (small_trainer(name, digits, seed=3, precision=precision).run(steps=2) for _ in range(2))
    assert same(one.state_dict(), again.state_dict())


def test_every_part_of_the_randomness_follows_the_seed(digits: ImageData) -> None:
    one, other = small_trainer("dcgan", digits, seed=0), small_trainer("dcgan", digits, seed=1)
    for part in ("generator", "discriminator", "rng", "batches_rng"):
        assert not same(one.state_dict()[part], other.state_dict()[part]), part
    one.run(steps=2)
    other.run(steps=2)
    assert not same(one.state_dict()["average"], other.state_dict()["average"])


def test_another_seed_plays_another_game_with_the_same_players() -> None:
    one, other = point_trainer(seed=0).run(steps=3), point_trainer(seed=1).run(steps=3)
    assert not same(one.state_dict()["generator"], other.state_dict()["generator"])


def test_twenty_steps_are_ten_and_ten_more() -> None:
    whole = point_trainer(d_steps=2).run(steps=20)
    halves = point_trainer(d_steps=2).run(steps=10).run(steps=10)
    assert same(whole.state_dict(), halves.state_dict())


def test_run_is_step_after_step() -> None:
    run, stepped = point_trainer().run(steps=7), point_trainer()
    for _ in range(7):
        stepped.step()
    assert same(run.state_dict(), stepped.state_dict())


@pytest.mark.parametrize("name", GANS)
def test_trainer_resumed_from_its_state_equals_the_uninterrupted_one(name: str, digits: ImageData) -> None:
    trainer = small_trainer(name, digits).run(steps=4)
    state = trainer.state_dict()
    trainer.run(steps=4)
    resumed = small_trainer(name, digits)
    resumed.load_state_dict(state)
    resumed.run(steps=4)
    assert resumed.round == 8
    assert resumed.game.moves == 8
    assert same(trainer.state_dict(), resumed.state_dict())


def test_a_state_is_a_copy_in_both_directions() -> None:
    trainer = point_trainer().run(steps=3)
    state, kept = trainer.state_dict(), trainer.state_dict()
    trainer.run(steps=3)
    assert same(state, kept)
    trainer.load_state_dict(state)
    trainer.run(steps=3)
    assert same(state, kept)


def test_a_reader_who_draws_random_numbers_between_steps_does_not_change_the_game() -> None:
    alone, disturbed = point_trainer().run(steps=6), point_trainer()
    for step in range(6):
        torch.manual_seed(step)
        torch.rand(step + 1)
        disturbed.step()
        disturbed.sample(3, seed=step)
        disturbed.state_dict()
    assert same(alone.state_dict(), disturbed.state_dict())


def test_trainer_leaves_the_global_random_state_alone(digits: ImageData) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    trainer = small_trainer("mlp", digits)  # its dropout draws from the global state
    trainer.run(steps=2)
    trainer.sample(2)
    assert torch.equal(torch.get_rng_state(), before)


def test_global_random_state_is_left_alone_even_when_a_game_fails() -> None:
    trainer = point_trainer(FailingGame(0, interrupt))
    before = torch.get_rng_state()
    with pytest.raises(KeyboardInterrupt):
        trainer.run(steps=1)
    assert torch.equal(torch.get_rng_state(), before)


# How long


def test_run_gives_back_the_trainer_after_exactly_the_steps() -> None:
    trainer = point_trainer()
    assert trainer.run(steps=3) is trainer
    assert trainer.round == 3
    assert trainer.run(steps=0).round == 3
    assert trainer.run(steps=2).round == 5


def test_run_for_seconds_plays_for_about_that_long_and_counts_on() -> None:
    trainer = point_trainer()
    started = time.perf_counter()
    trainer.run(seconds=0.2)
    assert 0.2 <= time.perf_counter() - started < 2
    assert 0.2 <= trainer.seconds < 2
    assert trainer.round > 1
    first = trainer.seconds
    trainer.run(seconds=0.1)
    assert trainer.seconds - first >= 0.1


@pytest.mark.parametrize(
    "limits",
    [{}, {"steps": 1, "seconds": 1.0}, {"steps": -1}, {"seconds": -1.0}, {"seconds": float("nan")}],
    ids=str,
)
def test_run_wants_either_steps_or_seconds(limits: dict) -> None:
    trainer = point_trainer()
    with pytest.raises(GancoreError, match=r"either steps or seconds|steps is -1;|seconds is (-1\.0|nan);"):
        trainer.run(**limits)
    assert trainer.round == 0


# What is no longer a number


@pytest.mark.parametrize("failure", [nan, infinite, infinite_slope], ids=lambda failure: failure.__name__)
def test_a_game_that_is_no_longer_finite_stops_at_the_last_good_state(failure: Callable) -> None:
    good = point_trainer().run(steps=CHECK_EVERY)
    game = FailingGame(CHECK_EVERY + 30, failure)
    trainer = point_trainer(game)
    with pytest.raises(NonFiniteLoss, match=rf"round {2 * CHECK_EVERY}\b.*round {CHECK_EVERY}\b.*lower"):
        trainer.run(steps=3 * CHECK_EVERY)
    assert trainer.round == CHECK_EVERY
    assert same(trainer.state_dict(), good.state_dict())
    trainer.check()

    game.at = 10**9  # what was wrong is put right, and the same trainer goes on as if nothing had been
    assert same(trainer.run(steps=7).state_dict(), good.run(steps=7).state_dict())


@pytest.mark.parametrize("failure", [nan, infinite_slope], ids=lambda failure: failure.__name__)
def test_the_last_round_of_a_run_is_looked_at_too(failure: Callable) -> None:
    trainer = point_trainer(FailingGame(5, failure))
    start = trainer.state_dict()
    with pytest.raises(NonFiniteLoss, match=r"round 5\b.*round 0\b"):
        trainer.run(steps=5)
    assert same(trainer.state_dict(), start)


def test_a_resumed_game_that_fails_goes_back_to_where_it_was_resumed() -> None:
    state = point_trainer().run(steps=7).state_dict()
    trainer = point_trainer(FailingGame(10, nan))
    trainer.load_state_dict(state)
    with pytest.raises(NonFiniteLoss, match=r"\bround 7\b"):
        trainer.run(steps=5)
    assert same(trainer.state_dict(), state)


def test_a_learning_rate_far_too_large_ends_in_a_sentence(digits: ImageData) -> None:
    recipe = RECIPES["mlp"].change(batch_size=4, generator_batch_size=4, loss="wasserstein", d_lr=0.9, g_lr=0.9)
    trainer = recipe.trainer(digits, device="cpu", precision="fp32")
    trainer.game.loss = type("Steep", (type(trainer.game.loss),), {"generator": lambda _, r, f: -(f**9).mean()})()
    with pytest.raises(NonFiniteLoss, match="lower learning rate"):
        trainer.run(steps=10)
    assert all(weight.isfinite().all() for weight in trainer.game.generator.parameters())


def test_a_mask_of_minus_infinity_does_not_stop_a_game() -> None:
    game = PointGame()
    game.generator.register_buffer("mask", torch.full((2, 2), -torch.inf))
    trainer = point_trainer(game).run(steps=3)
    assert trainer.round == 3
    assert trainer.sample(4).isfinite().all()


def test_a_running_mean_that_is_no_longer_finite_stops_a_game() -> None:
    game = PointGame()
    game.discriminator[1] = nn.BatchNorm1d(16)
    trainer = point_trainer(game)
    game.discriminator[1].running_mean[0] = torch.inf
    with pytest.raises(NonFiniteLoss):
        trainer.run(steps=1)


def test_a_view_that_the_layout_of_pictures_forbids_is_told_with_what_works() -> None:
    class Viewing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.convolution, self.head = nn.Conv2d(1, 4, 4, 2, 1), nn.Linear(4 * 14 * 14, 1)

        def forward(self, images: Tensor) -> Tensor:
            maps = self.convolution(images)
            return self.head(maps.view(len(maps), -1)).squeeze(1)

    game = GAN(MLPGenerator(8, (1, 28, 28)), Viewing(), NonSaturating(), 8)
    with pytest.raises(GancoreError, match=r"channels-last.*flatten\(1\)"):
        Trainer(game, load("digits"), Settings(batch_size=4), device="cpu").run(steps=1)


@pytest.mark.parametrize("seed", [1.0, -1, True, 2**63])
def test_a_seed_that_no_run_could_keep_is_refused(seed: object) -> None:
    with pytest.raises(GancoreError, match=r"seed is .* whole number from 0"):
        point_trainer(seed=seed)


# Who looks on


def test_what_macs_lack_is_told_with_the_way_out_and_other_gaps_stay_what_they_are() -> None:
    def missing(words: str) -> Callable[[Tensor], Tensor]:
        def fail(loss: Tensor) -> Tensor:
            raise NotImplementedError(words)

        return fail

    words = "The operator 'aten::vdot' is not currently implemented for the MPS device. If you want this op, …"
    with pytest.raises(GancoreError, match=r"aten::vdot.*--device cpu.*PYTORCH_ENABLE_MPS_FALLBACK=1"):
        point_trainer(FailingGame(1, missing(words))).run(steps=2)
    with pytest.raises(NotImplementedError, match="left to you"):
        point_trainer(FailingGame(1, missing("left to you"))).run(steps=2)


def test_recorders_are_told_of_the_start_of_every_step_and_of_the_end_in_their_order() -> None:
    notes = []
    point_trainer(recorders=(Diary(notes, "a "), Diary(notes, "b "))).run(steps=2)
    told = ["start 0", "step 1", "step 2", "end 2"]
    assert notes == [f"{name} {note}" for note in told for name in "ab"]


def test_there_are_three_hooks_at_most() -> None:
    assert [name for name in vars(Record) if not name.startswith("_")] == ["on_start", "on_step", "on_end"]


def test_hooks_that_are_not_written_do_nothing() -> None:
    plain = point_trainer().run(steps=2)
    watched = point_trainer(recorders=(Record(),)).run(steps=2)
    assert same(plain.state_dict(), watched.state_dict())


def test_recorders_are_told_of_the_end_when_the_reader_interrupts() -> None:
    notes = []
    with pytest.raises(KeyboardInterrupt):
        point_trainer(FailingGame(3, interrupt), recorders=(Diary(notes),)).run(steps=9)
    assert notes == ["start 0", "step 1", "step 2", "end 2"]


def test_recorders_are_told_of_the_end_after_the_trainer_has_gone_back() -> None:
    notes = []
    with pytest.raises(NonFiniteLoss):
        point_trainer(FailingGame(2, nan), recorders=(Diary(notes),)).run(steps=2)
    assert notes == ["start 0", "step 1", "step 2", "end 0"]


def test_recorders_are_told_of_the_end_when_one_of_them_fails() -> None:
    class Clumsy(Record):
        def on_step(self, trainer: Trainer) -> None:
            raise OSError("disk full")

    notes = []
    with pytest.raises(OSError, match="disk full"):
        point_trainer(recorders=(Diary(notes), Clumsy())).run(steps=9)
    assert notes == ["start 0", "step 1", "end 1"]


def test_every_recorder_is_told_of_the_end_when_one_of_them_fails_there() -> None:
    class Clumsy(Record):
        def on_end(self, trainer: Trainer) -> None:
            raise OSError("disk full")

    notes = []
    with pytest.raises(OSError, match="disk full"):
        point_trainer(recorders=(Diary(notes), Clumsy(), Diary(notes))).run(steps=1)
    assert notes == ["start 0", "start 0", "step 1", "step 1", "end 1", "end 1"]


# Settings


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ({"batch_size": 0}, "batch_size is 0; it must be a whole number from 1"),
        ({"generator_batch_size": 0}, "generator_batch_size is 0"),
        ({"generator_batch_size": -3}, "generator_batch_size is -3"),
        ({"d_steps": 0}, "d_steps is 0"),
        ({"d_lr": 0.0}, "d_lr is 0.0"),
        ({"d_lr": 1.0}, "d_lr is 1.0"),
        ({"g_lr": -1e-4}, "g_lr is -0.0001"),
        ({"g_lr": float("nan")}, "g_lr is nan"),
        ({"betas": (0.5, 1.0)}, "betas"),
        ({"betas": (-0.1, 0.9)}, "betas"),
        ({"betas": (0.999, 0.9)}, "the first one squared"),
        ({"decay_rounds": 0}, "decay_rounds is 0"),
        ({"average": 1.0}, "average is 1.0"),
        ({"average": float("nan")}, "average is nan"),
    ],
    ids=str,
)
def test_settings_out_of_range_are_refused_with_their_value(setting: dict, named: str) -> None:
    with pytest.raises(GancoreError, match=named):
        Settings(**setting)


def test_settings_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Settings().batch_size = 3
