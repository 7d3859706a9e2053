"""What is decided for a folder as a whole: the scale of its deep greys, and the ground under its drawings."""

import struct

import numpy as np
import pytest
from helpers.data import drawing, save
from PIL import Image

from gancore.data import load
from gancore.data.folders import load_image_folder
from gancore.errors import GancoreError

# Deep greys


def deep(folder, *arrays, suffix="tif"):
    """Each of `arrays`, some values, as a square picture with nothing else in it; what they become, in a row each."""
    for index, values in enumerate(arrays):
        save(folder, f"{index}.{suffix}", np.resize(values, (28, 28)))
    found = load(folder)
    assert found.shape == (1, 28, 28)
    return [
        row[: len(values)].tolist() for row, values in zip(found.images.flatten(1), arrays, strict=True)
    ], found.notes


@pytest.mark.parametrize("high", [1, 255, 65535])
def test_floats_are_scaled_by_the_range_that_the_whole_folder_holds(high, tmp_path):
    dark, bright = np.float32([0, 0.25, 0.5]) * high, np.float32([0.5, 0.75, 1]) * high
    rows, notes = deep(tmp_path, dark, bright)
    assert rows == [[0, 64, 128], [128, 191, 255]]
    assert notes == (f"2 deep greys hold numbers from 0 to {high}, which became black and white.",)


def test_floats_that_are_not_finite_are_no_part_of_the_range(tmp_path):
    rows, _ = deep(tmp_path, np.float32([-3, np.nan, 2]), np.float32([np.inf, -np.inf, 2]))
    assert rows == [[0, 0, 255], [255, 255, 255]]


