"""A game without labels finds groups of images that look alike, tells its players, and draws at the groups' shares."""

import dataclasses
from pathlib import Path

import pytest
import torch
from helpers.small import same
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from torch import Tensor

from gancore.analysis.latents import slerp
from gancore.cli import main
from gancore.data import ImageData, to_float
from gancore.errors import GancoreError
from gancore.models import ModernDiscriminator, ModernGenerator
from gancore.models.groups import AXES, COMPONENTS, FEWEST, MOST_ROUNDS, ImageGroups, LatentGroups, coarse, kmeans
from gancore.models.sampling import seeded_latents
from gancore.pretrained import load_pretrained, save_pretrained, training_facts
from gancore.runs.checkpoint import load_checkpoint, save_checkpoint
from gancore.runs.config import RunConfig, load_config
from gancore.runs.folder import RunFolder
from gancore.runs.weights import load_generator
from gancore.training.recipes import MOST_GROUPS, RECIPES
from gancore.training.self_conditioned import SelfConditionedGAN
from gancore.training.trainer import Trainer

MODERN = RECIPES["modern"].change(batch_size=8)
GROUPS = MODERN.groups
DRAWN = 50_000  # latents


@pytest.fixture(scope="module")
def trainer(digits: ImageData) -> Trainer:
    """After a few rounds."""
    return MODERN.trainer(digits, seed=3, device="cpu", precision="fp32").run(steps=3)


@pytest.fixture(scope="module")
def game(trainer: Trainer) -> SelfConditionedGAN:
    return trainer.game


@pytest.fixture(scope="module")
def found(game: SelfConditionedGAN, digits: ImageData) -> Tensor:
    """The group of every digit."""
    return game.discriminator.groups(to_float(digits.images))


def random(count: int, *shape: int, seed: int = 0) -> Tensor:
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


# k-means


def test_kmeans_finds_what_lies_apart() -> None:
    middles = 10 * torch.eye(5, dtype=torch.float64)
    points = (middles[:, None] + 0.1 * random(5, 40, 5)).flatten(0, 1)
    centres = kmeans(points, 5, torch.Generator().manual_seed(1))
    order = torch.cdist(middles, centres).argmin(1)
    assert sorted(order.tolist()) == [0, 1, 2, 3, 4]
    assert torch.allclose(centres[order], points.unflatten(0, (5, 40)).mean(1))


@pytest.mark.parametrize("seed", range(3))
def test_kmeans_comes_as_close_as_that_of_scikit_learn(seed: int) -> None:
    points = random(600, 4, seed=seed)
    centres = kmeans(points, 12, torch.Generator().manual_seed(seed))
    spread = torch.cdist(points, centres).min(1).values.square().sum()
    theirs = KMeans(12, n_init=1, max_iter=MOST_ROUNDS, random_state=seed).fit(points.numpy()).inertia_
    assert spread < 1.08 * theirs  # up to 1.04 over forty seeds: both stop in whatever they run into


def test_kmeans_has_no_more_centres_than_there_are_points_that_differ() -> None:
    points = torch.eye(3, dtype=torch.float64).repeat(10, 1)
    assert kmeans(points, 8, torch.Generator().manual_seed(0)).unique(dim=0).tolist() == sorted(torch.eye(3).tolist())


# Groups of images


def test_every_digit_is_in_the_group_with_the_nearest_centre(
    digits: ImageData, game: SelfConditionedGAN, found: Tensor
) -> None:
    """By principal components that scikit-learn finds, in double precision."""
    pictures = coarse(to_float(digits.images)).double().numpy()
    points = torch.from_numpy(PCA(COMPONENTS, svd_solver="full").fit_transform(pictures))
    centres = torch.stack([points[found == group].mean(0) for group in range(GROUPS)])
    again = torch.cdist(points, centres).argmin(1)
    assert (again == found).double().mean() > 0.97  # k-means was stopped a little before it had settled


def test_groups_are_purer_than_chance_by_far(digits: ImageData, found: Tensor) -> None:
    table = torch.zeros(GROUPS, 10).index_put_((found, digits.labels), torch.ones(len(found)), accumulate=True)
    assert len(found.unique()) == GROUPS
    assert table.max(1).values.sum() / len(found) > 0.75  # 0.81 to 0.84 over four seeds; 0.1 is chance


def test_groups_follow_the_seed_and_leave_the_global_random_state_alone(digits: ImageData) -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one, again, other = (ImageGroups((1, 28, 28), 10) for _ in range(3))
    same_places = one.fit(digits.images, 1)[0], again.fit(digits.images, 1)[0]
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(6)
    other.fit(digits.images, 2)
    assert torch.equal(*same_places)
    assert torch.equal(one.weight, again.weight)
    assert not torch.equal(one.weight, other.weight)


