"""`gancore train` and `gancore sample`: what they leave, what they print, and one sentence where something is wrong."""

import _thread
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.disks import LINUX_ONLY
from helpers.places import REPOSITORY
from helpers.small import content
from helpers.warm import Python
from PIL import Image

from gancore import __version__
from gancore.cli import main
from gancore.cli.app import COMMANDS
from gancore.cli.labels import parse_labels
from gancore.data import Spec, load, to_uint8
from gancore.errors import GancoreError
from gancore.runs.config import load_config
from gancore.runs.weights import load_generator
from gancore.training.augmentation import ADAPTIVE, AUGMENTATIONS, FOR_FEW

TINY = ("--steps", "2", "--batch-size", "4", "--device", "cpu")


def gancore(*arguments: object) -> int:
    """Run the command line in this process; its exit code."""
    with pytest.raises(SystemExit) as exit_:
        main([str(argument) for argument in arguments])
    return exit_.value.code or 0


def pictures(folder: Path, mode: str, classes: tuple[str, ...] = ("",), count: int = 4) -> Path:
    """`count` noisy pictures of 28 × 28 in `mode`, in a subfolder for each of `classes`."""
    rng = np.random.default_rng(0)
    shape = (28, 28) if mode == "L" else (28, 28, 3)
    for name in classes:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for index in range(count):
            Image.fromarray(rng.integers(0, 256, shape, np.uint8)).save(folder / name / f"{index}.png")
    return folder


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test runs in an empty folder of its own, so whatever is left can be seen."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A conditional run on the digits."""
    folder = tmp_path_factory.mktemp("told") / "run"
    assert gancore("train", "cdcgan", *TINY, "--out", folder, "--quiet") == 0
    return folder


