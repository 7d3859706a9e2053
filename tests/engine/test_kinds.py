"""A game of any kind goes from a file of one's own to a run folder, the command line and several processes."""

import csv
import dataclasses
import io
import json
import math
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers import smallest, tiny_pix2pix, waveform
from helpers.places import REPOSITORY, TESTS
from helpers.small import point_trainer, same
from helpers.warm import Python, side_by_side
from PIL import Image
from torch import nn

from gancore.cli import main
from gancore.data import Spec, load
from gancore.errors import GancoreError
from gancore.plots.training import curves
from gancore.runs.checkpoint import load_checkpoint, save_checkpoint
from gancore.runs.config import RunConfig, load_config
from gancore.runs.folder import RunFolder
from gancore.runs.own import remember
from gancore.runs.weights import load_generator
from gancore.training.game import Game
from gancore.training.kinds import KINDS, Recipe, kind
from gancore.training.recipes import RECIPES
from gancore.training.recorders import History, Progress, Snapshots
from gancore.training.trainer import Trainer

OWN = {"pix2pix": tiny_pix2pix.PairRecipe(), "wave": waveform.WaveRecipe()}
ROUNDS, EARLY = 12, 5  # of a run, and after how many it is stopped and later resumed
TOGETHER = 60  # rounds that two processes play
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (REPOSITORY, TESTS))), "OMP_NUM_THREADS": "1"}
PATIENCE = 240  # seconds that any process may take on a busy machine

