"""Recipes are complete, frozen, printable, and refuse what they cannot mean."""

import dataclasses

import pytest
import torch
from helpers.small import GANS, same
from torch.nn.utils.parametrize import is_parametrized

from gancore.data import ImageData, Spec
from gancore.errors import GancoreError
from gancore.training.losses import LOSSES, Hinge, NonSaturating
from gancore.training.recipes import PLAYERS, RECIPES, GANRecipe, get_recipe
from gancore.training.trainer import Settings

NAMES = ("mlp", "dcgan", "cmlp", "cdcgan")
DIGIT = (1, 28, 28)
DIGITS = Spec(DIGIT, tuple("0123456789"))
SETTINGS = [field.name for field in dataclasses.fields(Settings)]
FIELDS = [field.name for field in dataclasses.fields(GANRecipe) if field.name != "settings"]


def weights(recipe: GANRecipe, seed: int) -> list[dict]:
    return [player.state_dict() for player in recipe.build_players(DIGIT, 10, seed)]


def test_the_four_recipes_are_there_by_name() -> None:
    assert set(NAMES) <= set(RECIPES)
    assert all(RECIPES[name].name == name and get_recipe(name) is RECIPES[name] for name in NAMES)


def test_an_unknown_recipe_is_refused_with_the_choices() -> None:
    with pytest.raises(GancoreError, match=r"'gan'.*mlp, dcgan, cmlp, cdcgan"):
        get_recipe("gan")


@pytest.mark.parametrize("name", NAMES)
def test_every_recipe_trains_with_nothing_added(name: str, digits: ImageData) -> None:
    recipe = RECIPES[name]
    assert recipe.steps > 0
    assert recipe.summary
    trainer = recipe.change(batch_size=4).trainer(digits, device="cpu").run(steps=1)
    assert trainer.sample(3).shape == (3, *DIGIT)
    assert {"d_real", "d_fake"} == trainer.game.report().keys()


@pytest.mark.parametrize("name", ["dcgan", "cdcgan"])
@pytest.mark.parametrize("shape", [(3, 28, 28), (1, 32, 32), (3, 64, 64)], ids=str)
def test_convolutional_recipes_fit_all_the_sizes(name: str, shape: tuple) -> None:
    game = RECIPES[name].game(Spec(shape, ("a", "b")))
    assert game.sample(game.generator, 2).shape == (2, *shape)


def test_perceptrons_grade_128_real_and_128_generated_and_the_generator_is_graded_on_256() -> None:
    for name in ("mlp", "cmlp"):
        settings = RECIPES[name].settings
        assert (settings.batch_size, settings.generator_batch_size) == (128, 256)


def test_players_share_what_was_generated_unless_the_generator_has_a_batch_size_of_its_own() -> None:
    assert [name for name in GANS if not RECIPES[name].game(DIGITS).share_fakes] == ["mlp", "cmlp"]
    assert not RECIPES["modern"].change(generator_batch_size=32).game(DIGITS).share_fakes


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_prints_all_that_it_decides(name: str) -> None:
    recipe = RECIPES[name]
    printed = dict(line.split(maxsplit=1) for line in str(recipe).splitlines())
    values = {key: getattr(recipe, key) for key in FIELDS} | {key: getattr(recipe.settings, key) for key in SETTINGS}
    assert printed == {key: str(value) for key, value in values.items()}


@pytest.mark.parametrize("field", ["loss", "settings", "steps"])
def test_recipes_are_frozen(field: str) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(RECIPES["mlp"], field, None)


def test_change_makes_a_copy_with_other_values_wherever_they_belong() -> None:
    recipe = RECIPES["dcgan"]
    before = str(recipe)
    changed = recipe.change(loss="hinge", r1=2.0, d_lr=1e-3, d_steps=5)
    assert (changed.loss, changed.r1, changed.settings.d_lr, changed.settings.d_steps) == ("hinge", 2.0, 1e-3, 5)
    assert changed.settings.g_lr == recipe.settings.g_lr
    assert changed.players == recipe.players
    assert str(recipe) == before
    assert recipe.change() == recipe


