"""Between two labels: at the ends what the labels ask for, in between what the mixed embedding makes."""

import pytest
import torch
from helpers.copyist import printer

from gancore.analysis.hands import blend
from gancore.lessons.blending import between
from gancore.metrics.classifier import load_extractor
from gancore.pretrained import Pretrained
from gancore.widgets.blend import COUNT, LabelBlend


@pytest.fixture(scope="module")
def generator(digits) -> Pretrained:
    return printer(digits)


@pytest.fixture
def mixer(generator) -> LabelBlend:
    return LabelBlend(generator, (3, 8))


@pytest.mark.parametrize(("share", "read"), [(0, (1, 0, 0)), (1, (0, 1, 0))])
def test_at_either_end_all_are_read_as_that_label(generator, share, read):
    seen = between(generator, (3, 8), share, load_extractor(), count=20)
    assert (seen.first, seen.second, seen.other) == read
    assert seen.certainty > 0.9


def test_in_between_each_row_of_the_table_has_its_share(generator):
    pictures = generator.generator.code.weight.view(10, 1, 28, 28)
    seen = between(generator, (3, 8), 0.25, load_extractor(), count=2)
    crossed = 0.75 * pictures[3] + 0.25 * pictures[8]  # the printer's embeddings are its pictures
    away = (seen.images - crossed).abs().flatten(1).max(1).values
    assert (away < 0.2 + 1e-6).all()
    shares = torch.zeros(1, 10)
    shares[0, [3, 8]] = torch.tensor([0.75, 0.25])
    assert torch.allclose(blend(generator.generator, torch.full((1, 6), -1e9), shares)[0], crossed, atol=1e-5)


def test_a_label_and_itself_are_that_label_however_far_one_goes(generator):
    seen = between(generator, (6, 6), 0.3, load_extractor(), count=5)
    assert (seen.first, seen.second, seen.other) == (1, 1, 0)


def test_the_shares_add_up(generator):
    seen = between(generator, (1, 5), 0.5, load_extractor(), count=30)
    assert seen.first + seen.second + seen.other == pytest.approx(1)
    assert 0.1 <= seen.certainty <= 1


def test_every_control_changes_the_picture_and_the_words_and_going_back_shows_the_same(mixer):
    first = mixer.picture.value
    seen = {first}
    for control, value, words in (
        (mixer.share, 0.75, "75% of the way from 3 to 8"),
        (mixer.seed, 4, "latents 4."),
        (mixer.first, 1, "from 1 to 8"),
        (mixer.second, 2, "from 1 to 2"),
    ):
        control.value = value
        seen.add(mixer.picture.value)
        assert words in mixer.status.value
        assert words in mixer.picture.alt
    assert len(seen) == 5
    mixer.first.value, mixer.second.value, mixer.share.value, mixer.seed.value = 3, 8, 0.5, 0
    assert mixer.picture.value == first


def test_the_words_count_what_is_read(mixer):
    mixer.share.value = 0
    assert f"Of {COUNT} digits the classifier reads {COUNT} as 3, 0 as 8 and 0 as others" in mixer.status.value


def test_every_control_has_a_label_and_the_view_a_title(mixer):
    controls = (mixer.first, mixer.second, mixer.share, mixer.seed)
    assert [control.description for control in controls] == ["from", "to", "how far", "latents"]
    assert "Between two labels" in mixer.title
