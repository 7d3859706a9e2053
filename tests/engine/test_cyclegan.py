"""Translation without pairs: the losses by hand, the pool, runs that go on bit for bit, both ways, and bad input."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.small import same
from PIL import Image
from torch.nn.functional import softplus

from gancore.cli import main
from gancore.data import Batch, Spec
from gancore.data.unpaired import load_people, load_zebra
from gancore.errors import GancoreError
from gancore.metrics.unpaired import digits_read, glasses_read, paper_of, translation_scores
from gancore.runs.config import RunConfig, kept_source
from gancore.runs.folder import RunFolder
from gancore.training.cyclegan import POOL, CycleGAN, CycleRecipe, Pool, TwoWays, painted
from gancore.training.losses import LOSSES
from gancore.training.recipes import RECIPES
from gancore.training.trainer import Trainer

ROUNDS, EARLY = 30, 27  # of a run, and after how many it is stopped: the pool is full, and has exchanged some


@pytest.fixture(scope="module")
def zebra():
    return load_zebra()


def small(**changes: object) -> CycleRecipe:
    return RECIPES["cyclegan"].change(**{"batch_size": 2, "width": 4} | changes)


def start(recipe: CycleRecipe, folder: Path | None = None, resume: bool = False, seed: int = 0) -> Trainer:
    data = recipe.load(recipe.data)
    trainer = recipe.trainer(data, device="cpu", precision="fp32", seed=seed)
    if folder is not None:
        run = RunConfig(recipe, recipe.data, data.spec, seed, data.sha256)
        RunFolder(folder, run, resume=resume).attach(trainer, resume=resume)
    return trainer


def moved(game: CycleGAN, seed: int = 0) -> CycleGAN:
    """`game` with generators that no longer leave everything as it was."""
    rng = torch.Generator().manual_seed(seed)
    for values in game.generator.parameters():
        values.data.add_(0.05 * torch.randn(values.shape, generator=rng))
    return game


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as exit_:
        main([str(argument) for argument in arguments])
    return exit_.value.code or 0


# The game


def test_the_losses_are_those_of_the_paper(zebra) -> None:
    batch = zebra.batches(seed=1).draw(3)
    game = moved(small(cycle=3.0, identity=0.7, adversarial=0.5).game(zebra.spec))
    there, back = game.generator.there, game.generator.back
    first, second = game.discriminator.first, game.discriminator.second
    as_second, as_first = there(batch.given).detach(), back(batch.real).detach()
    judged = [softplus(-first(batch.given)).mean() + softplus(first(as_first)).mean(),
              softplus(-second(batch.real)).mean() + softplus(second(as_second)).mean()]  # fmt: skip
    assert game.discriminator_loss(batch).item() == pytest.approx(sum(judged).item() / 2, rel=1e-5)
    persuaded = softplus(-first(as_first)).mean() + softplus(-second(as_second)).mean()
    cycle = (back(as_second) - batch.given).abs().mean() + (there(as_first) - batch.real).abs().mean()
    identity = (there(batch.real) - batch.real).abs().mean() + (back(batch.given) - batch.given).abs().mean()
    by_hand = 0.5 * persuaded + 3 * cycle + 0.7 * identity
    assert game.generator_loss(batch).item() == pytest.approx(by_hand.item(), rel=1e-5)
    assert game.report()["cycle"].item() == pytest.approx(cycle.item() / 2, rel=1e-5)
    assert game.report()["identity"].item() == pytest.approx(identity.item() / 2, rel=1e-5)


@pytest.mark.parametrize("weight", ["cycle", "identity"])
def test_either_distance_has_gradients_where_it_alone_is_weighed_and_without_weights_is_reported(zebra, weight) -> None:
    batch, found = zebra.batches(seed=1).draw(2), {}
    for value in (0.0, 2.0):
        changes = {"cycle": 0.0, "identity": 0.0, "adversarial": 0.0} | {weight: value}
        game = moved(small(**changes).game(zebra.spec))
        game.generator_loss(batch).backward()
        found[value] = sum(each.grad.abs().sum().item() for each in game.generator.parameters()), game.report()
    (without, told), (weighed, told_again) = found.values()
    assert without == 0 < weighed
    assert told == told_again
    assert min(told.values()) > 0


def test_gradients_reach_the_player_that_moves_and_no_other(zebra) -> None:
    game, batch = moved(small().game(zebra.spec)), zebra.batches(seed=1).draw(2)
    game.discriminator_loss(batch).backward()
    assert all(each.grad is None for each in game.generator.parameters())
    assert all(each.grad is not None for each in game.discriminator.parameters())
    game.discriminator.zero_grad()
    game.generator_loss(batch).backward()
    assert all(each.grad is None for each in game.discriminator.parameters())
    assert all(each.grad is not None for each in game.generator.parameters())


def test_the_generators_learn_from_what_was_just_judged_and_from_new_pictures_else(zebra) -> None:
    one, other = (zebra.batches(seed=seed).draw(2) for seed in (1, 2))
    game = moved(small().game(zebra.spec))
    expected = [moved(small().game(zebra.spec)).generator_loss(batch).item() for batch in (one, other)]
    game.discriminator_loss(one)
    found = [game.generator_loss(other).item() for _ in range(2)]
    assert found == pytest.approx(expected, rel=1e-5)


def test_a_game_begins_with_no_change(zebra) -> None:
    game = small().game(zebra.spec)
    given = zebra.every_held_out(5).given
    assert torch.equal(painted(game.generator.there, given), given)
    assert torch.equal(painted(game.generator.back, given), given)


@pytest.mark.parametrize("loss", LOSSES)
def test_any_loss_is_played(loss: str) -> None:
    trainer = start(small(loss=loss)).run(steps=1)
    assert trainer.game.report().keys() == {"d_real", "d_fake", "cycle", "identity"}


# The pool


def numbered(first: int, count: int) -> torch.Tensor:
    return torch.arange(first, first + count).float().view(-1, 1, 1, 1).expand(-1, 3, 2, 2)


def test_a_pool_that_fills_gives_back_what_it_is_shown() -> None:
    pool = Pool()
    for first in range(0, POOL, 10):
        assert torch.equal(pool.exchange(numbered(first, 10)), numbered(first, 10))
    assert torch.equal(pool.kept, numbered(0, POOL))


def test_a_full_pool_exchanges_about_half_and_loses_nothing() -> None:
    torch.manual_seed(0)
    pool, met = Pool(), []
    for first in range(0, 500, 10):
        met += pool.exchange(numbered(first, 10))[:, 0, 0, 0].tolist()
    assert sorted(met[POOL:] + pool.kept[:, 0, 0, 0].tolist()) == list(range(500))
    late = torch.tensor(met[POOL:])
    now = torch.arange(POOL, 500).float()
    assert 0.4 < (late != now).float().mean() < 0.6
    assert (late <= now).all()


def test_a_batch_larger_than_the_pool_is_exchanged_as_far_as_it_goes() -> None:
    torch.manual_seed(0)
    pool = Pool()
    pool.exchange(numbered(0, POOL))
    met = pool.exchange(numbered(100, POOL + 20))
    assert torch.equal(met[POOL:], numbered(100 + POOL, 20))
    assert 0 < (met[:POOL, 0, 0, 0] < 100).sum() < POOL


# Runs


def test_resumed_run_equals_the_uninterrupted_one_pool_included(tmp_path: Path) -> None:
    whole = start(small(), tmp_path / "whole").run(steps=ROUNDS)
    start(small(), tmp_path / "parts").run(steps=EARLY)
    resumed = start(small(), tmp_path / "parts", resume=True).run(steps=ROUNDS - EARLY)
    assert same(resumed.state_dict(), whole.state_dict())
    assert all(len(pool.kept) == POOL for pool in resumed.game.pools)
    files = [(tmp_path / part / "generator.safetensors").read_bytes() for part in ("whole", "parts")]
    assert files[0] == files[1]


def test_the_pool_is_what_a_run_would_lack(tmp_path: Path) -> None:
    trainer = start(small()).run(steps=EARLY)
    state = trainer.state_dict()
    with_pool, without = start(small()), start(small())
    with_pool.load_state_dict(state)
    without.load_state_dict(state | {"game": {"pools": [None, None]}})
    weights = [each.run(steps=3).game.discriminator.state_dict() for each in (trainer, with_pool, without)]
    assert same(weights[0], weights[1])
    assert not same(weights[0], weights[2])


def test_a_recipe_goes_through_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    assert run("train", "cyclegan", "--steps", 2, "--batch-size", 2, "--out", folder, "--quiet", "--device", "cpu") == 0
    assert run("sample", folder, "--count", 5, "--array", tmp_path / "there.npy") == 0
    with Image.open(folder / "grid.png") as grid:
        assert grid.size == (3 * 30 + 2, 5 * 30 + 2)  # given, there, and back again, five times
    assert run("sample", folder, "--count", 5, "--array", tmp_path / "back.npy", "--back") == 0
    there, back = (np.load(tmp_path / f"{way}.npy") for way in ("there", "back"))
    assert there.shape == back.shape == (5, 28, 28, 3)
    assert not np.array_equal(there, back)
    capsys.readouterr()
    assert run("evaluate", folder, "--count", 100) == 0
    told = capsys.readouterr().out
    for way in ("there", "back"):
        assert all(score in told for score in (f"L1 {way} of an empty picture", f"digits kept {way} by the truth"))


def test_two_folders_of_ones_own_go_through_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, grey in (("a", 50), ("b", 200)):
        (tmp_path / name).mkdir()
        for place in range(12):
            Image.new("L", (32, 32), grey + place).save(tmp_path / name / f"{place}.png")
    monkeypatch.chdir(tmp_path)
    about = ("--data", "a", "--data", "b", "--out", "run", "--quiet", "--device", "cpu", "--batch-size", 2)
    assert run("train", "cyclegan", "--steps", 1, *about) == 0
    monkeypatch.chdir(tmp_path / "run")  # from where a and b are no longer found by these names
    assert run("train", "cyclegan", "--steps", 2, "--resume", "--out", tmp_path / "run", "--quiet", "--device", "cpu",
               "--batch-size", 2) == 0  # fmt: skip
    assert run("sample", tmp_path / "run", "--count", 2) == 0
    capsys.readouterr()
    assert run("evaluate", tmp_path / "run") == 0
    told = capsys.readouterr().out
    assert "L1 after there and back" in told
    assert "empty picture" not in told  # nobody knows the truth


def test_another_kind_has_no_way_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("train", "mlp", "--steps", 1, "--out", tmp_path / "run", "--quiet", "--device", "cpu")
    assert run("sample", tmp_path / "run", "--back") == 2
    assert "leave out --back" in capsys.readouterr().err


def test_two_sources_are_kept_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    assert kept_source(os.pathsep.join("ab")) == os.pathsep.join([str(tmp_path / "a"), str(tmp_path / "b")])
    assert kept_source("zebra") == "zebra"
    assert kept_source(os.pathsep.join("ac")) == os.pathsep.join("ac")


# Both ways


def test_the_game_turned_goes_the_other_way(zebra) -> None:
    recipe = small()
    trainer = recipe.trainer(zebra, device="cpu")
    moved(trainer.game)
    turned = trainer.game.turned()
    given = zebra.every_held_out(4).real
    assert torch.equal(turned.sample(turned.generator, 4, given), painted(trainer.game.generator.back, given))
    assert torch.equal(turned.examples.given, trainer.game.examples.real)
    assert turned.discriminator.first is trainer.game.discriminator.second
    twice = turned.turned()
    assert twice.generator.there is trainer.game.generator.there
    assert twice.discriminator.first is trainer.game.discriminator.first


def test_what_is_shown_comes_back(zebra) -> None:
    trainer = small().trainer(zebra, device="cpu")
    game = moved(trainer.game)
    given = zebra.every_held_out(3).given
    samples = game.sample(game.generator, 3, given)
    sheet = np.asarray(game.show(samples, given)).astype(int)
    back = painted(game.generator.back, samples)
    pixels = ((back[1] + 1) * 127.5).round().permute(1, 2, 0).numpy()
    assert np.abs(sheet[32:60, 62:90] - pixels).max() <= 1


def test_a_game_that_is_given_nothing_says_so(zebra) -> None:
    game = small().game(zebra.spec)
    with pytest.raises(GancoreError, match="give some as condition"):
        game.sample(game.generator, 2)


# Scores


def perfect(zebra) -> TwoWays:
    """Two ways that know the first truths by heart."""
    batch = zebra.every_held_out(60)

    class ByHeart(torch.nn.Module):
        def __init__(self, questions: torch.Tensor, answers: torch.Tensor) -> None:
            super().__init__()
            self.questions, self.answers = questions, answers

        def forward(self, given: torch.Tensor) -> torch.Tensor:
            return self.answers[[int((self.questions == each).flatten(1).all(1).nonzero()[0]) for each in given]]

    return TwoWays(ByHeart(batch.given, batch.real), ByHeart(batch.real, batch.given))


def test_scores_of_the_truth_are_perfect(zebra) -> None:
    found = translation_scores(small().game(zebra.spec), perfect(zebra), zebra, count=60)
    for way in ("there", "back"):
        assert found[f"L1 {way}"] == 0
        assert found[f"L1 {way} without a change"] == pytest.approx(0.22, abs=0.03)
        assert found[f"digits kept {way}"] == found[f"digits kept {way} by the truth"] > 0.95
    assert found["L1 after there and back"] == found["L1 after back and there"] == 0


def test_glasses_are_read_on_those_who_wear_them_and_all_else_as_it_was() -> None:
    pairs = load_people().every_held_out()
    bare, worn = pairs.given, pairs.real
    right = glasses_read(worn, bare, bare, worn)
    assert right["glasses put on"] == right["glasses put on by the truth"] > 0.97
    assert right["glasses taken off"] == right["glasses taken off by the truth"] > 0.97
    assert min(right["all else kept there"], right["all else kept back"]) > 0.97
    nothing = glasses_read(bare, worn, bare, worn)
    assert nothing["glasses put on"] == pytest.approx(1 - right["glasses taken off"])
    assert nothing["all else kept there"] == 1
    others = glasses_read(worn.roll(1, 0), bare, bare, worn)
    assert others["all else kept there"] < 0.7


def test_an_empty_picture_is_paper(zebra) -> None:
    batch = zebra.every_held_out(60)
    found = translation_scores(small().game(zebra.spec), perfect(zebra), zebra, count=60)
    paper = torch.tensor([217, 235, 255]).view(1, 3, 1, 1) / 127.5 - 1
    assert found["L1 there of an empty picture"] == pytest.approx((batch.real - paper).abs().mean().item(), rel=1e-5)
    assert found["L1 back of an empty picture"] == pytest.approx((batch.given - 1).abs().mean().item(), rel=1e-5)


def test_digits_are_read_in_any_ink_and_not_where_there_is_none(zebra) -> None:
    batch = zebra.every_held_out()
    paper = paper_of(batch.real)
    blank = paper.expand_as(batch.real)
    assert digits_read(batch.real, paper, batch.labels) > 0.98
    assert digits_read(blank, paper, batch.labels) <= 0.2
    assert digits_read(batch.real.flip(0), paper, batch.labels) < 0.2


# Bad input


def test_pictures_of_two_shapes_are_refused() -> None:
    with pytest.raises(GancoreError, match="two sets of pictures of one shape"):
        small().game(Spec((3, 28, 28), None, (1, 28, 28)))


@pytest.mark.parametrize(
    ("source", "reason"),
    [("horse", r"'horse' is neither a known pair of sets \(zebra, parrot, glasses, seasons, hours\) nor a folder"),
     (".", "and got 1; name both, as --data A --data B"), (os.pathsep.join("..."), "and got 3")],
)  # fmt: skip
def test_a_source_that_is_not_two_folders_is_refused(source: str, reason: str) -> None:
    with pytest.raises(GancoreError, match=reason):
        small().load(source)


@pytest.mark.parametrize(
    "change", [{"cycle": -1}, {"identity": 1e9}, {"adversarial": -1}, {"width": 0}, {"loss": "l1"}], ids=str
)
def test_settings_out_of_range_are_refused(change: dict) -> None:
    with pytest.raises(GancoreError, match=next(iter(change))):
        small(**change)


def test_a_batch_without_what_is_given_is_no_batch_of_this_game(zebra) -> None:
    game = small().game(zebra.spec)
    with pytest.raises(AssertionError):
        game.discriminator_loss(Batch(zebra.every_held_out(2).real))