needs_torchrun = pytest.mark.skipif(sys.platform == "win32", reason="torchrun needs a Unix system here")


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder of the tests' own, in which gancore notes what files it has run."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANCORE_CACHE", str(folder))
        patch.setitem(ENVIRONMENT, "GANCORE_CACHE", str(folder))
        yield folder


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins with the kinds of the files that this one imports, whatever another test has run."""
    for recipe in OWN.values():
        monkeypatch.setitem(KINDS, recipe.kind, type(recipe))


def file_of(name: str) -> Path:
    return Path(sys.modules[type(OWN[name]).__module__].__file__)


def start(recipe: Recipe, folder: Path | None = None, resume: bool = False) -> Trainer:
    """A trainer for `recipe` on its own data, with a run folder if there is to be one."""
    data = recipe.load(recipe.data)
    trainer = recipe.trainer(data, device="cpu", precision="fp32")
    if folder is not None:
        run = RunConfig(recipe, recipe.data, data.spec, 0, data.sha256)
        RunFolder(folder, run, resume=resume).attach(trainer, resume=resume)
    return trainer


def gancore(*arguments: object) -> int:
    """Run the command line in this process; its exit code."""
    with pytest.raises(SystemExit) as exit_:
        main([str(argument) for argument in arguments])
    return exit_.value.code or 0


def in_a_new_process(*arguments: object) -> subprocess.CompletedProcess:
    return Python("-m", "gancore", *arguments, env=ENVIRONMENT).finish(PATIENCE)


# In Python


@pytest.mark.parametrize("name", OWN)
def test_resumed_run_equals_the_uninterrupted_one_with_the_games_own_state(name: str, tmp_path: Path) -> None:
    whole = start(OWN[name], tmp_path / "whole")
    fresh = whole.state_dict()["game"]
    whole.run(steps=ROUNDS)
    start(OWN[name], tmp_path / "parts").run(steps=EARLY)
    resumed = start(OWN[name], tmp_path / "parts", resume=True)
    assert resumed.round == EARLY
    resumed.run(steps=ROUNDS - EARLY)
    assert same(resumed.state_dict(), whole.state_dict())
    assert not same(whole.state_dict()["game"], fresh)
    files = [(tmp_path / part / "generator.safetensors").read_bytes() for part in ("whole", "parts")]
    assert files[0] == files[1]


@pytest.mark.parametrize("name", OWN)
def test_a_state_gone_back_to_plays_the_same_rounds_again(name: str) -> None:
    trainer = start(OWN[name]).run(steps=EARLY)
    before = trainer.state_dict()
    after = trainer.run(steps=EARLY).state_dict()
    trainer.load_state_dict(before)
    assert same(trainer.state_dict(), before)
    assert same(trainer.run(steps=EARLY).state_dict(), after)


def test_what_the_game_remembers_decides_how_it_goes_on() -> None:
    """Without its pool the resumed game would be another one, so the tests above are not passed by chance."""
    trainer = start(OWN["pix2pix"]).run(steps=EARLY)
    before = trainer.state_dict()
    after = trainer.run(steps=1).state_dict()
    trainer.load_state_dict({key: value for key, value in before.items() if key != "game"})  # as in an old checkpoint
    trainer.game.pool = []
    assert not same(trainer.run(steps=1).state_dict()["discriminator"], after["discriminator"])


def test_a_checkpoint_from_before_games_had_a_state_still_loads(tmp_path: Path) -> None:
    trainer = point_trainer().run(steps=3)
    complete = trainer.state_dict
    trainer.state_dict = lambda: {key: value for key, value in complete().items() if key != "game"}
    save_checkpoint(trainer, tmp_path / "checkpoint.pt")
    assert "game" not in torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    resumed = point_trainer()
    load_checkpoint(resumed, tmp_path / "checkpoint.pt")
    assert same(resumed.state_dict(), complete())


@pytest.mark.parametrize("name", OWN)
def test_a_run_folder_builds_the_game_again_and_draws_from_it(name: str, tmp_path: Path) -> None:
    trainer = start(OWN[name], tmp_path / "run").run(steps=EARLY)
    game, generator, run = load_generator(tmp_path / "run")
    assert run.recipe == OWN[name]
    assert type(game) is type(trainer.game)
    game.examples = trainer.game.examples
    torch.testing.assert_close(game.sample(generator, 6, seed=3), trainer.sample(6, seed=3))
    grid = trainer.game.show(trainer.sample(64, seed=0))
    with Image.open(tmp_path / "run" / "samples" / f"round_{EARLY:08d}.png") as picture:
        assert picture.tobytes() == grid.tobytes()


def test_players_without_four_dimensional_weights_keep_their_layout() -> None:
    class Volumes(Game):
        """For volumes, whose weights have five dimensions: there is no layout with channels last for them."""

        def __init__(self) -> None:
            self.generator, self.discriminator = nn.Conv3d(2, 2, 3), nn.Conv3d(2, 1, 3)

    trainer = Trainer(Volumes(), waveform.Waves(), device="cpu")
    assert trainer.game.generator.weight.is_contiguous()
    assert start(OWN["wave"]).game.discriminator.features[0].weight.is_contiguous()
    convolution = start(OWN["pix2pix"]).game.generator[3].weight
    assert convolution.is_contiguous(memory_format=torch.channels_last)
    assert not convolution.is_contiguous()


# What is shown


def test_pairs_are_shown_as_rows_of_given_sample_and_truth() -> None:
    game = start(OWN["pix2pix"]).game
    samples = torch.zeros(3, 1, 16, 16)
    rows = np.asarray(game.show(samples))
    assert rows.shape == (3 * 18 + 2, 3 * 18 + 2)
    for row in range(3):
        for column, part in enumerate((game.examples.given, samples, game.examples.real)):
            place = rows[18 * row + 2 :, 18 * column + 2 :][:16, :16]
            assert np.array_equal(place, ((part[row, 0] + 1) * 127.5).round().byte().numpy())
    asked = np.asarray(game.show(samples, condition=game.examples.given[5:8]))
    assert asked.shape == (3 * 18 + 2, 2 * 18 + 2)  # for which the truth is not known


@pytest.mark.parametrize("length", [8, 64, 128, 1000])
def test_waves_are_shown_as_lines_that_have_no_gap(length: int) -> None:
    ramp = torch.linspace(-1, 1, length)[None, None]
    picture = np.asarray(Game().show(ramp))
    assert picture[-1, 0] == picture[0, -1] == 255  # from the lower left to the upper right
    assert picture[0, 0] == picture[-1, -1] == 0
    for before, after in zip(picture.T[:-1] > 0, picture.T[1:] > 0, strict=True):
        assert (before & after).any() or abs(np.flatnonzero(before) - np.flatnonzero(after)[:, None]).min() <= 1


def test_a_recorded_distance_is_a_curve_of_its_own_and_no_share() -> None:
    history = History(every=1)
    trainer = start(OWN["pix2pix"])
    trainer.recorders.append(history)
    trainer.run(steps=3)
    panels = {axes.get_title(): axes for axes in curves(history).axes}
    assert list(panels) == ["Loss of each player", "Accuracy of the discriminator", "L1 distance"]
    pale, strong = panels["L1 distance"].lines
    assert list(pale.get_ydata()) == history.column("l1")
    assert strong.get_label() == "l1"
    assert panels["L1 distance"].get_ylim()[1] != panels["Accuracy of the discriminator"].get_ylim()[1] == 1.02


@pytest.mark.parametrize(
    ("name", "guessing"),
    [
        ("non-saturating", 2 * math.log(2)),
        ("minimax", 2 * math.log(2)),
        ("least-squares", 0.25),
        ("hinge", 2.0),
        ("wasserstein", 0.0),
        ("relativistic", math.log(2)),
    ],
)
def test_all_losses_are_seen_and_where_d_only_guesses_is_that_of_the_loss(name: str, guessing: float) -> None:
    history = History(every=1)
    trainer = RECIPES["mlp"].change(loss=name, batch_size=4).trainer(load("digits"), device="cpu", recorders=[history])
    trainer.run(steps=6)
    (axes, _) = curves(history).axes
    low, high = axes.get_ylim()
    assert low <= min(history.column("d_loss") + history.column("g_loss"))
    assert high >= max(history.column("d_loss") + history.column("g_loss"))
    (line,) = (line for line in axes.lines if line.get_linestyle() == ":")
    assert line.get_ydata()[0] == pytest.approx(guessing)


def test_a_game_that_reports_nothing_has_curves_of_its_losses_alone() -> None:
    history = History(every=1)
    point_trainer(recorders=(history,)).run(steps=2)
    assert [axes.get_title() for axes in curves(history).axes] == ["Loss of each player"]


def test_progress_writes_shares_in_percent_and_distances_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    trainer = start(OWN["pix2pix"])
    trainer.game.report = lambda: {"l1": torch.tensor(0.35), "d_real": torch.tensor(0.35)}
    trainer.recorders.append(Progress(steps=1))
    trainer.run(steps=1)
    assert "l1=0.35," in terminal.getvalue()
    assert "d_real=35%" in terminal.getvalue()


def test_snapshots_show_what_their_game_shows() -> None:
    snapshots = Snapshots(count=4)
    trainer = start(OWN["pix2pix"])
    trainer.recorders.append(snapshots)
    trainer.run(steps=1)
    newest = snapshots.snapshots[-1]
    assert newest.picture().tobytes() == trainer.game.show(newest.images).tobytes()
    assert newest.picture(rows=2).height == 2 * 18 + 2


# Two processes, and the command line


@dataclass
class Played:
    """A run that two processes have played together, and what was said."""

    recipe: Recipe
    file: Path
    folder: Path
    said: str


@pytest.fixture(scope="module", params=OWN)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Played:
    """`gancore train FILE` in two processes; the file is a copy, which tests may change."""
    base = tmp_path_factory.mktemp(request.param)
    file = Path(shutil.copy(file_of(request.param), base / "mine.py"))
    options = ("--device", "cpu", "--steps", TOGETHER, "--out", base / "run")
    ended = side_by_side("-m", "gancore", "train", file, *options, env=ENVIRONMENT, seconds=PATIENCE)
    assert [each.returncode for each in ended] == [0, 0], [each.stderr for each in ended]
    return Played(OWN[request.param], file, base / "run", "".join(each.stdout for each in ended))


@pytest.fixture
def copied(played: Played, tmp_path: Path) -> Path:
    return Path(shutil.copytree(played.folder, tmp_path / "run"))


@needs_torchrun
def test_two_processes_train_a_game_of_ones_own(played: Played) -> None:
    assert played.said.count(f"{TOGETHER} rounds in") == 1
    state = torch.load(played.folder / "checkpoint.pt", weights_only=True)
    assert state["round"] == TOGETHER
    assert state["game"]
    with open(played.folder / "history.csv", newline="", encoding="utf-8") as handle:
        assert ("l1" in next(csv.DictReader(handle))) == (played.recipe.name == "pix2pix")
    with Image.open(played.folder / "training.gif") as film:
        assert film.n_frames > 3
    config = json.loads((played.folder / "config.json").read_text())
    assert config["recipe"]["kind"] == played.recipe.kind
    assert config["recipe"]["file"] == str(played.file)


@needs_torchrun
def test_a_new_process_finds_the_file_again_samples_and_evaluates(played: Played, tmp_path: Path) -> None:
    array = tmp_path / "samples.npy"
    done = in_a_new_process(
        "sample", played.folder, "--count", 10, "--out", tmp_path / "grid.png", "--array", array, "--seed", 4
    )
    assert (done.returncode, done.stderr) == (0, "")
    run = json.loads((played.folder / "config.json").read_text())["spec"]
    samples = np.load(array)
    if played.recipe.name == "pix2pix":
        assert (samples.dtype, samples.shape, run["given"]) == (np.uint8, (10, 16, 16), [1, 16, 16])
    else:
        assert (samples.dtype, samples.shape, run["given"]) == (np.float32, (10, 1, 64), None)
        assert np.load(tmp_path / "samples.labels.npy").tolist() == [0, 1] * 5
    assert (tmp_path / "grid.png").is_file()


@needs_torchrun
def test_evaluate_reports_the_scores_of_the_kind(played: Played, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert gancore("evaluate", played.folder, "--count", 64, "--json", tmp_path / "scores.json") == 0
    scores = json.loads((tmp_path / "scores.json").read_text())["scores"]
    printed = capsys.readouterr().out
    assert all(re.search(rf"{name} +{value:.4f}", printed) for name, value in scores.items())
    if played.recipe.name == "pix2pix":
        assert scores["L1"] < scores["L1 of black"] / 2  # over six seeds of one process it was 0.1 to 0.36 of it
    else:
        game, generator, _ = load_generator(played.folder)
        assert scores == played.recipe.scores(game, generator, waveform.Waves(), 64, 0)


@needs_torchrun
def test_resume_goes_on_with_the_same_file(played: Played, copied: Path) -> None:
    train = ("train", played.file, "--device", "cpu", "--out", copied, "--quiet", "--resume")
    assert gancore(*train, "--steps", TOGETHER + 3) == 0
    assert torch.load(copied / "checkpoint.pt", weights_only=True)["round"] == TOGETHER + 3


@needs_torchrun
def test_the_commands_of_the_card_work(
    played: Played, copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    card = (copied / "README.md").read_text(encoding="utf-8")
    sample, train = (shlex.split(each.replace("FOLDER", str(copied))) for each in re.findall(r"`gancore (.*?)`", card))
    assert gancore(*sample) == 0
    assert gancore(*train, "--device", "cpu", "--quiet") == 0
    assert torch.load(copied / "checkpoint.pt", weights_only=True)["round"] == 2 * TOGETHER


# Files that are not to be run, or not there


@pytest.fixture
def written(tmp_path: Path, kinds: None) -> tuple[Path, Path]:
    """A short run of a file of one's own, and the file, as if nothing in this process had defined its kind yet."""
    file = Path(shutil.copy(file_of("pix2pix"), tmp_path / "mine.py"))
    options = ("--device", "cpu", "--steps", 2, "--out", tmp_path / "run", "--quiet")
    assert gancore("train", file, *options) == 0
    del KINDS[OWN["pix2pix"].kind]
    return tmp_path / "run", file


