"""Pixels are weighed as logistic regression weighs them, and what is said agrees with what the model answers."""

import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from gancore.data import ImageData, to_float
from gancore.widgets.weighing import Weighing


@pytest.fixture(scope="module")
def learned(digits: ImageData) -> tuple[Tensor, Tensor, LogisticRegression]:
    """Threes and eights, and a model that has learned from half of them."""
    kept = (digits.labels == 3) | (digits.labels == 8)
    images, labels = to_float(digits.images[kept]), (digits.labels[kept] == 8).long()
    model = LogisticRegression(C=0.01, max_iter=1000).fit(images[::2].flatten(1), labels[::2])
    return images[1::2][:40], labels[1::2][:40], model


@pytest.fixture
def view(learned: tuple[Tensor, Tensor, LogisticRegression]) -> Weighing:
    images, labels, model = learned
    weights = torch.from_numpy(model.coef_[0]).float()
    return Weighing(images, labels, weights, float(model.intercept_[0]), ("three", "eight"))


def test_the_slider_shows_another_picture_and_what_the_model_says_of_it(view: Weighing, learned) -> None:
    images, labels, model = learned
    seen = set()
    for place in (0, 7, 39):
        view.place.value = place
        seen.add(view.picture.value)
        sure = model.predict_proba(images[place : place + 1].flatten(1))[0, 1]
        assert f"P(eight|x) = {sure:.2f}." in view.status.value
        assert f"its label is {('three', 'eight')[int(labels[place])]}" in view.picture.alt
    assert len(seen) == 3


def test_what_is_misread_is_said_to_be(view: Weighing, learned) -> None:
    images, labels, model = learned
    wrong = model.predict(images.flatten(1)) != labels.numpy()
    misread = wrong.nonzero()[0].tolist()
    assert misread
    for place in (*misread, *range(0, len(images), 8)):
        view.place.value = place
        assert ("misread" in view.status.value) == bool(wrong[place])


def test_a_white_pixel_of_positive_weight_is_white_and_grey_means_nothing(view: Weighing) -> None:
    _, right, _ = view.picture.content.axes
    low, high = right.images[0].get_clim()
    assert low == -high
    assert torch.allclose(torch.tensor(right.images[0].get_array()), view.said[0])
