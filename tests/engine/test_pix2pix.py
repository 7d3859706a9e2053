"""From picture to picture: the game's two losses by hand, its start without an opponent, runs, and bad input."""

from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.small import same
from PIL import Image
from torch.nn.functional import softplus

from gancore.cli import main
from gancore.data import Batch, ImageData, Spec, to_float
from gancore.data.damage import FewLines
from gancore.data.fourier import measure
from gancore.data.pairs import PairData, divide, load_brain
from gancore.errors import GancoreError
from gancore.metrics.truth import pair_scores, psnr
from gancore.runs.config import RunConfig
from gancore.runs.folder import RunFolder
from gancore.training.losses import LOSSES
from gancore.training.pix2pix import DAMAGES, PAIR_RECIPES, PairRecipe
from gancore.training.recipes import RECIPES, get_recipe
from gancore.training.trainer import Trainer

NAMES = [recipe.name for recipe in PAIR_RECIPES]
ROUNDS, EARLY = 6, 2  # of a run, and after how many it is stopped


def small(name: str, **changes: object) -> PairRecipe:
    """The recipe called `name` with narrow players, in which the discriminator joins after the third move."""
    return get_recipe(name).change(**{"batch_size": 2, "width": 4, "alone": 3} | changes)


def start(recipe: PairRecipe, folder: Path | None = None, resume: bool = False, seed: int = 0) -> Trainer:
    data = recipe.load(recipe.data)
    trainer = recipe.trainer(data, device="cpu", precision="fp32", seed=seed)
    if folder is not None:
        run = RunConfig(recipe, recipe.data, data.spec, seed, data.sha256)
        RunFolder(folder, run, resume=resume).attach(trainer, resume=resume)
    return trainer


def drawn(data: PairData, count: int = 2) -> Batch:
    return data.batches(seed=0).draw(count)


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as exit_:
        main([str(argument) for argument in arguments])
    return exit_.value.code or 0


@pytest.mark.parametrize("name", NAMES)
def test_every_recipe_begins_with_the_plain_answer(name: str) -> None:
    """The first picture is what no network would have made either, with what is certain kept."""
    recipe = small(name)
    data = recipe.load(recipe.data)
    batch = data.every_held_out()
    game = recipe.game(data.spec)
    made = game.sample(game.generator, len(batch), batch.given)
    plain = data.plain(batch.given)
    keep = game.generator.keep
    assert torch.allclose(made, keep(keep(plain, batch.given).clamp(-1, 1), batch.given), atol=1e-4)


def test_what_was_measured_stays_as_it_was_whatever_the_network_says() -> None:
    data = RECIPES["mri"].load("brain")
    batch, game = data.every_held_out(), small("mri").game(data.spec)
    torch.nn.init.normal_(game.generator.network.last[0].weight)  # far off, and out of range
    made = game.sample(game.generator, len(batch), batch.given)
    difference = measure(made - batch.real, batch.given[:, 1:]).abs()
    assert (made - batch.real).abs().max() > 0.5
    assert difference.max() < 1e-4


def test_the_losses_are_those_of_the_paper() -> None:
    recipe = small("pix2pix", alone=0, l1=3.0, adversarial=0.5)
    data = recipe.load("emoji")
    batch, game = drawn(data), recipe.game(data.spec)
    fake = game.generator(batch.given).detach()
    on_real, on_fake = game.discriminator(batch.real, batch.given), game.discriminator(fake, batch.given)
    by_hand = softplus(-on_real).mean() + softplus(on_fake).mean()
    assert game.discriminator_loss(batch).item() == pytest.approx(by_hand.item(), rel=1e-5)
    game.moves += 1
    by_hand = 3 * (fake - batch.real).abs().mean() + 0.5 * softplus(-on_fake).mean()
    assert game.generator_loss(batch).item() == pytest.approx(by_hand.item(), rel=1e-5)


def test_features_are_matched_in_every_stage_of_the_discriminator() -> None:
    """By hand, from what passes its layers: three activations, and no logits."""
    recipe = small("pix2pix", alone=0, adversarial=0, l1=0, features=2.0)
    data = recipe.load("emoji")
    batch, game = drawn(data), recipe.game(data.spec)
    fake = game.generator(batch.given).detach()
    distances = []
    for end in (2, 5, 8):
        maps = [game.discriminator.layers[:end](torch.cat([each, batch.given], 1)) for each in (fake, batch.real)]
        distances.append((maps[0] - maps[1]).abs().mean())
    game.moves += 1
    assert game.generator_loss(batch).item() == pytest.approx(2 * sum(distances).item() / 3, rel=1e-5)


def test_pairs_of_unequal_size_are_refused() -> None:
    with pytest.raises(GancoreError, match=r"32×32 and 48×48 pixels; bring both to one size"):
        RECIPES["pix2pix"].game(Spec((3, 48, 48), None, (1, 32, 32)))


