"""Sets of pairs: what ships is what it should be, and nothing that is held out is learnt from."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from gancore.data import pairs
from gancore.data.damage import Coarse, FewLines, Hole, Noise
from gancore.data.images import ImageData, to_float
from gancore.data.pairs import PairData, divide, load_brain, load_emoji, load_faces
from gancore.errors import GancoreError

LARGEST = 10 * 2**20  # bytes of all sets together
DAMAGES = {"brain": FewLines(), "faces": Coarse()}
LOADS = {
    "emoji": load_emoji,
    "brain": lambda: load_brain(DAMAGES["brain"]),
    "faces": lambda: load_faces(DAMAGES["faces"]),
}


@pytest.fixture(params=LOADS)
def data(request: pytest.FixtureRequest) -> PairData:
    return LOADS[request.param]()


def own(count: int = 24, channels: int = 1) -> ImageData:
    rng = torch.Generator().manual_seed(0)
    return ImageData("own", torch.randint(0, 256, (count, channels, 16, 16), generator=rng, dtype=torch.uint8))


def test_sets_have_the_pairs_that_data_md_counts() -> None:
    found = {name: (len(each.learnt), len(each.held), each.spec.shape, each.spec.given) for name, each in
             ((name, load()) for name, load in LOADS.items())}  # fmt: skip
    assert found == {
        "emoji": (1570, 106, (3, 48, 48), (1, 48, 48)),
        "brain": (64, 40, (1, 96, 96), (2, 96, 96)),
        "faces": (80, 20, (1, 24, 24), (1, 24, 24)),
    }


def test_sets_are_small() -> None:
    assert sum(path.stat().st_size for path in pairs.SETS.iterdir()) < LARGEST


def test_each_set_has_its_licence_beside_it() -> None:
    names = {path.name for path in pairs.SETS.iterdir()}
    assert names == {f"{name}.{kind}" for name in pairs.HASHES for kind in ("npz", "LICENSE.txt")}


def test_no_picture_is_on_both_sides(data: PairData) -> None:
    learnt, held = ({hashlib.sha256(image.numpy().tobytes()).digest() for image in part.images}
                    for part in (data.learnt, data.held))  # fmt: skip
    assert not learnt & held


def test_emoji_are_divided_by_their_first_code_point() -> None:
    arrays = pairs.read_set("emoji")
    first = np.array([int(name.partition("-")[0], 16) for name in arrays["names"]])
    assert not set(first[arrays["held_out"]]) & set(first[~arrays["held_out"]])
    assert not {0x1F468, 0x1F469} & set(first[arrays["held_out"]])  # a man and a woman of one trade are drawn alike


def test_slices_that_are_held_out_are_apart_from_those_learnt_from() -> None:
    arrays = pairs.read_set("brain")
    height = np.array([int(name.split()[0]) for name in arrays["names"]])
    held = arrays["held_out"]
    assert np.abs(height[held][:, None] - height[~held]).min() == 5


def test_outlines_are_grey_and_the_lines_of_their_pictures() -> None:
    emoji = load_emoji()
    dark = emoji.held.given < 40
    assert emoji.held.images.float().mean(1, keepdim=True)[dark].mean() < 40
    assert emoji.held.given.float().mean() > emoji.held.images.float().mean()


def test_a_line_says_what_the_data_is() -> None:
    assert repr(load_emoji()) == "emoji: 1,570 pairs, 3×48×48, 106 held out"
    assert repr(load_faces(Coarse(4))) == "faces: 80 pictures, 1×24×24, 20 held out, Coarse(factor=4)"


def test_the_hash_tells_data_damage_and_division_apart() -> None:
    one = divide(own(), Noise(0.1))
    others = [divide(own(), Noise(0.2)), divide(own(20), Noise(0.1)), one.held_out, load_emoji()]
    assert divide(own(), Noise(0.1)).sha256 == one.sha256
    assert len({one.sha256, *(other.sha256 for other in others)}) == 1 + len(others)


def test_the_same_seed_draws_the_same_pairs_with_the_same_damage(data: PairData) -> None:
    one, again, other = (data.batches(seed=seed).draw(6) for seed in (3, 3, 4))
    assert torch.equal(one.real, again.real)
    assert torch.equal(one.given, again.given)
    assert not torch.equal(one.given, other.given)
    assert (one.real.shape[1:], one.given.shape[1:]) == (data.spec.shape, data.spec.given)


def test_a_source_goes_on_where_its_state_was_kept(data: PairData) -> None:
    source, other = data.batches(seed=1), data.batches(seed=2)
    source.draw(3)
    other.rng.set_state(source.rng.get_state())
    assert torch.equal(source.draw(4).given, other.draw(4).given)


def test_both_of_a_pair_are_mirrored_together() -> None:
    """Every picture drawn is one of the set, or its mirror image, and what is given is turned with it."""
    pictures = own()
    data = PairData(ImageData("own", pictures.images, given=pictures.images), pictures)
    batch = data.batches(seed=0).draw(64)
    assert torch.equal(batch.real, batch.given)
    plain = to_float(pictures.images)
    same = [(plain == image).flatten(1).all(1).any().item() for image in batch.real]
    turned = [(plain.flip(-1) == image).flatten(1).all(1).any().item() for image in batch.real]
    assert all(one or other for one, other in zip(same, turned, strict=True))
    assert 16 < sum(turned) < 48
    still = data.held_out.batches(seed=0)
    assert not still.flip


def test_every_held_out_pair_comes_once_and_damaged_alike(data: PairData) -> None:
    one, again = data.every_held_out(0), data.every_held_out(0)
    assert torch.equal(one.real, to_float(data.held.images))
    assert torch.equal(one.given, again.given)
    assert len(data.names) == len(one)


def test_one_in_ten_of_a_readers_own_is_held_out_and_one_at_least() -> None:
    assert [(len(divide(own(count)).learnt), len(divide(own(count)).held)) for count in (2, 12, 100)] == [
        (1, 1), (11, 1), (90, 10)
    ]  # fmt: skip


def test_a_single_picture_is_refused() -> None:
    with pytest.raises(GancoreError, match=r"own has one picture.* at least 2"):
        divide(own(1))


def test_a_damaged_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(pairs.SETS / "emoji.npz", tmp_path)
    with open(tmp_path / "emoji.npz", "r+b") as handle:
        handle.seek(1000)
        handle.write(b"\0")
    monkeypatch.setattr(pairs, "SETS", tmp_path)
    pairs.read_set.cache_clear()
    with pytest.raises(GancoreError, match=r"emoji\.npz does not hold the data that it should; install"):
        load_emoji()
    with pytest.raises(GancoreError, match=r"brain\.npz cannot be read .*; install"):
        load_brain(FewLines())
    pairs.read_set.cache_clear()


def test_colour_is_refused_by_a_scanner() -> None:
    with pytest.raises(GancoreError, match=r"1 channel, and these pictures have 3"):
        assert divide(own(channels=3), FewLines()).spec


@pytest.mark.parametrize("damage", [Noise(), Hole(), Coarse(), FewLines()], ids=str)
def test_the_plain_answer_is_a_picture(damage: object) -> None:
    data = divide(own(), damage)
    batch = data.every_held_out()
    plain = data.plain(batch.given)
    assert plain.shape == batch.real.shape
    assert plain.abs().max() <= 1
