"""A run folder holds everything that it says, never half of it, and goes on exactly where it stopped."""

import csv
import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from filelock import FileLock
from helpers.small import content
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

import gancore
from gancore.data import Batch, ImageData, Spec, to_uint8
from gancore.data.pictures import GRID_GAP, image_grid
from gancore.errors import GancoreError
from gancore.runs import folder as runs
from gancore.runs.checkpoint import load_checkpoint
from gancore.runs.config import RunConfig, load_config, save_config
from gancore.runs.folder import RunFolder
from gancore.runs.pictures import LAST_FRAME_MS
from gancore.runs.weights import load_generator
from gancore.training.recipes import RECIPES, GANRecipe
from gancore.training.recorders import Record
from gancore.training.trainer import NonFiniteLoss, Trainer

SMALL = RECIPES["dcgan"].change(batch_size=4, decay_rounds=5)
CONDITIONAL = RECIPES["cmlp"].change(batch_size=4, generator_batch_size=4, r1=1.0, penalty_every=3)  # with dropout
STEPS = 25
EARLY = 12  # rounds after which a run is stopped, and later resumed


def start(
    folder: Path, digits: ImageData, recipe: GANRecipe = SMALL, seed: int = 0, resume: bool = False
) -> tuple[RunFolder, Trainer]:
    run = RunConfig(recipe, "digits", digits.spec, seed)
    keeper = RunFolder(folder, run, resume=resume)
    trainer = recipe.trainer(digits, seed=seed, device="cpu", precision="fp32")
    keeper.attach(trainer, resume=resume)
    return keeper, trainer


def history(folder: Path) -> list[dict[str, str]]:
    """The rows of history.csv without the time that they took."""
    with open(folder / "history.csv", newline="", encoding="utf-8") as handle:
        return [{name: value for name, value in row.items() if name != "seconds"} for row in csv.DictReader(handle)]


def grids(folder: Path) -> list[int]:
    return sorted(int(path.stem.removeprefix("round_")) for path in (folder / "samples").iterdir())


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, digits: ImageData) -> Path:
    """A run of 25 rounds. Tests that change it work on a copy."""
    folder = tmp_path_factory.mktemp("finished") / "run"
    start(folder, digits)[1].run(steps=STEPS)
    return folder


@pytest.fixture(scope="module")
def trained(digits: ImageData) -> Trainer:
    """The same rounds with nothing written down."""
    return SMALL.trainer(digits, device="cpu", precision="fp32").run(steps=STEPS)


@pytest.fixture
def copied(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "run"))


# What is in it


def test_run_folder_holds_every_file_that_it_promises(finished: Path) -> None:
    assert {path.name for path in finished.iterdir()} == {
        "config.json", "history.csv", "samples", "training.gif", "generator.safetensors", "checkpoint.pt", "README.md",
        ".lock",
    }  # fmt: skip
    assert grids(finished) == [0, 10, 20, 25]


def test_config_builds_the_same_run_again(finished: Path, digits: ImageData) -> None:
    assert load_config(finished) == RunConfig(SMALL, "digits", Spec((1, 28, 28), digits.classes), 0)


def test_config_of_any_recipe_comes_back_as_it_was(tmp_path: Path) -> None:
    for index, recipe in enumerate(RECIPES.values()):
        run = RunConfig(recipe.change(betas=(0.1, 0.9), steps=7), "some/folder", Spec((3, 64, 64)), index)
        save_config(run, tmp_path)
        assert load_config(tmp_path) == run


def test_numbers_of_numpy_in_a_run_are_kept_as_plain_ones(digits: ImageData, tmp_path: Path) -> None:
    recipe = SMALL.change(
        batch_size=np.int64(8), d_lr=np.float32(0.25), g_lr=np.float64(1e-3), betas=(np.float32(0.5), np.float64(0.9)),
        r1=np.float32(0.5), latent_dim=np.int32(7),
    )  # fmt: skip
    start(tmp_path / "run", digits, recipe, seed=np.int64(3))[1].run(steps=1)
    kept = load_config(tmp_path / "run")
    assert (kept.recipe, kept.seed) == (recipe, 3)
    assert recipe.settings.d_lr == 0.25
    start(tmp_path / "run", digits, recipe, seed=np.int64(3), resume=True)[1].run(steps=1)


