"""The explorer of two classes: its numbers against closed forms and a second implementation, and what controls do."""

import math
import time

import numpy as np
import pytest
import torch
from scipy.stats import norm
from sklearn.naive_bayes import GaussianNB
from torch import Tensor

from gancore.lessons.two_classes import SHOWN, TwoClasses, posterior
from gancore.plots.joint import correlations, tables
from gancore.widgets.joint import JointExplorer

NAMES = ("seven", "eight")
LONGEST_RESPONSE = 0.1  # seconds, on a quiet machine


def two_clouds() -> tuple[Tensor, Tensor]:
    """400 points of two classes that overlap, the second one flatter, and their labels."""
    rng = torch.Generator().manual_seed(0)
    first = torch.randn(200, 2, generator=rng)
    second = torch.randn(200, 2, generator=rng) * torch.tensor([1.5, 0.5]) + torch.tensor([2.0, -1.0])
    return torch.cat([first, second]), torch.arange(400) // 200


@pytest.fixture
def classes() -> TwoClasses:
    return TwoClasses(*two_clouds(), NAMES)


@pytest.fixture
def explorer() -> JointExplorer:
    return JointExplorer(*two_clouds(), NAMES, ("across", "up"))


def test_density_is_that_of_two_independent_gaussians(classes):
    classes.point = (0.3, -0.7)
    for place, density in enumerate(classes.densities):
        expected = norm.pdf(classes.point, classes.means[place], classes.deviations[place]).prod()
        assert density == pytest.approx(expected)


def test_density_integrates_to_one(classes):
    ticks = np.linspace(-12, 12, 400)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    area = (ticks[1] - ticks[0]) ** 2
    assert np.exp(classes.log_densities(grid)).sum((0, 1)) * area == pytest.approx([1, 1])


@pytest.mark.parametrize("prior", [0.05, 0.5, 0.9])
def test_posterior_is_that_of_scikit_learns_naive_bayes(classes, prior):
    points, labels = two_clouds()
    known = GaussianNB(priors=[prior, 1 - prior], var_smoothing=0).fit(points.double(), labels)
    classes.prior = prior
    for point in ((0.0, 0.0), (1.0, -0.5), (2.5, -3.0)):
        classes.point = point
        assert classes.posteriors == pytest.approx(known.predict_proba([point])[0])


def test_joint_is_evidence_times_posterior(classes):
    classes.prior, classes.point = 0.3, (0.4, 0.2)
    assert classes.densities * classes.priors == pytest.approx(classes.evidence * classes.posteriors)


def test_prior_multiplies_the_odds_and_leaves_the_densities(classes):
    before, even = classes.densities, classes.posteriors
    classes.prior = 0.9
    assert (classes.densities == before).all()
    assert classes.posteriors[0] / classes.posteriors[1] == pytest.approx(9 * even[0] / even[1])


def test_posterior_is_a_probability_however_far_the_point_is(classes):
    classes.point = (1e6, -1e6)
    assert classes.posteriors.sum() == pytest.approx(1)
    assert math.isfinite(classes.posteriors[0])


def test_examples_are_shown_in_the_shares_of_the_prior(classes):
    for prior in (0.05, 0.5, 0.95):
        classes.prior = prior
        first, second = classes.shown()
        assert (len(first), len(second)) == (round(SHOWN * prior), round(SHOWN * (1 - prior)))


def test_dashed_line_is_where_the_odds_are_even(explorer):
    explorer.prior.value = 0.8
    line = np.stack(explorer.drawing.boundary.get_data(), axis=-1)
    line = line[~np.isnan(line).any(1)]
    assert len(line) > 10
    for point in line[::5]:
        explorer.classes.point = tuple(point)
        assert explorer.classes.posteriors[0] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("control", ["across", "up", "prior"])
def test_every_slider_changes_picture_words_and_alternative_text(explorer, control):
    picture, words, alt = explorer.picture.value, explorer.status.value, explorer.picture.alt
    slider = getattr(explorer, control)
    slider.value += slider.step
    assert slider.description
    assert explorer.picture.value != picture
    assert explorer.status.value != words
    assert explorer.picture.alt != alt


