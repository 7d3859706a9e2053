"""`gancore train --log tensorboard`: what TensorBoard reads is what the run's own history and samples say."""

import csv
import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gancore.cli import main
from gancore.runs.folder import RunFolder
from gancore.runs.weights import load_generator

STEPS = 20


def gancore(*arguments: object) -> int:
    """Run the command line in this process; its exit code."""
    with pytest.raises(SystemExit) as exit_:
        main([str(argument) for argument in arguments])
    return exit_.value.code or 0


def train(folder: Path, steps: int, *more: str) -> int:
    tiny = ("--batch-size", "4", "--device", "cpu", "--quiet", "--out", folder)
    return gancore("train", "cmlp", "--steps", steps, *tiny, *more)


def read(folder: Path):
    """What TensorBoard finds in a folder."""
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(folder), size_guidance={"images": 0, "scalars": 0})
    found.Reload()
    return found


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was logged, and resumed once."""
    pytest.importorskip("tensorboard")
    folder = tmp_path_factory.mktemp("logged") / "run"
    assert train(folder, STEPS // 2, "--log", "tensorboard") == 0
    assert train(folder, STEPS, "--log", "tensorboard", "--resume") == 0
    return folder


def test_scalars_are_the_columns_of_the_history(run: Path) -> None:
    found = read(run / "tensorboard")
    rows = list(csv.DictReader(io.StringIO((run / "history.csv").read_text(encoding="utf-8"))))
    assert [int(row["round"]) for row in rows] == [10, 20]
    columns = set(rows[0]) - {"round"}
    assert set(found.Tags()["scalars"]) == columns >= {"d_loss", "g_loss", "d_real", "d_fake", "seconds"}
    for name in columns - {"seconds"}:
        logged = [(event.step, event.value) for event in found.Scalars(name)]
        assert [step for step, _ in logged] == [10, 20]
        np.testing.assert_allclose([value for _, value in logged], [float(row[name]) for row in rows], rtol=1e-6)


def test_grids_are_what_the_generator_draws(run: Path) -> None:
    images = read(run / "tensorboard").Images("samples")
    assert [image.step for image in images] == [0, 10, 20]
    game, generator, _ = load_generator(run)
    shown = np.asarray(Image.open(io.BytesIO(images[-1].encoded_image_string)).convert("L"))
    assert np.array_equal(shown, np.asarray(game.show(game.sample(generator, 64))))


def test_without_the_package_the_command_says_how_to_get_it_and_nothing_is_left(
    tmp_path: Path, capsys, monkeypatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert train(tmp_path / "run", 2, "--log", "tensorboard") == 2
    assert "pip install tensorboard" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_run_that_is_not_logged_has_no_such_folder(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    monkeypatch.setattr(RunFolder, "_write_film", lambda folder: None)
    assert train(tmp_path / "run", 2) == 0
    assert not (tmp_path / "run" / "tensorboard").exists()