def test_change_refuses_names_that_it_does_not_know() -> None:
    with pytest.raises(TypeError, match="learning_rate"):
        RECIPES["mlp"].change(learning_rate=1e-3)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"players": "convolutional"}, "'convolutional'; choose one of mlp, dcgan"),
        ({"loss": "cross-entropy"}, "'cross-entropy'; choose one of non-saturating"),
        ({"latent_dim": 0}, "latent_dim"),
        ({"penalty_every": 0}, "penalty_every"),
        ({"steps": 0}, "steps"),
        ({"r1": -1.0}, "-1.0"),
        ({"r2": float("nan")}, "nan"),
        ({"gp": float("inf")}, "inf"),
        ({"real_target": 0.4}, "real_target is 0.4"),
        ({"real_target": 1.1}, "real_target is 1.1"),
        ({"loss": "hinge", "real_target": 0.9}, "real_target to 1 for hinge"),
        ({"d_lr": -1.0}, "d_lr is -1.0"),
        ({"g_lr": 2.0}, "g_lr is 2.0"),
        ({"batch_size": 0}, "batch_size is 0; it must be a whole number from 1"),
        ({"generator_batch_size": 0}, "generator_batch_size is 0"),
        ({"d_steps": 0}, "d_steps is 0"),
        ({"betas": (1.0, 0.9)}, "betas"),
        ({"decay_rounds": 0.5}, "decay_rounds is 0.5"),
        ({"average": 1.5}, "average is 1.5"),
    ],
    ids=str,
)
def test_a_change_out_of_range_is_refused_with_its_value(change: dict, named: str) -> None:
    with pytest.raises(GancoreError, match=named):
        RECIPES["mlp"].change(**change)


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_is_within_reach_of_every_recipe(name: str) -> None:
    assert type(RECIPES["mlp"].change(loss=name).game(DIGITS).loss) is LOSSES[name]


def test_what_a_recipe_says_reaches_the_game_and_the_trainer(digits: ImageData) -> None:
    recipe = RECIPES["dcgan"].change(
        loss="hinge", r1=1.0, r2=2.0, gp=3.0, penalty_every=4, latent_dim=7, d_lr=0.1, batch_size=5
    )
    trainer = recipe.trainer(digits, seed=3, device="cpu", precision="bf16")
    game = trainer.game
    assert (game.loss, game.r1, game.r2, game.gp, game.penalty_every) == (Hinge(), 1.0, 2.0, 3.0, 4)
    assert game.latents(2).shape == (2, 7)
    assert trainer.settings is recipe.settings
    assert (trainer.seed, trainer.device.type, trainer.precision) == (3, "cpu", "bf16")
    assert RECIPES["mlp"].change(real_target=0.9).game(DIGITS).loss == NonSaturating(0.9)


@pytest.mark.parametrize("players", PLAYERS)
def test_spectral_norm_reaches_the_discriminator_only(players: str) -> None:
    recipe = GANRecipe("own", "one's own", players, spectral_norm=True)
    generator, discriminator = recipe.build_players(DIGIT, 10)
    assert any(map(is_parametrized, discriminator.modules()))
    assert not any(map(is_parametrized, generator.modules()))
    _, plain = dataclasses.replace(recipe, spectral_norm=False).build_players(DIGIT, 10)
    assert not any(map(is_parametrized, plain.modules()))


def test_players_start_the_same_for_a_seed_and_otherwise_for_another() -> None:
    one, again, other = (weights(RECIPES["dcgan"], seed) for seed in (1, 1, 2))
    assert same(one, again)
    assert not same(one, other)


def test_building_players_leaves_the_global_random_state_alone() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one = weights(RECIPES["dcgan"], seed=1)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(6)
    assert same(one, weights(RECIPES["dcgan"], seed=1))


@pytest.mark.parametrize("name", ["cmlp", "cdcgan"])
def test_conditional_recipes_refuse_data_without_labels(name: str, digits: ImageData) -> None:
    with pytest.raises(GancoreError, match=rf"{name}.*labels.*flat"):
        RECIPES[name].trainer(ImageData("flat", digits.images))


@pytest.mark.parametrize("name", NAMES)
def test_only_conditional_recipes_ask_for_classes(name: str) -> None:
    game = RECIPES[name].game(DIGITS)
    assert game.classes == (10 if name.startswith("c") else 0)


def test_unconditional_recipes_take_data_without_labels(digits: ImageData) -> None:
    flat = ImageData("flat", digits.images[:20])
    trainer = RECIPES["mlp"].change(batch_size=4).trainer(flat, device="cpu").run(steps=1)
    assert trainer.round == 1