def test_grey_truths_for_a_colour_network_are_refused() -> None:
    recipe, grey = small("pix2pix"), torch.zeros(12, 1, 16, 16, dtype=torch.uint8)
    game = recipe.game(Spec((3, 16, 16), None, (1, 16, 16)))
    data = divide(ImageData("grey pairs", grey, given=grey))
    with pytest.raises(GancoreError, match=r"of 3 channels, and those of grey pairs have 1; bring them"):
        pair_scores(game, game.generator, data)


@pytest.mark.parametrize("features", [0.0, 0.2])
def test_gradients_reach_the_player_that_moves_and_no_other(features: float) -> None:
    recipe = small("pix2pix", alone=0, features=features)
    data = recipe.load("emoji")
    game = recipe.game(data.spec)
    game.discriminator_loss(drawn(data)).backward()
    assert all(each.grad is None for each in game.generator.parameters())
    assert all(each.grad is not None for each in game.discriminator.parameters())
    game.discriminator.zero_grad()
    game.moves += 1
    game.generator_loss(drawn(data)).backward()
    assert all(each.grad is None for each in game.discriminator.parameters())
    assert all(each.grad is not None for each in game.generator.parameters())


def test_the_generator_learns_from_what_was_just_judged_and_from_new_pairs_else() -> None:
    recipe = small("pix2pix", loss="l1")
    data = recipe.load("emoji")
    game, one, other = recipe.game(data.spec), *(data.batches(seed=seed).draw(2) for seed in (1, 2))
    game.discriminator_loss(one)
    shared = game.generator_loss(other)
    alone = game.generator_loss(other)
    distance = {name: (game.generator(each.given) - each.real).abs().mean().item() for name, each in
                (("one", one), ("other", other))}  # fmt: skip
    assert shared.item() == pytest.approx(distance["one"], rel=1e-5)
    assert alone.item() == pytest.approx(distance["other"], rel=1e-5)


def test_the_discriminator_rests_while_the_generator_learns_alone() -> None:
    trainer = start(small("pix2pix"))
    before = {name: value.clone() for name, value in trainer.game.discriminator.state_dict().items()}
    trainer.run(steps=3)
    assert same(trainer.game.discriminator.state_dict(), before)
    trainer.run(steps=1)
    assert not same(trainer.game.discriminator.state_dict(), before)


def test_with_the_distance_alone_the_discriminator_rests_for_ever() -> None:
    trainer = start(small("pix2pix", loss="l1", alone=0))
    before = {name: value.clone() for name, value in trainer.game.discriminator.state_dict().items()}
    trainer.run(steps=5)
    assert same(trainer.game.discriminator.state_dict(), before)


@pytest.mark.parametrize("loss", LOSSES)
def test_any_loss_is_played_by_patches(loss: str) -> None:
    trainer = start(small("pix2pix", loss=loss, alone=0)).run(steps=1)
    assert trainer.game.report().keys() == {"d_real", "d_fake", "l1_distance"}


@pytest.mark.parametrize("name", NAMES)
def test_resumed_run_equals_the_uninterrupted_one(name: str, tmp_path: Path) -> None:
    recipe = small(name, noise=0.2)
    whole = start(recipe, tmp_path / "whole").run(steps=ROUNDS)
    start(recipe, tmp_path / "parts").run(steps=EARLY)
    resumed = start(recipe, tmp_path / "parts", resume=True).run(steps=ROUNDS - EARLY)
    assert same(resumed.state_dict(), whole.state_dict())
    files = [(tmp_path / part / "generator.safetensors").read_bytes() for part in ("whole", "parts")]
    assert files[0] == files[1]


