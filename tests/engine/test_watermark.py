"""A watermark: found with its key, by nobody without, through what happens to pictures; and how often by mistake."""

import pytest
import torch
from torch import Tensor

from gancore.analysis.detection import share_above, threshold_at
from gancore.analysis.tampering import Blur, Jpeg, Resize, as_files
from gancore.analysis.watermark import Watermark, detail
from gancore.errors import GancoreError


def pictures(count: int = 300, seed: int = 0) -> Tensor:
    rng = torch.Generator().manual_seed(seed)
    return (2 * Blur(1.5)(torch.randn(count, 3, 32, 32, generator=rng) / 2)).clamp(-1, 1)


def test_a_pattern_is_made_of_cells_and_of_its_key() -> None:
    pattern = Watermark(1, side=32, cell=4).pattern
    assert pattern.shape == (32, 32)
    assert set(pattern.unique().tolist()) == {-1, 1}
    assert torch.equal(pattern, pattern[::4, ::4].repeat_interleave(4, 0).repeat_interleave(4, 1))
    assert torch.equal(pattern, Watermark(1, side=32, cell=4).pattern)
    assert not torch.equal(pattern, Watermark(2, side=32, cell=4).pattern)
    assert Watermark(1, side=30, cell=4).pattern.shape == (30, 30)


def test_each_pixel_changes_by_the_strength_and_stays_in_range() -> None:
    images, mark = pictures(), Watermark(1, strength=0.05)
    change = mark.put(images) - images
    inside = images.abs() < 0.9
    assert torch.allclose(change[inside].abs(), torch.tensor(0.05), atol=1e-6)
    assert mark.put(images).abs().max() <= 1


def test_a_mark_that_is_the_whole_picture_has_the_correlation_1() -> None:
    pattern = Watermark(1).pattern.expand(1, 3, 32, 32) / 2
    assert Watermark(1).correlation(torch.cat([pattern, -pattern, 0 * pattern])).tolist() == pytest.approx([1, -1, 0])


def test_without_a_mark_the_correlation_is_about_0_with_any_key() -> None:
    values = torch.stack([Watermark(key).correlation(pictures(40)) for key in range(40)])
    assert values.mean() == pytest.approx(0, abs=0.01)
    assert values.std() < 0.1


@pytest.mark.parametrize(
    "tamper", [as_files, Jpeg(75), Resize(0.75), Blur(0.7)], ids=("untouched", "JPEG", "resized", "blurred")
)
def test_a_mark_is_found_with_its_key_alone(tamper) -> None:
    threshold = threshold_at(Watermark(1).correlation(tamper(pictures(seed=1))), 0.01)
    marked = tamper(Watermark(1, strength=0.1).put(pictures()))
    assert share_above(Watermark(1).correlation(marked), threshold) > 0.95
    assert share_above(Watermark(2).correlation(marked), threshold) < 0.05


def test_detail_leaves_nothing_of_a_slope() -> None:
    slope = torch.linspace(-1, 1, 32).expand(1, 32, 32)
    assert detail(slope)[0, :, 4:-4].abs().max() < 1e-6


def test_settings_out_of_range_are_refused() -> None:
    for settings, words in (({"cell": 9}, "cell is 9.*1 to 8"), ({"strength": 0.0}, "strength is 0.0")):
        with pytest.raises(GancoreError, match=words):
            Watermark(1, **settings)
