"""Whatever numbers come in, a game is played for three rounds or refused with a sentence before the first."""

from math import inf, nan

import pytest
import torch
from helpers.small import GANS, PointGame, point_trainer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from gancore.data import Batch, ImageData
from gancore.data.toys import Mixture
from gancore.errors import GancoreError
from gancore.generative import MODELS
from gancore.metrics import report
from gancore.metrics.classifier import load_extractor
from gancore.models import PointDiscriminator, PointGenerator
from gancore.training.gan import GAN
from gancore.training.losses import LOSSES
from gancore.training.recipes import RECIPES
from gancore.training.recorders import Record
from gancore.training.trainer import NonFiniteLoss, Settings, Trainer

ROUNDS = 3
FEW, MANY = 40, 1_500
NUMBERS = [0, -1, 0.5, -0.5, 1, 1.5, nan, inf, -inf, 10**40, 1e-300, True, None, "1", (), "é"]
QUIETLY = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
few = settings(max_examples=FEW, derandomize=True, **QUIETLY)
many = settings(max_examples=MANY, derandomize=True, **QUIETLY)


def mostly(*good: object) -> st.SearchStrategy:
    """Nearly always one of the `good` values, otherwise any number or what is none."""
    return st.integers(0, 39).flatmap(lambda die: st.sampled_from(good if die else NUMBERS))


CHANGES = st.fixed_dictionaries(
    {"batch_size": mostly(1, 2, 3, 8), "generator_batch_size": mostly(None, 1, 2, 5)},
    optional={
        "d_steps": mostly(1, 2, 3),
        "d_lr": mostly(1e-9, 2e-4, 0.1, 0.999),
        "g_lr": mostly(1e-9, 2e-4, 0.1, 0.999),
        "betas": st.tuples(mostly(0, 0.5, 0.999), mostly(0, 0.9, 0.999)) | st.sampled_from([None, (), 0.5, "ab"]),
        "decay_rounds": mostly(None, 1, 20_000),
        "average": mostly(0, 0.5, 0.9999),
        "latent_dim": mostly(1, 2, 64),
        "loss": mostly(*LOSSES),
        "real_target": mostly(1, 1.0, 0.9),
        "spectral_norm": mostly(True, False),
        "r1": mostly(0, 1e-9, 1, 1000),
        "r2": mostly(0, 1, 1000),
        "gp": mostly(0, 10, 1000),
        "penalty_every": mostly(1, 2, 100),
        "mismatch": mostly(0, 0.2, 1000),
        "steps": mostly(1, 100),
    },
)
EXAMPLES = st.fixed_dictionaries(
    {
        "count": st.sampled_from([*[1] * 9, *[7] * 9, 2, 0]),
        "channels": st.sampled_from([*[1] * 9, *[3] * 4, 2, 0]),
        "size": st.sampled_from([*[28] * 12, 32, 64, 7, 1]),
        "kind": st.sampled_from([torch.uint8] * 40 + [torch.float16, torch.float32, torch.int64, torch.bool]),
        "content": st.sampled_from(["noise", "constant", "black"]),
        "classes": st.sampled_from([*[10] * 10, 2, 1, 0, None]),
        "labels": st.sampled_from([*["all"] * 10, *["one missing"] * 9, "negative", "too large", "floats", "too few"]),
    }
)


def make_data(count: int, channels: int, size: int, kind: torch.dtype, content: str, classes: int | None, labels: str):
    """Images and labels of every kind. Raises GancoreError where they cannot be data."""
    pixels = {"noise": torch.randint(256, (count, channels, size, size)), "constant": torch.full((), 200)}
    images = pixels.get(content, torch.zeros(())).expand(count, channels, size, size).to(kind)
    if classes is None:
        return ImageData("some", images)
    told = torch.arange(count) % max(1, classes)
    if labels == "one missing":
        told[told == 1] = 0
    wrong = {"negative": told - 1, "too large": told + classes, "floats": told.float(), "too few": told[1:]}
    return ImageData("some", images, wrong.get(labels, told), tuple(map(str, range(classes))))


def three_rounds_or_a_sentence(name: str, precision: str, changes: dict, examples: dict) -> bool:
    """Whether the game was played; otherwise it was refused, and with a sentence."""
    try:
        trainer = RECIPES[name].change(**changes).trainer(make_data(**examples), device="cpu", precision=precision)
    except GancoreError as error:
        assert_sentence(str(error))
        return False
    trainer.run(steps=ROUNDS)
    assert trainer.round == ROUNDS
    assert trainer.sample(2).aminmax().max <= 1  # and not NaN
    return True


def assert_sentence(text: str) -> None:
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) < 400


played: set[bool] = set()


@few
@given(st.sampled_from(sorted(GANS)), st.sampled_from(["fp32", "bf16"]), CHANGES, EXAMPLES)
def test_every_combination_of_settings_is_played_or_refused_before_the_first_round(
    name: str, precision: str, changes: dict, examples: dict
) -> None:
    played.add(three_rounds_or_a_sentence(name, precision, changes, examples))


def test_some_combinations_were_played_and_some_refused() -> None:
    assert played == {True, False}