def refused(capsys: pytest.CaptureFixture, *arguments: object) -> str:
    """The one sentence that a command costs."""
    assert gancore(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_where_the_file_is_gone_a_sentence_says_what_to_do_and_doing_it_helps(
    written: tuple[Path, Path], capsys: pytest.CaptureFixture
) -> None:
    run, file = written
    moved = file.rename(file.with_name("elsewhere.py"))
    said = refused(capsys, "sample", run)
    assert str(file) in said
    assert "--kind FILE" in said
    assert "gancore.runs.own.run_file(Path(FILE))" in said
    assert gancore("sample", run, "--count", 2, "--kind", moved) == 0
    assert gancore("evaluate", run, "--count", 4, "--kind", moved) == 0


def test_a_file_that_this_person_has_not_trained_with_is_not_run_unless_named(
    written: tuple[Path, Path], capsys: pytest.CaptureFixture
) -> None:
    """A run folder from elsewhere may name any file: it comes to nothing until a person names it as well."""
    run, file = written
    marker = file.with_name("it ran")
    file.write_text(f"from pathlib import Path\nPath({str(marker)!r}).touch()\n" + file.read_text(encoding="utf-8"))
    assert "look at it" in refused(capsys, "sample", run)
    assert "look at it" in refused(capsys, "evaluate", run)
    assert not marker.exists()
    assert gancore("sample", run, "--count", 2, "--kind", file) == 0
    assert marker.exists()


def test_a_file_that_trains_when_it_is_run_is_told_where_to_put_that(
    written: tuple[Path, Path], capsys: pytest.CaptureFixture
) -> None:
    run, file = written
    with open(file, "a", encoding="utf-8") as script:  # as a run folder refuses what it holds already
        script.write("\nfrom gancore.errors import GancoreError\nraise GancoreError('runs/mine is not empty.')\n")
    remember(str(file))
    said = refused(capsys, "sample", run)
    assert "runs/mine is not empty." in said
    assert 'under `if __name__ == "__main__":`' in said


def test_the_card_of_an_exported_kind_of_ones_own_says_what_else_is_needed(written: tuple[Path, Path]) -> None:
    run, file = written
    assert gancore("export", run, "--no-onnx", "--kind", file) == 0
    card = (run / "export" / "README.md").read_text(encoding="utf-8")
    assert "`mine.py` defines it and is not in this folder" in card
    assert "--kind FILE" in card


def test_a_run_of_a_kind_from_a_notebook_says_that_its_code_must_run_first(
    written: tuple[Path, Path], capsys: pytest.CaptureFixture
) -> None:
    run, _ = written
    config = json.loads((run / "config.json").read_text())
    del config["recipe"]["file"]
    (run / "config.json").write_text(json.dumps(config))
    assert "run the code that defines it" in refused(capsys, "sample", run)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (None, "There is no file"),
        ("x = ", "SyntaxError"),
        ("1 / 0", "ZeroDivisionError"),
        ("pass", "defines 0 kinds"),
    ],
    ids=str,
)
def test_a_file_that_defines_no_kind_costs_a_sentence(
    text: str | None, named: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    if text is not None:
        (tmp_path / "mine.py").write_text(text)
    said = refused(capsys, "train", tmp_path / "mine.py")
    assert named in said
    assert "mine.py" in said


def test_options_that_a_kind_does_not_have_cost_a_sentence(written: tuple[Path, Path], capsys) -> None:
    run, file = written
    assert "leave out --loss" in refused(capsys, "train", file, "--loss", "hinge")
    assert "from 'faces'" in refused(capsys, "train", file, "--data", "faces")
    assert "no classes to ask for" in refused(capsys, "sample", run, "--labels", "1", "--kind", file)


def test_batch_size_and_rate_reach_a_recipe_of_any_kind(tmp_path: Path, written: tuple[Path, Path]) -> None:
    _, file = written
    options = ("--device", "cpu", "--steps", 1, "--quiet", "--batch-size", 3, "--lr", 0.01)
    assert gancore("train", file, *options, "--out", tmp_path / "other") == 0
    settings = load_config(tmp_path / "other").recipe.settings
    assert (settings.batch_size, settings.d_lr, settings.g_lr) == (3, 0.01, 0.01)


def test_a_kind_with_the_name_of_ours_is_refused() -> None:
    with pytest.raises(GancoreError, match="a kind 'gan' in gancore itself"):
        kind("gan")(waveform.WaveRecipe)
    assert waveform.WaveRecipe.kind == "waveform"


# The smallest one


def test_a_game_of_ones_own_takes_a_page_and_trains_samples_and_is_graded(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(smallest.__file__)
    code = file.read_text(encoding="utf-8").partition("class NoisyGame")[2]
    assert len([line for line in code.splitlines() if line.strip()]) <= 30
    monkeypatch.chdir(tmp_path)
    assert gancore("train", file, "--steps", 3, "--batch-size", 8, "--device", "cpu") == 0
    assert capsys.readouterr().out.startswith("noisy on digits: 5,000 images")
    assert gancore("train", file, "--steps", 4, "--device", "cpu", "--resume") == 0  # with the batches it began with
    assert gancore("sample", "runs/noisy", "--count", 4) == 0
    assert gancore("sample", "runs/noisy", "--count", 4, "--data", "digits") == 2
    assert "leave out --data" in capsys.readouterr().err
    assert gancore("evaluate", "runs/noisy", "--count", 200) == 0
    assert "FID" in capsys.readouterr().out


def test_players_of_any_kind_start_from_the_weights_that_a_seed_decides() -> None:
    recipe = smallest.NoisyRecipe()
    one, again, other = (recipe.game(Spec((1, 28, 28)), seed).generator.state_dict() for seed in (1, 1, 2))
    assert same(one, again)
    assert not same(one, other)


def test_data_without_images_needs_scores_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start(OWN["wave"], tmp_path / "run").run(steps=1)
    monkeypatch.delattr(waveform.WaveRecipe, "scores")
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", str(tmp_path / "run"), "--count", "4"])
    assert ended.value.code == 2


def test_what_is_given_goes_wherever_its_image_goes() -> None:
    data = OWN["pix2pix"].load("squares")
    assert data.spec == Spec((1, 16, 16), None, (1, 16, 16))
    part = data.subset(torch.tensor([7, 3]))
    assert torch.equal(part.given, data.given[[7, 3]])
    batch = data.to("cpu").batches("cpu", seed=1).draw(50)
    assert batch.given.dtype == torch.float32
    edge = batch.given == 1
    assert edge.any()
    assert (batch.real[edge] == 1).all()  # an outline lies on its own square
    words = dataclasses.replace(data, given=torch.arange(len(data))[:, None])
    assert words.batches("cpu").draw(3).given.dtype == torch.int64
    assert words.sha256 != data.sha256 != dataclasses.replace(data, given=None).sha256
    with pytest.raises(GancoreError, match="pair them"):
        dataclasses.replace(data, given=data.given[:5])
