"""JPEG, another size, a blur: each against Pillow or a form by hand, and the same for whatever it is given."""

import io

import pytest
import torch
from PIL import Image

from gancore.analysis.tampering import Blur, Jpeg, Resize, as_files
from gancore.data.images import to_float, to_uint8
from gancore.errors import GancoreError

TAMPERINGS = (Jpeg(75), Resize(0.75), Blur(0.7))
each = pytest.mark.parametrize("tamper", TAMPERINGS, ids=repr)


def pictures(channels: int = 3, side: int = 32) -> torch.Tensor:
    return torch.rand(4, channels, side, side, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_files_have_256_levels_and_are_read_as_they_were() -> None:
    files = as_files(pictures())
    assert torch.equal(files, as_files(files))
    assert len(files.unique()) <= 256
    assert (files - pictures()).abs().max() <= 1 / 255 + 1e-6


@each
@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_keep_their_shape_and_come_in_256_levels(tamper, channels: int) -> None:
    made = tamper(pictures(channels))
    assert made.shape == (4, channels, 32, 32)
    assert torch.equal(made, as_files(made))
    assert not torch.equal(made, as_files(pictures(channels)))


@each
def test_a_single_colour_stays_as_it_is(tamper) -> None:
    grey = as_files(torch.full((2, 3, 32, 32), 0.3))
    assert (tamper(grey) - grey).abs().max() <= 2 / 255 + 1e-6  # JPEG may be a level off


def test_jpeg_is_that_of_pillow() -> None:
    images = pictures()
    file = io.BytesIO()
    Image.fromarray(to_uint8(images[1]).permute(1, 2, 0).numpy()).save(file, format="JPEG", quality=40)
    read = torch.tensor(list(Image.open(file).tobytes()), dtype=torch.uint8).view(32, 32, 3).permute(2, 0, 1)
    assert torch.equal(Jpeg(40)(images)[1], to_float(read))


def test_a_lower_quality_changes_more() -> None:
    images = as_files(pictures())
    changes = [(Jpeg(quality)(images) - images).abs().mean() for quality in (95, 75, 30)]
    assert changes == sorted(changes)


def test_a_resize_by_nothing_changes_nothing_and_by_a_half_takes_the_finest_waves() -> None:
    board = ((torch.arange(32)[:, None] + torch.arange(32)) % 2 * 2.0 - 1)[None, None]
    assert torch.equal(Resize(1.0)(board), board)
    assert Resize(0.5)(board).abs()[..., 4:-4, 4:-4].max() < 0.1


def test_a_blurred_point_is_a_gaussian() -> None:
    point = torch.full((1, 1, 15, 15), -1.0)
    point[..., 7, 7] = 1
    spread = (Blur(1.0)(point) + 1) / 2
    assert spread.sum() == pytest.approx(1, abs=0.1)
    assert spread[0, 0, 7, 8] / spread[0, 0, 7, 7] == pytest.approx(torch.exp(torch.tensor(-0.5)).item(), abs=0.05)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Jpeg(0), "quality is 0.*1 to 95"),
        (lambda: Jpeg(96), "quality is 96.*1 to 95"),
        (lambda: Resize(0.0), "share is 0.0.*above 0"),
        (lambda: Resize(1.5), "share is 1.5.*at most 1"),
        (lambda: Blur(-1.0), "sigma is -1.0.*above 0"),
    ],
)
def test_settings_out_of_range_are_refused(make, words: str) -> None:
    with pytest.raises(GancoreError, match=words):
        make()