def test_a_picture_without_a_finite_number_is_named(tmp_path):
    with pytest.raises(
        GancoreError, match=r"1\.tif cannot be read as an image \(none of its values is a finite number"
    ):
        deep(tmp_path, np.float32([0, 1]), np.float32([np.nan]))


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("bits", [8, 10, 12, 14])
def test_cameras_bits_in_sixteen_are_found_by_what_the_whole_folder_holds(bits, suffix, tmp_path):
    white = 2**bits - 1
    rows, notes = deep(tmp_path, np.uint16([0, white // 4, white // 2]), np.uint16([white]), suffix=suffix)
    assert rows == [[0, 63, 127], [255]]
    assert notes == (f"2 deep greys hold nothing above {white}, so they were read as {bits} bits: {white} is white.",)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_are_scaled_by_what_the_format_says_without_a_word(suffix, tmp_path):
    assert deep(tmp_path, np.uint16([0, 0x1234, 0x80FF]), np.uint16([0xFFFF]), suffix=suffix) == (
        [[0, 0x12, 0x80], [255]],
        (),
    )


def test_sixteen_bits_of_the_other_byte_order_are_the_same_picture(tmp_path):
    tmp_path.joinpath("a.tif").write_bytes(tiff(np.full((28, 28), 0x1234, ">u2").tobytes(), 16, "MM"))
    tmp_path.joinpath("b.tif").write_bytes(tiff(np.full((28, 28), 0xFFFF, ">u2").tobytes(), 16, "MM"))
    assert load(tmp_path).images[:, 0, 0, 0].tolist() == [0x12, 0xFF]


def tiff(content, bits, order="II"):
    """A TIFF of 28 × 28 greys, as bytes."""
    mark = {"II": "<", "MM": ">"}[order]
    # Width, height, bits, no compression, black is 0, where the one strip begins, its rows, its bytes.
    tags = {256: 28, 257: 28, 258: bits, 259: 1, 262: 1, 273: 8, 278: 28, 279: len(content)}
    entries = b"".join(struct.pack(f"{mark}HHII", tag, 4, 1, value) for tag, value in tags.items())
    head = order.encode() + struct.pack(f"{mark}HI", 42, 8 + len(content))
    return head + content + struct.pack(f"{mark}H", len(tags)) + entries + bytes(4)


def test_twelve_bits_that_the_format_names_are_not_guessed(tmp_path):
    """Two values of twelve bits, 0x3E8 and 0x000, in three bytes: of such small ones a guess would be ten bits."""
    for name in ("a.tif", "b.tif"):
        (tmp_path / name).write_bytes(tiff(bytes((0x3E, 0x80, 0x00)) * (14 * 28), 12))
    found = load(tmp_path)
    assert found.images[0, 0, 0, :2].tolist() == [0x3E8 >> 4, 0]
    assert found.notes[:-1] == ()  # the last says that they are dark
    assert "No pixel is brighter than 62 of 255" in found.notes[-1]


def test_a_pgm_says_which_number_is_white(tmp_path):
    for name, value in {"a": 1000, "b": 0}.items():
        content = np.full((28, 28), value, ">u2").tobytes()
        (tmp_path / f"{name}.pgm").write_bytes(b"P5 28 28 4095\n" + content)
    assert load(tmp_path).images[:, 0, 0, 0].tolist() == [62, 0]


@pytest.mark.parametrize(("low", "high"), [(0, 1_000_000), (-500, 500)])
def test_larger_and_negative_whole_numbers_are_scaled_by_their_range(low, high, tmp_path):
    rows, notes = deep(tmp_path, np.int32([low, (low + high) // 2]), np.int32([high]))
    assert rows == [[0, 128], [255]]
    assert f"from {low:g} to {high:g}" in notes[0]


def test_deep_greys_beside_others_become_what_these_are(tmp_path):
    save(tmp_path, "a.png", np.full((28, 28, 3), (1, 2, 3), np.uint8))
    save(tmp_path, "b.tif", np.full((40, 40), 0.5, np.float32))
    save(tmp_path, "c.tif", np.full((40, 40), 1.0, np.float32))
    assert load(tmp_path).images[:, :, 3, 3].tolist() == [[1, 2, 3], [0, 0, 0], [255, 255, 255]]


def test_dark_pictures_are_said_to_be_dark(tmp_path):
    """Such as masks of 0 and 1, or twelve bits of each colour in sixteen."""
    save(tmp_path, "a.png", np.eye(28, dtype=np.uint8))
    save(tmp_path, "b.png", np.zeros((28, 28), np.uint8))
    assert load(tmp_path).notes == ("No pixel is brighter than 1 of 255; brighten the images if that is wrong.",)
    assert repr(load(tmp_path)).splitlines()[1].startswith("No pixel")
    save(tmp_path, "b.png", np.full((28, 28), 64, np.uint8))
    assert load(tmp_path).notes == ()


# Transparency


@pytest.mark.parametrize(
    ("ink", "mode", "ground", "middle"),
    [
        ((0, 0, 0, 255), "RGBA", "white", [0, 0, 0]),
        ((60, 0, 90, 255), "RGBA", "white", [60, 0, 90]),
        ((255, 255, 255, 255), "RGBA", "black", [255, 255, 255]),
        ((0, 255), "LA", "white", [0]),
        ((0, 51), "LA", "white", [204]),
        ((255, 255), "LA", "black", [255]),
    ],
    ids=str,
)
def test_a_drawing_is_laid_on_the_ground_from_which_it_stands_out(ink, mode, ground, middle, tmp_path):
    for name in ("a.png", "b.png"):
        drawing(ink, mode).save(tmp_path / name)
    found = load(tmp_path)
    assert found.images[0, :, 14, 14].tolist() == middle
    assert found.images[0, :, 0, 0].tolist() == [{"black": 0, "white": 255}[ground]] * len(middle)
    other = {"black": "white", "white": "black"}[ground]
    said = f"2 images with transparency were laid on {ground}, where what is drawn stands out"
    assert found.notes == (f"{said}; background {other} is the other choice.",)


def test_one_ground_serves_the_whole_folder(tmp_path):
    for name, ink in {"a.png": (0, 0, 0, 255), "b.png": (0, 0, 0, 255), "c.png": (255, 255, 255, 255)}.items():
        drawing(ink).save(tmp_path / name)
    Image.new("RGB", (28, 28), (9, 9, 9)).save(tmp_path / "d.png")
    found = load(tmp_path)
    assert found.images[:, 0, 0, 0].tolist() == [255, 255, 255, 9]
    assert found.notes[0].startswith("3 images with transparency")


def test_a_ground_can_be_asked_for(tmp_path):
    for name, ink in {"a.png": (200, 0, 0, 255), "b.png": (0, 0, 200, 255)}.items():
        drawing(ink).save(tmp_path / name)
    for background, corner in {"black": 0, "white": 255}.items():
        found = load(tmp_path, background=background)
        assert found.images[:, :, 0, 0].unique().tolist() == [corner]
        assert found.notes == ()
    with pytest.raises(GancoreError, match=r"background is 'green'; .* on 'black' or 'white'"):
        load(tmp_path, background="green")


def test_a_ground_that_nothing_shows_is_told_of(tmp_path):
    for shade in (0, 9):
        Image.new("L", (28, 28), shade).save(tmp_path / f"{shade}.png")
    unused, *_ = load(tmp_path, background="white").notes
    assert unused == "No image has transparency, so there is nothing that a background would show through."
    assert unused not in load(tmp_path).notes


def test_edges_of_a_drawing_that_is_made_smaller_are_halfway_to_its_ground(tmp_path):
    picture = Image.new("LA", (56, 56))
    picture.paste((0, 255), (0, 0, 29, 56))  # the 15th column of 28 is half covered
    for name in ("a.png", "b.png"):
        picture.save(tmp_path / name)
    row = load_image_folder(tmp_path, size=28).images[0, 0, 14]
    assert row[[0, 27]].tolist() == [0, 255]
    assert 100 < row[14] < 155


def test_opaque_pictures_with_room_for_transparency_get_no_note(tmp_path):
    for name, colour in {"a.png": (10, 20, 30, 255), "b.png": (0, 0, 0, 255)}.items():
        Image.new("RGBA", (28, 28), colour).save(tmp_path / name)
    found = load(tmp_path)
    assert found.images[0, :, 0, 0].tolist() == [10, 20, 30]
    assert "transparency" not in repr(found)


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P"])
def test_a_colour_that_stands_for_transparency_is_transparent(mode, tmp_path):
    """The chunk tRNS of a PNG names a colour that is not to be seen."""
    picture = Image.new("RGB", (28, 28), "black")
    picture.paste("white", (0, 0, 14, 28))
    picture = picture.quantize(2) if mode == "P" else picture.convert(mode)
    unseen = picture.getpixel((0, 0))
    for name in ("a.png", "b.png"):
        picture.save(tmp_path / name, transparency=unseen)
    assert load(tmp_path).images[0, 0, 0, [0, 27]].tolist() == [255, 0]
    with pytest.raises(GancoreError, match="same colour, 0"):
        load(tmp_path, background="black")


def test_pictures_that_are_all_of_one_colour_are_refused_by_name(tmp_path):
    for name in ("a.png", "b.png"):
        drawing((0, 0, 0, 255)).save(tmp_path / name)
    with pytest.raises(GancoreError, match=r"same colour, 0 0 0 of 255.*choose the other ground") as caught:
        load(tmp_path, background="black")
    assert str(tmp_path) in str(caught.value)