@pytest.fixture(scope="module")
def untold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run without classes, on coloured pictures without labels."""
    base = tmp_path_factory.mktemp("untold")
    data = pictures(base / "colour", "RGB")
    assert gancore("train", "dcgan", *TINY, "--data", data, "--out", base / "run", "--quiet") == 0
    return base / "run"


# train


def test_train_leaves_a_run_and_ends_with_the_path_of_its_grid(somewhere: Path, capsys: pytest.CaptureFixture) -> None:
    assert gancore("train", "dcgan", *TINY, "--seed", "3") == 0
    out, err = capsys.readouterr()
    first, *_, last = out.splitlines()
    assert first.startswith("dcgan on digits: 5,000 images, 1×28×28, 10 classes; cpu, ")
    assert first.endswith(", seed 3 → runs/dcgan")
    assert last == "runs/dcgan/samples/round_00000002.png"
    assert (somewhere / last).is_file()
    assert err == ""  # no progress bar where nobody looks
    assert load_config(somewhere / "runs" / "dcgan").seed == 3


def test_what_was_decided_of_the_pictures_is_said_in_lines_of_its_own(
    somewhere: Path, capsys: pytest.CaptureFixture
) -> None:
    (somewhere / "clear").mkdir()
    for index in range(4):
        drawing = np.zeros((28, 28, 4), np.uint8)
        drawing[4 * index : 4 * index + 8, :, 3] = 255
        Image.fromarray(drawing).save(somewhere / "clear" / f"{index}.png")
    data = load("clear")
    assert data.notes
    assert gancore("train", "mlp", *TINY, "--data", "clear") == 0
    out, err = capsys.readouterr()
    about = repr(data).splitlines()[0]
    assert out.startswith(f"mlp on {about}; cpu, ")
    assert tuple(err.splitlines()) == tuple(f"gancore: {note}" for note in data.notes)


def test_options_reach_the_recipe(somewhere: Path) -> None:
    options = ("--batch-size", "4", "--lr", "0.001", "--loss", "hinge", "--seed", "5", "--precision", "bf16")
    assert gancore("train", "mlp", "--steps", "1", "--out", "run", "--quiet", *options) == 0
    run = load_config(somewhere / "run")
    settings = run.recipe.settings
    assert (settings.d_lr, settings.g_lr, run.recipe.loss, run.seed) == (0.001, 0.001, "hinge", 5)
    assert (settings.batch_size, settings.generator_batch_size) == (4, 8)  # in the proportion of the recipe
    assert "bf16" in (somewhere / "run" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("named", "kept"),
    [
        ("shift, cutout", ("shift", "cutout")),
        ("all", tuple(AUGMENTATIONS)),
        ("none", ()),
        ("adaptive", (*FOR_FEW, ADAPTIVE)),
    ],
)
def test_augmentation_is_named_on_the_command_line(named: str, kept: tuple, somewhere: Path) -> None:
    assert gancore("train", "dcgan", *TINY, "--quiet", "--augment", named) == 0
    assert load_config(somewhere / "runs" / "dcgan").recipe.augment == kept


def test_few_pictures_are_augmented_which_is_said_at_the_start_and_in_the_card(
    somewhere: Path, capsys: pytest.CaptureFixture
) -> None:
    data = pictures(somewhere / "few", "L", count=60)
    assert gancore("train", "modern", *TINY, "--data", data) == 0
    said, names = capsys.readouterr().out.splitlines()[1], ", ".join(FOR_FEW)
    assert said.startswith("Few pictures: ")
    assert names in said
    assert "--augment none" in said
    assert load_config(somewhere / "runs" / "modern").recipe.augment == FOR_FEW
    assert f"changes: {names}." in (somewhere / "runs" / "modern" / "README.md").read_text(encoding="utf-8")
    assert gancore("train", "modern", "--steps", "3", "--batch-size", "4", "--device", "cpu", "--resume") == 0
    capsys.readouterr()
    assert gancore("train", "modern", *TINY, "--data", data, "--augment", "none", "--out", "plain") == 0
    assert "Few pictures" not in capsys.readouterr().out
    assert load_config(somewhere / "plain").recipe.augment == ()


def test_a_batch_size_leaves_players_that_share_a_batch_sharing_it(somewhere: Path) -> None:
    assert gancore("train", "dcgan", *TINY, "--quiet") == 0
    settings = load_config(somewhere / "runs" / "dcgan").recipe.settings
    assert (settings.batch_size, settings.generator_batch_size) == (4, None)


def test_quiet_prints_nothing(capfd: pytest.CaptureFixture) -> None:
    assert gancore("train", "dcgan", *TINY, "--quiet") == 0
    assert capfd.readouterr() == ("", "")


def test_two_runs_of_one_seed_have_the_same_weights_and_another_seed_has_others(somewhere: Path) -> None:
    weights = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert gancore("train", "dcgan", *TINY, "--seed", seed, "--out", name, "--quiet") == 0
        weights.append((somewhere / name / "generator.safetensors").read_bytes())
    assert weights[0] == weights[1] != weights[2]


def test_resumed_command_equals_the_uninterrupted_one(somewhere: Path) -> None:
    """--steps counts the rounds in all."""
    common = ("train", "mlp", "--batch-size", "4", "--device", "cpu", "--quiet")
    assert gancore(*common, "--steps", "6", "--out", "whole") == 0
    assert gancore(*common, "--steps", "2", "--out", "parts") == 0
    assert gancore(*common, "--steps", "6", "--out", "parts", "--resume") == 0
    whole, parts = (somewhere / name / "generator.safetensors" for name in ("whole", "parts"))
    assert whole.read_bytes() == parts.read_bytes()
    assert gancore(*common, "--steps", "4", "--out", "parts", "--resume") == 0  # it has played more already
    assert whole.read_bytes() == parts.read_bytes()


def test_a_resumed_run_goes_on_with_its_seed_and_precision_and_refuses_another_seed(
    somewhere: Path, capsys: pytest.CaptureFixture
) -> None:
    common = ("train", "mlp", "--device", "cpu", "--quiet", "--out", "run")
    assert gancore(*common, "--batch-size", "4", "--steps", "2", "--seed", "5", "--precision", "fp32") == 0
    assert gancore(*common, "--steps", "3", "--resume") == 0
    again = load_config(somewhere / "run")
    assert (again.seed, again.precision) == (5, "fp32")
    assert gancore(*common, "--steps", "4", "--seed", "6", "--resume") == 2
    assert "seed 5, not 6" in capsys.readouterr().err


def test_resuming_a_run_that_is_done_says_so_and_leaves_it_alone(
    somewhere: Path, capsys: pytest.CaptureFixture
) -> None:
    common = ("train", "mlp", "--batch-size", "4", "--device", "cpu", "--steps", "3", "--out", "run")
    assert gancore(*common) == 0
    before, _ = content(somewhere / "run"), capsys.readouterr()
    assert gancore(*common, "--resume") == 0
    assert re.fullmatch(r"run has 3 rounds .*--steps.*", capsys.readouterr().out.splitlines()[-1])
    assert content(somewhere / "run") == before


def test_a_run_knows_its_data_from_anywhere_and_by_any_name(
    somewhere: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path is a hint, and what the pictures are decides."""
    pictures(somewhere / "pics", "L")
    common = ("train", "mlp", "--batch-size", "4", "--device", "cpu", "--quiet", "--out", somewhere / "run")
    assert gancore(*common, "--steps", "2", "--data", "pics/") == 0
    for steps, name in enumerate(("pics", "./pics", somewhere / "pics"), start=3):
        assert gancore(*common, "--steps", steps, "--data", name, "--resume") == 0
    (somewhere / "deep").mkdir()
    monkeypatch.chdir(somewhere / "deep")
    assert gancore(*common, "--steps", "6", "--resume") == 0  # which needs no --data
    (somewhere / "pics").rename(somewhere / "moved")
    assert gancore(*common, "--steps", "7", "--resume") == 2
    assert "--data" in capsys.readouterr().err
    assert gancore(*common, "--steps", "7", "--resume", "--data", "../moved") == 0
    capsys.readouterr()
    Image.new("L", (28, 28), 99).save(somewhere / "moved" / "one-more.png")
    assert gancore(*common, "--steps", "8", "--resume", "--data", "../moved") == 2
    assert "1 example more than" in capsys.readouterr().err