@pytest.mark.long
@many
@given(st.sampled_from(sorted(GANS)), st.sampled_from(["fp32", "bf16"]), CHANGES, EXAMPLES)
def test_fifteen_hundred_combinations_of_settings_are_played_or_refused_before_the_first_round(
    name: str, precision: str, changes: dict, examples: dict
) -> None:
    three_rounds_or_a_sentence(name, precision, changes, examples)


class Impatient(Record):
    """Interrupts the first round."""

    def on_step(self, trainer: Trainer) -> None:
        raise KeyboardInterrupt


@few
@given(mostly(0, 1, 2) | st.none(), mostly(None, 0.001))
def test_every_length_of_a_run_comes_to_its_end_or_is_refused(steps: object, seconds: object) -> None:
    trainer = point_trainer()
    if steps is None and not isinstance(seconds, bool) and seconds in (0.5, 1, 1.5, inf, 10**40):
        trainer.recorders.append(Impatient())  # these would be right, and keep us waiting
    try:
        trainer.run(steps=steps, seconds=seconds)
    except GancoreError as error:
        assert_sentence(str(error))
        assert trainer.round == 0
    except KeyboardInterrupt:
        assert trainer.round == 1


# What no setting is to blame for


class Poisoned:
    """Points of which one is not a number from the third batch on."""

    def __init__(self, poison: float) -> None:
        self.poison = poison
        self.left = 3

    def batches(self, device: torch.device, seed: int) -> "Poisoned":
        self.rng = torch.Generator(device).manual_seed(seed)
        return self

    def draw(self, count: int) -> Batch:
        points = torch.randn(count, 2, generator=self.rng)
        self.left -= 1
        if self.left < 0:
            points[0, 0] = self.poison
        return Batch(points)


@pytest.mark.parametrize("poison", [nan, inf, -inf])
def test_data_that_is_not_finite_stops_the_game_at_its_last_good_state(poison: float) -> None:
    trainer = Trainer(PointGame(), Poisoned(poison), Settings(batch_size=4), device="cpu", precision="fp32")
    with pytest.raises(NonFiniteLoss, match=r"finite.*\bdata\b") as caught:
        trainer.run(steps=20)
    assert_sentence(str(caught.value))
    assert trainer.round == 0
    assert all(weight.isfinite().all() for weight in trainer.game.generator.parameters())


class SteepWhereRight(nn.Module):
    """A discriminator with a finite loss and a gradient that is not a number."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(2))

    def forward(self, x: Tensor) -> Tensor:
        return (x * self.weight).sum(1).abs().sqrt()  # whose slope at 0 is infinite, times 0


def test_gradients_that_are_not_finite_stop_the_game_though_the_losses_are() -> None:
    game = GAN(PointGenerator(2), SteepWhereRight(), LOSSES["hinge"](), 2)
    trainer = point_trainer(game)
    with pytest.raises(NonFiniteLoss, match=r"\bround 0\b"):
        trainer.run(steps=1)
    assert torch.equal(game.discriminator.weight, torch.zeros(2))


@pytest.mark.parametrize("centres", [torch.zeros(1, 2), torch.zeros(5, 2)], ids=["one point", "five alike"])
def test_constant_points_are_played_for(centres: Tensor) -> None:
    game = GAN(PointGenerator(2), PointDiscriminator(), LOSSES["non-saturating"](), 2)
    toy = Mixture("constant", centres, 1e-9)
    assert Trainer(game, toy, Settings(batch_size=4), device="cpu", precision="fp32").run(steps=3).round == 3


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("case", ["float16", "one example", "infinite", "one class missing", "one example a class"])
def test_relatives_of_the_gan_learn_from_what_comes_or_refuse_it(name: str, case: str) -> None:
    images = torch.rand(6, 1, 6, 6) * 2 - 1
    labels = torch.tensor([0, 0, 0, 2, 2, 2])
    if case == "float16":
        images = images.half()
    elif case == "one example":
        images, labels = images[:1], labels[:1]
    elif case == "infinite":
        images[0, 0, 0, 0] = inf
    elif case == "one example a class":
        labels = torch.arange(6)
    model = MODELS[name](**({"rounds": 2} if "adversarial" in name else {}))
    try:
        model.fit(images, labels)
    except GancoreError as error:
        assert_sentence(str(error))
        assert case in ("one example", "infinite", "one example a class")
        return
    assert case not in ("one example", "infinite")
    assert model.sample(3, 2, seed=0).isfinite().all()


@pytest.mark.parametrize("case", ["float16", "constant", "one example", "not finite", "one class missing"])
def test_samples_of_any_kind_are_graded_or_refused(case: str, digits: ImageData) -> None:
    samples = torch.rand(200, 1, 28, 28) * 2 - 1
    if case == "constant":
        samples = torch.zeros(200, 1, 28, 28) + torch.rand(28, 28)
    elif case == "one example":
        samples = samples[:1]
    elif case == "not finite":
        samples[0] = nan
    real = digits.subset(torch.arange(400))  # of the ten digits, zeros alone
    try:
        found = report(samples.half() if case == "float16" else samples, real, load_extractor())
    except GancoreError as error:
        assert_sentence(str(error))
        assert case in ("constant", "one example", "not finite")
        return
    assert case in ("float16", "one class missing")
    assert all(torch.tensor([score.value, score.floor]).isfinite().all() for score in found.scores)
