"""Words to pictures: the game's losses by hand, players that read, runs, the command line, and bad input."""

import math
from pathlib import Path

import pytest
import torch
from helpers.small import same
from PIL import Image
from torch.distributions import Normal, kl_divergence
from torch.nn.functional import softplus

from gancore.cli import main
from gancore.data import Batch, Spec
from gancore.data.captions import CaptionData
from gancore.errors import GancoreError
from gancore.metrics.described import new_captions, text_scores
from gancore.models.text import Reader, TextDiscriminator, TextGenerator
from gancore.runs.config import RunConfig, load_config
from gancore.runs.folder import RunFolder
from gancore.training.losses import LOSSES
from gancore.training.recipes import RECIPES
from gancore.training.text2image import TextGame, TextRecipe, kl_from_normal
from gancore.training.trainer import Trainer

ROUNDS, EARLY = 4, 2  # of a run, and after how many it is stopped


def small(**changes: object) -> TextRecipe:
    """The recipe with narrow players."""
    return RECIPES["text2image"].change(**{"batch_size": 4, "width": 4, "text": 8, "meaning": 4, "noise": 3} | changes)


@pytest.fixture(scope="module")
def data() -> CaptionData:
    return RECIPES["text2image"].load("avatars")


def start(recipe: TextRecipe, data: CaptionData, folder: Path | None = None, resume: bool = False) -> Trainer:
    trainer = recipe.trainer(data, device="cpu", precision="fp32")
    if folder is not None:
        run = RunConfig(recipe, recipe.data, data.spec, 0, data.sha256)
        RunFolder(folder, run, resume=resume).attach(trainer, resume=resume)
    return trainer


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as exit_:
        main([str(argument) for argument in arguments])
    return exit_.value.code or 0


