"""Few labels: draws are even, the test has no say, and a probe in a small space answers as in a large one."""

import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from torch import Tensor

from gancore.data import ImageData, to_float
from gancore.lessons.few_labels import (
    STRENGTHS,
    UNCHOSEN,
    Exam,
    evenly,
    fit_probe,
    principal_components,
    scaled,
    within,
)
from gancore.lessons.small_network import train_network

LEARNT, TESTED = torch.arange(60), torch.arange(60, 100)


@pytest.fixture
def labels() -> Tensor:
    return torch.arange(100) % 4


@pytest.fixture
def features(labels: Tensor) -> Tensor:
    """Four classes in 30 dimensions that overlap a little."""
    rng = torch.Generator().manual_seed(0)
    return 2 * torch.randn(4, 30, generator=rng)[labels] + 2 * torch.randn(100, 30, generator=rng)


def test_a_draw_has_as_many_of_each_class_and_another_seed_draws_others(labels: Tensor) -> None:
    drawn = evenly(labels, 20, 0)
    assert labels[drawn].bincount().tolist() == [5, 5, 5, 5]
    assert len(drawn.unique()) == 20
    assert torch.equal(drawn, evenly(labels, 20, 0))
    assert not torch.equal(drawn, evenly(labels, 20, 1))


def test_features_are_scaled_as_a_whole_and_the_test_has_no_say(features: Tensor) -> None:
    done = scaled(features, LEARNT)
    assert torch.allclose(done[LEARNT].mean(0), torch.zeros(30), atol=1e-6)
    assert done[LEARNT].square().mean().item() == pytest.approx(1)
    other = features.clone()
    other[TESTED] += 9
    assert torch.equal(scaled(other, LEARNT)[LEARNT], done[LEARNT])
    ratio = (features[1] - features[0]) / (done[1] - done[0])
    assert torch.allclose(ratio, ratio[0].expand(30), rtol=1e-3)


def test_principal_components_are_those_of_scikit_learn(features: Tensor) -> None:
    ours = principal_components(features.view(100, 1, 5, 6), 7, LEARNT)
    theirs = torch.from_numpy(PCA(7).fit(features[LEARNT].numpy()).transform(features.numpy()))
    assert torch.allclose(ours.abs(), theirs.abs(), atol=1e-3)


def test_a_probe_in_the_space_of_its_examples_answers_as_one_in_all_dimensions(
    features: Tensor, labels: Tensor
) -> None:
    chosen = evenly(labels[LEARNT], 12, 0)
    small, asked = within(features, chosen, TESTED)
    assert small.shape == (12, 12)
    one, other = (
        LogisticRegression(C=0.1, tol=1e-8, max_iter=5000).fit(learnt.numpy(), labels[chosen].numpy())
        for learnt in (small, features[chosen])
    )
    chances = one.predict_proba(asked.numpy()) - other.predict_proba(features[TESTED].numpy())
    assert abs(chances).max() < 1e-3


def test_where_there_are_more_examples_than_dimensions_features_stay_as_they_are(features: Tensor) -> None:
    learnt, asked = within(features, LEARNT, TESTED)
    assert torch.equal(learnt, features[LEARNT])
    assert torch.equal(asked, features[TESTED])


def test_c_is_chosen_among_the_labelled_and_not_at_all_where_a_class_has_one(features: Tensor, labels: Tensor) -> None:
    single = fit_probe(features[:4], labels[:4])
    assert single.C == UNCHOSEN
    search = fit_probe(features[:12], labels[:12])
    assert isinstance(search, GridSearchCV)
    assert search.cv.n_splits == 3
    assert set(search.param_grid["C"]) == set(STRENGTHS)
    assert fit_probe(features, labels).cv.n_splits == 5


def test_a_probe_of_what_tells_the_classes_apart_is_always_right_and_one_of_noise_seldom(labels: Tensor) -> None:
    exam, chosen = Exam(labels, TESTED), evenly(labels[LEARNT], 20, 0)
    assert exam.probe(torch.eye(4)[labels], chosen) == 100
    noise = torch.randn(100, 30, generator=torch.Generator().manual_seed(1))
    assert exam.probe(noise, chosen) < 60


def test_answers_are_graded_in_per_cent(labels: Tensor) -> None:
    answers = labels[TESTED].clone()
    answers[:10] = (answers[:10] + 1) % 4
    assert Exam(labels, TESTED).grade(answers) == pytest.approx(75)


def test_the_small_network_learns_from_the_chosen_alone_and_the_same_for_a_seed(digits: ImageData) -> None:
    images, labels = to_float(digits.images[::10]), digits.labels[::10]
    chosen = evenly(labels, 40, 0)
    networks = [train_network(images[chosen], labels[chosen], seed, rounds=40) for seed in (0, 0, 1)]
    one, same, other = (network[-1].weight for network in networks)
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    rest = torch.ones(len(labels), dtype=torch.bool)
    rest[chosen] = False
    with torch.no_grad():
        right = (networks[0](images[rest]).argmax(1) == labels[rest]).float().mean()
    assert right > 0.4
