"""Rounds by CUDA graphs end where rounds without them do, and what cannot be captured is refused: tried on tapes.

No GPU has run this. `helpers.tape` stands for CUDA's graphs and streams, operation by operation.
"""

import math
from pathlib import Path

import pytest
import torch
from helpers.small import PointGame, point_trainer, same
from helpers.tape import Recording, Tape, tape  # noqa: F401
from torch import Tensor, nn

from gancore.data import Batch, ImageData, load
from gancore.errors import GancoreError, GancoreWarning
from gancore.runs.checkpoint import load_checkpoint, save_checkpoint
from gancore.system.random import _exchanged, seeded
from gancore.training.gan import GAN
from gancore.training.graphed import PROVED, WARM_UP, Graphed, gap, why_not_graphed
from gancore.training.losses import make_loss
from gancore.training.recipes import RECIPES
from gancore.training.recorders import History, Record
from gancore.training.trainer import NonFiniteLoss, Settings, Trainer

CLASSES = 3
ROUNDS = 16  # enough for some of either kind that are played by a graph alone


class Painter(nn.Module):
    """Four pixels for a latent and a label, with statistics of the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.told, self.norm, self.out = nn.Embedding(CLASSES, 4), nn.BatchNorm1d(4), nn.Linear(4, 4)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        return torch.tanh(self.out(self.norm(z + self.told(labels)))).view(-1, 1, 2, 2)


class Judge(nn.Module):
    """A logit for four pixels and a label; some of what it sees is dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.seen, self.dropped, self.told = (
            nn.utils.spectral_norm(nn.Linear(4, 8)),
            nn.Dropout(0.25),
            nn.Embedding(CLASSES, 8),
        )

    def features(self, images: Tensor) -> Tensor:
        return self.dropped(torch.tanh(self.seen(images.flatten(1))))

    def compare(self, features: Tensor, labels: Tensor) -> Tensor:
        return (features * self.told(labels)).sum(1)

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        return self.compare(self.features(images), labels)


def tiny(own: type[GAN] = GAN, recorders: tuple = (), seed: int = 0, **changes: object) -> Trainer:
    """A trainer of a conditional game on pictures of four pixels; `changes` go to the game or to its settings."""
    rules = {"r1": 0.5, "r2": 0.5, "penalty_every": 3, "mismatch": 0.2, "share_fakes": True}
    settings = {"batch_size": 8, "d_lr": 0.01, "g_lr": 0.02, "decay_rounds": 7, "average": 0.9}
    rules |= {key: changes.pop(key) for key in [*rules, "gp", "augment"] if key in changes}
    rng = torch.Generator().manual_seed(0)
    pixels = torch.randint(256, (60, 1, 2, 2), dtype=torch.uint8, generator=rng)
    data = ImageData("pixels", pixels, torch.arange(60) % CLASSES, ("a", "b", "c"))
    with seeded(1):
        game = own(Painter(), Judge(), make_loss("relativistic"), 4, classes=CLASSES, **rules)
    chosen = Settings(**(settings | changes))
    return Trainer(game, data, chosen, seed=seed, device="cpu", precision="fp32", recorders=recorders)


VARIANTS: dict[str, dict] = {
    "two kinds of rounds, rates that fall": {},
    "rates that stay, moved pictures": {"decay_rounds": None, "augment": ("turn", "shift", "light", "cutout")},
    "several moves in a round": {"d_steps": 2, "penalty_every": 4},
    "batches of its own for the generator": {"share_fakes": False, "generator_batch_size": 5, "d_lr": 0.02},
    "a penalty that draws": {"gp": 1.0, "penalty_every": 1},
}


