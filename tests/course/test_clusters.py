"""k-means by hand against scikit-learn and tiny cases, purity against counting, and the explorer's controls."""

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans as Known
from torch import Tensor

from gancore.errors import GancoreError
from gancore.lessons.kmeans import KMeans, mean_by_group, purity
from gancore.plots.labels import GROUP_MARKS, PALETTE, travelled
from gancore.widgets.clusters import MOST_CLUSTERS, NAMES, STARTS, ClusterExplorer


def clouds(count: int = 240) -> tuple[Tensor, Tensor]:
    """Points in four overlapping clouds, and the cloud of each, 0 to 3."""
    rng = torch.Generator().manual_seed(0)
    labels = torch.arange(count) % 4
    middles = torch.tensor([[0.0, 0.0], [3.0, 0.5], [-1.0, 4.0], [4.0, 4.0]])
    return middles[labels] + torch.randn(count, 2, generator=rng), labels


@pytest.fixture
def explorer() -> ClusterExplorer:
    points, labels = clouds()
    images = torch.rand(len(points), 1, 28, 28, generator=torch.Generator().manual_seed(1)) * 2 - 1
    return ClusterExplorer(points, images, labels)


def settled(points: Tensor, count: int, seed: int) -> KMeans:
    model = KMeans(points, count, seed)
    model.run()
    return model


def test_a_round_by_hand():
    points = torch.tensor([[0.0, 0.0], [0.0, 2.0], [6.0, 0.0], [10.0, 0.0]])
    model = KMeans(points, 2, seed=0)
    model.centres = torch.tensor([[0.0, 0.0], [4.0, 0.0]])
    model.step()
    assert model.clusters.tolist() == [0, 0, 1, 1]
    assert model.spread == pytest.approx((0 + 4 + 4 + 36) / 4)
    model.step()
    assert model.centres.tolist() == [[0, 1], [8, 0]]
    assert model.spread == pytest.approx((1 + 1 + 4 + 4) / 4)
    assert (model.rounds, model.settled) == (1, False)
    model.step()
    assert (model.rounds, model.settled) == (1, True)


@pytest.mark.parametrize("count", [2, 5, 9])
def test_it_settles_where_scikit_learn_does_from_the_same_start(count):
    points, _ = clouds()
    for seed in range(4):
        start = KMeans(points, count, seed).centres
        known = Known(count, init=start.numpy(), n_init=1, tol=0, algorithm="lloyd").fit(points.numpy())
        model = settled(points, count, seed)
        assert np.array_equal(model.clusters, known.labels_)
        assert model.spread == pytest.approx(known.inertia_ / len(points), rel=1e-4)


def test_no_step_raises_the_spread():
    points, _ = clouds()
    for seed in range(5):
        model = KMeans(points, 8, seed)
        model.step()
        while not model.settled:
            before = model.spread
            model.step()
            assert model.spread <= before + 1e-6


def test_once_settled_a_step_changes_nothing():
    model = settled(clouds()[0], 5, seed=1)
    clusters, centres, rounds = model.clusters, model.centres, model.rounds
    model.step()
    model.run()
    assert torch.equal(model.clusters, clusters)
    assert torch.equal(model.centres, centres)
    assert model.rounds == rounds


def test_the_same_start_gives_the_same_clusters_and_another_start_other_centres():
    points, _ = clouds()
    one, again, other = (KMeans(points, 6, seed) for seed in (3, 3, 4))
    assert torch.equal(one.centres, again.centres)
    assert not torch.equal(one.centres, other.centres)
    assert torch.equal(settled(points, 6, 3).clusters, settled(points, 6, 3).clusters)


def test_centres_begin_at_different_points():
    points, _ = clouds()
    model = KMeans(points, len(points), seed=0)
    assert model.first.unique().numel() == len(points)
    assert torch.equal(model.centres, points[model.first])


def test_a_centre_without_points_stays_where_it_is():
    rows, groups = torch.tensor([[1.0, 1.0], [3.0, 5.0]]), torch.tensor([2, 2])
    old = torch.tensor([[7.0, 7.0], [8.0, 8.0], [9.0, 9.0]])
    assert mean_by_group(rows, groups, old).tolist() == [[7, 7], [8, 8], [2, 3]]


def test_equal_points_settle_though_a_cluster_stays_empty():
    model = settled(torch.ones(5, 2), 3, seed=0)
    assert model.spread == 0
    assert model.clusters.unique().numel() == 1


@pytest.mark.parametrize("count", [0, 6])
def test_more_clusters_than_points_are_refused(count):
    with pytest.raises(GancoreError, match=rf"count is {count};.*\b1 to 5\b"):
        KMeans(torch.zeros(5, 2), count)


def test_purity_by_hand():
    clusters = torch.tensor([0, 0, 0, 4, 4, 4, 4])
    labels = torch.tensor([7, 7, 1, 2, 3, 3, 9])
    assert purity(clusters, labels) == pytest.approx((2 + 2) / 7)


def test_purity_of_one_cluster_is_the_share_of_the_commonest_label():
    labels = torch.tensor([5, 5, 5, 2, 1, 0, 0, 9])
    assert purity(torch.zeros(8, dtype=int), labels) == pytest.approx(3 / 8)