def test_a_weight_with_two_names_is_kept_under_both(digits: ImageData, tmp_path: Path) -> None:
    _, trainer = start(tmp_path / "run", digits)
    layers = trainer.average.module
    layers.register_parameter("again", next(layers.parameters()))
    trainer.run(steps=1)
    kept = load_file(tmp_path / "run" / "generator.safetensors")
    assert torch.equal(kept["again"], next(layers.parameters()))


def test_a_config_from_before_there_were_kinds_is_of_the_kind_that_there_was(
    finished: Path, copied: Path, digits: ImageData
) -> None:
    """Written as gancore 0.1.0 wrote it: no kind, and shape and classes beside the data."""
    before = {
        "recipe": {
            "name": "dcgan", "summary": "convolutions, as in 2015", "players": "dcgan", "conditional": False,
            "latent_dim": 100, "loss": "non-saturating", "real_target": 1.0, "spectral_norm": False, "r1": 0.0,
            "r2": 0.0, "gp": 0.0, "penalty_every": 1, "mismatch": 0.0,
            "settings": {
                "batch_size": 4, "generator_batch_size": None, "d_steps": 1, "d_lr": 0.0002, "g_lr": 0.0002,
                "decay_rounds": 5, "betas": [0.5, 0.999], "average": 0.995,
            },
            "steps": 2000,
        },
        "data": "digits", "shape": [1, 28, 28], "classes": list("0123456789"), "seed": 0, "data_sha256": "",
        "versions": {"gancore": gancore.__version__, "torch": torch.__version__},
    }  # fmt: skip
    (copied / "config.json").write_text(json.dumps(before, indent=2) + "\n")
    assert load_config(copied) == load_config(finished)
    drawn = [game.sample(generator, 2) for game, generator, _ in map(load_generator, (copied, finished))]
    assert torch.equal(*drawn)
    start(copied, digits, resume=True)[1].run(steps=1)
    assert json.loads((copied / "config.json").read_text())["recipe"]["kind"] == "gan"


def test_history_has_losses_and_both_accuracies_of_every_tenth_round(finished: Path) -> None:
    rows = history(finished)
    assert [row["round"] for row in rows] == ["10", "20"]
    assert list(rows[0]) == ["round", "d_loss", "g_loss", "d_real", "d_fake"]
    assert all(0 <= float(row[name]) <= 1 for row in rows for name in ("d_real", "d_fake"))


def test_weights_are_those_of_the_moving_average(finished: Path, trained: Trainer) -> None:
    saved, average = load_file(finished / "generator.safetensors"), trained.average.module.state_dict()
    assert saved.keys() == average.keys()
    assert all(torch.equal(saved[name], average[name]) for name in saved)


def test_generator_of_a_folder_draws_what_the_trainer_drew(finished: Path, trained: Trainer) -> None:
    game, generator, run = load_generator(str(finished))
    assert not generator.training
    assert run == load_config(finished)
    torch.testing.assert_close(game.sample(generator, 5, seed=2), trained.sample(5, seed=2))


def test_checkpoint_of_a_folder_is_readable_with_weights_only(finished: Path) -> None:
    assert torch.load(finished / "checkpoint.pt", weights_only=True)["round"] == STEPS


def test_last_grid_is_what_the_trainer_draws_from_the_same_latents(finished: Path, trained: Trainer) -> None:
    expected = image_grid(trained.sample(64, seed=0).cpu())
    with Image.open(finished / "samples" / "round_00000025.png") as picture:
        assert picture.mode == "L"
        assert picture.tobytes() == expected.tobytes()


def test_film_shows_the_grids_in_their_order(finished: Path) -> None:
    with Image.open(finished / "training.gif") as film:
        assert film.format == "GIF"
        for index, round_ in enumerate(grids(finished)):
            film.seek(index)
            with Image.open(finished / "samples" / f"round_{round_:08d}.png") as grid:
                assert film.convert("L").tobytes() == grid.tobytes()
        assert film.info["duration"] == LAST_FRAME_MS
        with pytest.raises(EOFError):
            film.seek(index + 1)


def test_model_card_says_what_was_trained_on_what_and_how(finished: Path) -> None:
    card = (finished / "README.md").read_text(encoding="utf-8")
    assert card.startswith("# dcgan: ")
    for fact in ("`digits`", "1×28×28, 10 classes", "25 rounds", "cpu in fp32", "seed 0", "generator.safetensors"):
        assert fact in card
    assert str(SMALL) in card
    assert "gancore sample FOLDER --count" in card
    assert "--resume --steps 50" in card