@pytest.mark.usefixtures("tape")
@pytest.mark.parametrize("variant", VARIANTS)
def test_rounds_by_graphs_end_where_rounds_without_do(variant: str) -> None:
    first, second = History(every=1), History(every=1)
    without = tiny(recorders=(first,), **VARIANTS[variant]).run(steps=ROUNDS)
    trainer = tiny(recorders=(second,), **VARIANTS[variant])
    graphed = Graphed(trainer)
    trainer.run(steps=ROUNDS)
    assert same(without.state_dict(), trainer.state_dict())
    assert [row | {"seconds": 0} for row in first.rows] == [row | {"seconds": 0} for row in second.rows]
    played = [capture.graph.played for capture in graphed.graphs.values()]
    assert len(played) == (1 if trainer.game.penalty_every == 1 else 2)
    assert sum(played) == ROUNDS - WARM_UP
    assert min(played) > PROVED


class Gradients(Record):
    """Notes how long each gradient is after every round."""

    def __init__(self) -> None:
        self.lengths: list[list[float]] = []

    def on_step(self, trainer: Trainer) -> None:
        weights = [*trainer.game.generator.parameters(), *trainer.game.discriminator.parameters()]
        self.lengths.append([-1.0 if weight.grad is None else weight.grad.norm().item() for weight in weights])


@pytest.mark.usefixtures("tape")
def test_recorders_find_the_gradients_of_the_round_that_was_played() -> None:
    first, second = Gradients(), Gradients()
    tiny(recorders=(first,)).run(steps=ROUNDS)
    Graphed(trainer := tiny(recorders=(second,)))
    trainer.run(steps=ROUNDS)
    assert first.lengths == second.lengths


@pytest.mark.usefixtures("tape")
def test_groups_are_found_and_played_by_graphs() -> None:
    data = load("digits").subset(torch.arange(0, 5000, 20))
    recipe = RECIPES["modern"].change(batch_size=2, penalty_every=2, groups=3)
    without, trainer = (recipe.trainer(data, device="cpu", precision="fp32") for _ in range(2))
    graphed = Graphed(trainer)
    assert same(without.run(steps=12).state_dict(), trainer.run(steps=12).state_dict())
    assert not graphed.refused


@pytest.mark.usefixtures("tape")
def test_a_run_by_graphs_goes_on_from_a_checkpoint_as_any_other(tmp_path: Path) -> None:
    path = tmp_path / "half.pt"
    whole, half = tiny().run(steps=2 * ROUNDS), tiny()
    Graphed(half)
    save_checkpoint(half.run(steps=ROUNDS), path)
    for played_before in (0, ROUNDS - 1):  # graphs of another state know other tensors
        second = tiny(seed=9)
        graphed = Graphed(second)
        second.run(steps=played_before)
        load_checkpoint(second, path)
        assert same(whole.state_dict(), second.run(steps=ROUNDS).state_dict())
        assert len(graphed.graphs) == 2
    without = tiny(seed=9)
    load_checkpoint(without, path)
    assert same(whole.state_dict(), without.run(steps=ROUNDS).state_dict())


@pytest.mark.usefixtures("tape")
def test_settings_that_change_are_heeded() -> None:
    without, trainer = tiny(), tiny()
    Graphed(trainer)
    for each in (without, trainer):
        each.run(steps=ROUNDS)
        each.settings = Settings(batch_size=5, d_lr=0.03, g_lr=0.002, decay_rounds=3)
        each.run(steps=ROUNDS)
    assert same(without.state_dict(), trainer.state_dict())


@pytest.mark.usefixtures("tape")
def test_a_weight_that_is_not_finite_leads_back_to_the_last_good_state() -> None:
    without, trainer = tiny(), tiny()
    Graphed(trainer)
    for each in (without, trainer):
        each.run(steps=2)
        with torch.no_grad():
            each.game.generator.out.bias.fill_(float("nan"))
        with pytest.raises(NonFiniteLoss, match="the state of round 2 is kept"):
            each.run(steps=ROUNDS)
        each.run(steps=ROUNDS)
    assert same(without.state_dict(), trainer.state_dict())