def test_groups_are_those_of_full_precision_under_autocast(
    digits: ImageData, game: SelfConditionedGAN, found: Tensor
) -> None:
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(game.discriminator.groups(to_float(digits.images)), found)


@pytest.mark.parametrize("shape", [(3, 28, 28), (1, 32, 32), (3, 64, 64)], ids=str)
def test_images_of_every_size_have_groups(shape: tuple[int, int, int]) -> None:
    pixels = torch.randint(0, 256, (4 * FEWEST, *shape), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    groups = ImageGroups(shape, 4)
    places, shares = groups.fit(pixels)
    assert places.shape == (4, AXES)
    assert torch.equal(groups(to_float(pixels)).bincount(minlength=4) / len(pixels), shares.float())


# Groups of latents


def hard_shares(groups: LatentGroups, seed: int = 1) -> Tensor:
    return groups(random(DRAWN, AXES, seed=seed).float()).argmax(1).bincount(minlength=GROUPS) / DRAWN


def test_cells_hold_as_large_a_share_of_the_latents_as_their_groups_of_the_images(
    game: SelfConditionedGAN, found: Tensor
) -> None:
    wanted = found.bincount(minlength=GROUPS) / len(found)
    cells = hard_shares(game.generator.groups)
    assert (cells - wanted).abs().sum() / 2 < 0.04  # 0.024: 20,000 latents measure 60 cells no better
    assert (cells - wanted).abs().sum() / 2 < (1 / GROUPS - wanted).abs().sum() / 2 / 2


def test_most_latents_are_of_one_group_and_a_short_way_crosses_few_borders(game: SelfConditionedGAN) -> None:
    cells = game.generator.groups
    top = cells(random(DRAWN, AXES).float()).max(1).values
    assert (top > 0.9).float().mean() > 0.75
    ways = zip(seeded_latents(100, AXES, 1), seeded_latents(100, AXES, 2), strict=True)
    way = torch.stack([torch.stack([slerp(a, b, step / 200) for step in range(201)]) for a, b in ways])
    groups = cells(way.flatten(0, 1)).argmax(1).view(100, 201)
    assert (groups.diff() != 0).float().sum(1).mean() < 4  # 2.4; where cells lie at random places, they are as few
    jumps = cells(way.flatten(0, 1)).view(100, 201, GROUPS).diff(dim=1).abs().sum(2) / 2
    assert jumps.max() < 0.5  # shares go over from group to group in several of 200 steps


def test_cells_beside_each_other_belong_to_groups_that_look_alike(
    game: SelfConditionedGAN, digits: ImageData, found: Tensor
) -> None:
    pictures = to_float(digits.images).flatten(1)
    centres = torch.stack([pictures[found == group].mean(0) for group in range(GROUPS)])
    two = game.generator.groups(random(DRAWN, AXES).float()).topk(2).indices
    beside = (centres[two[:, 0]] - centres[two[:, 1]]).norm(dim=1).mean()
    anywhere = torch.cdist(centres, centres).sum() / (GROUPS * (GROUPS - 1))
    assert beside < 0.85 * anywhere  # 0.76; cells of groups in any order give 1


def test_a_group_that_there_is_not_is_never_drawn_nor_found() -> None:
    pixels = torch.randint(0, 256, (2 * FEWEST, 1, 28, 28), dtype=torch.uint8)
    of_images, of_latents = ImageGroups((1, 28, 28), 10), LatentGroups(10)
    of_latents.fit(*of_images.fit(pixels))
    assert of_images(to_float(pixels)).unique().tolist() == [0, 1]
    assert (of_latents(random(1000, AXES).float())[:, 2:] == 0).all()
    assert all(buffer.half().isfinite().all() for buffer in of_latents.buffers())


# Players


def test_players_that_are_told_a_group_heed_it_and_the_others_find_it(game: SelfConditionedGAN) -> None:
    z, images = seeded_latents(6, 64, 0), to_float(torch.randint(0, 256, (6, 1, 28, 28), dtype=torch.uint8))
    generator, discriminator = game.generator.eval(), game.discriminator
    own = generator.groups(z[:, :AXES])
    table = generator.code.weight
    with torch.no_grad():
        told = [generator(z, torch.full((6,), group)) for group in (1, 2)]
        assert not torch.allclose(*told)
        codes = torch.cat([z[:, AXES:], own @ table], dim=1)
        assert torch.equal(generator(z), generator.last(generator.blocks(generator.first(codes))))
        assert torch.equal(discriminator(images), discriminator(images, discriminator.groups(images)))
    game.generator.train()


def test_players_without_groups_are_as_they_were() -> None:
    assert "groups.weight" not in ModernGenerator(classes=10).state_dict()
    assert "groups.weight" not in ModernDiscriminator(classes=10).state_dict()
    assert RECIPES["cmodern"].groups == 0


# The game


def test_players_are_told_the_groups_of_the_real_images_and_nothing_of_their_labels(
    digits: ImageData, game: SelfConditionedGAN, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = digits.batches(seed=1).draw(16)
    told: list[Tensor] = []
    monkeypatch.setattr(game.generator, "forward", lambda z, labels: told.append(labels) or batch.real.clone())
    game.generate(game.grouped(batch))
    assert torch.equal(told[0], game.discriminator.groups(batch.real))
    assert not torch.equal(told[0], batch.labels)
    other = game.other_labels(game.grouped(batch))
    assert (other != told[0]).all()
    assert other.min() >= 0
    assert other.max() < GROUPS


def test_labels_of_the_data_change_nothing(digits: ImageData) -> None:
    flat = ImageData("flat", digits.images)
    assert same(*(MODERN.trainer(data, device="cpu").run(steps=2).state_dict() for data in (digits, flat)))


def test_both_players_move_also_where_the_generator_has_a_batch_of_its_own(digits: ImageData) -> None:
    trainer = MODERN.change(generator_batch_size=4).trainer(digits, device="cpu")
    before = trainer.state_dict()
    trainer.run(steps=1)
    assert not same(before["generator"], trainer.state_dict()["generator"])
    assert not same(before["discriminator"], trainer.state_dict()["discriminator"])


def test_to_its_user_the_game_has_no_classes(trainer: Trainer, digits: ImageData) -> None:
    assert trainer.game.classes == 0
    assert trainer.sample(5, seed=2).shape == (5, 1, 28, 28)
    assert torch.equal(trainer.sample(5, seed=2), trainer.sample(5, seed=2))
    with pytest.raises(GancoreError, match="no classes"):
        trainer.sample(5, labels=torch.arange(5))


# Keeping it


def test_a_resumed_game_equals_the_uninterrupted_one_also_where_the_seed_would_find_others(
    digits: ImageData, tmp_path: Path
) -> None:
    one = MODERN.trainer(digits, seed=1, device="cpu").run(steps=2)
    save_checkpoint(one, tmp_path / "checkpoint.pt")
    one.run(steps=2)
    other = MODERN.trainer(digits, seed=99, device="cpu")
    assert not torch.equal(other.game.discriminator.groups.weight, one.game.discriminator.groups.weight)
    load_checkpoint(other, tmp_path / "checkpoint.pt")
    assert same(one.state_dict(), other.run(steps=2).state_dict())


def test_a_run_folder_draws_what_the_trainer_drew(digits: ImageData, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    trainer = MODERN.trainer(digits, device="cpu")
    RunFolder(folder, RunConfig(MODERN, "digits", digits.spec, 0)).attach(trainer)
    trainer.run(steps=2)
    game, generator, config = load_generator(folder)
    assert config == load_config(folder)
    assert config.recipe.groups == GROUPS
    assert torch.equal(game.sample(generator, 9, seed=4), trainer.sample(9, seed=4))


def test_a_checkpoint_without_groups_is_of_another_game(digits: ImageData, tmp_path: Path) -> None:
    plain = MODERN.change(groups=0).trainer(digits, device="cpu")
    save_checkpoint(plain, tmp_path / "checkpoint.pt")
    with pytest.raises(GancoreError, match="another game"):
        load_checkpoint(MODERN.trainer(digits, device="cpu"), tmp_path / "checkpoint.pt")


def test_a_run_from_before_there_were_groups_draws_and_is_graded(
    digits: ImageData, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    folder, plain = tmp_path / "run", MODERN.change(groups=0)
    trainer = plain.trainer(digits, device="cpu")
    RunFolder(folder, RunConfig(plain, "digits", digits.spec, 0, digits.sha256)).attach(trainer)
    trainer.run(steps=1)
    config = folder / "config.json"
    config.write_text(config.read_text().replace(',\n    "groups": 0', ""))
    assert '"groups"' not in config.read_text()
    game, generator, _ = load_generator(folder)
    assert torch.equal(game.sample(generator, 3), trainer.sample(3))
    for command in (["sample", str(folder)], ["evaluate", str(folder), "--count", "200"]):
        with pytest.raises(SystemExit) as ended:
            main(command)
        assert not ended.value.code
    assert "FID" in capsys.readouterr().out


def test_a_run_from_before_there_were_groups_goes_on_as_it_began(
    digits: ImageData, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    """The recipe of its name has other settings by now, and not groups alone."""
    folder, plain = tmp_path / "run", MODERN.change(groups=0, r1=1.0, steps=4, batch_size=4)
    trainer = plain.trainer(digits, device="cpu")
    RunFolder(folder, RunConfig(plain, "digits", digits.spec, 0, digits.sha256)).attach(trainer)
    trainer.run(steps=2)
    path = folder / "config.json"
    path.write_text(path.read_text().replace(',\n    "groups": 0', ""))
    again = ["train", "modern", "--resume", "--device", "cpu", "--quiet", "--out", str(folder)]
    with pytest.raises(SystemExit) as ended:
        main([*again, "--batch-size", "5"])
    assert ended.value.code == 2
    assert "batch_size 4, not 5" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(again)
    assert not ended.value.code
    game, generator, now = load_generator(folder)
    assert now.recipe == plain
    assert torch.equal(game.sample(generator, 3), plain.trainer(digits, device="cpu").run(steps=4).sample(3))


@pytest.mark.parametrize("groups", [0, GROUPS])
def test_shipped_weights_are_built_with_the_groups_of_their_card(
    groups: int, digits: ImageData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gancore.pretrained.SAMPLES", 200)
    trainer = MODERN.change(groups=groups).trainer(digits, device="cpu").run(steps=2)
    saved = save_pretrained("modern", trainer.average.module, training_facts(trainer), tmp_path)
    assert saved.card["groups"] == groups
    drawn = load_pretrained("modern", tmp_path).sample(9, seed=3)
    assert torch.allclose(drawn, trainer.sample(9, seed=3), atol=0.02)


# Data and settings that it was not made for


@pytest.mark.parametrize("count", [1, 20, FEWEST, 2 * FEWEST])
def test_there_are_fewer_groups_where_there_are_few_images(count: int, digits: ImageData) -> None:
    few = digits.subset(torch.randperm(5000, generator=torch.Generator().manual_seed(0))[:count])
    trainer = MODERN.trainer(few, device="cpu").run(steps=2)
    groups = trainer.game.discriminator.groups(to_float(few.images))
    assert len(groups.unique()) == max(1, count // FEWEST)
    assert trainer.sample(4).isfinite().all()


@pytest.mark.parametrize("odd", [1, 3])
def test_images_far_from_all_others_spoil_nothing(odd: int) -> None:
    """They take all the variance, and lie 50 deviations out."""
    pixels = torch.randint(0, 3, (3000, 1, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    pixels[:odd] = 255
    trainer = MODERN.trainer(ImageData("odd", pixels), device="cpu").run(steps=1)
    assert trainer.sample(100).isfinite().all()
    assert trainer.game.generator.groups(random(1000, AXES).float()).argmax(1).bincount().max() < 500


def test_images_of_one_class_have_groups_too(digits: ImageData) -> None:
    sevens = digits.subset(digits.labels == 7)
    trainer = MODERN.trainer(sevens, device="cpu").run(steps=1)
    groups = trainer.game.discriminator.groups(to_float(sevens.images))
    assert len(groups.unique()) == len(sevens) // FEWEST
    assert trainer.sample(2).shape == (2, 1, 28, 28)


def test_images_that_are_all_the_same_are_one_group(digits: ImageData) -> None:
    one = digits.subset(torch.full((3 * FEWEST,), 4000))
    trainer = MODERN.trainer(one, device="cpu").run(steps=2)
    assert trainer.game.discriminator.groups(to_float(one.images)).unique().tolist() == [0]
    assert trainer.sample(4).isfinite().all()


@pytest.mark.parametrize(
    ("name", "change", "named"),
    [
        ("modern", {"groups": 1}, f"groups is 1.*give 0, or from 2 to {MOST_GROUPS}"),
        ("modern", {"groups": -1}, f"groups is -1.*from 0 to {MOST_GROUPS}"),
        ("modern", {"groups": MOST_GROUPS + 1}, f"groups is {MOST_GROUPS + 1}.*to {MOST_GROUPS}"),
        ("modern", {"groups": 2.0}, r"groups is 2\.0"),
        ("modern", {"latent_dim": AXES}, f"latent_dim is {AXES}.*at least {AXES + 1}"),
        ("cmodern", {"groups": 5}, "groups is 5.*not told labels.*Set groups to 0"),
        ("dcgan", {"groups": 5}, "groups is 5; only the players 'modern'"),
    ],
    ids=str,
)
def test_settings_that_mean_nothing_are_refused(name: str, change: dict, named: str) -> None:
    with pytest.raises(GancoreError, match=named):
        RECIPES[name].change(**change)


def test_data_without_images_in_memory_is_refused(digits: ImageData) -> None:
    class Stream:
        name, spec, sha256 = "a stream", dataclasses.replace(digits.spec), ""

        def batches(self, device: torch.device, seed: int) -> object:
            return digits.batches(device, seed)

    with pytest.raises(GancoreError, match=r"a stream is no ImageData.*groups to 0"):
        MODERN.trainer(Stream(), device="cpu")
    assert MODERN.change(groups=0).trainer(Stream(), device="cpu").run(steps=1).round == 1
