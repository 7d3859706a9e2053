"""Two sets without pairs: no picture of one side has its partner on the other, and a reader's own two folders."""

from pathlib import Path

import pytest
import torch
from helpers.small import same
from PIL import Image

from gancore.data.avatars import FACE, load_glasses
from gancore.data.images import to_float
from gancore.data.sources import load_digits
from gancore.data.unpaired import DARK, GROUND, KNOWN_SETS, ORANGE, TwoSets, load_two_folders, load_zebra, striped
from gancore.errors import GancoreError


def write(folder: Path, count: int, size: int = 32, colour: bool = True) -> Path:
    """A folder of `count` pictures, each of one grey or colour."""
    folder.mkdir()
    for place in range(count):
        grey = 40 + 10 * place
        Image.new("RGB", (size, size), (grey, 0, 90) if colour else (grey,) * 3).save(folder / f"{place:02}.png")
    return folder


def inks(pictures: torch.Tensor) -> set[bytes]:
    """What tells digits apart, in whatever they are drawn: where they leave the paper, and where not."""
    paper = pictures[:, :, :1, :1]
    return {each.numpy().tobytes() for each in (pictures != paper).any(1)}


@pytest.mark.parametrize("name", ["zebra", "parrot"])
def test_no_digit_is_on_two_sides(name: str) -> None:
    sets = KNOWN_SETS[name]()
    parts = [inks(each) for each in (sets.first.images, sets.second.images, sets.held.images)]
    assert [len(part) for part in parts] == [2250, 2250, 500]
    assert len(set.union(*parts)) == 5000


@pytest.mark.parametrize("name", ["zebra", "parrot"])
def test_what_is_held_out_belongs_together(name: str) -> None:
    held = KNOWN_SETS[name]().held
    paper = torch.tensor(GROUND).view(3, 1, 1)
    for plain, dressed in zip(held.given, held.images, strict=True):
        assert not ((dressed != paper).any(0) & (plain[0] == 255)).any()  # no ink where the plain digit has none
        assert (plain[0] < 250)[(dressed - paper).abs().amax(0) > 20].all()


def test_stripes_lie_where_they_should() -> None:
    full = torch.full((1, 1, 4, 4), 255, dtype=torch.uint8)
    picture = striped(full, torch.tensor([ORANGE]))[0]
    for row in range(4):
        for column in range(4):
            expected = ORANGE if (row + column) % 4 < 2 else DARK
            assert tuple(picture[:, row, column].tolist()) == expected
    blank = striped(0 * full, torch.tensor([ORANGE]))[0]
    assert tuple(blank[:, 2, 3].tolist()) == GROUND


def test_a_parrot_has_a_colour_that_the_plain_digit_does_not_tell() -> None:
    sets = KNOWN_SETS["parrot"]()
    colours = set()
    for picture in sets.held.images:
        pixels = picture.flatten(1).int()
        colours.add(tuple(pixels[:, (pixels.amax(0) - pixels.amin(0)).argmax()].tolist()))
    assert len(colours) > 400
    assert torch.equal(sets.held.given, load_zebra().held.given)
    assert torch.equal(KNOWN_SETS["parrot"]().held.images, sets.held.images)


def test_nobody_is_there_with_and_without_glasses_unless_held_out() -> None:
    sets, pairs = KNOWN_SETS["glasses"](), load_glasses(FACE)
    assert (len(sets.first), len(sets.second), len(sets.held)) == (400, 400, 200)
    assert torch.equal(sets.first.images, pairs.learnt.given[::2])
    assert torch.equal(sets.second.images, pairs.learnt.images[1::2])
    assert torch.equal(sets.held.given, pairs.held.given)
    assert sets.spec.shape == sets.spec.given == (3, 16, 16)


def test_both_kinds_are_drawn_independently() -> None:
    sets = load_zebra()
    batch = sets.batches(seed=3).draw(64)
    firsts, seconds = to_float(sets.first.images), to_float(sets.second.images)
    places = [int((side == each).flatten(1).all(1).nonzero()[0]) for side, pictures in
              ((firsts, batch.given), (seconds, batch.real)) for each in pictures]  # fmt: skip
    assert places[:64] != places[64:]
    again = sets.batches(seed=3).draw(64)
    assert torch.equal(batch.given, again.given)
    assert torch.equal(batch.real, again.real)


def test_one_random_state_decides_all_that_is_drawn(tmp_path: Path) -> None:
    sets = load_two_folders(write(tmp_path / "a", 9), write(tmp_path / "b", 9))  # which are mirrored as well
    source = sets.batches(seed=1)
    source.draw(5)
    state = source.rng.get_state()
    first = source.draw(5)
    source.rng.set_state(state)
    second = source.draw(5)
    assert same([first.real, first.given], [second.real, second.given])


def test_every_held_out_picture_comes_once() -> None:
    sets = load_zebra()
    batch = sets.every_held_out()
    assert batch.labels.bincount().tolist() == [50] * 10
    assert len(sets.every_held_out(7)) == 7
    assert torch.equal(sets.every_held_out(7).labels, batch.labels[:7])
    digits = load_digits()
    assert torch.equal(batch.labels, digits.labels[torch.arange(5000) % 20 >= 18])


def test_other_truths_have_another_hash() -> None:
    zebra, parrot = (KNOWN_SETS[name]() for name in ("zebra", "parrot"))
    assert zebra.sha256 != parrot.sha256
    assert zebra.sha256 == load_zebra().sha256


def test_two_folders_are_two_sets_of_which_a_tenth_is_held_out(tmp_path: Path) -> None:
    sets = load_two_folders(write(tmp_path / "summer", 30), write(tmp_path / "winter", 20))
    assert (len(sets.first), len(sets.second), len(sets.held), sets.paired) == (28, 18, 2, False)
    assert sets.name == "summer and winter"
    assert repr(sets) == "summer and winter: 28 and 18 pictures without pairs, 3×32×32, 2 held out"
    assert len(sets) == 46


def test_sizes_and_colours_that_differ_are_brought_together_and_it_is_said(tmp_path: Path) -> None:
    sets = load_two_folders(write(tmp_path / "a", 4, size=70, colour=False), write(tmp_path / "b", 4, size=30))
    assert sets.spec.shape == sets.spec.given == (3, 28, 28)
    assert "a and b differ in size or colours; both are taken as 3×28×28" in repr(sets)


def test_one_folder_named_twice_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a", 3)
    with pytest.raises(GancoreError, match="named twice"):
        load_two_folders(tmp_path / "a", tmp_path / "." / "a")


@pytest.mark.parametrize("count", [0, 1])
def test_a_folder_without_pictures_is_refused(count: int, tmp_path: Path) -> None:
    write(tmp_path / "a", 3)
    with pytest.raises(GancoreError, match=rf"b holds {count} images"):
        load_two_folders(tmp_path / "a", write(tmp_path / "b", count))


def test_it_prints_what_it_is() -> None:
    assert repr(load_zebra()) == "zebra: 2,250 and 2,250 pictures without pairs, 3×28×28, 500 held out"
    assert isinstance(load_zebra(), TwoSets)
