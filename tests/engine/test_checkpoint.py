"""A checkpoint goes on exactly, is written in one step, and runs no code of its file."""

import pickle
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
import torch
from helpers.small import point_trainer, same

from gancore.data import ImageData
from gancore.errors import GancoreError, GancoreWarning
from gancore.runs.checkpoint import FORMAT, load_checkpoint, save_checkpoint
from gancore.training.recipes import RECIPES


class Intruder:
    """An object whose unpickling makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return Path.touch, (self.path,)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """Of points after 5 rounds."""
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(point_trainer().run(steps=5), path)
    return path


def test_loading_gives_the_state_that_was_saved(checkpoint: Path) -> None:
    trainer = point_trainer()
    load_checkpoint(trainer, checkpoint)
    assert trainer.round == 5
    assert trainer.seconds > 0
    assert same(trainer.state_dict(), point_trainer().run(steps=5).state_dict())


@pytest.mark.parametrize("name", ["mlp", "cdcgan"])
def test_trainer_resumed_from_a_checkpoint_equals_the_uninterrupted_one(
    name: str, digits: ImageData, tmp_path: Path
) -> None:
    recipe = RECIPES[name].change(batch_size=8, d_steps=2, r1=1.0, penalty_every=3)
    trainer = recipe.trainer(digits, device="cpu").run(steps=2)
    save_checkpoint(trainer, tmp_path / "checkpoint.pt")
    trainer.run(steps=2)
    resumed = recipe.trainer(digits, device="cpu", seed=99)  # everything that the seed decided is in the file
    load_checkpoint(resumed, tmp_path / "checkpoint.pt")
    assert same(trainer.state_dict(), resumed.run(steps=2).state_dict())


def changed(checkpoint: Path, **parts: object) -> Path:
    torch.save(torch.load(checkpoint, weights_only=True) | parts, checkpoint)
    return checkpoint


def test_what_another_device_has_left_goes_on_with_new_random_numbers_and_says_so(checkpoint: Path) -> None:
    cuda = torch.zeros(16, dtype=torch.uint8)  # the state of its generator: a seed and an offset
    changed(checkpoint, rng=cuda, batches_rng=cuda)
    trainers = [point_trainer(), point_trainer()]
    for trainer in trainers:
        with pytest.warns(GancoreWarning, match=r"another device than cpu.*anew") as said:
            load_checkpoint(trainer, checkpoint)
        assert len(said) == 1
    found, uninterrupted = trainers[0].state_dict(), point_trainer().run(steps=5).state_dict()
    streams = ("rng", "batches_rng")
    assert all(not same(found[stream], uninterrupted[stream]) for stream in streams)
    carried = found.keys() - {*streams, "seconds"}
    assert same({part: found[part] for part in carried}, {part: uninterrupted[part] for part in carried})
    assert same(*(trainer.run(steps=2).state_dict() for trainer in trainers))


def test_what_more_processes_have_left_goes_on_and_says_so(checkpoint: Path) -> None:
    with pytest.warns(GancoreWarning, match=r"of 2 processes in place of 1.*ends elsewhere"):
        load_checkpoint(point_trainer(), changed(checkpoint, processes=2))


def test_checkpoint_is_readable_with_weights_only(checkpoint: Path) -> None:
    state = torch.load(checkpoint, weights_only=True)
    assert state["format"] == FORMAT
    assert state["round"] == 5
    assert {"generator", "discriminator", "average", "d_optimizer", "g_optimizer", "rng", "batches_rng"} <= state.keys()


def test_a_crash_while_saving_leaves_the_old_checkpoint(checkpoint: Path) -> None:
    before = checkpoint.read_bytes()
    trainer = point_trainer().run(steps=1)
    trainer.game.moves = lambda: "cannot be pickled"  # torch.save fails with the file half-written
    with pytest.raises((AttributeError, pickle.PicklingError)):
        save_checkpoint(trainer, checkpoint)
    assert checkpoint.read_bytes() == before
    assert [path.name for path in checkpoint.parent.iterdir()] == ["checkpoint.pt"]


def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(GancoreError, match=r"nowhere.pt does not exist"):
        load_checkpoint(point_trainer(), tmp_path / "nowhere.pt")


def test_a_checkpoint_that_ends_with_a_seal_as_they_once_did_still_loads(checkpoint: Path) -> None:
    with ZipFile(checkpoint, "a") as archive:
        archive.comment = b"." * 64
    whole = checkpoint.read_bytes()[:-64]
    checkpoint.write_bytes(whole + sha256(whole).hexdigest().encode())
    trainer = point_trainer()
    load_checkpoint(trainer, checkpoint)
    assert trainer.round == 5


def test_a_flipped_bit_in_the_weights_is_named(checkpoint: Path) -> None:
    damaged = bytearray(checkpoint.read_bytes())
    weights = torch.load(checkpoint, weights_only=True)["generator"]["weight"].numpy().tobytes()
    damaged[damaged.index(weights)] ^= 1
    checkpoint.write_bytes(damaged)
    torch.load(checkpoint, weights_only=True)  # which does not notice
    with pytest.raises(GancoreError, match=r"checkpoint.pt is damaged"):
        load_checkpoint(point_trainer(), checkpoint)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.95])
def test_a_truncated_checkpoint_is_named(checkpoint: Path, share: float) -> None:
    whole = checkpoint.read_bytes()
    checkpoint.write_bytes(whole[: int(share * len(whole))])
    trainer = point_trainer()
    before = trainer.state_dict()
    with pytest.raises(GancoreError, match=r"checkpoint.pt is damaged"):
        load_checkpoint(trainer, checkpoint)
    assert same(trainer.state_dict(), before)


def test_a_file_of_something_else_is_named(checkpoint: Path) -> None:
    checkpoint.write_text("not a checkpoint")
    with pytest.raises(GancoreError, match=r"checkpoint.pt is damaged"):
        load_checkpoint(point_trainer(), checkpoint)


@pytest.mark.parametrize(
    "state", [{"format": FORMAT + 1}, {}, [1, 2], torch.zeros(3)], ids=["newer", "none", "list", "tensor"]
)
def test_another_format_is_refused(checkpoint: Path, state: object) -> None:
    torch.save(state, checkpoint)
    with pytest.raises(GancoreError, match=f"not a checkpoint of format {FORMAT}"):
        load_checkpoint(point_trainer(), checkpoint)


def test_the_checkpoint_of_another_game_is_refused(checkpoint: Path, digits: ImageData) -> None:
    with pytest.raises(GancoreError, match="belongs to another game"):
        load_checkpoint(RECIPES["mlp"].trainer(digits, device="cpu"), checkpoint)


def test_a_checkpoint_without_all_its_parts_is_refused(checkpoint: Path) -> None:
    state = torch.load(checkpoint, weights_only=True)
    del state["rng"]
    torch.save(state, checkpoint)
    with pytest.raises(GancoreError, match="rng"):
        load_checkpoint(point_trainer(), checkpoint)


def test_code_in_a_checkpoint_never_runs(checkpoint: Path, tmp_path: Path) -> None:
    marker = tmp_path / "it ran"
    torch.save({"format": FORMAT, "round": Intruder(marker)}, checkpoint)
    with pytest.raises(GancoreError, match="damaged"):
        load_checkpoint(point_trainer(), checkpoint)
    assert not marker.exists()
    torch.load(checkpoint, weights_only=False)  # and it would have, had anything been allowed to
    assert marker.exists()