def test_evaluate_takes_data_that_has_moved_and_says_when_it_is_other_data(
    somewhere: Path, capsys: pytest.CaptureFixture
) -> None:
    pictures(somewhere / "pics", "L", count=140)
    pictures(somewhere / "others", "L", count=141)
    assert gancore("train", "mlp", *TINY, "--data", "pics", "--out", "run", "--quiet") == 0
    (somewhere / "pics").rename(somewhere / "moved")
    grade = ("evaluate", "run", "--count", "65")
    refused(capsys, somewhere, grade, "--data")
    assert gancore(*grade, "--data", "moved") == 0
    assert "learned from" not in capsys.readouterr().err
    assert gancore(*grade, "--data", "others") == 0
    assert "others is not, or no longer, what this run learned from" in capsys.readouterr().err


@LINUX_ONLY
def test_names_that_are_no_unicode_are_taken(somewhere: Path) -> None:
    """As an old zip archive leaves them: in Latin-1."""
    folder, run, summer = (os.fsdecode(name) for name in (b"caf\xe9", b"\xe0", b"\xe9t\xe9"))
    pictures(somewhere / folder, "L", classes=(summer, "hiver"))
    assert gancore("train", "cmlp", *TINY, "--data", folder, "--out", run) == 0
    assert gancore("sample", run, "--labels", "hiver", "--array", "s.npy", "--count", "2") == 0
    assert sorted(json.loads((somewhere / "s.classes.json").read_text())) == ["hiver", summer]
    assert r"caf\udce9" in (somewhere / run / "README.md").read_text(encoding="utf-8")
    assert gancore("train", "cmlp", *TINY[:1], "3", *TINY[2:], "--out", run, "--resume") == 0


def test_seconds_are_those_of_the_whole_run(somewhere: Path) -> None:
    common = ("train", "dcgan", "--batch-size", "4", "--device", "cpu", "--quiet", "--out", "run")
    started = time.perf_counter()
    assert gancore(*common, "--seconds", "0.3") == 0
    assert time.perf_counter() - started < 10
    state = torch.load(somewhere / "run" / "checkpoint.pt", weights_only=True)
    assert 0.3 <= state["seconds"] < 3
    assert state["round"] > 0
    assert gancore(*common, "--seconds", "0.3", "--resume") == 0  # they are used up
    again = torch.load(somewhere / "run" / "checkpoint.pt", weights_only=True)
    assert again["round"] == state["round"]


