"""The pad: what is drawn is judged, explained and brought near, and the words say so."""

import pytest
import torch
from helpers.handwriting import DIGITS
from torch import Tensor, nn

from gancore.analysis.latents import Inverter, error_per_ink
from gancore.analysis.ranking import RankedDiscriminator
from gancore.analysis.strokes import rasterise
from gancore.plots.salient import MARKED, peaks, salient
from gancore.pretrained import Pretrained, load_pretrained
from gancore.widgets.pad import DigitPad


class Brightness(nn.Module):
    """A discriminator that likes ink in the upper half and dislikes it in the lower one."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.cat([torch.full((14, 28), 0.1), torch.full((14, 28), -0.1)]))

    def forward(self, images: Tensor) -> Tensor:
        return ((images[:, 0] + 1) * self.weight).sum((1, 2))


@pytest.fixture(scope="module")
def modern() -> Pretrained:
    return load_pretrained("modern")


@pytest.fixture(scope="module")
def inverter(modern: Pretrained) -> Inverter:
    return Inverter(modern.generator, 64)


@pytest.fixture
def ranked(modern: Pretrained) -> RankedDiscriminator:
    return RankedDiscriminator(Brightness(), modern.sample(200, seed=1), modern.sample(200, seed=2) * 0 - 1)


@pytest.fixture
def pad(ranked: RankedDiscriminator, inverter: Inverter) -> DigitPad:
    return DigitPad(ranked, inverter, Brightness())


def upper(rows: int) -> Tensor:
    """An image whose first rows are white."""
    image = torch.full((1, 1, 28, 28), -1.0)
    image[..., :rows, :] = 1
    return image


def test_a_verdict_gives_the_logit_and_its_place_among_those_known():
    images = torch.cat([upper(rows) for rows in range(10)])
    ranked = RankedDiscriminator(Brightness(), real=images, generated=images[:2])
    said = ranked.verdict(upper(4))  # 4 rows of 28 pixels, each 2 above black, at 0.1
    assert "D says real: its logit is +22.4, a probability of 1.00." in said
    assert "more than for 40% of real digits and 100% of those that its own opponent drew" in said
    assert "D says generated: its logit is +0, a" in ranked.verdict(upper(0))
    faint = upper(0)
    faint[..., 14:, :] += 0.04 / (0.1 * 14 * 28)
    assert "D says generated: its logit is -0.04, a" in ranked.verdict(faint)


def test_an_empty_pad_asks_for_a_digit(pad):
    assert "Draw a digit" in pad.status.value
    assert pad.image is None
    assert pad.picture.alt == "Nothing has been drawn yet."


def test_what_is_drawn_is_judged_and_brought_near(pad, ranked):
    pad.pad.points = DIGITS[3]
    assert torch.equal(pad.image, rasterise(DIGITS[3]))
    assert ranked.verdict(pad.image) in pad.status.value
    assert f"an error of {pad.found.errors[0]:.3f} per ink" in pad.status.value
    assert ranked.verdict(pad.image) in pad.picture.alt


def test_the_nearest_digit_is_nearer_than_that_of_another_drawing(pad):
    found = {}
    for digit in (3, 7):
        pad.pad.points = DIGITS[digit]
        found[digit] = pad.found.images
    here = error_per_ink(found[7], pad.image)
    assert here.item() == pytest.approx(pad.found.errors.item())
    assert here < 0.3 * error_per_ink(found[3], pad.image)


def test_the_judge_says_whether_it_is_a_digit(ranked, inverter):
    for sign, words in ((1, "says a digit"), (-1, "says no digit")):
        judge = nn.Sequential(nn.Flatten(), nn.Linear(784, 1, bias=False), nn.Flatten(0))
        judge[1].weight.data.fill_(-0.01 * sign)  # most pixels are black
        pad = DigitPad(ranked, inverter, judge)
        pad.pad.points = DIGITS[1]
        assert f"The judge that has met scribbles {words}" in pad.status.value


def test_every_stroke_counts(pad):
    pad.pad.points = DIGITS[4][:40]
    first, shown = pad.image, pad.picture.value
    pad.pad.points = DIGITS[4]
    assert not torch.equal(pad.image, first)
    assert pad.picture.value != shown


def test_clear_empties_the_pad(pad):
    empty = pad.picture.value
    pad.pad.points = DIGITS[1]
    pad.clear.click()
    assert len(pad.pad.points) == 0
    assert pad.picture.value == empty
    assert "Draw a digit" in pad.status.value


def test_salient_pixels_are_marked_by_their_sign():
    gradient = torch.zeros(1, 1, 28, 28)
    for row, sign in ((5, 1.0), (20, -2.0)):
        for column in (4, 12, 22):
            gradient[0, 0, row - 2 : row + 3, column - 2 : column + 3] = sign / 2
            gradient[0, 0, row, column] = sign
    drawn = salient(torch.zeros(1, 1, 28, 28), gradient, ["nothing"])
    more, less = drawn.axes[1].lines
    assert (more.get_marker(), less.get_marker()) == ("o", "x")
    assert sorted(zip(*more.get_data(), strict=True)) == [(4, 5), (12, 5), (22, 5)]
    assert sorted(zip(*less.get_data(), strict=True)) == [(4, 20), (12, 20), (22, 20)]
    assert drawn.axes[0].get_title() == "nothing"


def test_no_more_places_are_marked_than_a_reader_can_take_in():
    found = peaks(torch.rand(28, 28, generator=torch.Generator().manual_seed(1)))
    assert len(found) == MARKED
    assert torch.pdist(found.float()).min() > 2
    assert len(peaks(-torch.ones(28, 28))) == 0
