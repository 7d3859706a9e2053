"""The detector duel: the same is done to both kinds, thresholds stay where they were, and both players are scored."""

import re

import pytest
import torch
from torch import Tensor

from gancore.analysis.tampering import Blur, Jpeg, Resize, as_files
from gancore.lessons.duel import COUNT, Duel, tampered
from gancore.widgets.duel import QUALITIES, SHARES, DetectorDuel


def pictures(count: int, seed: int) -> Tensor:
    rng = torch.Generator().manual_seed(seed)
    return (2 * Blur(1.5)(torch.randn(count, 3, 32, 32, generator=rng) / 2)).clamp(-1, 1)


def board() -> Tensor:
    return (torch.arange(32)[:, None] + torch.arange(32)) % 2 * 2.0 - 1


def finest(images: Tensor) -> Tensor:
    """A detector that knows the trace: how much of a checkerboard there is in each picture."""
    return (images * board()).mean((1, 2, 3))


@pytest.fixture(scope="module")
def duel() -> Duel:
    makers = {"traced": (pictures(60, 2) + 0.1 * board()).clamp(-1, 1), "clean": pictures(60, 3)}
    return Duel(finest, pictures(240, 1), makers)


@pytest.fixture
def view(duel: Duel) -> DetectorDuel:
    return DetectorDuel(duel, seed=3)


def test_steps_follow_each_other_on_pictures_in_256_levels() -> None:
    images = pictures(3, 0)
    assert torch.equal(tampered(images, []), as_files(images))
    assert torch.equal(tampered(images, [Resize(0.5), Jpeg(50)]), Jpeg(50)(Resize(0.5)(as_files(images))))


def test_a_trace_is_found_and_fakes_without_it_are_not(duel: Duel) -> None:
    traced, clean = duel.look("traced"), duel.look("clean")
    assert traced.found > 0.95
    assert traced.curve.auc > 0.99
    assert clean.found < 0.05
    assert clean.curve.auc == pytest.approx(0.5, abs=0.15)
    assert traced.false_alarms == clean.false_alarms < 0.05
    assert traced.fake[-1] > traced.real[-1] + 1  # the corner, where the board is


def test_what_takes_the_finest_waves_takes_the_trace_and_real_pictures_go_the_same_way(duel: Duel) -> None:
    untouched, small = duel.look("traced"), duel.look("traced", [Resize(0.5)])
    assert small.found < 0.5 < untouched.found
    assert small.real[-1] < untouched.real[-1]


def test_twelve_are_decided_by_the_seed_and_are_what_they_are_said_to_be(duel: Duel) -> None:
    one, again, other = duel.twelve("traced", [], 5), duel.twelve("traced", [], 5), duel.twelve("traced", [], 6)
    assert torch.equal(one.images, again.images)
    assert not torch.equal(one.images, other.images)
    assert torch.equal(one.fake, finest(one.images) > 0.05)
    assert 0 < int(one.fake.sum()) < COUNT


def test_a_score_counts_fakes_found_and_real_ones_accused(duel: Duel) -> None:
    twelve = duel.twelve("traced", [], 5)
    fakes = int(twelve.fake.sum())
    assert twelve.score(twelve.fake) == (fakes, 0)
    assert twelve.score(~twelve.fake) == (0, COUNT - fakes)
    assert twelve.score([True] * COUNT) == (fakes, COUNT - fakes)
    assert twelve.score([False] * COUNT) == (0, 0)


def test_each_control_changes_what_is_seen(view: DetectorDuel) -> None:
    for control, value in ((view.jpeg, "50"), (view.size, "50 %"), (view.maker, "clean")):
        before = view.picture.value, view.status.value, view.places[0].value
        control.value = value
        assert view.picture.value != before[0]
        assert value in view.status.value
        assert view.places[0].value != before[2]
    assert [type(step) for step in view.steps] == [Resize, Jpeg]


def test_every_position_of_the_sliders_is_a_step_or_none() -> None:
    assert [next(iter(each.values())) for each in (QUALITIES, SHARES)] == [None, None]
    assert all(Jpeg(quality) for quality in list(QUALITIES.values())[1:])
    assert all(Resize(share) for share in list(SHARES.values())[1:])


def test_nothing_tells_the_truth_before_the_machine_has_judged(view: DetectorDuel) -> None:
    told = [place.value for place in view.places] + [view.score.value]
    assert not any("machine: " in text for text in told)
    assert [answer.description for answer in view.answers] == [f"{number}: real" for number in range(1, COUNT + 1)]


def test_both_are_scored_by_fakes_found_and_by_false_alarms(view: DetectorDuel) -> None:
    fake = view.twelve.fake.tolist()
    first = fake.index(True)
    view.answers[first].value = True
    assert view.answers[first].description == f"{first + 1}: fake"
    view.judge.click()
    assert list(map(int, re.findall(r"\d+", view.score.value))) == [sum(fake), 1, sum(fake), COUNT - sum(fake), 0, 0]
    assert [place.value.count("fake<br>machine: fake") for place in view.places] == list(map(int, fake))
    assert all(answer.disabled for answer in view.answers)
    assert view.judge.disabled


def test_twelve_others_and_a_turned_slider_begin_anew(view: DetectorDuel) -> None:
    for begin in (view.more.click, lambda: setattr(view.jpeg, "value", "25")):
        view.answers[2].value = True
        view.judge.click()
        begin()
        assert not any(answer.disabled or answer.value for answer in view.answers)
        assert not view.judge.disabled
        assert "Judge them" in view.score.value


def test_every_control_has_a_label_and_every_picture_its_number(view: DetectorDuel) -> None:
    controls = (view.maker, view.jpeg, view.size, view.judge, view.more)
    labels = ["last layer", "JPEG", "resized to", "Let the machine judge", "Twelve others"]
    assert [control.description for control in controls] == labels
    assert all(f'alt="picture {number}"' in place.value for number, place in enumerate(view.places, start=1))


def test_without_a_kernel_there_is_the_figure(view: DetectorDuel) -> None:
    stand_in = view._repr_mimebundle_()
    assert "ROC curve" in stand_in["text/plain"]
    assert stand_in["image/png"]
