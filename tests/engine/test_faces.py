"""Faces: the game plays with each of its last layers, on avatars, on few photographs, and on pictures of one's own."""

import pytest
import torch
from torch import nn

from gancore.data.avatars import are_avatars
from gancore.data.images import ImageData, to_float
from gancore.data.photographs import load_photographs
from gancore.errors import GancoreError
from gancore.metrics.faces import avatar_distance, face_scores
from gancore.models.modern import UPSAMPLINGS, ModernGenerator
from gancore.training.faces import FACE_RECIPES, FACES
from gancore.training.recipes import RECIPES


@pytest.mark.parametrize("recipe", FACE_RECIPES, ids=lambda recipe: recipe.name)
def test_the_game_plays_and_draws_in_colour(recipe) -> None:
    assert RECIPES[recipe.name] is recipe
    trainer = recipe.change(batch_size=4, augment=("shift",)).trainer(recipe.load("avatars"), seed=0, device="cpu")
    trainer.run(steps=2)
    samples = trainer.sample(3)
    assert samples.shape == (3, 3, 32, 32)
    assert samples.abs().max() <= 1


def test_each_last_layer_makes_pixels_of_cells() -> None:
    cells = torch.rand(2, 8, 5, 5)
    for layers in UPSAMPLINGS.values():
        assert nn.Sequential(*layers(8, 3))(cells).shape == (2, 3, 20, 20)


def stamped(name: str) -> torch.Tensor:
    """What `name` makes of cells that are all alike, away from the edges, with weights that are all alike."""
    layers = nn.Sequential(*UPSAMPLINGS[name](8, 1))
    for weight in layers.parameters():
        nn.init.constant_(weight, 0.1)
    with torch.no_grad():
        return layers(torch.ones(1, 8, 6, 6))[0, 0, 8:-8, 8:-8]


def test_only_the_transposed_convolution_makes_a_checkerboard_by_its_shape() -> None:
    assert stamped("transposed").std() > 0.1
    assert stamped("shuffle").std() == pytest.approx(0, abs=1e-5)
    assert stamped("nearest").std() == pytest.approx(0, abs=1e-5)


def test_the_last_layer_is_the_only_difference() -> None:
    one, other = (ModernGenerator(shape=(3, 32, 32), upsampling=name).state_dict() for name in ("shuffle", "nearest"))
    assert {name for name in one if not name.startswith("last")} == {
        name for name in other if not name.startswith("last")
    }


def test_avatars_that_are_held_out_are_not_learnt() -> None:
    data = FACES.load("avatars")
    assert (len(data), data.shape) == (2174, (3, 32, 32))


def test_photographs_are_mirrored_and_a_fifth_is_held_out() -> None:
    learnt, held_out = load_photographs()
    assert (len(learnt), len(held_out)) == (160, 20)
    assert torch.equal(learnt.images[80:], learnt.images[:80].flip(3))
    distances = torch.cdist(to_float(held_out.images).flatten(1), to_float(learnt.images).flatten(1))
    assert distances.min() > 1
    assert torch.equal(FACES.load("photographs").images, learnt.images)


def test_a_folder_of_ones_own_is_read_as_any_other(tmp_path) -> None:
    from PIL import Image

    for number in range(3):
        Image.new("RGB", (70, 80), (number * 90, 20, 200)).save(tmp_path / f"{number}.png")
    data = FACES.load(str(tmp_path))
    assert data.shape == (3, 64, 64)
    FACES.change(batch_size=2).trainer(data, seed=0, device="cpu").run(steps=1)


def test_a_folder_with_the_name_of_the_avatars_is_not_scored_as_they_are() -> None:
    class Still:
        def sample(self, generator, count: int, seed: int = 0) -> torch.Tensor:
            return torch.zeros(count, 3, 32, 32)

    rng = torch.Generator().manual_seed(0)
    large, small = (
        ImageData("avatars", torch.randint(256, (50, 3, side, side), generator=rng).to(torch.uint8))
        for side in (40, 32)
    )
    assert set(face_scores(Still(), nn.Identity(), small, 50)) == {"novelty", "near copies"}
    assert not are_avatars(large)
    assert are_avatars(FACES.load("avatars"))


def test_a_folder_that_is_not_there_is_refused_with_the_sets_that_are() -> None:
    with pytest.raises(GancoreError, match="'nowhere' is neither 'avatars' nor 'photographs' nor a folder that exists"):
        FACES.load("nowhere")


def test_copies_score_as_copies() -> None:
    class Copyist:
        def sample(self, generator, count: int, seed: int = 0) -> torch.Tensor:
            return to_float(FACES.load("avatars").images[:count])

    scores = face_scores(Copyist(), nn.Identity(), FACES.load("avatars"), 100)
    assert scores["novelty"] == pytest.approx(0, abs=1e-4)
    assert scores["near copies"] == 1
    assert scores["FID"] > 0


def test_avatars_are_nearer_to_real_ones_than_what_nobody_would_take_for_one() -> None:
    real = to_float(FACES.load("avatars").images[:400])
    assert avatar_distance(real) < avatar_distance(real.flip(2)) / 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"upsampling": "bicubic"}, "no upsampling 'bicubic'.*shuffle, transposed, nearest"),
        ({"augment": ("fog",)}, "no augmentation 'fog'"),
    ],
)
def test_settings_that_there_are_not_are_refused(change: dict, words: str) -> None:
    with pytest.raises(GancoreError, match=words):
        FACES.change(**change)
