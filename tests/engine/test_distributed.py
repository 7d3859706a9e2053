"""Processes that torchrun starts play one game: the same weights, examples of their own, one writer, no hanging.

Few launches serve many tests, and one of them is torchrun's own, as that costs seconds of import. What the ranks do
themselves is in ranks.py.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from helpers.places import REPOSITORY, TESTS
from helpers.ranks import gradients
from helpers.small import GANS, PointGame, point_trainer, same
from helpers.warm import side_by_side

from gancore.errors import GancoreError
from gancore.system.distributed import (
    LostRank,
    _waiting,
    as_on_first_rank,
    mean_over_ranks,
    own_device,
    process_group,
    rank,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="torchrun needs a Unix system here")

ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (REPOSITORY, TESTS))), "OMP_NUM_THREADS": "1"}
PATIENCE = 120  # seconds that any launch may take on a busy machine
END_SECONDS = 20  # that a training may outlive one of its ranks


def train_in(folder: Path, *options: object) -> tuple[object, ...]:
    return ("train", "mlp", "--device", "cpu", "--batch-size", "4", "--out", folder, *options)


@dataclass
class Killed:
    """What two processes of ranks.py left, of which rank 1 was killed at the end."""

    code: int  # of rank 0
    seconds: float  # from the kill to the end of all
    folder: Path
    found: tuple[dict, dict]  # by rank 0, and by rank 1


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    folder = tmp_path_factory.mktemp("ranks")
    first, second = side_by_side(TESTS / "helpers" / "ranks.py", folder, env=ENVIRONMENT, seconds=PATIENCE)
    now = time.time()
    assert (folder / "killed").exists(), first.stderr + second.stderr
    found = tuple(torch.load(folder / f"rank{number}.pt") for number in range(2))
    return Killed(first.returncode, now - float((folder / "killed").read_text()), folder, found)


@pytest.fixture
def found(killed: Killed) -> tuple[dict, dict]:
    return killed.found


# The command, and then a word on whether the threads are gone by which processes talk to each other.
GANCORE = """
import sys
from pathlib import Path
from gancore.cli import main
from gancore.training.trainer import Trainer

def talks():
    return any("gloo" in task.read_text() for task in Path("/proc/self/task").glob("*/comm"))

run, during = Trainer.run, []
Trainer.run = lambda *given, **named: (run(*given, **named), during.append(talks()))[0]
try:
    main(sys.argv[1:])
finally:
    print("threads-gone" if during == [True] and not talks() else "threads-left")
