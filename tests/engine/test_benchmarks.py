"""The benchmarks compare like with like: the same game in every contender, and a stopwatch that can be trusted."""

import time
from math import inf
from operator import truediv
from statistics import median

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from benchmarks import cost, floor, light, perceptrons, plain_keras, plain_torch, quality, scale, timing
from benchmarks.judges import Judge
from gancore.data import Batch, ImageData, Spec, load, to_float
from gancore.system.random import seeded
from gancore.training.recipes import get_recipe

G_PARAMETERS, D_PARAMETERS = 1_486_352, 1_460_225  # of the pair in chapter 07
G_WEIGHTS = 100 * 256 + 256 * 512 + 512 * 1024 + 1024 * 784
D_WEIGHTS = 784 * 1024 + 1024 * 512 + 512 * 256 + 256 * 1


def size(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def examples_seen(network: nn.Module) -> list[int]:
    """Grows by the number of examples in every forward pass of `network`."""
    seen = []
    network.register_forward_pre_hook(lambda _, inputs: seen.append(len(inputs[0])))
    return seen


def weights(*networks: nn.Module) -> list[torch.Tensor]:
    return [parameter.detach().clone() for network in networks for parameter in network.parameters()]


def mlp_trainer():
    return get_recipe("mlp").trainer(load(), device="cpu", precision="fp32")


@pytest.fixture(params=["gancore", "plain_torch"])
def contender(request):
    """Generator, discriminator and a function that plays one step."""
    if request.param == "gancore":
        trainer = mlp_trainer()
        return trainer.game.generator, trainer.game.discriminator, trainer.step
    loop = plain_torch.perceptron_loop()
    return loop.generator, loop.discriminator, loop.step


def test_both_torch_contenders_have_the_parameters_of_chapter_07(contender):
    generator, discriminator, _ = contender
    assert (size(generator), size(discriminator)) == (G_PARAMETERS, D_PARAMETERS)


def test_a_step_judges_128_real_and_128_generated_then_256_generated(contender):
    generator, discriminator, step = contender
    generated, judged = examples_seen(generator), examples_seen(discriminator)
    step()
    assert generated == [128, 256]
    assert sum(judged) == 128 + 128 + 256


def test_one_step_moves_every_weight_tensor_of_both_players(contender):
    generator, discriminator, step = contender
    before = weights(generator, discriminator)
    step()
    after = weights(generator, discriminator)
    assert not any(torch.equal(one, other) for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("share_fakes", [False, True])
def test_plain_dcgan_plays_with_the_recipes_networks_and_batches(share_fakes):
    loop = plain_torch.dcgan_loop(share_fakes)
    game = get_recipe("dcgan").game(Spec((1, 28, 28)))
    assert (size(loop.generator), size(loop.discriminator)) == (size(game.generator), size(game.discriminator))
    generated, judged = examples_seen(loop.generator), examples_seen(loop.discriminator)
    before = weights(loop.generator, loop.discriminator)
    loop.step()
    assert generated == ([64] if share_fakes else [64, 64])
    assert judged == [64, 64, 64]
    assert not torch.equal(before[0], weights(loop.generator)[0])


def test_pictures_hold_the_pixels_that_gancore_trains_on():
    data = load()
    expected = data.images[0].float() / 127.5 - 1
    torch.testing.assert_close(plain_torch.Pictures(data)[0], expected)


@pytest.mark.slow
@pytest.mark.skipif(not plain_keras.keras_is_installed(), reason="keras and tensorflow-cpu are not installed")
def test_keras_contender_has_the_same_parameters_and_both_players_learn_only_in_their_own_move():
    loop = plain_keras.KerasLoop()
    assert loop.generator.count_params() == G_PARAMETERS
    assert loop.discriminator.count_params() == D_PARAMETERS
    assert (loop.d_batch, loop.g_batch) == (128, 256)
    counts = []
    for _ in range(2):  # the second one runs what the first has compiled
        g_before, d_before = loop.generator.get_weights(), loop.discriminator.get_weights()
        loop.step()
        moved = zip(g_before + d_before, loop.generator.get_weights() + loop.discriminator.get_weights(), strict=True)
        counts.append(sum((one != other).any() for one, other in moved))
    assert counts == [16, 16]  # kernels and biases of four layers in each player
    d_updates = int(loop.discriminator.optimizer.iterations), len(loop.discriminator.optimizer.variables)
    g_updates = int(loop.both.optimizer.iterations), len(loop.both.optimizer.variables)
    assert d_updates == g_updates == (2, 2 + 2 * 8)  # a count, a rate, and two moments for each of a player's own


def test_floor_counts_as_by_hand():
    discriminator_move = 128 * G_WEIGHTS + 256 * (D_WEIGHTS + D_WEIGHTS + D_WEIGHTS - 784 * 1024)
    through_discriminator = 256 * (D_WEIGHTS + D_WEIGHTS)
    generator_move = through_discriminator + 256 * (G_WEIGHTS + G_WEIGHTS + G_WEIGHTS - 100 * 256)
    assert sum(each.multiply_adds for each in floor.step_products()) == discriminator_move + generator_move


def test_floor_multiplies_as_much_as_a_step_of_gancore():
    trainer = mlp_trainer()
    with FlopCounterMode(display=False) as counter:
        trainer.step()
    assert counter.get_total_flops() == 2 * sum(each.multiply_adds for each in floor.step_products())


def test_floor_does_the_products_that_it_counts():
    with FlopCounterMode(display=False) as counter:
        floor.floor_loop("fp32")(1)
    assert counter.get_total_flops() == 2 * sum(each.multiply_adds for each in floor.step_products())


def test_race_measures_known_sleeps_without_their_warm_up():
    slow_start = []

    def short(steps: int) -> None:
        if not slow_start:
            slow_start.append(time.sleep(0.5))
        time.sleep(0.02 * steps)

    times = timing.race({"short": short, "long": lambda steps: time.sleep(0.06 * steps)}, rounds=5, turn=0.12)
    assert len(times["short"]) == len(times["long"]) == 5
    assert median(times["short"]) == pytest.approx(0.02, rel=0.2)
    assert median(times["long"]) == pytest.approx(0.06, rel=0.2)
    assert timing.ratio(times["long"], times["short"]) == pytest.approx(3, rel=0.2)


def test_race_lets_contenders_take_turns_each_going_first_in_turn():
    turns = []

    def player(name: str) -> timing.Advance:
        return lambda steps: (turns.append(name), time.sleep(0.002 * steps))

    timing.race({name: player(name) for name in "abc"}, rounds=3, turn=0.004)
    assert "".join(turns[-9:]) == "abcbcacab"


def test_ratio_compares_within_rounds_so_that_drift_cancels():
    assert timing.ratio([2.0, 20.0, 200.0], [1.0, 10.0, 100.0]) == 2


def test_contender_that_fails_in_its_process_is_an_error_and_not_a_hang(capfd):
    with timing.own_process(truediv, 1, 0) as advance, pytest.raises(RuntimeError, match=r"truediv\(1, 0\)"):
        advance(1)
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_slope_is_the_exponent_of_a_power_law():
    assert cost.slope((1, 2, 4), [3.0, 3.0 * 2**1.5, 3.0 * 4**1.5]) == pytest.approx(1.5)


def test_players_of_width_one_are_the_recipes_own():
    assert tuple(map(size, cost.perceptrons(1))) == (G_PARAMETERS, D_PARAMETERS)
    assert tuple(map(size, cost.convolutions(1))) == tuple(map(size, get_recipe("dcgan").build_players((1, 28, 28), 0)))


@pytest.mark.parametrize(
    ("recipe", "players", "batch"), [("mlp", cost.perceptrons, 256), ("dcgan", cost.convolutions, 64)]
)
def test_a_step_whose_cost_is_measured_has_the_work_of_the_recipes_own(digits, recipe, players, batch):
    work = cost.multiply_adds(get_recipe(recipe).trainer(digits, device="cpu"))
    assert cost.multiply_adds(cost.trainer(recipe, players())) == work
    assert cost.multiply_adds(cost.trainer(recipe, players(), batch)) == work
    assert cost.multiply_adds(cost.trainer(recipe, players(), batch // 2)) == work // 2


def test_lightweight_gan_has_the_layers_that_the_package_builds_for_64_pixels():
    game = light.LightGame(3, 64, widest=32)
    stages = [tuple(layer(torch.zeros(2, 256 if not index else 32, side, side)).shape) for index, (side, layer) in
              enumerate(zip((4, 8, 16, 32), game.generator.layers, strict=False))]  # fmt: skip
    assert stages == [(2, 32, side, side) for side in (8, 16, 32, 64)]
    assert [light.width(side, light.WIDEST) for side in (8, 16, 32, 64)] == [512, 256, 128, 64]
    images = torch.rand(2, 3, 64, 64)
    logits, again = game.discriminator.both(images)
    assert (logits.shape, again.shape) == ((2, 2), images.shape)


def test_lightweight_gan_has_its_hinge_loss_on_both_logits_and_a_penalty_on_every_fourth_move():
    game, batch = light.LightGame(3, 16, widest=8), Batch(torch.rand(4, 3, 16, 16))
    seen = {}
    for moves in (1, 4):
        game.moves = moves
        with seeded(0):
            seen[moves] = game.discriminator_loss(batch)
    with seeded(0):
        fake = game.generator(torch.randn(4, light.LATENT_DIM)).detach()
    logits, again = game.discriminator.both(batch.real)
    hinge = torch.relu(1 - logits).mean(0).sum() + torch.relu(1 + game.discriminator(fake)).mean(0).sum()
    torch.testing.assert_close(seen[1], hinge + (again - batch.real).square().mean())
    both = torch.cat([batch.real, fake]).requires_grad_()
    (slope,) = torch.autograd.grad(game.discriminator(both).sum(), both)
    torch.testing.assert_close(seen[4] - seen[1], 10 * slope.flatten(1).square().sum(1).mean(), rtol=1e-3, atol=1e-4)


def test_contenders_at_64_pixels_get_the_same_processor_time():
    noise = ImageData("noise", torch.randint(0, 256, (100, 3, 64, 64), dtype=torch.uint8))
    for name in scale.LINES.keys() - {"dcgan"}:  # which takes seconds a round
        grown = scale.grow(name, noise, (0.01, 0.02), count=2)
        first, second = grown["looks"]
        assert 0.01 <= first["processor"] <= second["processor"]
        assert first["rounds"] == second["rounds"] == 1  # which takes longer than the second look waits
        assert second["samples"].shape == (2, 3, 64, 64)
        assert grown["memory"] > 100


def test_samples_are_graded_where_they_lie():
    class Pixels:
        def features(self, images):
            return images.flatten(1)

    drawn = torch.randint(0, 256, (200, 1, 2, 2), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)).numpy()
    grown = {"looks": [{"rounds": 1, "samples": drawn}, {"rounds": 2, "samples": drawn // 2}]}
    scale.grade(grown, Pixels(), to_float(torch.from_numpy(drawn)).flatten(1))
    assert [look.keys() for look in grown["looks"]] == [{"rounds", "FID"}] * 2
    same, darker = (look["FID"] for look in grown["looks"])
    assert same == pytest.approx(0, abs=1e-3)
    assert darker > 0.1


def test_the_work_of_a_round_of_modern_can_be_counted_and_grows_with_its_batch():
    work = {batch: cost.multiply_adds(scale.noise_trainer(3, 64, batch)) for batch in (2, 4)}
    assert work[4] == 2 * work[2] > 0


def test_time_until_a_mark_is_when_a_judge_first_saw_it():
    curve = [{"seconds": at, "A": fid, "B": 2 * fid} for at, fid in ((1, 90.0), (2, 40.0), (3, 55.0), (4, 20.0))]
    assert [quality.seconds_until(mark, curve, "A") for mark in (50, 20, 10)] == [2, 4, inf]
    assert quality.seconds_until(50, curve, "B") == 4


class Plain(nn.Module):
    """Features are the means of 4×4 parts of an image, and the head asks which of ten of them is the brightest."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.AdaptiveAvgPool2d(4), nn.Flatten())
        self.head = nn.Linear(16, 10)


def test_a_judge_finds_the_digits_themselves_perfect_and_noise_far_from_them():
    judge = Judge(Plain(), load())
    digits = to_float(load().images[::2])
    same, noise = judge.scores(digits, load().labels[::2]), judge.scores(torch.rand_like(digits) * 2 - 1, None)
    assert same["FID"] < 0.01
    assert (same["precision"], same["recall"]) == (1, 1)
    assert 0 <= same["class fidelity"] <= 1
    assert noise["FID"] > 1
    assert noise["precision"] == 0
    assert "class fidelity" not in noise


def test_goals_are_met_from_their_limit_on():
    goals = (perceptrons.Goal("slow", "fast", at_least=3), perceptrons.Goal("slow", "fast", at_most=2.5))
    _, rows = perceptrons.goals_met(goals, {"slow": [3.0], "fast": [1.0]})
    assert [row["met"] for row in rows] == ["yes", "no"]


def test_goals_of_absent_contenders_are_left_out():
    _, rows = perceptrons.goals_met(perceptrons.GOALS, {perceptrons.PLAIN: [2.0], "gancore fp32": [1.0]})
    assert [row["ratio"] for row in rows] == ["PyTorch tutorial / gancore fp32"]