def as_judged(game: TextGame, batch: Batch, fake: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Logits on real pictures, on `fake` ones, and on real ones with the caption of the one before."""
    wrong = torch.cat([batch.given[-1:], batch.given[:-1]])
    look = game.discriminator
    return look(batch.real, batch.given), look(fake, batch.given), look(batch.real, wrong)


def test_the_three_terms_of_the_discriminator_are_those_of_the_paper(data: CaptionData) -> None:
    game = small(loss="non-saturating", wrong=0.5, penalty=0).game(data.spec)
    batch = data.batches(seed=0).draw(4)
    loss = game.discriminator_loss(batch)
    on_real, on_fake, on_wrong = as_judged(game, batch, game.shared.pictures.detach())
    by_hand = softplus(-on_real).mean() + softplus(on_fake).mean() + 0.5 * softplus(on_wrong - on_real).mean()
    assert loss.item() == pytest.approx(by_hand.item(), rel=1e-5)


def test_the_generator_pays_for_captions_far_from_the_normal_distribution(data: CaptionData) -> None:
    game = small(loss="non-saturating", kl=0.5, variety=0).game(data.spec)
    batch = data.batches(seed=0).draw(4)
    game.discriminator_loss(batch)
    fake = game.shared.pictures
    loss = game.generator_loss(batch)
    mean, log_sigma = game.generator.describe(batch.given)
    normal = Normal(0.0, 1.0)
    kl = kl_divergence(Normal(mean, log_sigma.exp()), normal).sum(1).mean()
    by_hand = softplus(-game.discriminator(fake, batch.given)).mean() + 0.5 * kl
    assert loss.item() == pytest.approx(by_hand.item(), rel=1e-5)


def test_the_divergence_is_0_for_the_normal_distribution_and_half_a_square_for_a_shifted_one() -> None:
    nothing = torch.zeros(1, 3)
    assert kl_from_normal(nothing, nothing).item() == 0
    assert kl_from_normal(nothing + 2, nothing).item() == pytest.approx(3 * 2**2 / 2)
    assert kl_from_normal(nothing, nothing + math.log(3)).item() == pytest.approx(3 * (4 - math.log(3)))


def test_variety_is_worth_more_the_further_two_pictures_of_a_caption_are_apart(data: CaptionData) -> None:
    batch = data.batches(seed=0).draw(4)
    values = []
    for strength in (0.1, 1.0):
        game = small(variety=1.0).game(data.spec)
        with torch.no_grad():
            game.generator.first.linear.weight[:, 4:] *= strength  # what the noise is worth
        torch.manual_seed(0)
        values.append(game.sameness(game.draw(batch)).item())
    assert values[0] > values[1]


def test_gradients_reach_the_player_that_moves_and_no_other(data: CaptionData) -> None:
    game, batch = small(variety=0.1).game(data.spec), data.batches(seed=0).draw(4)
    game.discriminator_loss(batch).backward()
    assert all(each.grad is None for each in game.generator.parameters())
    assert all(each.grad is not None for each in game.discriminator.parameters())
    game.discriminator.zero_grad()
    game.moves += 1
    game.generator_loss(batch).backward()
    assert all(each.grad is None for each in game.discriminator.parameters())
    assert all(each.grad is not None for each in game.generator.parameters())


def test_the_generator_learns_from_what_was_just_judged_and_from_new_pictures_else(data: CaptionData) -> None:
    game, batch = small(kl=0).game(data.spec), data.batches(seed=0).draw(4)
    game.discriminator_loss(batch)
    drawn = game.shared
    on_real, on_fake, _ = as_judged(game, batch, drawn.pictures)
    assert game.generator_loss(batch).item() == pytest.approx(softplus(on_real - on_fake).mean().item(), rel=1e-4)
    assert game.shared is None
    assert game.generator_loss(batch).isfinite()


def test_the_penalty_is_lazy_and_weighs_as_much(data: CaptionData) -> None:
    game, batch = small().game(data.spec), data.batches(seed=0).draw(4)
    fake = game.draw(batch).pictures.detach()
    assert game.gradient_penalty(batch, fake).item() > 0
    game.moves = 1
    assert game.gradient_penalty(batch, fake) == 0.0


@pytest.mark.parametrize("loss", LOSSES)
def test_any_loss_is_played(loss: str, data: CaptionData) -> None:
    trainer = start(small(loss=loss), data).run(steps=1)
    assert trainer.game.report().keys() == {"d_real", "d_right", "kl"}


def test_a_reader_tells_two_orders_apart_that_have_the_same_words(data: CaptionData) -> None:
    torch.manual_seed(0)
    reader = Reader(len(data.vocabulary), 16)
    one, other = data.vocabulary.numbers(["red hair, blue shirt", "blue hair, red shirt"])
    assert not torch.allclose(*reader(torch.stack([one, other])))


def test_what_is_no_word_is_not_read(data: CaptionData) -> None:
    torch.manual_seed(0)
    reader = Reader(len(data.vocabulary), 16)
    whole = data.vocabulary.numbers(["red hair"])
    assert reader.embedding(whole)[0, 2:].abs().sum() == 0


def test_a_caption_means_a_point_of_its_gaussian_that_the_latents_decide() -> None:
    torch.manual_seed(0)
    generator = TextGenerator(9, (3, 16, 16), meaning=4, noise=3, width=4, text=8).eval()
    z, captions = torch.randn(2, 7), torch.randint(2, 9, (2, 5))
    mean, log_sigma = generator.describe(captions)
    at_mean = torch.cat([torch.zeros(2, 4), z[:, 4:]], dim=1)
    expected = generator.draw(at_mean, mean + log_sigma.exp() * z[:, :4], log_sigma)
    assert torch.allclose(generator(z, captions), expected, atol=1e-6)


@pytest.mark.parametrize("side", [16, 32])
def test_players_of_both_sizes(side: int) -> None:
    shape, captions = (3, side, side), torch.randint(0, 9, (2, 5))
    pictures = TextGenerator(9, shape, 4, 3, 4, 8)(torch.randn(2, 7), captions)
    assert pictures.shape == (2, *shape)
    assert TextDiscriminator(9, shape, 4, 8)(pictures, captions).shape == (2,)


def test_resumed_run_equals_the_uninterrupted_one(data: CaptionData, tmp_path: Path) -> None:
    recipe = small()
    whole = start(recipe, data, tmp_path / "whole").run(steps=ROUNDS)
    start(recipe, data, tmp_path / "parts").run(steps=EARLY)
    resumed = start(recipe, data, tmp_path / "parts", resume=True).run(steps=ROUNDS - EARLY)
    assert same(resumed.state_dict(), whole.state_dict())
    files = [(tmp_path / part / "generator.safetensors").read_bytes() for part in ("whole", "parts")]
    assert files[0] == files[1]


def test_a_run_keeps_its_words(data: CaptionData, tmp_path: Path) -> None:
    start(small(), data, tmp_path / "run").run(steps=1)
    kept = load_config(tmp_path / "run")
    assert kept.spec == data.spec
    assert kept.game().vocabulary == data.vocabulary


def test_a_recipe_goes_through_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    assert (
        run("train", "text2image", "--steps", 2, "--batch-size", 4, "--out", folder, "--quiet", "--device", "cpu") == 0
    )
    assert run("sample", folder, "--caption", "red hair", "--caption", "a hat and a smile", "--count", 6) == 0
    with Image.open(folder / "grid.png") as grid:
        assert grid.size == (2 * 18 + 2, 3 * 18 + 2)  # a column for each caption
    assert run("sample", folder, "--caption", "red hair", "--data", "elsewhere") == 2
    assert run("sample", folder, "--caption", "purple hair") == 2
    assert "Not learnt: 'purple'" in capsys.readouterr().err
    assert run("evaluate", folder, "--count", 40) == 0
    told = capsys.readouterr().out
    assert all(score in told for score in ("marks", "hair, asked", "hair, another", "spread of a caption"))


def test_a_run_that_reads_no_captions_is_asked_for_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("train", "mlp", "--steps", 1, "--out", tmp_path / "run", "--quiet", "--device", "cpu")
    assert run("sample", tmp_path / "run", "--caption", "a hat") == 2
    assert "reads no captions; leave out --caption" in capsys.readouterr().err


def test_a_folder_of_ones_own_is_learnt_from_and_scored(tmp_path: Path) -> None:
    for place in range(12):
        Image.new("RGB", (40, 40), (20 * place, 0, 0)).save(tmp_path / f"{place}.png")
    rows = [f"{place}.png,a {'bright' if place > 5 else 'dark'} square" for place in range(12)]
    (tmp_path / "captions.csv").write_text("\n".join(["file,caption", *rows]), encoding="utf-8")
    recipe = small()
    data = recipe.load(str(tmp_path))
    trainer = start(recipe, data).run(steps=1)
    assert trainer.sample(3, trainer.game.ask(["a dark square"])).shape == (3, 3, 16, 16)
    found = text_scores(trainer.game, trainer.average.module, data)
    assert found.keys() == {"spread of a caption", "spread of real pictures"}


def test_a_picture_is_the_same_for_a_seed_and_another_for_another(data: CaptionData) -> None:
    trainer = start(small(), data)
    one, again, other = (trainer.sample(2, seed=seed) for seed in (0, 0, 1))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_examples_are_held_out(data: CaptionData) -> None:
    trainer = start(small(), data)
    learnt = {each.numpy().tobytes() for each in data.learnt.images}
    shown = ((trainer.game.examples.real + 1) * 127.5).round().to(torch.uint8)
    assert not any(each.numpy().tobytes() in learnt for each in shown)


def test_scores_are_of_captions_never_seen_together(data: CaptionData) -> None:
    known = {tuple(row) for row in data.learnt.given.tolist()}
    asked_for = new_captions(data)
    assert len(asked_for) == 532
    assert not any(tuple(row) in known for row in asked_for.tolist())


def test_a_game_that_is_asked_for_nothing_says_so(data: CaptionData) -> None:
    game = small().game(data.spec)
    with pytest.raises(GancoreError, match="give some as condition"):
        game.sample(game.generator, 2)


def test_data_without_captions_is_refused() -> None:
    with pytest.raises(GancoreError, match="learns from pictures with captions"):
        RECIPES["text2image"].game(Spec((3, 16, 16)))


@pytest.mark.parametrize(
    "change",
    [{"side": 17}, {"wrong": -1}, {"kl": -1}, {"variety": -1}, {"penalty": -1}, {"width": 0}, {"text": 0},
     {"meaning": 0}, {"noise": 0}, {"loss": "none"}],
    ids=str,
)  # fmt: skip
def test_settings_out_of_range_are_refused(change: dict) -> None:
    with pytest.raises(GancoreError, match=next(iter(change))):
        RECIPES["text2image"].change(**change)