def test_purity_is_one_where_every_example_is_its_own_cluster_and_does_not_depend_on_names():
    _, labels = clouds()
    assert purity(torch.arange(len(labels)), labels) == 1
    clusters = settled(clouds()[0], 6, seed=0).clusters
    renamed = torch.tensor([3, 5, 0, 1, 4, 2])[clusters]
    assert purity(renamed, labels) == purity(clusters, labels)


def test_labels_have_no_say_in_the_clusters(explorer):
    other = ClusterExplorer(explorer.points, explorer.images, explorer.labels.sort().values)
    for each in (explorer, other):
        each.runner.click()
    assert torch.equal(explorer.model.clusters, other.model.clusters)
    assert explorer.status.value != other.status.value


def test_step_takes_half_a_round_and_says_what_comes_next(explorer):
    assert explorer.model.clusters is None
    assert "Next, every digit joins its nearest centre" in explorer.status.value
    explorer.stepper.click()
    assert (explorer.model.rounds, explorer.model.clusters is None) == (0, False)
    assert "next, the centres move" in explorer.status.value
    explorer.stepper.click()
    assert explorer.model.rounds == 1
    assert "next, the digits choose again" in explorer.status.value


def test_run_ends_settled_and_tells_spread_and_purity(explorer):
    explorer.runner.click()
    assert explorer.model.settled
    assert f"Settled after {explorer.model.rounds} rounds" in explorer.status.value
    assert f"{explorer.model.spread:.3f}" in explorer.status.value
    assert f"{purity(explorer.model.clusters, explorer.labels):.2f}" in explorer.status.value


def test_every_control_redraws_the_picture(explorer):
    seen = {explorer.canvas.value}

    def changed() -> bool:
        before = len(seen)
        seen.add(explorer.canvas.value)
        return len(seen) > before

    explorer.stepper.click()
    assert changed()
    explorer.marks.value = "their label"
    assert changed()
    explorer.marks.value = "nothing"
    assert changed()
    explorer.runner.click()
    assert changed()
    explorer.start.value = 7
    assert changed()
    explorer.count.value = 3
    assert changed()


def test_a_slider_or_restart_begins_anew(explorer):
    explorer.runner.click()
    explorer.restarter.click()
    assert explorer.model.clusters is None
    assert len(explorer.model.centres) == explorer.count.value
    explorer.runner.click()
    explorer.count.value = 4
    assert explorer.model.clusters is None
    assert len(explorer.model.centres) == 4
    first = explorer.model.centres
    explorer.start.value = 5
    assert not torch.equal(explorer.model.centres, first)


def test_what_the_points_show_does_not_touch_the_clusters(explorer):
    explorer.runner.click()
    model = explorer.model
    for shown in explorer.marks.options:
        explorer.marks.value = shown
        assert explorer.model is model


def test_every_number_of_clusters_and_every_start_can_be_drawn(explorer):
    for count, start in ((1, 0), (MOST_CLUSTERS, STARTS - 1)):
        explorer.count.value, explorer.start.value = count, start
        explorer.runner.click()
        assert explorer.model.settled
        assert [letter.get_text() for letter in explorer.letters if letter.get_visible()] == list(NAMES[:count])


def test_mean_images_are_those_of_the_clusters(explorer):
    explorer.count.value = 1
    explorer.stepper.click()
    drawn = torch.as_tensor(explorer.sheet.get_array()[10:38, :28]).float()
    assert torch.allclose(drawn, explorer.images.mean(0)[0], atol=1e-5)
    assert explorer.captions[0].get_text() == f"A · {len(explorer.points)}"
    assert explorer.captions[1].get_text() == ""


def test_the_alternative_text_follows_the_state(explorer):
    assert "their cluster, and 10 centres after 0 moves" in explorer.canvas.alt
    explorer.count.value, explorer.marks.value = 3, "their label"
    explorer.runner.click()
    assert f"their label, and 3 centres after {explorer.model.rounds} moves" in explorer.canvas.alt
    assert explorer._repr_mimebundle_()["text/plain"] == explorer.canvas.alt


def test_no_two_groups_share_colour_or_mark():
    assert len(set(GROUP_MARKS)) == len(GROUP_MARKS) >= MOST_CLUSTERS
    assert len(set(PALETTE)) == len(PALETTE) >= MOST_CLUSTERS


def test_the_way_of_a_centre_is_drawn_from_where_it_begins_to_where_it_ends():
    points = torch.tensor([[0.0, 0.0], [1.0, 0.0], [5.0, 1.0]])
    trail = [torch.tensor([[0.0, 0.0], [4.0, 4.0]]), torch.tensor([[0.5, 0.0], [5.0, 1.0]])]
    (axes,) = travelled(points, torch.tensor([0, 0, 1]), trail).axes
    ways = [line.get_xydata().tolist() for line in axes.lines if line.get_color() == "black"]
    assert ways == [[[0.0, 0.0], [0.5, 0.0]], [[4.0, 4.0], [5.0, 1.0]]]
    assert axes.lines[-1].get_path_effects()  # a halo: it may lie among black points