@pytest.mark.parametrize("recipe", ["mlp", "cmlp", "cdcgan"])
def test_train_takes_a_folder_with_a_subfolder_for_each_class(recipe: str, somewhere: Path) -> None:
    pictures(somewhere / "grey", "L", classes=("cat", "dog", "eel"))
    assert gancore("train", recipe, *TINY, "--data", "grey", "--out", "run", "--quiet") == 0
    run = load_config(somewhere / "run")
    assert (run.data, run.spec) == (str(somewhere / "grey"), Spec((1, 28, 28), ("cat", "dog", "eel")))
    assert gancore("sample", "run", "--count", "4", "--array", "s.npy") == 0
    assert np.load("s.npy").shape == (4, 28, 28)
    if recipe != "mlp":
        assert np.load("s.labels.npy").tolist() == [0, 1, 2, 0]


def test_the_commands_of_a_model_card_work(somewhere: Path, capsys: pytest.CaptureFixture) -> None:
    assert gancore("train", "cdcgan", *TINY, "--seed", "4", "--out", "run") == 0
    card = (somewhere / "run" / "README.md").read_text(encoding="utf-8")
    sample, train = (shlex.split(command.replace("FOLDER", "run")) for command in re.findall(r"`gancore (.*?)`", card))
    assert gancore(*sample) == 0
    assert (somewhere / "grid.png").is_file()
    assert gancore(*train, "--batch-size", "4", "--device", "cpu") == 0
    assert capsys.readouterr().out.endswith("round_00000004.png\n")


def test_an_interrupted_command_says_how_to_go_on_and_can(
    somewhere: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        deadline = time.monotonic() + 30
        while not (somewhere / "run" / "checkpoint.pt").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.3)
        _thread.interrupt_main()

    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Thread(target=interrupt, daemon=True).start()
        common = ("train", "dcgan", "--batch-size", "4", "--device", "cpu", "--out", "run", "--quiet")
        assert gancore(*common, "--steps", "1000000") == 130
    finally:
        signal.signal(signal.SIGINT, handler)
    assert re.fullmatch(r"gancore: .*--resume.*", capsys.readouterr().err.strip())
    played = torch.load(somewhere / "run" / "checkpoint.pt", weights_only=True)["round"]
    assert played > 0
    assert gancore(*common, "--steps", played + 2, "--resume") == 0
    assert torch.load(somewhere / "run" / "checkpoint.pt", weights_only=True)["round"] == played + 2


def test_the_module_is_the_command(somewhere: Path) -> None:
    done = Python("-m", "gancore", "train", "dcgan", *TINY, "--out", "run").finish()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "run/samples/round_00000002.png"
    assert (somewhere / "run" / "training.gif").is_file()


CHANGED_MIND = """
import sys

class ChangedMind:
    def find_spec(self, name, *_):
        if name == "torch":
            raise KeyboardInterrupt

sys.meta_path.insert(0, ChangedMind())
from gancore.cli import main
main(["--help"])
"""


def test_an_interrupt_while_pytorch_comes_is_a_word_and_no_traceback() -> None:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-c", CHANGED_MIND]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "gancore: Interrupted.\n")


# sample


def test_sample_draws_a_grid_and_prints_its_path(told: Path, capsys: pytest.CaptureFixture) -> None:
    assert gancore("sample", told, "--count", "20", "--out", "grid.png") == 0
    assert capsys.readouterr() == ("in turn: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9\ngrid.png\n", "")
    with Image.open("grid.png") as grid:
        assert grid.size == (10 * 30 + 2, 2 * 30 + 2)  # a column for each class


def test_sample_keeps_its_grid_with_the_run_where_nothing_is_said(told: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(told, tmp_path / "run"))
    before = content(run)
    assert gancore("sample", run) == 0
    assert content(run).keys() - before.keys() == {"grid.png"}
    with Image.open(run / "grid.png") as grid:
        assert grid.size == (10 * 30 + 2, 8 * 30 + 2)  # eight of each class


def test_grey_samples_are_an_array_of_bytes_without_channels(told: Path) -> None:
    assert gancore("sample", told, "--count", "13", "--out", "g.png", "--array", "samples.npy") == 0
    array, labels = np.load("samples.npy"), np.load("samples.labels.npy")
    assert (array.dtype, array.shape) == (np.uint8, (13, 28, 28))
    assert labels.dtype == np.int64
    assert labels.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2]


