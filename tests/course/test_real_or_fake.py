"""Twenty digits are decided by the seed, both answers are counted rightly, and the truth is told when D has judged."""

import pytest
import torch
from torch import Tensor, nn

from gancore.data import ImageData, to_float
from gancore.data.avatars import load_avatars
from gancore.lessons.contest import COUNT, Contest, Twenty
from gancore.pretrained import Pretrained, load_pretrained
from gancore.pretrained_runs import load_shipped
from gancore.widgets.real_or_fake import RealOrDrawn

YOU_RIGHT, YOU_WRONG, D_RIGHT, D_WRONG = "you ✓", "you ✗", "D ✓", "D ✗"


class Same(nn.Module):
    """Says the same of everything."""

    def __init__(self, logit: float) -> None:
        super().__init__()
        self.logit = logit

    def forward(self, images: Tensor) -> Tensor:
        return torch.full((len(images),), self.logit)


@pytest.fixture(scope="module")
def generator() -> Pretrained:
    return load_pretrained("modern")


@pytest.fixture(scope="module")
def contest(digits: ImageData, generator: Pretrained) -> Contest:
    return Contest(generator, Same(1.0), digits.images)


@pytest.fixture
def view(contest: Contest, generator: Pretrained, digits: ImageData) -> RealOrDrawn:
    return RealOrDrawn({"modern": contest, "the same": Contest(generator, Same(-1.0), digits.images)}, seed=3)


def test_the_same_seed_mixes_the_same_twenty_and_another_seed_others(contest):
    one, again, other = Twenty(contest, 3), Twenty(contest, 3), Twenty(contest, 4)
    assert torch.equal(one.images, again.images)
    assert torch.equal(one.truth, again.truth)
    assert not torch.equal(one.images, other.images)
    assert not torch.equal(one.truth, other.truth)


def test_what_is_said_to_be_real_is_real_and_the_others_are_the_generators(contest, generator, digits):
    twenty = Twenty(contest, 5)
    pixels = to_float(digits.images).flatten(1)
    from_data = torch.cdist(twenty.images.flatten(1), pixels).min(1).values < 0.5
    assert torch.equal(from_data, twenty.truth)
    drawn = generator.sample(COUNT, seed=5)[~twenty.truth]
    assert torch.allclose(twenty.images[~twenty.truth], drawn, atol=1 / 255)


def test_both_kinds_come_in_the_same_levels_of_grey(contest):
    levels = (Twenty(contest, 1).images + 1) * 127.5
    assert torch.allclose(levels, levels.round(), atol=1e-3)


def test_coins_fall_on_both_sides_about_equally_often(contest):
    shares = torch.stack([Twenty(contest, seed).truth.float().mean() for seed in range(20)])
    assert 0.4 < shares.mean() < 0.6
    assert shares.min() < shares.max()


def test_answers_are_counted_against_the_truth(contest):
    twenty = Twenty(contest, 3)
    assert twenty.right(twenty.truth) == [True] * COUNT
    assert twenty.right(~twenty.truth) == [False] * COUNT
    assert twenty.right([True] * COUNT) == twenty.truth.tolist()


# The view


def test_nothing_tells_the_truth_before_d_has_judged(view):
    told = [place.value for place in view.places] + [view.status.value]
    assert not any(mark in text for text in told for mark in ("✓", "✗"))
    assert [answer.description for answer in view.answers] == [f"{number}: drawn" for number in range(1, 21)]


def test_a_button_says_what_it_stands_at(view):
    view.answers[6].value = True
    assert view.answers[6].description == "7: real"
    view.answers[6].value = False
    assert view.answers[6].description == "7: drawn"


def test_the_score_of_both_is_told_for_each_digit_and_in_all(view):
    truth = view.twenty.truth.tolist()
    view.answers[0].value = truth[0]
    view.answers[1].value = not truth[1]
    view.ask_d.click()
    assert YOU_RIGHT in view.places[0].value
    assert YOU_WRONG in view.places[1].value
    assert [D_RIGHT in place.value for place in view.places] == truth  # this judge takes all for real
    assert [D_WRONG in place.value for place in view.places] == [not real for real in truth]
    yours = sum(YOU_RIGHT in place.value for place in view.places)
    assert f"You are right about {yours}, D about {sum(truth)}" in view.status.value
    assert f"{sum(truth)} are real" in view.status.value
    assert view.status.value.find(view.picture.alt) > 0


def test_answers_stand_once_the_truth_is_out_and_are_forgotten_for_the_next_twenty(view):
    view.answers[2].value = True
    view.ask_d.click()
    assert all(answer.disabled for answer in view.answers)
    assert view.ask_d.disabled
    first = [place.value for place in view.places]
    view.more.click()
    assert view.seed.value == 4
    assert not any(answer.disabled or answer.value for answer in view.answers)
    assert not view.ask_d.disabled
    assert all(one != place.value for one, place in zip(first, view.places, strict=True))


def test_another_contest_brings_its_own_judge(view):
    view.who.value = "the same"
    assert "drawn by the same" in view.status.value
    view.ask_d.click()
    assert [D_RIGHT in place.value for place in view.places] == (~view.twenty.truth).tolist()


def test_every_control_has_a_label_and_every_digit_its_number(view):
    controls = (view.who, view.seed, view.ask_d, view.more)
    assert [control.description for control in controls] == ["drawn by", "seed", "Let D judge", "Twenty others"]
    assert all(f'alt="digit {number}"' in place.value for number, place in enumerate(view.places, start=1))


def test_other_pictures_than_digits_come_in_colour_and_under_their_name():
    avatars, maker = load_avatars().images[:COUNT], load_shipped("faces-nearest")
    view = RealOrDrawn({"a run": Contest(maker, Same(1.0), avatars)}, seed=3, what="avatar")
    assert view.twenty.images.shape == (COUNT, 3, 32, 32)
    drawn = maker.sample(COUNT, seed=3)[~view.twenty.truth]
    assert torch.allclose(view.twenty.images[~view.twenty.truth], drawn, atol=1 / 255)
    view.ask_d.click()
    said = (view.title, view.places[0].value, view.status.value, view.picture.alt)
    assert [words.count("avatar") > 0 for words in said] == [True] * 4
    assert not any("digit" in words for words in said)


def test_without_a_kernel_there_is_a_picture_of_all_twenty(view):
    stand_in = view._repr_mimebundle_()
    assert "Twenty digits, seed 3" in stand_in["text/plain"]
    assert stand_in["image/png"]
