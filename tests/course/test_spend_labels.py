"""Ten labels to spend: what is clicked on is labelled once, the eleventh is not, and labels move the marks."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from gancore.lessons import spending as module
from gancore.lessons.few_labels import Exam
from gancore.lessons.spending import NETWORK, Spending, cells_under, middles, random_cells
from gancore.plots.few_labels import spent
from gancore.widgets.spend_labels import SpendLabels, frames, missing

ONE_OF_EACH = torch.arange(10)
COUNT = 100


@pytest.fixture
def spending(monkeypatch: pytest.MonkeyPatch) -> Spending:
    """A sheet on which label after label comes in turn, one kind of features that tells all, and one that tells
    nothing; two random choices have a network."""
    labels = torch.arange(COUNT) % 10
    monkeypatch.setattr(Exam, "network", lambda self, images, chosen: float(len(self.labels[chosen].unique())))
    features = {"knowing": torch.eye(10)[labels], "ignorant": torch.ones(COUNT, 3)}
    exam, images = Exam(labels, torch.arange(50, COUNT)), torch.zeros(COUNT, 1, 28, 28)
    return Spending(exam, images, features, torch.arange(48), networks=2)


@pytest.fixture
def view(spending: Spending) -> SpendLabels:
    return SpendLabels(spending, spending.at_random(5))


def click(view: SpendLabels, cells: Tensor) -> None:
    view.pad.points = torch.cat([view.pad.points, middles(cells)])


def test_points_in_the_middle_of_cells_are_under_these_cells() -> None:
    assert torch.equal(cells_under(middles(torch.tensor([47, 0, 8, 23]))), torch.tensor([47, 0, 8, 23]))
    corners = torch.tensor([[-1.0, 1.0], [1.0, -1.0], [1.0, 1.0], [-0.74, 0.66]])
    assert cells_under(corners).tolist() == [0, 47, 7, 9]


def test_a_cell_counts_once_and_the_eleventh_not_at_all() -> None:
    cells = torch.tensor([5, 5, 3, 5, *range(10, 30)])
    assert cells_under(middles(cells)).tolist() == [5, 3, *range(10, 18)]
    assert cells_under(torch.zeros(0, 2)).tolist() == []


def test_random_cells_are_ten_different_ones_and_others_for_another_seed() -> None:
    assert len(random_cells(0).unique()) == 10
    assert not torch.equal(random_cells(0), random_cells(1))


def test_one_of_each_tells_those_with_good_features_everything(spending: Spending) -> None:
    assert spending.accuracies(ONE_OF_EACH) == pytest.approx({"knowing": 100, "ignorant": 10, NETWORK: 10})


def test_five_classes_with_labels_are_half_of_the_exam(spending: Spending) -> None:
    five = torch.tensor([0, 1, 2, 3, 4, 10, 11, 12, 13, 14])
    assert spending.accuracies(five)["knowing"] == pytest.approx(50)


def test_nothing_is_learnt_from_one_class_and_the_network_waits_for_all_ten(spending: Spending) -> None:
    assert spending.accuracies(torch.tensor([0, 10, 20])) == {}
    assert list(spending.accuracies(torch.tensor([0, 11]))) == ["knowing", "ignorant"]


def test_the_cloud_has_as_many_choices_as_asked_for_and_fewer_networks(spending: Spending) -> None:
    cloud = spending.at_random(6, seed=1)
    assert {name: len(each) for name, each in cloud.items()} == {"knowing": 6, "ignorant": 6, NETWORK: 2}
    assert cloud == spending.at_random(6, seed=1)
    assert cloud["knowing"] != spending.at_random(6, seed=2)["knowing"]
    known = [10.0 * len(set(spending.labels(random_cells(6 + place)))) for place in range(6)]
    assert cloud["knowing"] == pytest.approx(known)


def test_no_network_is_trained_where_none_is_asked_for(spending: Spending) -> None:
    without = replace(spending, networks=0)
    assert list(without.at_random(6)) == ["knowing", "ignorant"]
    assert list(without.accuracies(ONE_OF_EACH)) == ["knowing", "ignorant"]


def test_nothing_is_spent_at_first(view: SpendLabels) -> None:
    assert view.cells.tolist() == []
    assert view.reached == {}
    assert "You have ten labels" in view.status.value


def test_a_click_buys_a_label_and_two_kinds_move_the_marks(view: SpendLabels) -> None:
    click(view, torch.tensor([3]))
    assert "1 of 10 labels are spent: 3. Two different digits are needed" in view.status.value
    before = view.picture.value
    click(view, torch.tensor([14]))
    assert view.reached["knowing"] == pytest.approx(20)
    assert "2 of 10 labels are spent: 3, 4. Right in per cent: knowing 20.0" in view.status.value
    assert view.picture.value != before
    assert "yours. Right in per cent: knowing 20.0" in view.picture.alt


def test_ten_labels_are_all_and_what_is_missing_is_said(view: SpendLabels) -> None:
    click(view, torch.arange(8))
    click(view, torch.tensor([10, 11, 12, 13]))
    assert view.cells.tolist() == [*range(8), 10, 11]
    assert f"{NETWORK} 8.0" in view.status.value
    assert "Nobody has been told what an 8 or a 9 looks like." in view.status.value


def test_one_digit_that_is_missing_and_three_are_said_in_a_sentence() -> None:
    assert missing([0, 1, 2, 3, 4, 5, 6, 7, 9, 9]) == " Nobody has been told what an 8 looks like."
    assert missing([0] * 4 + [1, 3, 4, 5, 6, 7]) == " Nobody has been told what a 2, an 8 or a 9 looks like."


def test_random_spends_what_is_left_each_time_on_others_and_starting_again_spends_none(view: SpendLabels) -> None:
    spent = []
    for _ in range(2):
        click(view, torch.tensor([3, 14]))
        view.random.click()
        assert view.cells[:2].tolist() == [3, 14]
        assert len(view.cells) == 10
        assert "All ten labels are spent: 3, 4, " in view.status.value
        assert view.random.disabled
        spent.append(view.cells)
        view.again.click()
        assert view.cells.tolist() == []
        assert "You have ten labels" in view.status.value
        assert not view.random.disabled
    assert not torch.equal(*spent)


def test_labelled_digits_are_framed_in_one_line_that_is_broken_between_them() -> None:
    line = frames(middles(torch.tensor([0, 9])))
    assert line.shape == (12, 2)
    assert line.isnan().all(1).nonzero().flatten().tolist() == [5, 11]
    assert cells_under(line[:5]).tolist() == [0]
    assert cells_under(line[6:11]).tolist() == [9]


def test_every_way_to_learn_has_its_row_in_the_picture() -> None:
    drawn = spent({"one": [10.0, 20.0], "other": [30.0]}, {"other": 40.0})
    (axes,) = drawn.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["one", "other"]
    diamonds = [line for line in axes.lines if line.get_marker() == "D"]
    assert [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in diamonds] == [(40.0, 1.0)]


def test_the_sheet_has_a_cell_for_each_digit() -> None:
    assert module.COLUMNS * module.ROWS == 48