def test_nothing_temporary_is_left(finished: Path) -> None:
    assert [path.name for path in finished.rglob("*") if path.name.startswith(".")] == [".lock"]


def test_a_run_too_short_for_history_still_has_its_columns(digits: ImageData, tmp_path: Path) -> None:
    keeper, trainer = start(tmp_path / "run", digits)
    trainer.run(steps=1)
    assert (tmp_path / "run" / "history.csv").read_text(encoding="utf-8").strip() == "round,seconds,d_loss,g_loss"
    assert keeper.last_grid == tmp_path / "run" / "samples" / "round_00000001.png"
    assert keeper.last_grid.is_file()


# A grid


def test_grid_lays_images_out_row_by_row_with_a_gap() -> None:
    shades = torch.linspace(-1, 1, 6)
    images = shades[:, None, None, None].expand(6, 1, 4, 5)
    grid = image_grid(images, columns=3)
    assert grid.size == (3 * (5 + GRID_GAP) + GRID_GAP, 2 * (4 + GRID_GAP) + GRID_GAP)
    expected = to_uint8(shades).tolist()
    places = [(column, row) for row in range(2) for column in range(3)]
    corners = [(GRID_GAP + column * (5 + GRID_GAP), GRID_GAP + row * (4 + GRID_GAP)) for column, row in places]
    assert [grid.getpixel(corner) for corner in corners] == expected
    assert grid.getpixel((0, 0)) == 0  # the gap is black


def test_grid_is_as_square_as_it_goes_and_keeps_colour() -> None:
    side = 4 + GRID_GAP
    assert image_grid(torch.zeros(9, 1, 4, 4)).size == (3 * side + GRID_GAP, 3 * side + GRID_GAP)
    red = torch.full((2, 3, 4, 4), -1.0)
    red[:, 0] = 1
    assert image_grid(red).mode == "RGB"
    assert image_grid(red).getpixel((GRID_GAP, GRID_GAP)) == (255, 0, 0)


# A run that exists


def test_a_folder_with_something_in_it_is_refused_and_left_alone(copied: Path, digits: ImageData) -> None:
    before = content(copied)
    with pytest.raises(GancoreError, match=r"not empty.*--resume"):
        start(copied, digits)
    assert content(copied) == before


