"""Picture files one by one: kinds, formats and sizes, and what is said of those that cannot be read."""

import numpy as np
import pytest
import torch
from helpers.data import noise, save
from PIL import Image, ImageFile

from gancore.data import decoding, load
from gancore.data.folders import load_image_folder
from gancore.errors import GancoreError


def one_pixel_kinds():
    """Name, picture of one colour, and the uint8 channels it must become."""
    palette = Image.new("P", (28, 28), 1)
    palette.putpalette([0, 0, 0, 10, 200, 30])
    return {
        "black and white": (Image.new("1", (28, 28), 1), [255]),
        "grey": (Image.new("L", (28, 28), 77), [77]),
        "grey, 16 bits": (Image.fromarray(np.full((28, 28), 0x80FF, np.uint16)), [0x80]),
        "white, 16 bits": (Image.fromarray(np.full((28, 28), 0xFFFF, np.uint16)), [255]),
        "grey on transparency": (Image.new("LA", (28, 28), (200, 0)), [0]),
        "grey, opaque": (Image.new("LA", (28, 28), (200, 255)), [200]),
        "colour": (Image.new("RGB", (28, 28), (1, 2, 3)), [1, 2, 3]),
        "palette": (palette, [10, 200, 30]),
        "colour, opaque": (Image.new("RGBA", (28, 28), (1, 2, 3, 255)), [1, 2, 3]),
        "colour, half there": (Image.new("RGBA", (28, 28), (255, 100, 0, 128)), [128, 50, 0]),
        "colour, not there": (Image.new("RGBA", (28, 28), (255, 100, 0, 0)), [0, 0, 0]),
    }


def save_beside_another(picture, folder, **options):
    """`picture` as a.png, and one of the same kind and another colour as b.png: alike, they would be refused."""
    picture.save(folder / "a.png", **options)
    bands = len(picture.getbands())
    picture.paste(0 if bands == 1 else (255,) * bands, (0, 0, 28, 28))
    picture.save(folder / "b.png")


@pytest.mark.parametrize("kind", one_pixel_kinds())
def test_every_kind_of_picture_becomes_grey_or_colour(kind, tmp_path):
    picture, channels = one_pixel_kinds()[kind]
    save_beside_another(picture, tmp_path)
    found = load(tmp_path, background="black").images
    assert found.shape == (2, len(channels), 28, 28)
    assert found[0].flatten(1).unique(dim=1).squeeze(1).tolist() == channels


SUFFIXES = "jpg jpeg jpe jfif pjpeg pjp gif webp tif tiff ppm bmp png"


@pytest.mark.parametrize("suffix", SUFFIXES.split())
def test_every_common_format_is_read(suffix, tmp_path):
    for name, colour in {"a": (200, 100, 50), "b": (0, 0, 0)}.items():
        kind = "jpeg" if suffix[:2] in ("jp", "jf", "pj") else None
        Image.new("RGB", (32, 32), colour).save(tmp_path / f"{name}.{suffix}", kind)
    found = load(tmp_path).images[0].flatten(1).float().mean(1)
    assert found.tolist() == pytest.approx([200, 100, 50], abs=3)  # jpg and webp lose a little


def cut_png(path):
    save(path.parent, path.name, noise())
    path.write_bytes(path.read_bytes()[:400])


@pytest.mark.parametrize(
    ("name", "spoil", "message"),
    [
        ("cut.png", cut_png, "cannot be read as an image"),
        ("empty.png", lambda path: path.touch(), "cannot be read as an image"),
        ("text.jpg", lambda path: path.write_text("no picture"), "cannot be read as an image"),
        ("notes.txt", lambda path: path.write_text("no picture"), "is not an image file"),
        ("README", lambda path: path.touch(), "is not an image file"),
    ],
)
@pytest.mark.parametrize("folder", ["flat", "class"])
def test_a_file_that_is_no_readable_image_is_named(name, spoil, message, folder, tmp_path):
    place = tmp_path if folder == "flat" else tmp_path / "cat"
    save(place, "good.png", noise())
    save(place, "other.png", noise(seed=1))
    spoil(place / name)
    with pytest.raises(GancoreError, match=message) as caught:
        load(tmp_path)
    assert str(place / name) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1", "AVIF"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
    ],
    ids=["HEIC", "AVIF", "SVG"],
)
def test_pictures_for_other_programs_are_known_under_a_wrong_name(content, kind, tmp_path):
    """Telephones and web sites call them .jpg."""
    save(tmp_path, "a.png", noise())
    (tmp_path / "b.jpg").write_bytes(content)
    with pytest.raises(GancoreError, match=rf"b\.jpg is {kind}, which is not read here; convert it"):
        load(tmp_path)


