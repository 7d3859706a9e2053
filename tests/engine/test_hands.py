"""A row of what is written has one latent, its verdict counts what is read as asked, a blend lies between labels."""

import pytest
import torch
from helpers.copyist import Copyist, Swapper

from gancore.analysis.hands import Written, blend, write
from gancore.errors import GancoreError
from gancore.metrics.classifier import Extractor, load_extractor
from gancore.models import ConditionalDCGANGenerator, ConditionalMLPGenerator, ModernGenerator
from gancore.models.sampling import generate, seeded_latents
from gancore.plots.asked import HEADING, asked

SHAPE, CLASSES, LATENT = (1, 28, 28), 10, 6


@pytest.fixture(scope="module")
def reader() -> Extractor:
    return load_extractor("digits")


def test_a_row_has_one_latent_and_a_column_one_label(digits, reader):
    copyist = Copyist(digits)
    written = write(copyist, (3, 8, 3), reader, hands=4, seed=5)
    assert written.images.shape == (4, 3, 1, 28, 28)
    assert torch.equal(written.images[:, 0], written.images[:, 2])
    places = torch.randint(500, (4,), generator=torch.Generator().manual_seed(5))
    assert torch.equal(written.images[:, 1], copyist.images[8, places])


def test_real_digits_are_read_as_asked(digits, reader):
    written = write(Copyist(digits), range(10), reader, hands=10, seed=1)
    assert written.misread.float().mean() < 0.05
    assert written.read.shape == (10, 10)


def test_what_is_drawn_instead_is_named(digits, reader):
    written = write(Swapper(digits), (1, 4, 7), reader, hands=2, seed=1)
    assert written.misread.tolist() == [[False, True, False], [False, True, False]]
    assert written.verdict() == (
        "The classifier reads 4 of 6 as asked. Misread: the 4 in row 1 as 9, the 4 in row 2 as 9."
    )


def test_a_long_list_of_what_is_misread_is_cut_short():
    written = Written((0, 1, 2), torch.zeros(2, 3, 1, 28, 28), torch.full((2, 3), 5))
    assert written.verdict().startswith("The classifier reads 0 of 6 as asked. Misread: the 0 in row 1 as 5, ")
    assert written.verdict().endswith("the 0 in row 2 as 5, and 2 more.")


def test_nothing_misread_is_said_in_one_sentence():
    written = Written((7,), torch.zeros(1, 1, 1, 28, 28), torch.tensor([[7]]))
    assert written.verdict() == "The classifier reads 1 of 1 as asked."


# Blends

GENERATORS = {
    "modern": lambda: ModernGenerator(LATENT, SHAPE, CLASSES),
    "dcgan": lambda: ConditionalDCGANGenerator(LATENT, SHAPE, CLASSES),
    "mlp": lambda: ConditionalMLPGenerator(LATENT, SHAPE, CLASSES, "embedding"),
}


@pytest.fixture(params=GENERATORS)
def generator(request):
    torch.manual_seed(0)
    return GENERATORS[request.param]()


def test_a_share_of_one_asks_for_a_class_as_its_label_does(generator):
    z, labels = seeded_latents(5, LATENT, seed=1), torch.tensor([3, 1, 4, 1, 5])
    shares = torch.nn.functional.one_hot(labels, CLASSES).float()
    torch.testing.assert_close(blend(generator, z, shares), generate(generator, z, labels))


def test_a_blend_is_told_the_mean_of_the_rows_weighted_by_the_shares(generator):
    z = seeded_latents(2, LATENT, seed=1)
    shares = torch.zeros(2, CLASSES)
    shares[0, [3, 8]] = torch.tensor([0.25, 0.75])
    shares[1, 6] = 1.0
    blended = blend(generator, z, shares)
    with torch.no_grad():  # the same by hand: the mean takes the place of a row
        table = generator.code.weight
        table[0] = 0.25 * table[3] + 0.75 * table[8]
    torch.testing.assert_close(blended, generate(generator, z, torch.tensor([0, 6])))


def test_a_blend_leaves_the_generator_as_it_was(generator):
    before = {name: value.clone() for name, value in generator.state_dict().items()}
    blended = blend(generator, seeded_latents(3, LATENT, seed=1), torch.full((3, CLASSES), 0.1))
    assert all(torch.equal(value, before[name]) for name, value in generator.state_dict().items())
    assert generator.training
    assert not blended.requires_grad


@pytest.mark.parametrize(
    "generator", [ModernGenerator(LATENT, SHAPE), ConditionalMLPGenerator(LATENT, SHAPE, CLASSES, "one-hot")]
)
def test_a_generator_without_embeddings_cannot_blend(generator):
    with pytest.raises(GancoreError, match="has no embeddings of classes"):
        blend(generator, seeded_latents(1, LATENT, seed=0), torch.full((1, CLASSES), 0.1))


# The picture


def test_a_frame_is_drawn_around_what_is_misread_and_nothing_else():
    images = torch.full((2, 3, 1, 28, 28), -1.0)
    none = torch.zeros(2, 3, dtype=torch.bool)
    one = none.clone()
    one[1, 2] = True
    plain, framed = (asked(images, ("4", "5", "6"), misread) for misread in (none, one))
    assert plain.size == framed.size
    changed = [
        (x, y)
        for x in range(plain.width)
        for y in range(plain.height)
        if plain.getpixel((x, y)) != framed.getpixel((x, y))
    ]
    lefts, tops = zip(*changed, strict=True)
    pitch = 3 * (28 + 2)
    assert min(lefts) >= 2 * pitch
    assert min(tops) >= HEADING + pitch
    left, top = 2 * pitch + 6, HEADING + pitch + 6  # of the digit itself, which is not painted over
    assert [(x, y) for x, y in changed if left <= x < left + 84 and top <= y < top + 84] == []


def test_a_single_image_lies_in_the_middle_of_its_frame():
    sheet = asked(torch.ones(1, 1, 1, 28, 28), ("7",), torch.ones(1, 1, dtype=torch.bool))
    side = 3 * (2 + 28 + 2)
    assert sheet.size == (side, HEADING + side)
    across = [sheet.getpixel((x, HEADING + side // 2)) for x in range(side)]
    assert across == across[::-1]
    assert [across[x] for x in (0, 1, 4, 5, 6)] == [0, 255, 255, 0, 255]  # the frame, a gap and the image


def test_every_column_has_a_heading():
    images = torch.full((1, 2, 1, 28, 28), -1.0)
    none = torch.zeros(1, 2, dtype=torch.bool)
    sheets = [asked(images, headings, none) for headings in (("", ""), ("3", ""), ("", "3"))]
    dark = [[x for x in range(sheet.width) for y in range(HEADING) if sheet.getpixel((x, y)) < 128] for sheet in sheets]
    assert dark[0] == []
    assert max(dark[1]) < sheets[0].width / 2 < min(dark[2])