def test_it_begins_at_the_point_of_the_figure(classes, explorer):
    assert explorer.classes.point == pytest.approx(classes.point)


def test_click_on_the_plane_moves_the_point_there_and_the_sliders_along(explorer):
    figure, plane = explorer.drawing.figure, explorer.drawing.plane
    across, up = figure.transFigure.inverted().transform(plane.transData.transform((1.25, -0.5)))
    explorer.picture.click = [across, 1 - up, 1.0]  # a browser counts downwards
    assert (explorer.across.value, explorer.up.value) == explorer.classes.point
    for slider, asked in ((explorer.across, 1.25), (explorer.up, -0.5)):
        assert slider.value == pytest.approx(asked, abs=slider.step / 2)
        steps = (slider.value - slider.min) / slider.step
        assert steps == pytest.approx(round(steps)), "or the browser would move it on to a step of its own"
    assert f"At ({explorer.across.value:.3f}, {explorer.up.value:.3f})" in explorer.status.value


@pytest.mark.parametrize("beside", [(0.85, 0.5), (0.01, 0.5), (0.3, 0.99)])
def test_click_beside_the_plane_does_nothing(explorer, beside):
    before = explorer.classes.point, explorer.picture.value
    explorer.picture.click = [*beside, 1.0]
    assert (explorer.classes.point, explorer.picture.value) == before


def test_the_cross_is_as_large_at_an_edge_as_within(explorer):
    cross, renderer = explorer.drawing.cross, explorer.drawing.backdrop.canvas.get_renderer()
    for slider, end in ((explorer.across, "min"), (explorer.up, "max")):
        slider.value = getattr(slider, end)
    assert cross.get_tightbbox(renderer).size == pytest.approx(cross.get_window_extent(renderer).size)


def test_bars_show_what_the_words_say(explorer):
    explorer.prior.value = 0.7
    widths = [bar.get_width() for bar, _ in explorer.drawing.bars]
    classes = explorer.classes
    assert widths == pytest.approx([*classes.densities, 0.7, 0.3, *classes.posteriors])
    assert f"P(seven|x) = {classes.posteriors[0]:.3f}" in explorer.status.value


def test_a_posterior_that_is_nearly_0_is_not_said_to_be_0():
    assert [posterior(value) for value in (0.0006, 0.0004, 2.4e-9)] == ["0.001", "4e-04", "2e-09"]


def test_same_state_gives_the_same_picture_whatever_was_shown_between(explorer):
    before = explorer.picture.value
    explorer.prior.value = 0.9
    explorer.across.value += 1
    explorer.prior.value = 0.5
    explorer.across.value -= 1
    assert explorer.picture.value == before


def test_a_slider_is_answered_in_a_tenth_of_a_second(explorer):
    def seconds(prior: float) -> float:
        start = time.process_time()
        explorer.prior.value = prior
        return time.process_time() - start

    assert sorted(map(seconds, (0.1, 0.2, 0.3, 0.4, 0.6)))[2] < LONGEST_RESPONSE


def test_the_stored_notebook_keeps_picture_and_alternative_text(explorer):
    bundle = explorer._repr_mimebundle_()
    assert bundle["image/png"]
    assert bundle["text/plain"] == explorer.picture.alt
    assert "P(seven) = 0.50" in bundle["text/html"]


def test_every_number_of_every_table_is_written_in_its_place():
    table = torch.tensor([[0.1, 0.2, 0.3], [0.4, 0.0, 0.0]])
    drawn = tables({"one": table, "two": table / 2}, ["a", "b"], ["x", "y", "z"])
    written = [[(text.get_position(), text.get_text()) for text in axes.texts] for axes in drawn.axes]
    assert ((2, 0), "0.300") in written[0]
    assert ((0, 1), "0.200") in written[1]
    assert [len(texts) for texts in written] == [6, 6]


def test_correlations_begin_at_one_pixel_apart():
    axes = correlations({"real": [0.7, 0.3], "sampled": [0.0, 0.0]}).axes[0]
    first, second = axes.lines[:2]
    assert first.get_xdata().tolist() == [1, 2]
    assert first.get_ydata().tolist() == [0.7, 0.3]
    assert first.get_marker() != second.get_marker()
