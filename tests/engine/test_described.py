"""The judge of avatars reads people that it has not seen, and marks count what a caption asks for and nothing else."""

from pathlib import Path

import pytest
import torch

from gancore.data.avatars import ATTRIBUTES, Avatars, load_avatars
from gancore.data.described import SAID, asked, load_captions
from gancore.data.images import to_float
from gancore.errors import GancoreError
from gancore.metrics import described
from gancore.metrics.described import caption_distance, is_for_testing, load_judge, marks, spread
from gancore.training.text2image import SIDES

LARGEST = 2**18  # bytes of its weights


@pytest.fixture(scope="module")
def unseen() -> Avatars:
    avatars = load_avatars(16)
    return avatars.subset(is_for_testing(avatars))


@pytest.mark.parametrize("side", SIDES)
def test_the_judge_reads_people_that_it_has_not_seen(side: int) -> None:
    avatars = load_avatars(side)
    unseen = avatars.subset(is_for_testing(avatars))
    right = (load_judge(side).read(to_float(unseen.images)) == unseen.attributes).float().mean(0)
    found = dict(zip(ATTRIBUTES, right.tolist(), strict=True))
    assert found.pop("beard") > 0.9  # one is a pixel high
    assert found.pop("hair") > 0.9  # and a hat may hide it
    assert min(found.values()) > 0.97


def test_colours_never_together_are_read_too(unseen: Avatars) -> None:
    new = unseen.subset(unseen.never_together)
    found = marks(to_float(new.images), new.attributes[:, : len(SAID)])
    assert min(found["hair"], found["shirt"]) > 0.9


def test_marks_count_what_is_asked_for_and_nothing_else(unseen: Avatars) -> None:
    images = to_float(unseen.images)
    read = load_judge().read(images)[:, : len(SAID)]
    assert set(marks(images, read).values()) == {1.0}
    half = read.clone()
    half[::2, SAID.index("shirt")] = (half[::2, SAID.index("shirt")] + 1) % len(ATTRIBUTES["shirt"])
    half[:, SAID.index("hat")] = -1
    half[0, SAID.index("hat")] = read[0, SAID.index("hat")]
    found = marks(images, half)
    assert found["shirt"] == pytest.approx(0.5)
    assert found["hat"] == 1.0


def test_an_attribute_that_nobody_asks_for_has_no_mark(unseen: Avatars) -> None:
    wanted = asked(["a smile"]).expand(len(unseen.images), -1)
    assert marks(to_float(unseen.images), wanted).keys() == {"mouth"}


def test_spread_is_0_for_equal_pictures_and_known_for_black_and_white() -> None:
    assert spread(torch.zeros(4, 3, 2, 2)) == 0
    assert spread(torch.tensor([-1.0, 1.0]).view(2, 1, 1, 1).expand(2, 3, 2, 2)) == pytest.approx(2**0.5)


@pytest.mark.parametrize("side", SIDES)
def test_the_judge_is_small(side: int) -> None:
    assert (described.WEIGHTS / f"avatars-judge-{side}.safetensors").stat().st_size < LARGEST


def test_the_distance_of_the_held_out_people_from_themselves_is_0_and_that_of_others_is_not() -> None:
    data = load_captions()
    real = to_float(data.held.images)
    assert caption_distance(real.flip(0), data) == pytest.approx(0, abs=1e-3)
    assert caption_distance(-real, data) > 1


def test_a_judge_that_is_lost_or_damaged_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(described, "WEIGHTS", tmp_path)
    load_judge.cache_clear()
    with pytest.raises(GancoreError, match=r"avatars-judge-16\.safetensors cannot be used .*; install"):
        load_judge(16)
    (tmp_path / "avatars-judge-16.safetensors").write_bytes(b"nothing")
    with pytest.raises(GancoreError, match=r"avatars-judge-16\.safetensors cannot be used .*; install"):
        load_judge(16)
    load_judge.cache_clear()