def test_coloured_samples_are_an_array_with_channels_last_and_without_labels(untold: Path, somewhere: Path) -> None:
    assert gancore("sample", untold, "--count", "5", "--out", "g.png", "--array", "samples.npy") == 0
    array = np.load("samples.npy")
    assert (array.dtype, array.shape) == (np.uint8, (5, 28, 28, 3))
    assert not (somewhere / "samples.labels.npy").exists()
    game, generator, _ = load_generator(untold)
    drawn = to_uint8(game.sample(generator, 5, seed=0))
    assert np.array_equal(array, drawn.permute(0, 2, 3, 1).numpy())
    with Image.open("g.png") as grid:
        assert grid.mode == "RGB"


@pytest.mark.parametrize(
    ("labels", "expected"),
    [("7", [7, 7, 7, 7, 7]), ("3,1,4", [3, 1, 4, 3, 1]), ("0-9", [0, 1, 2, 3, 4]), ("8-9,2", [8, 9, 2, 8, 9])],
)
def test_samples_are_of_the_labels_that_are_asked_for(labels: str, expected: list[int], told: Path) -> None:
    assert gancore("sample", told, "--labels", labels, "--count", 5, "--out", "g.png", "--array", "s.npy") == 0
    assert np.load("s.labels.npy").tolist() == expected
    game, generator, _ = load_generator(told)
    drawn = to_uint8(game.sample(generator, 5, torch.tensor(expected), seed=0))[:, 0]
    assert np.array_equal(np.load("s.npy"), drawn.numpy())


def test_samples_follow_the_seed(told: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert gancore("sample", told, "--seed", seed, "--count", 4, "--out", "g.png", "--array", f"{name}.npy") == 0
    a, b, c = (np.load(f"{name}.npy") for name in "abc")
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


@pytest.mark.parametrize(
    ("text", "labels"),
    [("7", [7]), ("3,1,4", [3, 1, 4]), ("0-9", list(range(10))), ("5-5", [5]), ("0-2, 7,1-2", [0, 1, 2, 7, 1, 2])],
)
def test_labels_are_a_number_a_list_a_range_or_a_mixture(text: str, labels: list[int]) -> None:
    assert parse_labels(text) == labels


@pytest.mark.parametrize("text", ["", ",", "3,", "x", "3-1", "-1", "1-", "1--2", "1.5", "²", "99999"])
def test_labels_of_any_other_form_are_refused(text: str) -> None:
    with pytest.raises(GancoreError, match=r"write 7, or 3,1,4, or 0-9"):
        parse_labels(text)


# help and version


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]], ids=str)
def test_help_names_the_commands(arguments: list[str], capsys: pytest.CaptureFixture) -> None:
    assert gancore(*arguments) == 0
    out, err = capsys.readouterr()
    assert "train" in out
    assert "sample" in out
    assert err == ""


def test_help_of_train_has_every_option(capsys: pytest.CaptureFixture) -> None:
    assert gancore("train", "--help") == 0
    out = capsys.readouterr().out
    for option in (
        "data", "steps", "seconds", "batch-size", "lr", "loss", "augment", "seed", "device", "precision", "out",
        "resume", "log", "quiet",
    ):  # fmt: skip
        assert f"--{option}" in out


def test_version_is_the_packages(capsys: pytest.CaptureFixture) -> None:
    assert gancore("--version") == 0
    assert __version__ in capsys.readouterr().out


# What is wrong


def test_a_package_that_is_missing_costs_a_sentence(capsys: pytest.CaptureFixture, monkeypatch) -> None:
    monkeypatch.setitem(COMMANDS, "kit", "latex2mathml_of_nobody.converter")
    assert gancore("kit", "room") == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "latex2mathml_of_nobody is missing" in err
    assert "pip install 'gancore[course]'" in err