"""


@pytest.fixture(scope="module")
def resumed(killed: Killed, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, subprocess.CompletedProcess]:
    """The round that a killed training had come to, and what was said while torchrun had it go on for three more."""
    program = tmp_path_factory.mktemp("resumed") / "command.py"
    program.write_text(GANCORE)
    reached = torch.load(killed.folder / "run" / "checkpoint.pt")["round"]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", program]
    command = [*torchrun, *map(str, train_in(killed.folder / "run", "--resume", "--steps", reached + 3))]
    return reached, subprocess.run(command, env=ENVIRONMENT, timeout=PATIENCE, capture_output=True, text=True)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="a process does not list its threads here")
def test_no_thread_of_a_process_group_is_left_when_it_ends(resumed: tuple) -> None:
    _, ended = resumed
    assert [word for word in ended.stdout.split() if word.startswith("threads-")] == 2 * ["threads-gone"], ended.stderr


# Gradients and weights


@pytest.mark.parametrize("name", GANS)
def test_two_halves_of_a_batch_give_the_gradients_of_the_whole(name: str, found: tuple) -> None:
    """Penalties included, pairs and labels where the recipe has them; dropout and batch norm aside."""
    whole = gradients(name, ranks=1)
    assert whole
    for key, expected in whole.items():
        for ours in found:
            torch.testing.assert_close(ours["gradients"][key], expected, rtol=0, atol=1e-6, msg=key)


def test_all_ranks_start_from_the_weights_of_rank_0(found: tuple) -> None:
    for player in ("generator", "discriminator", "average"):
        assert same(found[0]["start"][player], found[1]["start"][player])
    assert same(found[0]["start"]["generator"], PointGame(start=0).generator.state_dict())


def test_weights_stay_the_same_on_all_ranks_bit_for_bit(found: tuple) -> None:
    assert not same(found[0]["end"]["generator"], found[0]["start"]["generator"])
    for part in ("generator", "discriminator", "average", "d_optimizer", "g_optimizer", "round", "moves"):
        assert same(found[0]["end"][part], found[1]["end"][part]), part


def test_players_of_kinds_of_ones_own_stay_the_same_on_all_ranks_too(found: tuple) -> None:
    assert found[0]["kinds"].keys() == {"pix2pix", "wave", "text2image", "cyclegan"}
    assert same(found[0]["kinds"], found[1]["kinds"])


def test_all_ranks_have_the_groups_that_rank_0_has_found(found: tuple) -> None:
    assert same(found[0]["groups"], found[1]["groups"])
    assert found[0]["groups"]["groups"]["weight"].any()


def test_every_rank_has_examples_and_latents_of_its_own(found: tuple) -> None:
    for stream in ("rng", "batches_rng"):
        assert not same(found[0]["start"][stream], found[1]["start"][stream])
    assert found[0]["d_loss"] != found[1]["d_loss"]


def test_rank_0_has_the_random_streams_of_a_process_alone(found: tuple) -> None:
    alone = point_trainer(seed=5)
    for stream in ("rng", "batches_rng"):
        assert same(found[0]["start"][stream], alone.state_dict()[stream])


def test_a_resumed_rank_0_goes_on_exactly_and_the_others_with_new_random_streams(found: tuple) -> None:
    assert same(found[0]["resumed"], found[0]["end"])
    for part in ("generator", "discriminator", "average", "d_optimizer", "g_optimizer", "round", "moves"):
        assert same(found[1]["resumed"][part], found[1]["end"][part]), part
    for stream in ("rng", "batches_rng"):
        for used in (found[0]["end"], found[1]["start"], found[1]["end"]):
            assert not same(found[1]["resumed"][stream], used[stream])


# Decisions that all must take alike


def test_all_ranks_stop_in_the_same_round_by_the_clock_of_rank_0(found: tuple) -> None:
    """Rank 1's clock runs ten times as fast: by itself it would stop early, and rank 0 wait for it in vain."""
    assert found[0]["timed"] == found[1]["timed"]
    rounds, seconds = found[0]["timed"]
    assert rounds > 0
    assert seconds >= 0.2


def test_all_ranks_go_back_when_one_has_an_infinite_loss(found: tuple) -> None:
    assert found[0]["failure"] == found[1]["failure"]
    sentence, round_ = found[0]["failure"]
    assert "generator inf" in sentence
    assert round_ == 0


def test_the_first_process_of_a_machine_is_through_before_the_others_enter(found: tuple) -> None:
    assert [ours["first was here"] for ours in found] == [False, True]


def test_one_process_says_what_is_wrong_with_a_command(found: tuple) -> None:
    (code, sentence), silent = (ours["misused"] for ours in found)
    assert (code, sentence.count("\n")) == (2, 1)
    assert "mpl" in sentence
    assert silent == (2, "")


# Whole runs


def test_a_training_ends_with_an_error_soon_after_one_of_its_ranks_is_killed(killed: Killed) -> None:
    assert killed.code != 0
    assert killed.seconds < END_SECONDS
    assert (killed.folder / "lost").read_text().startswith("Another process of this training ended")


def test_only_the_first_process_writes(killed: Killed) -> None:
    assert (killed.folder / "run" / "checkpoint.pt").exists()
    assert not (killed.folder / "unwanted").exists()