def test_a_file_in_the_way_is_refused(digits: ImageData, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(GancoreError, match="file is not empty"):
        start(tmp_path / "file", digits)


def test_an_empty_folder_is_used(digits: ImageData, tmp_path: Path) -> None:
    start(tmp_path, digits)
    assert list(tmp_path.iterdir()) == []  # nothing is written before the game begins


def test_a_run_of_the_same_seed_leaves_the_same_files(finished: Path, digits: ImageData, tmp_path: Path) -> None:
    _, trainer = start(tmp_path / "again", digits)
    trainer.run(steps=STEPS)
    mine, theirs = content(tmp_path / "again"), content(finished)
    timed = {"history.csv", "checkpoint.pt", "README.md"}  # these tell how long it took
    assert {name: mine[name] for name in mine.keys() - timed} == {name: theirs[name] for name in theirs.keys() - timed}
    assert history(tmp_path / "again") == history(finished)


def test_another_seed_leaves_other_weights(finished: Path, digits: ImageData, tmp_path: Path) -> None:
    _, trainer = start(tmp_path / "other", digits, seed=1)
    trainer.run(steps=1)
    mine, theirs = (load_file(folder / "generator.safetensors") for folder in (tmp_path / "other", finished))
    assert all(not torch.equal(mine[name], theirs[name]) for name in mine if name.endswith("weight"))


@pytest.mark.parametrize("recipe", [SMALL, CONDITIONAL], ids=lambda recipe: recipe.name)
def test_resumed_run_equals_the_uninterrupted_one(recipe: GANRecipe, digits: ImageData, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    _, uninterrupted = start(whole, digits, recipe)
    uninterrupted.run(steps=STEPS)
    start(parts, digits, recipe)[1].run(steps=EARLY)
    _, resumed = start(parts, digits, recipe, resume=True)
    resumed.run(steps=STEPS - EARLY)
    assert (parts / "generator.safetensors").read_bytes() == (whole / "generator.safetensors").read_bytes()
    assert history(parts) == history(whole)
    assert grids(parts) == sorted([*grids(whole), EARLY])
    for round_ in grids(whole):
        name = f"samples/round_{round_:08d}.png"
        assert (parts / name).read_bytes() == (whole / name).read_bytes()


def test_a_run_that_crashed_between_checkpoints_plays_those_rounds_again(
    finished: Path, copied: Path, digits: ImageData, tmp_path: Path
) -> None:
    start(tmp_path / "early", digits)[1].run(steps=EARLY)
    shutil.copy(tmp_path / "early" / "checkpoint.pt", copied)  # history and grids are of round 25, this of round 12
    keeper, resumed = start(copied, digits, resume=True)
    assert keeper.history.column("round") == [10]
    assert grids(copied) == [0, 10]
    resumed.run(steps=STEPS - EARLY)
    assert history(copied) == history(finished)
    assert grids(copied) == [0, 10, 20, 25]
    assert (copied / "generator.safetensors").read_bytes() == (finished / "generator.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("change", "seed", "named"),
    [
        ({"d_lr": 0.1}, 0, "d_lr 0.0002, not 0.1"),
        ({"batch_size": 5}, 0, "batch_size 4, not 5"),
        ({"loss": "hinge"}, 0, "loss non-saturating, not hinge"),
        ({"r1": 1.0}, 0, "r1 0.0, not 1.0"),
        ({}, 7, "seed 0, not 7"),
    ],
    ids=str,
)
def test_a_run_resumed_with_other_settings_names_the_one_that_differs(
    change: dict, seed: int, named: str, finished: Path, digits: ImageData
) -> None:
    before = content(finished)
    with pytest.raises(GancoreError, match=named):
        start(finished, digits, SMALL.change(**change), seed=seed, resume=True)
    assert content(finished) == before


def test_a_run_resumed_on_other_data_names_it(finished: Path, digits: ImageData) -> None:
    with pytest.raises(GancoreError, match="data digits, not faces"):
        RunFolder(finished, dataclasses.replace(load_config(finished), data="faces"), resume=True)


def test_a_run_resumed_on_data_that_has_changed_says_so(copied: Path) -> None:
    before = dataclasses.replace(load_config(copied), data_sha256="a" * 64)
    save_config(before, copied)
    now = dataclasses.replace(before, data_sha256="b" * 64)
    told = {
        (100, 103): "3 examples more",
        (2, 1): "1 example fewer",
        (5, 5): "other examples",
        (0, 9): "other examples",
    }
    for (then, count), words in told.items():
        save_config(dataclasses.replace(before, count=then), copied)
        with pytest.raises(GancoreError, match=rf"{words}\b.* than when .*--out"):
            RunFolder(copied, dataclasses.replace(now, count=count), resume=True)


def test_a_run_goes_on_where_its_data_lies_elsewhere(copied: Path) -> None:
    before = dataclasses.replace(load_config(copied), data="pics", data_sha256="a" * 64)
    save_config(before, copied)
    RunFolder(copied, dataclasses.replace(before, data="/elsewhere/photos", background="white"), resume=True)


@pytest.mark.parametrize("left", ["Thumbs.db", ".DS_Store", "__MACOSX"])
def test_a_folder_that_holds_only_what_systems_leave_is_empty(left: str, digits: ImageData, tmp_path: Path) -> None:
    (tmp_path / left).mkdir()
    start(tmp_path, digits)


def test_after_a_start_that_failed_the_same_command_works(digits: ImageData, finished: Path, tmp_path: Path) -> None:
    _, trainer = start(tmp_path / "run", digits, seed=1)
    trainer.run(steps=0)
    for name in ("checkpoint.pt", "README.md", "training.gif"):
        (tmp_path / "run" / name).unlink(missing_ok=True)
    start(tmp_path / "run", digits)[1].run(steps=STEPS)
    assert (tmp_path / "run/generator.safetensors").read_bytes() == (finished / "generator.safetensors").read_bytes()
    first = "samples/round_00000000.png"
    assert (tmp_path / "run" / first).read_bytes() == (finished / first).read_bytes()


def test_weights_that_somebody_kept_are_not_written_over(finished: Path, digits: ImageData, tmp_path: Path) -> None:
    for name in ("config.json", "generator.safetensors"):
        shutil.copy(finished / name, tmp_path)
    for name in (None, "history.csv"):  # without their history, and with it
        if name:
            shutil.copy(finished / name, tmp_path)
        with pytest.raises(GancoreError, match="not empty"):
            start(tmp_path, digits)


def test_a_folder_with_another_programs_config_is_left_alone(digits: ImageData, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"theme": "dark"}')
    with pytest.raises(GancoreError, match="not empty"):
        start(tmp_path, digits)


@pytest.mark.parametrize("name", ["gancore", "torch"])
def test_a_run_resumed_with_another_version_says_which_and_goes_on(name: str, copied: Path, digits: ImageData) -> None:
    versions = load_config(copied).versions
    save_config(dataclasses.replace(load_config(copied), versions=versions | {name: "0.0.1"}), copied)
    keeper, trainer = start(copied, digits, resume=True)
    assert f"was played with {name} 0.0.1; with {versions[name]} it may end elsewhere" in keeper.notice
    trainer.run(steps=1)
    assert start(copied, digits, resume=True)[0].notice == ""


def test_resuming_where_there_is_no_run_is_refused(digits: ImageData, tmp_path: Path) -> None:
    with pytest.raises(GancoreError, match=r"config\.json"):
        start(tmp_path / "nowhere", digits, resume=True)
    assert not (tmp_path / "nowhere").exists()


# What is damaged or missing


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"recipe": 3}', "null"],
)
def test_a_damaged_config_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(GancoreError, match=r"config.json cannot be read"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("recipe", "players"), "unknown"),
        (("recipe", "loss"), "unknown"),
        (("recipe", "novelty"), 1),
        (("recipe", "settings", "d_lr"), -1),
        (("recipe", "settings", "betas"), None),
        (("recipe", "kind"), "unknown"),
        (("spec", "shape"), [1, 0, 28]),
        (("spec", "shape"), None),
        (("spec", "given"), "words"),
    ],
    ids=str,
)
def test_a_config_that_was_edited_into_nonsense_is_named(path: tuple, value: object, copied: Path) -> None:
    config = json.loads((copied / "config.json").read_text())
    inner = config
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    (copied / "config.json").write_text(json.dumps(config))
    with pytest.raises(GancoreError, match=r"config.json cannot be read"):
        load_config(copied)


