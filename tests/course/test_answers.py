"""Answers that the judge once took for what they are not: right ones, wrong ones, and what wrong ones are told."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from torch import nn

from gancore.data import load, to_float
from gancore.lessons import teaching
from gancore.lessons.exercises import Exercise
from gancore.lessons.judging import Standing, judge


def drawn_with(k: torch.Tensor, means: torch.Tensor, deviations: torch.Tensor) -> torch.Tensor:
    return means[k] + deviations[k] * torch.randn(len(k))


def in_numpy(count, weights, means, deviations):
    chosen = np.random.choice(len(weights), size=count, p=weights)
    return np.random.normal(means[chosen], deviations[chosen])


def in_double(means, deviations, label, count):
    noise = torch.randn(count, *means[label].shape, dtype=torch.double)
    return (means[label].double() + deviations[label] * noise).clip(-1, 1)


def with_spread_scale(inputs: int, outputs: int) -> nn.Module:
    norm = nn.BatchNorm2d(outputs)
    nn.init.normal_(norm.weight, 1, 0.02)
    return nn.Sequential(nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False), norm, nn.ReLU())


def nearest_by_size(samples, training):
    distances = torch.cdist(samples.flatten(1), training.flatten(1), p=1)
    return divmod(int(distances.argmin()), len(training))


def by_brightness(a, b):
    real = to_float(load("digits").images).mean()

    def far(run) -> float:
        return abs(run["samples"].mean() - real)

    return "a" if far(a) < far(b) else "b"


def from_elsewhere(generator, image, z, steps):
    z = torch.zeros_like(z).requires_grad_()
    optimizer = torch.optim.Adam([z], lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        (generator(z) - image).square().mean().backward()
        optimizer.step()
    return z.detach()


RIGHT = {
    "1.2": lambda clusters, labels: Fraction(
        sum(int(labels[clusters == k].bincount().max()) for k in clusters.unique()), len(labels)
    ),
    "2.2": in_double,
    "3.1": in_numpy,
    "8.2": with_spread_scale,
    "10.3": nearest_by_size,
}
WRONG = {
    "2.3 the last label never": ("2.3", lambda labels, count: labels[torch.randint(0, len(labels) - 1, (count,))]),
    "2.3 the first label never": ("2.3", lambda labels, count: labels[torch.randint(1, len(labels), (count,))]),
    "6.1 another distance": (
        "6.1", lambda s, c, r: int(((s[:, None] - c).abs().sum(2) <= r).any(0).sum())
    ),
    "7.1 nearly": ("7.1", [8320, 33024, 201478]),
    "7.3 brightness": ("7.3", by_brightness),
    "11.3 from elsewhere": ("11.3", from_elsewhere),
}  # fmt: skip
TOLD = {  # number, answer, words that the verdict has to have
    "1.2 empty cluster": (
        "1.2",
        lambda clusters, labels: sum(labels[clusters == k].bincount().max() for k in range(10)) / len(labels),
        "Nobody is in cluster 2",
    ),
    "2.3 seed inside": (
        "2.3",
        lambda labels, count: labels[torch.randint(len(labels), (count,), generator=torch.Generator().manual_seed(0))],
        "Every call gives the same labels",
    ),
    "3.1 one column": (
        "3.1",
        lambda n, w, m, d: drawn_with(torch.multinomial(w, n, replacement=True), m, d)[:, None],
        "numbers of shape (4000, 1)",
    ),
    "3.1 no deviations": (
        "3.1",
        lambda n, w, m, d: drawn_with(torch.multinomial(w, n, replacement=True), m, torch.ones_like(d)),
        "every component has the spread 1",
    ),
    "3.2 a list": (
        "3.2",
        lambda mean, log_variance, noise: [
            m + (v / 2).exp() * e for m, v, e in zip(mean, log_variance, noise, strict=True)
        ],
        "one PyTorch tensor",
    ),
    "6.1 none": ("6.1", lambda samples, centres, radius: 0, "`count_modes`"),
    "6.3 a name": ("6.3", "beta1", "asks for a setting"),
    "7.2 what torch lacks": ("7.2", lambda pixels, low, high: pixels.softmax(0), "NotImplementedError"),
    "8.2 no forward": ("8.2", lambda inputs, outputs: nn.ModuleList([nn.ReLU()]), "NotImplementedError"),
}


def exercise_called(number: str) -> Exercise:
    exercises = teaching.load_bank(int(number.split(".")[0])).EXERCISES
    return next(exercise for exercise in exercises if exercise.number == number)


@pytest.mark.parametrize("number", RIGHT)
def test_a_right_answer_in_unusual_form_passes(number: str) -> None:
    verdict = judge(exercise_called(number), RIGHT[number])
    assert verdict.status is Standing.CORRECT, verdict.message


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_that_comes_near_does_not_pass(name: str) -> None:
    number, answer = WRONG[name]
    assert judge(exercise_called(number), answer).status is Standing.NOT_YET


@pytest.mark.parametrize("name", TOLD)
def test_a_wrong_answer_is_told_what_is_wrong_with_it(name: str) -> None:
    number, answer, words = TOLD[name]
    verdict = judge(exercise_called(number), answer)
    assert verdict.status is Standing.NOT_YET
    assert words in verdict.message
