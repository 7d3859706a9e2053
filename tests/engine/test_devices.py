"""Every recipe keeps to one device and never waits for it; shown on a stand-in, as there need not be a GPU here.

The rounds are played by fake_device.py, and the measures and views asked by far_device.py, each in one process for all
the tests.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import torch
from helpers.places import REPOSITORY, TESTS
from helpers.small import GANS, point_trainer
from helpers.warm import Python
from torch.utils import backend_registration

from gancore.system.device import settled
from gancore.training.recorders import Record
from gancore.training.trainer import Trainer

MEASURES = (
    *("Inverter", "saliency", "RankedDiscriminator", "DigitPad", "judge", "classes", "Extractor", "pictures"),
    *("slant and thickness", "generate", "frechet_distance", "kernel_distance", "inception_score"),
    *("precision_and_recall", "density_and_coverage", "novelty", "novelty, both"),
)


def printed_by(script: str) -> dict:
    """What a script of tests/helpers, which registers a stand-in device, prints."""
    if not hasattr(backend_registration, "_setup_privateuseone_for_python_backend"):
        pytest.skip("this PyTorch takes stand-in devices from C++ only")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (REPOSITORY, TESTS)))}
    done = Python(TESTS / "helpers" / script, env=environment).finish()
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def outcomes() -> dict[str, str]:
    """What became of every recipe and of every planted mistake: "ok", or the error."""
    return printed_by("fake_device.py")


@pytest.fixture(scope="module")
def answers() -> dict[str, list]:
    """What every measure and view says of tensors of the CPU, and of the same ones on a stand-in with numbers."""
    return printed_by("far_device.py")


@pytest.fixture
def tf32() -> Iterator[None]:
    """Puts PyTorch's setting back afterwards."""
    before = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = False
    yield
    torch.backends.cuda.matmul.allow_tf32 = before


@pytest.mark.parametrize("name", GANS)
def test_rounds_keep_to_one_device_and_wait_for_nothing_between_recordings(name: str, outcomes: dict) -> None:
    """Penalties, labels, recorders, optimisers and the moving average included."""
    assert outcomes[name] == "ok"


@pytest.mark.parametrize("mistake", ["CPULatents", "CPUWeights", "CPUPenalty"])
def test_a_planted_cpu_tensor_is_caught(mistake: str, outcomes: dict) -> None:
    assert "at least two devices" in outcomes[mistake]


@pytest.mark.parametrize("mistake", ["Item", "Branch", "recording"])
def test_a_look_at_a_number_is_caught(mistake: str, outcomes: dict) -> None:
    """A recording is one, which shows that the recorders of the other test were there and not due."""
    assert outcomes[mistake].startswith("DataDependentOutputException")


@pytest.mark.parametrize("mistake", ["Download", "Upload"])
def test_a_copy_between_devices_is_caught(mistake: str, outcomes: dict) -> None:
    assert "copies between devices" in outcomes[mistake]


@pytest.mark.parametrize("name", MEASURES)
def test_measures_and_views_take_tensors_of_any_device(name: str, answers: dict) -> None:
    near, far = answers[name]
    assert not str(near).startswith(("RuntimeError", "TypeError")), near
    assert far == near


def test_the_stand_in_with_numbers_refuses_what_a_device_refuses(answers: dict) -> None:
    assert "numpy() is not supported" in answers["numpy"]
    assert "at least two devices" in answers["mixed"]
    assert "no float64" in answers["double"]


def test_tf32_is_for_cuda_with_bf16_only(tf32: None) -> None:
    for device, precision in (("cpu", "bf16"), ("cpu", "fp32"), ("cuda", "fp32")):
        with settled(torch.device(device), precision):
            assert not torch.backends.cuda.matmul.allow_tf32, (device, precision)
    with settled(torch.device("cuda"), "bf16"):
        assert torch.backends.cuda.matmul.allow_tf32
    assert not torch.backends.cuda.matmul.allow_tf32


def test_cudnn_is_held_to_one_way_on_cuda_while_a_trainer_plays_and_let_go_where_it_fails(tf32: None) -> None:
    def fail_within(device: str) -> bool:
        with suppress(ZeroDivisionError), settled(torch.device(device), "bf16"):
            held = torch.backends.cudnn.deterministic
            1 / 0  # noqa: B018
        return held

    assert (fail_within("cuda"), fail_within("cpu")) == (True, False)
    assert not torch.backends.cudnn.deterministic
    assert not torch.backends.cuda.matmul.allow_tf32


def test_what_the_compiler_asks_of_the_precision_is_answered_while_a_trainer_plays(tf32: None) -> None:
    """PyTorch refuses to answer where the newer of two names was set."""
    with settled(torch.device("cuda"), "bf16"):
        assert torch.get_float32_matmul_precision() == "high"


def test_whoever_uses_the_newer_name_of_tf32_finds_it_as_it_was(tf32: None) -> None:
    matmul = torch.backends.cuda.matmul
    if not hasattr(matmul, "fp32_precision"):
        pytest.skip("this PyTorch has one name for it")
    before = matmul.fp32_precision
    try:
        for value in ("ieee", "tf32"):
            matmul.fp32_precision = value
            with settled(torch.device("cuda"), "bf16"):
                assert matmul.fp32_precision == "tf32"
            assert matmul.fp32_precision == value
    finally:
        matmul.fp32_precision = before


def test_a_trainer_settles_its_device_for_as_long_as_it_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []

    class Told(Record):
        def on_step(self, trainer: Trainer) -> None:
            told.append(trainer.round)

    @contextmanager
    def note(device: torch.device, precision: str) -> Iterator[None]:
        told.append((device, precision))
        yield
        told.append("over")

    monkeypatch.setattr("gancore.training.trainer.settled", note)
    trainer = point_trainer(recorders=(Told(),))
    assert told == []
    trainer.run(steps=2)
    assert told == [(torch.device("cpu"), "fp32"), 1, 2, "over"]


def test_tf32_changes_nothing_on_the_cpu(tf32: None) -> None:
    without = point_trainer().run(steps=3).game.generator.weight
    torch.backends.cuda.matmul.allow_tf32 = True
    assert torch.equal(point_trainer().run(steps=3).game.generator.weight, without)