def test_missing_weights_are_named(copied: Path) -> None:
    (copied / "generator.safetensors").unlink()
    with pytest.raises(GancoreError, match=r"has no generator.safetensors"):
        load_generator(copied)


def test_damaged_weights_are_named(copied: Path) -> None:
    path = copied / "generator.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(GancoreError, match=r"generator.safetensors is damaged"):
        load_generator(copied)


def test_weights_of_another_generator_are_named(copied: Path) -> None:
    config = json.loads((copied / "config.json").read_text())
    config["recipe"]["latent_dim"] = 50
    (copied / "config.json").write_text(json.dumps(config))
    with pytest.raises(GancoreError, match="another generator"):
        load_generator(copied)


@pytest.mark.parametrize("text", [None, "round,seconds\nten,0.1\n", "\0", "round,d_loss\n10,9\n"], ids=repr)
def test_a_damaged_history_is_written_anew_from_the_checkpoint(
    text: str | None, finished: Path, copied: Path, digits: ImageData
) -> None:
    path = copied / "history.csv"
    path.unlink() if text is None else path.write_text(text)
    start(copied, digits, resume=True)[1].run(steps=1)
    assert history(copied) == history(finished)


@pytest.mark.parametrize("damage", ["missing", "truncated"])
def test_a_damaged_checkpoint_is_named_before_anything_changes(damage: str, copied: Path, digits: ImageData) -> None:
    path = copied / "checkpoint.pt"
    half = path.read_bytes()[: path.stat().st_size // 2]
    path.unlink() if damage == "missing" else path.write_bytes(half)
    before = content(copied)
    with pytest.raises(GancoreError, match=r"checkpoint.pt (does not exist|is damaged)"):
        start(copied, digits, resume=True)
    assert content(copied) == before


# What happens while it is played


def test_checkpoints_are_written_while_the_run_goes_on(
    digits: ImageData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Reader(Record):
        rounds: list[int]

        def on_start(self, trainer: Trainer) -> None:
            self.rounds = []

        def on_step(self, trainer: Trainer) -> None:
            self.rounds.append(torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)["round"])

    monkeypatch.setattr(runs, "CHECKPOINT_SECONDS", 0.0)
    _, trainer = start(tmp_path / "run", digits)
    reader = Reader()
    trainer.recorders.append(reader)
    trainer.run(steps=2)
    assert reader.rounds == [1, 2]


def test_an_interrupted_run_is_whole_on_disk_and_goes_on(finished: Path, digits: ImageData, tmp_path: Path) -> None:
    class Impatient(Record):
        def on_step(self, trainer: Trainer) -> None:
            if trainer.round == EARLY:
                raise KeyboardInterrupt

    folder = tmp_path / "run"
    _, trainer = start(folder, digits)
    trainer.recorders.append(Impatient())
    with pytest.raises(KeyboardInterrupt):
        trainer.run(steps=STEPS)
    assert {path.name for path in folder.iterdir()} == {path.name for path in finished.iterdir()}
    _, resumed = start(folder, digits, resume=True)
    assert resumed.round == EARLY
    resumed.run(steps=STEPS - EARLY)
    assert (folder / "generator.safetensors").read_bytes() == (finished / "generator.safetensors").read_bytes()


def test_what_is_no_longer_finite_when_it_is_interrupted_is_not_kept(copied: Path, digits: ImageData) -> None:
    class Spoilt(Record):
        def on_step(self, trainer: Trainer) -> None:
            next(trainer.game.discriminator.parameters()).data.fill_(float("nan"))
            raise KeyboardInterrupt

    _, trainer = start(copied, digits, resume=True)
    trainer.recorders.append(Spoilt())
    with pytest.raises(KeyboardInterrupt):
        trainer.run(steps=5)
    _, resumed = start(copied, digits, resume=True)
    assert resumed.round == STEPS
    resumed.run(steps=1)


def test_a_run_that_begins_with_what_is_no_number_ends_in_a_sentence(digits: ImageData, tmp_path: Path) -> None:
    _, trainer = start(tmp_path / "run", digits)
    next(trainer.game.discriminator.parameters()).data.fill_(float("nan"))
    with pytest.raises(NonFiniteLoss, match="no longer finite"):
        trainer.run(steps=1)


def test_second_process_in_a_run_folder_is_refused_and_disturbs_nothing(digits: ImageData, copied: Path) -> None:
    before = content(copied)
    with FileLock(copied / ".lock"):  # what a process that trains there holds
        for resume in (True, False):
            with pytest.raises(GancoreError, match=r"Another process|not empty"):
                start(copied, digits, resume=resume)
    assert content(copied) == before
    start(copied, digits, resume=True)  # it is gone


def test_two_processes_that_start_in_one_folder_at_once_do_not_both_train(digits: ImageData, tmp_path: Path) -> None:
    _, first = start(tmp_path / "run", digits)
    _, second = start(tmp_path / "run", digits)
    refused = []

    class Meanwhile(Record):
        def on_step(self, trainer: Trainer) -> None:
            with pytest.raises(GancoreError, match="Another process"):
                second.run(steps=1)
            refused.append(trainer.round)

    first.recorders.append(Meanwhile())
    first.run(steps=2)
    assert refused == [1, 2]


def test_a_run_that_is_no_longer_finite_keeps_its_last_good_state(
    finished: Path, copied: Path, digits: ImageData
) -> None:
    _, trainer = start(copied, digits, resume=True)
    good = trainer.game.generator_loss

    def bad(batch: Batch) -> Tensor:
        return good(batch) * float("nan")

    trainer.game.generator_loss = bad
    with pytest.raises(NonFiniteLoss, match=rf"\bround {STEPS}\b"):
        trainer.run(steps=10)
    assert (copied / "generator.safetensors").read_bytes() == (finished / "generator.safetensors").read_bytes()
    assert grids(copied) == grids(finished)
    assert "25 rounds" in (copied / "README.md").read_text(encoding="utf-8")
    again = SMALL.trainer(digits, device="cpu", precision="fp32")
    load_checkpoint(again, copied / "checkpoint.pt")
    assert again.round == STEPS
    assert all(weight.isfinite().all() for weight in again.game.generator.parameters())