# Photographs


def photograph(path, width=640, height=480, **options):
    """A JPEG of waves, of which another scale or place would show."""
    x, y = np.meshgrid(np.linspace(0, 6, width), np.linspace(0, 6, height))
    waves = 127 + 120 * np.stack([np.sin(x), np.cos(y), np.sin(x + y)], axis=-1)
    Image.fromarray(waves.astype(np.uint8)).save(path, **{"format": "jpeg", "quality": 95} | options)


@pytest.fixture
def decoded(monkeypatch):
    """The size at which each picture is decoded, each time that this happens."""
    sizes, prepare = [], ImageFile.ImageFile.load_prepare

    def counted(self):
        sizes.append(self.size)
        prepare(self)

    monkeypatch.setattr(ImageFile.ImageFile, "load_prepare", counted)
    return sizes


def test_a_photograph_is_decoded_once_at_a_reduced_scale(tmp_path, decoded):
    for name in ("a.jpg", "b.jpg"):
        photograph(tmp_path / name)
    load_image_folder(tmp_path, size=28)
    assert decoded == [(80, 60)] * 2  # an eighth: no less than twice 28


def test_a_photograph_at_a_reduced_scale_is_the_same_picture(tmp_path):
    for name in ("a.jpg", "b.jpg"):
        photograph(tmp_path / name, 1280, 960)
    found = load_image_folder(tmp_path, size=28).images[0].int()
    with Image.open(tmp_path / "a.jpg") as picture:
        whole = picture.crop((160, 0, 1120, 960)).resize((28, 28), Image.Resampling.LANCZOS)
    difference = (found - torch.tensor(np.asarray(whole)).permute(2, 0, 1).int()).abs()
    assert difference.max() <= 2


def test_a_photograph_that_is_hardly_larger_is_decoded_as_it_is(tmp_path, decoded):
    for name in ("a.jpg", "b.jpg"):
        photograph(tmp_path / name, 111, 111)
    load_image_folder(tmp_path, size=28)
    assert decoded == [(111, 111)] * 2


def test_a_picture_of_another_format_is_decoded_once_at_its_size(tmp_path, decoded):
    for name in ("a.png", "b.png"):
        photograph(tmp_path / name, format="png")
    load_image_folder(tmp_path, size=28)
    assert decoded == [(640, 480)] * 2


@pytest.mark.parametrize("side", [28, 480])
def test_a_photograph_taken_sideways_is_turned(side, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # its first row is the right side of what was seen
    picture = Image.new("RGB", (side, side), "black")
    picture.paste("white", (0, 0, side, side // 2))
    for name in ("a.jpg", "b.jpg"):
        picture.save(tmp_path / name, exif=exif, quality=95)
    found = load_image_folder(tmp_path, size=28).images[0].int()
    assert found[:, :, :12].max() < 40
    assert found[:, :, 16:].min() > 215


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("pillows", [200_000, 10_000])
def test_a_photograph_above_the_limit_is_read_at_a_reduced_scale(pillows, tmp_path, monkeypatch, decoded):
    monkeypatch.setattr(decoding, "MOST_PIXELS", 10_000)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", pillows)  # it warns of more, and refuses twice as many
    for name in ("a.jpg", "b.jpg"):
        photograph(tmp_path / name)
    assert load_image_folder(tmp_path, size=28).shape == (3, 28, 28)
    assert decoded == [(80, 60)] * 2


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("pillows", [400_000, 200_000, 100_000])
@pytest.mark.parametrize("kind", [{"format": "png"}, {"format": "tiff"}, {"progressive": True}], ids=str)
def test_what_can_only_be_decoded_whole_is_to_be_made_smaller(kind, pillows, tmp_path, monkeypatch, decoded):
    monkeypatch.setattr(decoding, "MOST_PIXELS", 10_000)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", pillows)
    photograph(tmp_path / "a.png", **kind)
    save(tmp_path, "b.png", noise())
    with pytest.raises(GancoreError, match=r"is too large to be read \(.*\); make it smaller\.") as caught:
        load(tmp_path)
    assert str(tmp_path / "a.png") in str(caught.value)
    assert decoded == []