def refused(capsys: pytest.CaptureFixture, folder: Path, arguments: list[object], named: str) -> None:
    """One sentence on stderr that names `named`, exit 2, and every file below `folder` as it was."""
    before, folders = content(folder), sorted(folder.rglob("*"))
    assert gancore(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("gancore: ")
    assert err.count("\n") == 1
    assert named in err
    assert content(folder) == before
    assert sorted(folder.rglob("*")) == folders


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["bogus"], "'bogus'"),
        (["--bogus"], "--bogus"),
        (["train"], "RECIPE"),
        (["train", "gan"], "'gan'; choose one of mlp, dcgan"),
        (["train", "mlp", "extra"], "extra"),
        (["train", "mlp", "--steps", "0"], "--steps"),
        (["train", "mlp", "--steps", "many"], "'many'"),
        (["train", "mlp", "--steps", "1", "--seconds", "1"], "either --steps or --seconds"),
        (["train", "mlp", "--seconds", "0"], "--seconds"),
        (["train", "mlp", "--seconds", "-1"], "--seconds"),
        (["train", "mlp", "--seconds", "nan"], "--seconds is nan"),
        (["train", "mlp", "--batch-size", "0"], "--batch-size"),
        (["train", "mlp", "--lr", "0"], "0.0"),
        (["train", "mlp", "--lr", "1"], "1.0"),
        (["train", "mlp", "--lr", "nan"], "nan"),
        (["train", "mlp", "--loss", "entropy"], "'entropy'; choose one of non-saturating"),
        (["train", "mlp", "--augment", "blur"], "'blur'; choose some of turn, shift, light, cutout"),
        (["train", "mlp", "--augment", "shift,shift"], "shift 2 times"),
        (["train", "pix2pix", "--augment", "shift"], "leave out --augment"),
        (["train", "mlp", "--seed", "-1"], "--seed"),
        (["train", "mlp", "--seed", str(2**63)], "--seed"),
        (["train", "mlp", "--device", "tpu"], "'tpu'; choose one of auto, cuda, mps, cpu"),
        (["train", "mlp", "--device", "cpu:x"], "'cpu:x'"),
        (["train", "mlp", "--precision", "fp16"], "'fp16'; choose one of auto, fp32, bf16"),
        (["train", "mlp", "--data", "nowhere"], "'nowhere' is neither a known data set (digits, mnist, fashion)"),
        (["train", "mlp", "--resume"], "runs/mlp is not a run folder"),
        (["train", "mlp", "--out"], "--out"),
        (["sample"], "RUN"),
        (["sample", "nowhere"], "nowhere is not a run folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_input_costs_a_sentence(
    arguments: list[str], named: str, somewhere: Path, capsys: pytest.CaptureFixture
) -> None:
    refused(capsys, somewhere, arguments, named)


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is available")
def test_a_device_that_is_not_there_costs_a_sentence(somewhere: Path, capsys: pytest.CaptureFixture) -> None:
    refused(capsys, somewhere, ["train", "mlp", "--device", "cuda"], "'cuda' is not available on this machine")


def test_unusable_data_costs_a_sentence(somewhere: Path, capsys: pytest.CaptureFixture) -> None:
    (somewhere / "empty").mkdir()
    pictures(somewhere / "one", "L", count=1)
    pictures(somewhere / "text", "L")
    (somewhere / "text" / "notes.txt").write_text("no image")
    pictures(somewhere / "broken", "L")
    (somewhere / "broken" / "0.png").write_bytes(b"no image")
    for folder, named in (("empty", "0 images"), ("one", "1 images"), ("text", "notes.txt"), ("broken", "0.png")):
        refused(capsys, somewhere, ["train", "mlp", "--data", folder, *TINY], named)


@pytest.mark.parametrize("recipe", ["cmlp", "cdcgan"])
def test_data_without_labels_costs_a_conditional_recipe_a_sentence(
    recipe: str, somewhere: Path, capsys: pytest.CaptureFixture
) -> None:
    pictures(somewhere / "flat", "L")
    refused(capsys, somewhere, ["train", recipe, "--data", "flat", *TINY], f"{recipe} needs labels and flat has none")


def test_an_existing_run_is_not_overwritten(told: Path, capsys: pytest.CaptureFixture) -> None:
    refused(capsys, told.parent, ["train", "cdcgan", *TINY, "--out", told], "--resume")