def test_other_data_or_damage_is_another_run(tmp_path: Path) -> None:
    start(small("denoise"), tmp_path / "run").run(steps=1)
    with pytest.raises(GancoreError, match="was started with"):
        start(small("denoise", source="faces"), tmp_path / "run", resume=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_goes_through_the_command_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    assert run("train", name, "--steps", 2, "--batch-size", 2, "--out", folder, "--quiet", "--device", "cpu") == 0
    assert run("sample", folder, "--count", 4, "--array", tmp_path / "some.npy") == 0
    with Image.open(folder / "grid.png") as grid:
        side = np.load(tmp_path / "some.npy").shape[1]
        assert grid.size == (3 * (side + 2) + 2, 4 * (side + 2) + 2)  # what is given, made and true, four times
    capsys.readouterr()
    assert run("evaluate", folder, "--count", 1_000_000) == 0  # of which a few are held out
    told = capsys.readouterr().out
    assert all(score in told for score in ("PSNR", "SSIM", "sharpness", "FID of patches", "PSNR of the plain answer"))
    assert ("colour distance" in told) == (name == "pix2pix")


def test_pictures_made_of_fewer_in_turn_are_shown_beside_them() -> None:
    trainer = start(small("superres"))
    given = trainer.game.examples.given[:3]
    made = trainer.game.sample(trainer.game.generator, 4, given)
    again = trainer.game.show(made, given[[0, 1, 2, 0]])
    assert trainer.game.show(made, given).tobytes() == again.tobytes()


def test_pairs_of_ones_own_stay_as_large_as_a_run_has_found_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in range(3):
        Image.new("RGB", (256, 128), (place, 100, 200)).save(tmp_path / f"{place}.png")
    recipe = get_recipe("pix2pix")
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    found = recipe.load(str(tmp_path))
    assert found.spec.shape == (3, 128, 128)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert recipe.load(str(tmp_path)).spec.shape == (3, 64, 64)
    assert recipe.suited(found).load(str(tmp_path)).spec == found.spec


def test_examples_are_held_out() -> None:
    trainer = start(small("superres"))
    held = to_float(trainer.batches.source.data.images)
    for image in trainer.game.examples.real:
        assert not (held == image).flatten(1).all(1).any()


def test_evaluate_scores_what_is_held_out() -> None:
    recipe = small("superres")
    data = recipe.load(recipe.data)
    game = recipe.game(data.spec)
    found = pair_scores(game, game.generator, data)
    batch = data.every_held_out(0)
    keep = game.generator.keep
    plain = keep(keep(data.plain(batch.given), batch.given).clamp(-1, 1), batch.given)
    assert found["PSNR"] == pytest.approx(psnr(plain, batch.real), abs=1e-3)


def test_a_scan_keeps_its_measured_frequencies_whatever_the_network_says() -> None:
    from gancore.data.fourier import measure

    recipe = small("mri")
    data = load_brain(FewLines())
    game = recipe.game(data.spec)
    torch.nn.init.normal_(game.generator.network.last[0].weight, std=0.1)
    batch = data.every_held_out()
    with torch.no_grad():
        made = game.generator(batch.given)
    mask = batch.given[:, 1:]
    there, truth = (measure((images + 1) / 2, mask) for images in (made, batch.real))
    assert (made - batch.given[:, :1]).abs().max() > 0.05
    assert (there - truth).abs().max() < 1e-4


def test_noise_gives_another_picture_for_another_seed() -> None:
    recipe = small("pix2pix", noise=0.3, alone=0)
    trainer = start(recipe).run(steps=2)
    one, again, other = (trainer.sample(2, seed=seed) for seed in (0, 0, 1))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_a_condition_is_painted_and_shown_without_a_truth() -> None:
    trainer = start(small("pix2pix"))
    given = torch.ones(3, 1, 48, 48)
    made = trainer.sample(4, given)
    assert made.shape == (4, 3, 48, 48)
    assert trainer.game.show(made[:3], given).size == (2 * 50 + 2, 3 * 50 + 2)


def test_a_game_that_is_given_nothing_says_so() -> None:
    recipe = small("pix2pix")
    game = recipe.game(Spec((3, 48, 48), None, (1, 48, 48)))
    with pytest.raises(GancoreError, match="give some as condition"):
        game.sample(game.generator, 2)


def test_grey_outlines_for_a_colour_network_are_refused() -> None:
    recipe = small("pix2pix")
    game = recipe.game(Spec((3, 48, 48), None, (3, 48, 48)))
    with pytest.raises(GancoreError, match="has 1 channels and the network is made for 3"):
        game.sample(game.generator, 2, torch.zeros(2, 1, 48, 48))


def test_data_without_pairs_is_refused() -> None:
    with pytest.raises(GancoreError, match="learns from pairs of pictures"):
        RECIPES["pix2pix"].game(Spec((3, 48, 48)))


def test_pairs_are_not_damaged() -> None:
    with pytest.raises(GancoreError, match=r"'emoji' are pairs already, and mri .*; take brain, faces"):
        RECIPES["mri"].load("emoji")


def test_a_folder_of_pictures_is_damaged_by_the_recipe(tmp_path: Path) -> None:
    for place in range(12):
        Image.new("L", (40, 40), 20 * place).save(tmp_path / f"{place}.png")
    data = RECIPES["superres"].load(str(tmp_path))
    assert (len(data.learnt), len(data.held), data.spec.shape, data.spec.given) == (11, 1, (1, 32, 32), (1, 32, 32))


@pytest.mark.parametrize(
    "change",
    [{"damage": "rain"}, {"l1": -1}, {"adversarial": -1}, {"features": -1}, {"alone": -1}, {"width": 0},
     {"fold": 9}, {"noise": 1}, {"loss": "none"}],
    ids=str,
)  # fmt: skip
def test_settings_out_of_range_are_refused(change: dict) -> None:
    with pytest.raises(GancoreError, match=next(iter(change))):
        RECIPES["pix2pix"].change(**change)


def test_damages_have_their_recipes() -> None:
    assert {recipe.damage for recipe in PAIR_RECIPES} == {"", *DAMAGES}