class Growing(GAN):
    """Its loss grows by a number of Python's, of which a graph knows nothing."""

    capturable = True

    def generator_loss(self, batch: Batch) -> Tensor:
        return super().generator_loss(batch) * (1 + self.moves)


@pytest.mark.usefixtures("tape")
def test_a_game_that_graphs_play_otherwise_goes_on_without_them_as_if_there_were_none() -> None:
    without, trainer = tiny(Growing).run(steps=ROUNDS), tiny(Growing)
    graphed = Graphed(trainer)
    with pytest.warns(GancoreWarning, match=r"in round 6 it ends .* away .*; going on without graphs") as told:
        trainer.run(steps=ROUNDS)
    assert len(told) == 1
    assert graphed.refused
    assert same(without.state_dict(), trainer.state_dict())


def test_states_are_equal_where_the_same_numbers_are_not_numbers() -> None:
    nan = float("nan")
    one, other = ({"a": [torch.tensor([1.0, nan])], "b": torch.tensor([second])} for second in (3, 1))
    assert gap(one, one) == 0
    assert gap(one, other) == 2
    assert gap([torch.tensor([nan]), torch.ones(1)], [torch.ones(1), torch.ones(1)]) == math.inf


class Asking(GAN):
    """It wants to know a number before it goes on."""

    capturable = True

    def generator_loss(self, batch: Batch) -> Tensor:
        loss = super().generator_loss(batch)
        return loss if loss.item() < 1 else 2 * loss


@pytest.mark.usefixtures("tape")
def test_a_round_that_cannot_be_captured_ends_the_run_in_a_sentence() -> None:
    trainer = tiny(Asking)
    Graphed(trainer)
    with pytest.raises(GancoreError, match=r"stream is capturing\); start again without graphs"):
        trainer.run(steps=ROUNDS)
    assert trainer.round == WARM_UP
    assert same(tiny(Asking).run(steps=ROUNDS).state_dict(), trainer.run(steps=ROUNDS - WARM_UP).state_dict())


class Silent(GAN):
    """A GAN of one's own, which does not say that it may be captured."""


@pytest.mark.usefixtures("tape")
def test_games_and_batches_that_nobody_has_vouched_for_are_refused() -> None:
    assert why_not_graphed(tiny()) == ""
    assert "Silent does not say of itself that it is capturable" in why_not_graphed(tiny(Silent))
    assert "PointGame does not say" in why_not_graphed(point_trainer(PointGame()))
    drawn = tiny()
    drawn.batches = point_trainer().batches
    assert "PointSource" in why_not_graphed(drawn)
    several = tiny()
    several.several_processes = True
    assert "several processes" in why_not_graphed(several)
    compiled = tiny()
    compiled.game.generator.compile(backend="eager")
    with pytest.raises(GancoreError, match="because a player is compiled; run the trainer as it is"):
        Graphed(compiled)


def test_a_processor_has_no_graphs() -> None:
    with pytest.raises(GancoreError, match="because cpu has none"):
        Graphed(tiny())


class Shared:
    """What a random state on a GPU has for captures: two may share one, and it advances for both."""

    def __init__(self, state: list[int]) -> None:
        self.state = state

    def graphsafe_get_state(self) -> "Shared":
        return Shared(self.state)

    def graphsafe_set_state(self, other: "Shared") -> None:
        self.state = other.state


def test_while_a_graph_is_captured_global_random_numbers_come_from_the_state_that_is_lent() -> None:
    default, rng = Shared([1]), Shared([2])
    with _exchanged(default, rng):
        default.state.append(3)
    assert (default.state, rng.state) == ([1], [2, 3])


@pytest.mark.usefixtures("tape")
def test_a_tape_refuses_random_numbers_that_no_graph_could_repeat() -> None:
    with pytest.raises(RuntimeError, match="not registered"), Recording(Tape()):
        torch.randn(2)