def test_what_a_killed_training_left_can_be_resumed(killed: Killed, resumed: tuple) -> None:
    reached, ended = resumed
    assert reached >= 4
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count(f"{reached + 3:,} rounds in") == 1  # one process speaks
    assert torch.load(killed.folder / "run" / "checkpoint.pt")["round"] == reached + 3


def test_a_training_that_one_process_refuses_ends_with_its_sentence_and_no_traceback(killed: Killed) -> None:
    """Only the process that writes looks whether the folder is free."""
    ended = side_by_side("-m", "gancore", *train_in(killed.folder, "--steps", 3), env=ENVIRONMENT, seconds=PATIENCE)
    assert 0 not in (each.returncode for each in ended)
    first, second = (each.stderr for each in ended)
    assert first.count("gancore: ") == 1
    assert f"{killed.folder} is not empty" in first
    assert str(REPOSITORY / "gancore") not in first  # a traceback
    assert second == ""


# One process


def test_a_process_alone_is_rank_0_and_changes_nothing() -> None:
    values = torch.tensor([1.0, 3.0])
    with process_group("cuda:7") as device:  # whether there is one is the trainer's to say
        assert device == "cuda:7"
        assert rank() == 0
        assert mean_over_ranks(values) is values
        assert as_on_first_rank(2.5) == 2.5
        assert not torch.distributed.is_initialized()


def test_processes_that_would_share_a_gpu_are_told_how_many_there_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_WORLD_SIZE", str(torch.cuda.device_count() + 1))
    monkeypatch.setenv("LOCAL_RANK", "0")
    assert own_device("cpu") == "cpu"
    if torch.cuda.is_available():
        with pytest.raises(GancoreError, match=f"--nproc-per-node {torch.cuda.device_count()}"):
            own_device("auto")
    else:
        assert own_device("auto") == "cpu"


@pytest.mark.parametrize(
    ("words", "lost"),
    [
        ("[gloo/transport/tcp/pair.cc:598] Connection closed by peer [127.0.0.1]:29400", True),
        ("Timed out waiting 600000ms for recv operation to complete", True),
        ("NCCL error: ncclRemoteError: a network error or a remote process exiting prematurely", True),
        ("[enforce fail at gloo/transport/tcp/pair.cc:446] op.preamble.length <= op.nbytes. 8 vs 4", False),
        ("NCCL error: Duplicate GPU detected : rank 1 and rank 0 both on CUDA device 40", False),
        ("No backend type associated with device type mps", False),
    ],
)
def test_only_a_process_that_does_not_answer_is_called_lost(words: str, lost: bool) -> None:
    with pytest.raises(LostRank if lost else RuntimeError) as caught, _waiting():
        raise RuntimeError(words)
    assert isinstance(caught.value, LostRank) == lost


@pytest.mark.parametrize(
    ("system", "nccl", "backend"), [("win32", False, "gloo"), ("linux", True, "cpu:gloo,cuda:nccl")]
)
def test_on_windows_processes_talk_by_gloo_and_without_libuv(
    system: str, nccl: bool, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("gancore.system.distributed.launched", lambda: True)
    monkeypatch.setattr("gancore.system.distributed.own_device", lambda device: "cuda:0")
    monkeypatch.setattr(torch.cuda, "set_device", lambda device: None)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(torch.distributed, "is_nccl_available", lambda: nccl)
    monkeypatch.setattr(torch.distributed, "init_process_group", lambda backend, timeout: asked.append(backend))
    monkeypatch.setattr(torch.distributed, "destroy_process_group", lambda: None)
    monkeypatch.delenv("USE_LIBUV", raising=False)
    monkeypatch.setenv("USE_LIBUV", "")  # so that it is taken away again
    del os.environ["USE_LIBUV"]
    with process_group("cuda") as device:
        assert device == "cuda:0"
    assert asked == [backend]
    assert os.environ.get("USE_LIBUV") == ("0" if system == "win32" else None)