def test_a_run_resumed_with_other_settings_costs_a_sentence(told: Path, capsys: pytest.CaptureFixture) -> None:
    common = ["train", "cdcgan", *TINY, "--out", told, "--resume"]
    refused(capsys, told.parent, [*common, "--lr", "0.1"], "d_lr 0.0002, not 0.1")
    refused(capsys, told.parent, [*common, "--seed", "1"], "seed 0, not 1")
    refused(capsys, told.parent, ["train", "dcgan", *TINY, "--out", told, "--resume"], "name cdcgan, not dcgan")


def test_a_file_in_the_way_costs_a_sentence(somewhere: Path, capsys: pytest.CaptureFixture) -> None:
    (somewhere / "file").write_text("mine")
    refused(capsys, somewhere, ["train", "mlp", *TINY, "--out", "file"], "file is not empty")
    refused(capsys, somewhere, ["train", "mlp", *TINY, "--out", "file/run", "--quiet"], "file/run")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--labels", "10"], "no class 10; ask for some of 0, 1, 2"),
        (["--labels", "x"], "'x' is not understood"),
        (["--labels", "9-0"], "'9-0' is not understood"),
        (["--labels", ""], "is not understood"),
        (["--count", "0"], "--count"),
        (["--count", "1000001"], "--count"),
        (["--seed", "-1"], "--seed"),
        (["--out", "grid.jpg"], "grid.jpg must end in .png"),
        (["--out", "nowhere/grid.png"], "no folder nowhere"),
        (["--array", "samples.txt"], "samples.txt must end in .npy"),
        (["--array", "nowhere/samples.npy"], "no folder nowhere"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_wishes_for_samples_cost_a_sentence(
    options: list[str], named: str, told: Path, somewhere: Path, capsys: pytest.CaptureFixture
) -> None:
    before = content(told)
    refused(capsys, somewhere, ["sample", told, *options], named)
    assert content(told) == before


def test_a_run_without_classes_refuses_labels(untold: Path, capsys: pytest.CaptureFixture) -> None:
    refused(capsys, untold.parent, ["sample", untold, "--labels", "3"], "no classes to ask for")


def test_a_damaged_run_costs_a_sentence(told: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    run = Path(shutil.copytree(told, tmp_path / "run"))
    weights = run / "generator.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    refused(capsys, tmp_path, ["sample", run], "generator.safetensors is damaged")
    weights.unlink()
    refused(capsys, tmp_path, ["sample", run], "has no generator.safetensors")
    (run / "checkpoint.pt").write_bytes(b"")
    refused(capsys, tmp_path, ["train", "cdcgan", *TINY, "--out", run, "--resume"], "checkpoint.pt is damaged")
    (run / "config.json").write_text(json.dumps({"recipe": {}}))
    refused(capsys, tmp_path, ["sample", run], "config.json cannot be read")
    (run / "config.json").unlink()
    refused(capsys, tmp_path, ["sample", run], "it has no config.json")


def test_a_machine_that_cannot_compile_says_so_and_trains(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def lacking(*_: object) -> None:
        raise RuntimeError("InvalidCxxCompiler: No working C++ compiler found\n\nSet TORCHDYNAMO_VERBOSE=1")

    monkeypatch.setattr(torch, "compile", lacking)
    assert gancore("train", "mlp", *TINY, "--out", "run", "--quiet", "--compile") == 0
    said = capsys.readouterr().err
    assert said.startswith("gancore: ")
    assert "No working C++ compiler found); going on without" in said
    assert said.count("\n") == 1
    assert (Path("run") / "generator.safetensors").exists()


def test_a_machine_without_cuda_graphs_says_so_and_trains(capsys: pytest.CaptureFixture) -> None:
    assert gancore("train", "mlp", *TINY, "--out", "run", "--quiet", "--graphed") == 0
    said = capsys.readouterr().err
    assert said == "gancore: No CUDA graph can play this game, because cpu has none; going on without.\n"
    assert (Path("run") / "generator.safetensors").exists()


@pytest.mark.parametrize(
    ("recipe", "data"), [("voices", "voices"), ("cyclegan", "parrot"), ("faces", "photographs"), ("denoise", "faces")]
)
def test_a_folder_called_as_a_set_that_ships_does_not_take_its_place(recipe: str, data: str, somewhere: Path) -> None:
    (somewhere / data).mkdir()
    assert gancore("train", recipe, "--data", data, *TINY, "--out", "run", "--quiet") == 0
    assert load_config(somewhere / "run").data == data
