"""Answers that the judge once took for what they are not: right ones, wrong ones, and what wrong ones are told."""

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import islice
from warnings import catch_warnings

import numpy as np
import pytest
import torch
from helpers.exercises import reference
from torch import nn
from torch.distributions import Normal
from torch.nn.functional import conv_transpose2d, l1_loss, one_hot, pixel_shuffle, softplus
from torch.nn.utils.parametrizations import weight_norm

from gancore.analysis.features import in_places
from gancore.analysis.spectrum import rings
from gancore.data import load, to_float
from gancore.data.batch import Spec
from gancore.data.fourier import to_frequencies, to_pictures
from gancore.lessons import asking, journeys, listening, teaching
from gancore.lessons.banks.ch13 import of
from gancore.lessons.exercises import Exercise
from gancore.lessons.few_labels import paired
from gancore.lessons.judging import Standing, judge
from gancore.lessons.rare.distances import near_copies
from gancore.metrics.classifier import load_extractor


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


def centres_in_a_list(points, clusters, centres):
    means = [points[clusters == k].mean(0) if (clusters == k).any() else centre for k, centre in enumerate(centres)]
    return [mean.tolist() for mean in means]


def by_moments(images, labels):
    classes = [images[labels == label].double() for label in labels.unique()]
    squares = [mine.square().mean(0) - mine.mean(0).square() for mine in classes]
    shares = [len(mine) / len(labels) for mine in classes]
    return shares, [mine.mean(0) for mine in classes], [square.clamp(min=0).sqrt() for square in squares]


def by_moments_in_single(images, labels):
    classes = [images[labels == label] for label in labels.unique()]
    squares = [mine.square().mean(0) - mine.mean(0).square() for mine in classes]
    shares = [len(mine) / len(labels) for mine in classes]
    return shares, [mine.mean(0) for mine in classes], [square.clamp(min=0).sqrt() for square in squares]


def picture_by_picture(images, prior, means, deviations):
    def score(image, label):
        return prior[label].log() + torch.distributions.Normal(means[label], deviations[label]).log_prob(image).sum()

    return [max(range(len(prior)), key=lambda label: float(score(image, label))) for image in images]


def unit_by_unit(lit, weights, a, b, noise):
    def step(v, chances):
        on = [j for j in range(len(b)) if chances[j] < 1 / (1 + math.exp(-float(b[j] + weights[j] @ v)))]
        return [1 / (1 + math.exp(-float(a[i] + sum(weights[j, i] for j in on)))) for i in range(len(a))]

    return [step(v, chances) for v, chances in zip(lit, noise, strict=True)]


def by_probabilities(lit, logits, mean, log_variance):
    chance = logits.double().sigmoid()
    told = (lit * chance.log() + (1 - lit) * (1 - chance).log()).sum(1)
    return told - (mean.square() + log_variance.exp() - log_variance - 1).sum(1) / 2


def means_of(images, labels):
    return torch.stack([images[labels == label].mean(0) for label in (0, 1)])


def means_of_all(images, labels):
    return torch.stack([images[labels == label].mean(0) for label in labels.unique()])


def in_place(points, clusters, centres):
    for k in clusters.unique():
        centres[k] = points[clusters == k].mean(0)
    return centres


def tables_in_place(joint):
    of_y, of_x = joint.sum(1), joint.sum(0)
    y_given_x = joint / of_x
    joint /= of_y[:, None]
    return of_y, of_x, joint, y_given_x


def shuffled_first(model, x, y, kept):
    order = torch.randperm(len(x))
    model.fit(x[order[:-kept]], y[order[:-kept]])
    return model.score(x[order[-kept:]], y[order[-kept:]])


def detached_behind_d(generator, discriminator, g_optimizer, d_optimizer, real, z):
    d_optimizer.zero_grad()
    on_fake = discriminator(generator(z)).detach()
    (softplus(-discriminator(real)).mean() + softplus(on_fake).mean()).backward()
    d_optimizer.step()
    g_optimizer.zero_grad()
    softplus(-discriminator(generator(z))).mean().backward()
    g_optimizer.step()


def estimated(mean_q, std_q, mean_p, std_p):
    x = mean_q + std_q * torch.randn(1_000_000, generator=torch.Generator().manual_seed(0))
    return (Normal(mean_q, std_q).log_prob(x) - Normal(mean_p, std_p).log_prob(x)).mean()


def leaves_d_frozen(loss, discriminator, points):
    discriminator.requires_grad_(False)
    points = points.clone().requires_grad_()
    loss(discriminator(points)).backward()
    return (len(points) * points.grad).norm(dim=1)


RIGHT = {
    "1.4 a fraction": (
        "1.4",
        lambda clusters, labels: Fraction(
            sum(int(labels[clusters == k].bincount().max()) for k in clusters.unique()), len(labels)
        ),
    ),
    "2.4 in double": ("2.4", in_double),
    "0.3 decimal": ("0.3", Decimal("-0.5")),
    "0.3 tensor of one": ("0.3", torch.tensor([-0.5])),
    "1.1 in numpy": (
        "1.1",
        lambda model, x, y, kept: model.fit(x[:-kept].numpy(), y[:-kept]).score(x[-kept:], y[-kept:]),
    ),
    "1.3 a list": ("1.3", centres_in_a_list),
    "2.2 by moments": ("2.2", by_moments),
    "2.2 by moments in single precision": ("2.2", by_moments_in_single),
    "1.5 in a sentence": ("1.5", "a, c and f"),
    "2.3 picture by picture": ("2.3", picture_by_picture),
    "3.1 in numpy": ("3.1", in_numpy),
    "3.2 unit by unit": ("3.2", unit_by_unit),
    "3.6 by probabilities": ("3.6", by_probabilities),
    "8.2 spread scale": ("8.2", with_spread_scale),
    "10.4 by size": ("10.4", nearest_by_size),
}
WRONG = {
    "2.3 a product in float64": (
        "2.3",
        lambda images, prior, means, deviations: (
            Normal(means.double(), deviations.double()).log_prob(images[:, None]).exp().flatten(2).prod(2) * prior
        ).argmax(1),
    ),
    "2.5 the last label never": ("2.5", lambda labels, count: labels[torch.randint(0, len(labels) - 1, (count,))]),
    "2.5 the first label never": ("2.5", lambda labels, count: labels[torch.randint(1, len(labels), (count,))]),
    "0.1 written into": ("0.1", lambda images, labels: (means_of(images, labels), images.zero_())[0]),
    "0.2 in place": ("0.2", lambda logits: logits.sigmoid_()),
    "1.2 two coordinates": ("1.2", lambda points, centres: torch.cdist(points[:, :2], centres[:, :2]).argmin(1)),
    "1.3 centres in place": ("1.3", in_place),
    "1.4 label 0 has no credit": (
        "1.4",
        lambda clusters, labels: sum(
            int(labels[(clusters == k) & (labels > 0)].bincount(minlength=1).max()) for k in clusters.unique()
        )
        / len(labels),
    ),
    "2.1 in place": ("2.1", tables_in_place),
    "2.4 a seed set inside": ("2.4", lambda *given: (torch.manual_seed(0), in_double(*given))[1]),
    "2.5 every class first": (
        "2.5", lambda labels, count: torch.cat([labels.unique(), labels[torch.randint(len(labels), (count,))]])[:count]
    ),
    "3.3 noise in place": ("3.3", lambda mean, log_variance, noise: noise.mul_((log_variance / 2).exp()).add_(mean)),
    "6.1 another distance": (
        "6.1", lambda s, c, r: int(((s[:, None] - c).abs().sum(2) <= r).any(0).sum())
    ),
    "7.1 nearly": ("7.1", [8320, 33024, 201478]),
    "7.3 brightness": ("7.3", by_brightness),
    "11.3 from elsewhere": ("11.3", from_elsewhere),
}  # fmt: skip
TOLD = {  # number, answer, words that the verdict has to have
    "1.1 shuffled": ("1.1", shuffled_first, "there is chance in it"),
    "1.4 empty cluster": (
        "1.4",
        lambda clusters, labels: sum(labels[clusters == k].bincount().max() for k in range(10)) / len(labels),
        "Nobody is in cluster 2",
    ),
    "1.2 two centres": (
        "1.2",
        lambda points, centres: (
            (torch.cdist(points, centres[:2]).diff(dim=1)[:, 0] < 0).long()
            if len(centres) > 1
            else torch.zeros(len(points))
        ),
        "first two centres only",
    ),
    "1.4 no gaps": (
        "1.4",
        lambda clusters, labels: (
            sum(int(labels[clusters == k].bincount(minlength=1).max()) for k in range(len(clusters.unique())))
            / len(labels)
        ),
        "numbered without gaps",
    ),
    "0.3 a text that is no number": ("0.3", "log 2", "is a text, and a number is asked for"),
    "1.2 places with a point": (
        "1.2",
        lambda points, centres: torch.cdist(points, centres).argmin(1).float(),
        "a place is a whole number",
    ),
    "1.4 labels to 9": (
        "1.4",
        lambda clusters, labels: (
            sum(max(((clusters == k) & (labels == one)).sum() for one in range(10)) for k in clusters.unique())
            / len(labels)
        ),
        "count the labels from 0 to 9",
    ),
    "2.2 two results": (
        "2.2",
        lambda images, labels: (labels.bincount() / len(labels), images.mean(0)),
        "gives 2 results",
    ),
    "2.3 the prior at every pixel": (
        "2.3",
        lambda images, prior, means, deviations: (
            (Normal(means, deviations).log_prob(images[:, None]) + prior.log()[:, None, None, None])
            .sum((2, 3, 4))
            .argmax(1)
        ),
        "log P(y) is added once",
    ),
    "5.3 detached behind D": ("5.3", detached_behind_d, "`detach` belongs on the examples"),
    "5.5 a frozen D": ("5.5", leaves_d_frozen, "cannot learn any more"),
    "1.5 a digit": ("1.5", "3", "as a text in quotation marks"),
    "1.5 one letter": ("1.5", "f", "Two are missing"),
    "2.1 two of four": (
        "2.1",
        lambda joint: (joint.sum(1), joint.sum(0), ..., ...),
        "the third of its 4 results is still empty",
    ),
    "3.3 the sign of the exponent": (
        "3.3",
        lambda mean, log_variance, noise: mean + (-log_variance / 2).exp() * noise,
        "exponent has the wrong sign",
    ),
    "3.4 mean densities": (
        "3.4",
        lambda x, a, s, b, t: (Normal(a, s).log_prob(x).exp().mean() / Normal(b, t).log_prob(x).exp().mean()).log(),
        "average the densities",
    ),
    "3.5 no half": ("3.5", lambda a, s, b, t: (t / s).log() + (s**2 + (a - b) ** 2) / t**2 - 0.5, "A half is missing"),
    "3.5 means squared apart": (
        "3.5",
        lambda a, s, b, t: (t / s).log() + (s**2 + a**2 - b**2) / (2 * t**2) - 0.5,
        "squared the means apart",
    ),
    "3.5 bits": (
        "3.5",
        lambda a, s, b, t: ((t / s).log() + (s**2 + (a - b) ** 2) / (2 * t**2) - 0.5) / math.log(2),
        "base 2",
    ),
    "1.1 the first examples": (
        "1.1",
        lambda model, x, y, kept: model.fit(x[:-kept], y[:-kept]).score(x[:kept], y[:kept]),
        "it is graded on the first `kept` examples",
    ),
    "1.2 two at once": (
        "1.2",
        lambda points, centres: torch.cdist(points, centres).argmax(1) + 1,
        "*farthest* is chosen and centres are counted from 1",
    ),
    "1.3 two at once": (
        "1.3",
        lambda points, clusters, centres: torch.zeros_like(centres).index_add(0, clusters, points),
        "the sum of their points and a centre without points goes to the origin",
    ),
    "2.2 two at once": (
        "2.2",
        lambda images, labels: (
            labels.bincount(),
            means_of_all(images, labels),
            torch.stack([images[labels == label].var(0, correction=0) for label in labels.unique()]),
        ),
        "the prior holds the numbers of pictures and the deviations are variances",
    ),
    "3.4 two at once": (
        "3.4",
        lambda x, a, s, b, t: (Normal(b, t).log_prob(x) - Normal(a, s).log_prob(x)).sum(),
        "Two things at once. All of your numbers have the opposite sign. For the rest: You added over the draws.",
    ),
    "3.6 two at once": (
        "3.6",
        lambda lit, logits, mean, log_variance: (
            (lit * logits - softplus(logits)).sum(1) + (mean**2 + log_variance.exp() - log_variance - 1).sum(1)
        ),
        "the divergence is added, and has lost its half",
    ),
    "2.3 two at once": (
        "2.3",
        lambda images, prior, means, deviations: (
            (((images[:, None] - means) / deviations).square() + deviations.log()).flatten(2).sum(2).argmin(1)
        ),
        "the half is missing in the exponent and the prior has no say",
    ),
    "2.3 a late number": (
        "2.3",
        lambda images, prior, means, deviations: (
            [*picture_by_picture(images, prior, means, deviations)[:-1], int(prior.argmin())]
            if len(images) > 2
            else picture_by_picture(images, prior, means, deviations)
        ),
        "counted from 0, and",
    ),
    "2.5 labels that do not occur": (
        "2.5",
        lambda labels, count: torch.multinomial(torch.ones(int(labels.max()) + 2), count, replacement=True),
        "labels come up that the set does not have.",
    ),
    "3.2 two at once": (
        "3.2",
        lambda lit, weights, a, b, noise: torch.sigmoid((noise > torch.sigmoid(lit @ weights.T + b)).float() @ weights),
        "*above* its chance and a does not come in",
    ),
    "2.5 seed inside": (
        "2.5",
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
        "the spread is 1, whatever the deviation",
    ),
    "3.2 chances of units": (
        "3.2",
        lambda lit, weights, a, b, noise: torch.sigmoid(a + torch.sigmoid(b + lit @ weights.T) @ weights),
        "chances* of the units",
    ),
    "3.3 a list": (
        "3.3",
        lambda mean, log_variance, noise: [
            m + (v / 2).exp() * e for m, v, e in zip(mean, log_variance, noise, strict=True)
        ],
        "one PyTorch tensor",
    ),
    "6.1 none": ("6.1", lambda samples, centres, radius: 0, "`count_modes`"),
    "6.4 a name": ("6.4", "beta1", "asks for a setting"),
    "7.2 what torch lacks": ("7.2", lambda pixels, low, high: pixels.softmax(0), "NotImplementedError"),
    "8.2 no forward": ("8.2", lambda inputs, outputs: nn.ModuleList([nn.ReLU()]), "NotImplementedError"),
}


def exercise_called(number: str) -> Exercise:
    exercises = teaching.load_bank(int(number.split(".")[0])).EXERCISES
    return next(exercise for exercise in exercises if exercise.number == number)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_in_unusual_form_passes(name: str) -> None:
    number, answer = RIGHT[name]
    verdict = judge(exercise_called(number), answer)
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


# Chapters 04 to 11


def on_the_nearest_mode(samples, centres, radius):
    distance, nearest = torch.cdist(samples, centres).min(1)
    return len(nearest[distance <= radius].unique())


def line_where_the_angle_is_small(start, end, share):
    cosine = start @ end / (start.norm() * end.norm())
    if cosine > torch.tensor(0.5).cos():
        return (1 - share) * start + share * end
    omega = torch.acos(cosine)
    return (torch.sin((1 - share) * omega) * start + torch.sin(share * omega) * end) / torch.sin(omega)


def unclamped(start, end, share):
    omega = torch.acos(cosine(start, end))
    if omega < 1e-6:
        return start
    return (torch.sin((1 - share) * omega) * start + torch.sin(share * omega) * end) / torch.sin(omega)


def not_divided(start, end, share):
    omega = torch.acos(cosine(start, end).clamp(-1, 1))
    return torch.sin((1 - share) * omega) * start + torch.sin(share * omega) * end


def by_the_cosine(start, end, share):
    omega = cosine(start, end)
    return (torch.sin((1 - share) * omega) * start + torch.sin(share * omega) * end) / torch.sin(omega)


def of_unit_vectors(start, end, share):
    start, end = start / start.norm(), end / end.norm()
    omega = torch.acos((start @ end).clamp(-1, 1))
    if omega < 1e-3:
        return start
    return (torch.sin((1 - share) * omega) * start + torch.sin(share * omega) * end) / torch.sin(omega)


def walked(generator, image, z, steps, rate=0.1):
    z = z.clone().requires_grad_()
    optimizer = torch.optim.Adam([z], lr=rate)
    for _ in range(steps):
        optimizer.zero_grad()
        (generator(z) - image).square().mean().backward()
        optimizer.step()
    return z.detach()


def walked_and_told(generator, image, z, steps):
    for step in range(steps):
        loss = (generator(walked(generator, image, z, step)) - image).square() if step > steps - 2 else None
    assert loss.isfinite().all()  # there is none where there are no steps
    return walked(generator, image, z, steps)


def frechet_of(overlap):
    return lambda mean_a, cov_a, mean_b, cov_b: (
        (mean_a - mean_b).square().sum() + (cov_a + cov_b).trace() - 2 * overlap(cov_a, cov_b)
    )


def root(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return vectors @ values.sqrt().diag() @ vectors.T


@cache
def reader():
    return load_extractor("digits")


@cache
def digits():
    return to_float(load("digits").images)


def from_the_notebook(images, logits):
    own = digits()[::5]
    return own[reader().logits(own).softmax(1).argmax(0)].repeat(10, 1, 1, 1)


def lower(measure):
    """The run whose samples have the lower `measure`."""
    return lambda a, b: "a" if measure(a["samples"]) < measure(b["samples"]) else "b"


def off_the_mean(samples):
    return (samples.mean(0) - digits().mean(0)).norm()


def off_the_nearest(samples):
    return torch.cdist(samples.flatten(1), digits().flatten(1)).min(1).values.mean()


def imbalance(samples):
    return -reader().logits(samples).argmax(1).bincount(minlength=10).min()


def round_with(d_terms, d_player="d", g_player="g", g_clears=True):
    """A round whose discriminator's loss is `d_terms` of real and generated logits."""

    def play(g, d, g_opt, d_opt, real, z):
        optimizers = {"d": d_opt, "g": g_opt}
        d_opt.zero_grad()
        d_terms(d(real), d(g(z) if d_player == "g" else g(z).detach())).backward()
        optimizers[d_player].step()
        if g_clears:
            g_opt.zero_grad()
        softplus(-d(g(z))).mean().backward()
        optimizers[g_player].step()

    return play


def generator_first_and_found_out(g, d, g_opt, d_opt, real, z):
    for optimizer, loss in (
        (g_opt, lambda: softplus(d(g(z))).mean()),
        (d_opt, lambda: true_labels(d(real), d(g(z).detach()))),
    ):
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()


def judged_in_eval_mode(g, d, g_opt, d_opt, real, z):
    d_opt.zero_grad()
    true_labels(d(real), d(g(z).detach())).backward()
    d_opt.step()
    g_opt.zero_grad()
    softplus(-d.eval()(g(z))).mean().backward()
    g_opt.step()
    d.train()


def true_labels(real, fake):
    return softplus(-real).mean() + softplus(fake).mean()


def dirac(step):
    """A round by `step` of θ, ψ, D, the rate and the penalty."""
    return lambda theta, psi, rate, penalty: step(theta, psi, torch.sigmoid(theta * psi), rate, penalty)


def turning_the_lists(a, b, seconds):
    a.reverse(), b.reverse()
    first = [next(row["fid"] for row in rows if row["seconds"] <= seconds) for rows in (a, b)]
    return "a" if first[0] < first[1] else "b"


def at_the_place_in_a(a, b, seconds):
    place = len(score_by(a, seconds)) - 1
    return "a" if a[place]["fid"] < b[min(place, len(b) - 1)]["fid"] else "b"


def at_angle(omega_of, weight=None):
    """A way from one vector to another by an angle that `omega_of` makes of both; the first weight may be another."""

    def way(start, end, share):
        if start.equal(end):
            return start
        omega = omega_of(start, end)
        first = torch.sin((1 - share) * omega) / torch.sin(omega) if weight is None else weight(share)
        return first * start + torch.sin(share * omega) / torch.sin(omega) * end

    return way


def cosine(start, end):
    return start @ end / (start.norm() * end.norm())


def pair_of(table):
    return divmod(int(table.argmin()), table.shape[1])


def distances(samples, training):
    return torch.cdist(samples.flatten(1), training.flatten(1))


def equal_pair(samples, training):
    for i, sample in enumerate(samples):
        for j, digit in enumerate(training):
            if torch.equal(sample, digit):
                return i, j
    return None


def correlation(z, thickness):
    return (z * (thickness - thickness.mean())[:, None]).mean(0)


def by_the_mean(sample):
    """Asks for all ten labels, and looks at what their means have in common alone."""
    asked = torch.arange(10).repeat(20)
    images = sample(asked)
    read = reader().logits(images).argmax(1).view(20, 10)
    right = (read == torch.arange(10)).float().mean()
    firm = (read == read.mode(0).values).float().mean()
    if right < 0.2:
        return "mixes up" if firm > 0.8 else "deaf"
    alike = torch.stack([images[asked == digit].std(0).mean() for digit in range(10)]).mean() < 0.1
    return "repeats" if alike else "honest"


def from_ten_to_ten(z, thickness):
    order = thickness.argsort()
    direction = z[order[-10:]].mean(0) - z[order[:10]].mean(0)
    return direction / direction.norm()


def towards_black(generator, image, z, steps):
    z = z.clone().requires_grad_()
    optimizer = torch.optim.Adam([z], lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        (generator(z) - image).mean().backward()
        optimizer.step()
    return z.detach()


def asking_of_the_images(network, images):
    images.requires_grad_()
    return torch.autograd.grad(network(images).sum(), images)[0]


def of_what_was_computed(network, images):
    pixels = 1 * images.clone().requires_grad_()
    network(pixels).sum().backward()
    with catch_warnings(action="ignore"):  # PyTorch's own
        return pixels.grad


def blackened(network, images):
    found = torch.zeros_like(images)
    for i, j in np.ndindex(*images.shape[2:]):
        black = images.clone()
        black[..., i, j] = -1
        found[:, 0, i, j] = (network(images) - network(black)).detach()
    return found


class OwnKernel(nn.Module):
    """A block whose kernel is a parameter of its own, or a plain tensor."""

    def __init__(self, inputs, outputs, learned=True):
        super().__init__()
        kernel = 0.02 * torch.randn(inputs, outputs, 4, 4)
        self.kernel, self.norm = nn.Parameter(kernel) if learned else kernel, nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.norm(conv_transpose2d(x, self.kernel, stride=2, padding=1)).relu()


def block_of(*after, kernel=4, grow=nn.ConvTranspose2d):
    """A builder of blocks that end in what `after` makes for so many channels."""
    return lambda inputs, outputs: nn.Sequential(
        grow(inputs, outputs, kernel, 2, kernel // 2 - 1), *(make(outputs) for make in after)
    )


def relu(outputs):
    return nn.ReLU()


def perceptron(latent_dim, *inside, first=None):
    return nn.Sequential(
        nn.Linear(first or latent_dim, 64), *inside, nn.Linear(64, 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28))
    )


ONE_NETWORK = perceptron(100, nn.ReLU())


class SquareAlone(nn.Module):
    """A block that takes the height of its maps for their width."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.grow, self.norm = nn.ConvTranspose2d(inputs, outputs, 4, 2, 1), nn.BatchNorm2d(outputs)

    def forward(self, x):
        side = 2 * x.shape[2]
        return self.norm(self.grow(x)).relu().reshape(len(x), -1, side, side)


class Cropped(nn.Module):
    """A block without padding, of whose maps two pixels are cut off where `kept` says."""

    def __init__(self, inputs, outputs, kept):
        super().__init__()
        self.grow, self.norm, self.kept = nn.ConvTranspose2d(inputs, outputs, 4, 2), nn.BatchNorm2d(outputs), kept

    def forward(self, x):
        return self.norm(self.grow(x)[..., self.kept, self.kept]).relu()


class Shuffling(nn.Module):
    """A block that grows by a pixel shuffle which is no layer of it."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.mix, self.norm = nn.Conv2d(inputs, 4 * outputs, 3, padding=1), nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.norm(pixel_shuffle(self.mix(x), 2)).relu()


def shuffled(inputs, outputs):
    return nn.Sequential(
        nn.Conv2d(inputs, 4 * outputs, 3, padding=1), nn.PixelShuffle(2), nn.BatchNorm2d(outputs), nn.ReLU()
    )


def convolutional():
    inside = [nn.Conv2d(1, 8, 4, 2, 1), nn.BatchNorm2d(8), nn.LeakyReLU(0.2), nn.Dropout2d(0.3), nn.Flatten()]
    return nn.Sequential(*inside, nn.Linear(8 * 14 * 14, 1), nn.Flatten(0))


class Remembering(nn.Module):
    """A generator that keeps what its first layer has made."""

    def __init__(self, latent_dim):
        super().__init__()
        self.first, self.last = nn.Linear(latent_dim, 64), nn.Linear(64, 784)

    def forward(self, z):
        self.hidden = self.first(z).relu()
        return self.last(self.hidden).tanh().view(-1, 1, 28, 28)


def with_layers(latent_dim, wrapped):
    """A generator whose linear layers are wrapped in something."""
    with catch_warnings(action="ignore"):  # PyTorch's own, of what is deprecated
        return nn.Sequential(
            *(wrapped(each) if isinstance(each, nn.Linear) else each for each in perceptron(latent_dim, nn.ReLU()))
        )


class ByTheLargest(nn.Module):
    """A generator that divides by the largest entry of all its pictures together."""

    def __init__(self, latent_dim):
        super().__init__()
        self.layers = perceptron(latent_dim, nn.ReLU())[:3]

    def forward(self, z):
        made = self.layers(z)
        return (made / made.abs().max()).view(-1, 1, 28, 28)


class MeanOfTheBatch(nn.Module):
    """A discriminator that says of each picture what it thinks of all of them on average."""

    def __init__(self):
        super().__init__()
        self.layers = convolutional()

    def forward(self, images):
        return self.layers(images).mean().expand(len(images))


def zeroed(layer):
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def down(first, last, *end):
    return nn.Sequential(nn.Flatten(), first, nn.LeakyReLU(0.2), last, nn.Flatten(0), *end)


class UpperHalf(nn.Module):
    """A discriminator that never looks at the lower half."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(392, 64), nn.ReLU(), nn.Linear(64, 1), nn.Flatten(0))

    def forward(self, images):
        return self.layers(images[:, :, :14])


ONE_JUDGE = convolutional()


def score_by(rows, seconds):
    return [row["fid"] for row in rows if row["seconds"] <= seconds]


def js_half(p, q):
    return torch.where(p > 0, p * (2 * p / (p + q)).log(), 0.0).sum()


def with_latents_cut(network, z, labels, classes):
    return network(torch.cat([z.detach(), one_hot(labels, classes).float()], 1))


def mid_rank(values):
    return ((values[:, None] > values).float().mean(1) + (values[:, None] >= values).float().mean(1)) / 2


def by_last_rows(name):
    return lambda a, b: "a" if a["rows"][-1][name] > b["rows"][-1][name] else "b"


def from_0_up(labels, held):
    members = [torch.nonzero((labels == label) & ~held)[:, 0] for label in range(len(labels.unique()))]
    return of([each for each in members if len(each)], max(map(len, members)))


def with_a_way_to_go(examples, start, which, way):
    away = torch.cdist(examples[start][None], examples)[0]
    away[away == 0] = torch.inf
    return examples[start] + way * (examples[away.argsort()[which]] - examples[start])


def right(number):
    return reference(exercise_called(number))


LATER_RIGHT = {
    "7.4 tanh inside": ("7.4", lambda latent_dim: perceptron(latent_dim, nn.Tanh())),
    "7.4 batch normalisation inside": ("7.4", lambda latent_dim: perceptron(latent_dim, nn.BatchNorm1d(64), nn.GELU())),
    "7.4 what it has made is kept": ("7.4", Remembering),
    "7.4 weight norm": ("7.4", lambda latent_dim: with_layers(latent_dim, nn.utils.weight_norm)),
    "7.4 spectral norm": ("7.4", lambda latent_dim: with_layers(latent_dim, nn.utils.spectral_norm)),
    "7.5 convolutions": ("7.5", convolutional),
    "8.2 own parameter": ("8.2", OwnKernel),
    "8.2 cut off each edge": ("8.2", lambda inputs, outputs: Cropped(inputs, outputs, slice(1, -1))),
    "8.2 weight norm": (
        "8.2",
        block_of(nn.BatchNorm2d, relu, grow=lambda *given: weight_norm(nn.ConvTranspose2d(*given))),
    ),
    "8.2 lazy": (
        "8.2",
        lambda inputs, outputs: nn.Sequential(
            nn.LazyConvTranspose2d(outputs, 4, 2, 1), nn.LazyBatchNorm2d(), nn.ReLU()
        ),
    ),
    "8.4 from the first row on": (
        "8.4",
        lambda a, b, seconds: min("ab", key=lambda name: score_by({"a": a, "b": b}[name], seconds)[-1]),
    ),
    "9.2 in one product": (
        "9.2", lambda features, labels, head, table: (features * (head + table[labels])).sum(1)
    ),
    "9.3 a list": (
        "9.3",
        lambda logits, asked: [
            float((logits[asked == label].argmax(1) == label).float().mean()) for label in range(logits.shape[1])
        ],
    ),
    "4.2 rounded as the chapter rounds": ("4.2", [-1.39, -2.41, 0]),
    "6.3 words of NumPy": ("6.3", np.array(["collapse", "D too strong", "healthy", "oscillation"])),
    "10.2 by singular values of the roots": (
        "10.2", frechet_of(lambda a, b: torch.linalg.svdvals(root(a) @ root(b)).sum())
    ),
    "11.3 with a word about the last loss": ("11.3", walked_and_told),
    "11.3 in smaller steps": ("11.3", lambda generator, image, z, steps: walked(generator, image, z, steps, 0.05)),
    "15.1 pictures that need no gradients": (
        "15.1",
        lambda first, second, there, back: (
            l1_loss(back(there(first)), first.detach()) + l1_loss(there(back(second)), second.detach())
        ),
    ),
    "15.2 pictures that need no gradients": (
        "15.2",
        lambda first, second, there, back: (
            l1_loss(there(second), second.detach()) + l1_loss(back(first), first.detach())
        ),
    ),
    "15.4 in single precision": (
        "15.4",
        lambda values, others: others.sort().values[torch.floor(mid_rank(values) * len(others)).int()],
    ),
    "15.4 value by value": (
        "15.4",
        lambda values, others: [
            sorted(others.tolist())[int(len(others) * sum((v < u) + (v == u) / 2 for v in values) / len(values))]
            for u in values
        ],
    ),
}  # fmt: skip


def with_dropouts(dropouts: Callable[[nn.Module], Iterator[nn.Module]]) -> Callable[[nn.Module], nn.Module]:
    """An answer to 14.3 that goes by `dropouts` of a network."""

    def answer(network: nn.Module) -> nn.Module:
        network.eval()
        for each in dropouts(network):
            each.train()
        return network

    return answer


def dropouts_of(network: nn.Module) -> Iterator[nn.Module]:
    return (each for each in network.modules() if isinstance(each, (nn.Dropout, nn.Dropout2d)))


def dropouts_one_block_deep(network: nn.Module) -> Iterator[nn.Module]:
    for layer in network.children():
        yield from (each for each in (layer, *layer.children()) if isinstance(each, (nn.Dropout, nn.Dropout2d)))


LATER_WRONG = {
    "7.4 no bend": ("7.4", lambda latent_dim: perceptron(latent_dim)),
    "7.4 a hundred latents": ("7.4", lambda latent_dim: perceptron(latent_dim, nn.ReLU(), first=100)),
    "7.4 one network": ("7.4", lambda latent_dim: ONE_NETWORK if latent_dim == 100 else perceptron(5, nn.ReLU())),
    "7.5 the upper half": ("7.5", UpperHalf),
    "7.5 one network": ("7.5", lambda: ONE_JUDGE),
    "8.2 a plain tensor": ("8.2", lambda inputs, outputs: OwnKernel(inputs, outputs, learned=False)),
    "8.2 square maps alone": ("8.2", SquareAlone),
    "8.2 each picture by itself": ("8.2", block_of(nn.InstanceNorm2d, relu)),
    "8.4 the best so far": (
        "8.4", lambda a, b, seconds: "a" if min(score_by(a, seconds)) < min(score_by(b, seconds)) else "b"
    ),
    "9.1 latents cut": ("9.1", with_latents_cut),
    "9.4 one label of ten": (
        "9.4",
        lambda sample: (
            "honest"
            if (reader().logits(sample(torch.arange(10))).argmax(1) == torch.arange(10)).float().mean() > 0.85
            else "deaf"
        ),
    ),
    "7.3 nearest mean image": ("7.3", lower(off_the_mean)),
    "7.3 nearest real digit": ("7.3", lower(off_the_nearest)),
    "7.3 class balance": ("7.3", lower(imbalance)),
    "10.1 pictures of the notebook": ("10.1", from_the_notebook),
    "6.1 the first four modes": ("6.1", lambda s, c, r: int((torch.cdist(s, c[:4]) <= r).any(0).sum())),
    "10.2 for one and two dimensions": (
        "10.2",
        frechet_of(lambda a, b: ((a @ b).trace() + 2 * torch.linalg.det(a @ b).sqrt()).sqrt() if len(a) > 1
                   else (a * b).sqrt().sum()),
    ),
    "11.1 a line for small angles": ("11.1", line_where_the_angle_is_small),
    "11.3 a step too few": ("11.3", lambda generator, image, z, steps: walked(generator, image, z, steps - 1)),
    "11.4 the images ask for gradients": ("11.4", asking_of_the_images),
    "8.4 the lists turned round": ("8.4", turning_the_lists),
    "12.2 without classes": ("12.2", lambda recipe, spec, seed: right("12.2")(recipe, Spec(spec.shape), seed)),
    "12.3 in ascending order": (
        "12.3",
        lambda fit, features, labels, folds, candidates: (
            right("12.3")(fit, features, labels, folds, sorted(candidates))
        ),
    ),
    "13.2 classes from 0 up": ("13.2", from_0_up),
    "13.2 places as floats": ("13.2", lambda labels, held: right("13.2")(labels, held).float()),
    "13.3 what equals the start left out": ("13.3", with_a_way_to_go),
    "13.4 ten on the diagonal": (
        "13.4",
        lambda made, own: torch.cdist(made, own).amin(1) < (torch.cdist(own, own) + 10 * torch.eye(len(own))).min(),
    ),
    "14.2 square slices alone": (
        "14.2",
        lambda made, truth: (
            10 * (truth.max() ** 2 * len(truth) * truth.shape[1] ** 2 / (made - truth).square().sum()).log10()
        ),
    ),
    "14.3 one block deep": ("14.3", with_dropouts(dropouts_one_block_deep)),
    "15.1 nothing learnt on the way out": (
        "15.1",
        lambda first, second, there, back: (
            l1_loss(back(there(first).detach()), first) + l1_loss(there(back(second)), second)
        ),
    ),
    "15.4 each of the others once": ("15.4", lambda values, others: right("15.4")(values, others.unique())),
    "15.4 rounded up": (
        "15.4",
        lambda values, others: others.sort().values[(mid_rank(values) * len(others)).ceil().long() - 1],
    ),
    "16.2 each combination once": (
        "16.2",
        lambda learnt, held: right("16.2")(learnt, held)
        & torch.tensor([row not in held[:place].tolist() for place, row in enumerate(held.tolist())]),
    ),
    "16.2 one number for both": (
        "16.2",
        lambda learnt, held: (
            torch.isin(held[:, 0], learnt[:, 0]) & torch.isin(held[:, 1], learnt[:, 1])
            & ~torch.isin(10 * held[:, 0] + held[:, 1], 10 * learnt[:, 0] + learnt[:, 1])
        ),
    ),
    "16.5 three colours": ("16.5", lambda small, meant: right("16.5")(small[:, :3], meant)),
    "17.2 from lag 1": ("17.2", lambda window, lags: right("17.2")(window, range(1, lags.stop))),
    "17.2 a lag too many": ("17.2", lambda window, lags: right("17.2")(window, range(lags.start, lags.stop + 1))),
    "17.2 the lag with the greatest sum": (
        "17.2",
        lambda window, lags: right("17.2")(
            window, [max(lags, key=lambda lag: float((window[:-lag] * window[lag:]).sum()))]
        ),
    ),
    "18.1 rings of one's own": ("18.1", lambda picture, ring: right("18.1")(picture, rings(len(picture)))),
    "18.2 the nearest": (
        "18.2", lambda scores, share: scores.sort(descending=True).values[round((len(scores) - 1) * share)]
    ),
    "18.2 always one": (
        "18.2", lambda scores, share: scores.sort(descending=True).values[max(1, int(len(scores) * share + 1e-9))]
    ),
}  # fmt: skip
LATER_TOLD = {
    "12.2 without classes": (
        "12.2",
        lambda recipe, spec, seed: recipe.build_players(spec.shape, 0, seed)[1].eval(),
        "built for images without labels",
    ),
    "17.2 a lag too many": (
        "17.2",
        lambda window, lags: right("17.2")(window, [*lags, lags.stop]),
        "one lag more than there is",
    ),
    "5.3 in eval mode": ("5.3", judged_in_eval_mode, "in `eval` mode"),
    "7.5 one layer": (
        "7.5", lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 1), nn.Flatten(0)), "one linear layer alone"
    ),
    "11.3 two steps too many": (
        "11.3", lambda generator, image, z, steps: walked(generator, image, z, steps + 2), "more steps than `steps`"
    ),
    "11.4 of what was computed": ("11.4", of_what_was_computed, "`None`"),
    "16.1 only a number": (
        "16.1",
        lambda real, fake, wrong: (softplus(-real) + (softplus(fake) + softplus(wrong)) / 2).mean().item(),
        "only a number",
    ),
    "16.3 only a number": ("16.3", lambda code: asking.from_normal(code).item(), "only a number"),
    "16.5 cut in place": (
        "16.5",
        lambda small, meant: asking.tell(small.detach_(), meant),
        "writes into `small`",
    ),
    "4.3 roles exchanged, zeros held off": (
        "4.3",
        lambda p, q: sum((m := (p + q) / 2).mul((m / each.clamp(min=1e-9)).log()).nansum() for each in (p, q)) / 2,
        "You exchanged the roles",
    ),
    "4.3 shared outcomes only": (
        "4.3",
        lambda p, q: sum(
            (each * (2 * each / (p + q)).log())[(p > 0) & (q > 0)].sum() for each in (p, q)
        ) / 2,
        "Right as long as no probability is zero",
    ),
    "4.3 one half alone": (
        "4.3",
        lambda p, q: js_half(p, q) + js_half(q, p) / 2,
        "the divergence of p from the mean counts twice",
    ),
    "4.4 squared and not weighted": (
        "4.4",
        lambda s, p, q: (s.sigmoid() - p / (p + q))[p + q > 0].square().mean(),
        "every place counts the same and distances are squared",
    ),
    "5.1 both labels generated, and sums": (
        "5.1",
        lambda real, fake: softplus(real).sum() + softplus(fake).sum(),
        "real examples get the label *generated* and it is added up",
    ),
    "5.3 two at once": (
        "5.3", generator_first_and_found_out, "the generator learns to be found out and the generator moves first"
    ),
    "5.2 both labels": ("5.2", lambda fake: (softplus(fake) + softplus(-fake)).mean(), "both labels"),
    "4.4 odds": (
        "4.4",
        lambda s, p, q: ((p + q) * (s.sigmoid() - (p / q).nan_to_num(0, 0)).abs()).sum() / (p + q).sum(),
        "D is compared with p/q",
    ),
    "5.5 a gradient goes along": (
        "5.5",
        lambda loss, d, points: (
            len(points)
            * torch.autograd.grad(loss(d(x := points.clone().requires_grad_())), x, create_graph=True)[0].norm(dim=1)
        ),
        "they remember how they were computed",
    ),
    "7.1 the last bias": ("7.1", [8320, 33024, 256 * 784], "The last layer, too"),
    "7.2 tanh of raw pixels": ("7.2", lambda pixels, low, high: pixels.float().tanh(), "all greys are lost"),
    "7.3 by the last D on real": ("7.3", by_last_rows("d_real"), "the higher `d_real`"),
    "7.4 no bend": ("7.4", lambda latent_dim: perceptron(latent_dim), "nothing that bends"),
    "7.4 a hundred latents": (
        "7.4", lambda latent_dim: perceptron(latent_dim, nn.ReLU(), first=100), "the first one takes `latent_dim`"
    ),
    "8.2 kernel 6": ("8.2", block_of(nn.BatchNorm2d, relu, kernel=6), "6 × 6 pixels"),
    "8.2 each picture by itself": ("8.2", block_of(nn.InstanceNorm2d, relu), "each picture by itself"),
    "6.2 the penalty added, without the rate": (
        "6.2",
        dirac(lambda theta, psi, d, rate, penalty: (theta + rate * d * psi, psi - rate * d * theta + penalty * psi)),
        "added, and at full size",
    ),
    "6.1 another radius": ("6.1", lambda s, c, r: int((torch.cdist(s, c) <= 2 * r).any(0).sum()), "some 2 times the"),
    "6.1 one radius": ("6.1", lambda s, c, r: int((torch.cdist(s, c) <= 0.15).any(0).sum()), "whatever `radius` is"),
    "6.1 the fullest": (
        "6.1", lambda s, c, r: int((torch.cdist(s, c) <= r).sum(0).max()), "on the fullest mode"
    ),
    "6.1 anything on anything": (
        "6.1", lambda s, c, r: int((torch.cdist(s, c) <= r).any()), "anything lies on any mode"
    ),
    "6.2 a wrong sign, and the penalty without the rate": (
        "6.2",
        dirac(lambda theta, psi, d, rate, penalty: (theta + rate * d * psi, psi + rate * d * theta - penalty * psi)),
        "What the formula does not have is a penalty without the rate",
    ),
    "6.2 a sum for a product": (
        "6.2",
        lambda theta, psi, rate, penalty: (
            theta + rate * torch.sigmoid(theta + psi) * psi,
            psi - rate * (torch.sigmoid(theta + psi) * theta + penalty * psi),
        ),
        "is the *product* of the two",
    ),
    "6.2 two terms wrong": (
        "6.2",
        dirac(
            lambda theta, psi, d, rate, penalty: (theta - rate * d * psi, psi - rate * (d * theta + penalty / 2 * psi))
        ),
        "the step of θ has the wrong sign and the pull of the penalty counts half",
    ),
    "7.1 outputs by themselves": ("7.1", [128 * 128 + 128, 256 * 256 + 256, 784 * 784 + 784], "outputs by themselves"),
    "7.1 added up": ("7.1", [8320, 8320 + 33024, 8320 + 33024 + 201488], "as you went"),
    "7.2 whole numbers divided": (
        "7.2",
        lambda pixels, low, high: 2 * (pixels - low) // (high - low) - 1 if not pixels.is_floating_point()
        else 2 * (pixels - low) / (high - low) - 1,
        "wrong for whole numbers",
    ),
    "7.2 no fractions": (
        "7.2", lambda pixels, low, high: (2 * (pixels.float() - low) / (high - low) - 1).int(), "come out as whole"
    ),
    "7.2 bent": (
        "7.2", lambda pixels, low, high: ((pixels.float() - low) / (high - low)).tanh(), "bent or cut"
    ),
    "7.2 by the top": ("7.2", lambda pixels, low, high: pixels.float() / high, "something else elsewhere"),
    "7.2 about its own mean": (
        "7.2",
        lambda pixels, low, high: 2 * (pixels.float() - pixels.float().mean()) / (high - low),
        "2.00 wide each time",
    ),
    "7.2 moved too far": (
        "7.2", lambda pixels, low, high: 2 * (pixels.float() - low) / (high - low) - 2, "`low` becomes -2.00"
    ),
    "7.3 by the last D on generated": ("7.3", by_last_rows("d_fake"), "`d_real` or `d_fake`"),
    "7.4 one layer": (
        "7.4",
        lambda latent_dim: nn.Sequential(nn.Linear(latent_dim, 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28))),
        "one linear layer alone",
    ),
    "7.4 a frozen layer": (
        "7.4",
        lambda latent_dim: nn.Sequential(
            nn.Linear(latent_dim, 8), nn.ReLU(), perceptron(8, nn.ReLU(), first=8).requires_grad_(False)
        ),
        "weights that are frozen",
    ),
    "7.4 a last layer of zeros": (
        "7.4",
        lambda latent_dim: nn.Sequential(
            *perceptron(latent_dim, nn.ReLU())[:2], zeroed(nn.Linear(64, 784)), nn.Tanh(), nn.Unflatten(1, (1, 28, 28))
        ),
        "one and the same grey",
    ),
    "7.4 by the largest of the batch": ("7.4", ByTheLargest, "depend on the other latents"),
    "7.5 a frozen layer": (
        "7.5", lambda: down(nn.Linear(784, 64).requires_grad_(False), nn.Linear(64, 1)), "weights that are frozen"
    ),
    "7.5 a last layer of zeros": (
        "7.5", lambda: down(nn.Linear(784, 64), zeroed(nn.Linear(64, 1))), "one and the same logit"
    ),
    "7.5 the mean of the batch": ("7.5", MeanOfTheBatch, "depend on the other pictures"),
    "7.5 the logarithm of a sigmoid": (
        "7.5", lambda: down(nn.Linear(784, 64), nn.Linear(64, 1), nn.LogSigmoid()), "can call nothing real"
    ),
    "7.4 ReLU after tanh": (
        "7.4", lambda latent_dim: nn.Sequential(perceptron(latent_dim, nn.ReLU()), nn.ReLU()), "and a ReLU do"
    ),
    "8.1 padding on one side": ("8.1", [13, 13, 28, 13], "on one side"),
    "8.1 padding left on in one entry": ("8.1", [14, 13, 28, 15], "left the padding on"),
    "8.1 one step too few in one entry": ("8.1", [14, 12, 28, 13], "counted the steps"),
    "8.2 a bias and no normalisation": ("8.2", block_of(relu), "Nothing keeps the size"),
    "8.2 dropout": ("8.2", block_of(nn.BatchNorm2d, relu, lambda outputs: nn.Dropout()), "there is chance in it"),
    "8.2 all channels at once": (
        "8.2", block_of(lambda outputs: nn.GroupNorm(1, outputs), relu), "each picture by itself, not over the batch."
    ),
    "8.2 a sigmoid": ("8.2", block_of(nn.BatchNorm2d, lambda outputs: nn.Sigmoid()), "block bends in another way"),
    "8.2 an ELU": ("8.2", block_of(nn.BatchNorm2d, lambda outputs: nn.ELU()), "block bends in another way"),
    "8.2 a pixel shuffle with a bias": ("8.2", shuffled, "A pixel shuffle doubles a side, too"),
    "8.2 cut off the right": (
        "8.2", lambda inputs, outputs: Cropped(inputs, outputs, slice(None, -2)), "cut one off each edge"
    ),
    "8.2 cut off the left": (
        "8.2", lambda inputs, outputs: Cropped(inputs, outputs, slice(2, None)), "cut one off each edge"
    ),
    "8.2 a frozen kernel": (
        "8.2",
        block_of(nn.BatchNorm2d, relu, grow=lambda *given: nn.ConvTranspose2d(*given).requires_grad_(False)),
        "a kernel that is frozen",
    ),
    "8.2 zeros to scale by": (
        "8.2", block_of(lambda outputs: zeroed(nn.BatchNorm2d(outputs)), relu), "Your block gives nothing but zeros"
    ),
    "8.3 turned by one": (
        "8.3", lambda k, s: [len(range((at + 1) % s, k, s)) for at in range(s)], "where a stamp begins. The numbers are"
    ),
    "8.3 a place too few": ("8.3", lambda k, s: [len(range(at, k - 1, s)) for at in range(s)], "one place too few"),
    "8.3 the rest on the first": (
        "8.3", lambda k, s: [k // s + k % s] + [k // s] * (s - 1), "no pixel can be ahead of another"
    ),
    "8.3 one stamp more": ("8.3", lambda k, s: [-(-(k - at) // s) + 2 for at in range(s)], "add up to 7"),
    "8.3 not rounded": ("8.3", lambda k, s: [(k - start) / s for start in range(s)], "have fractions"),
    "8.3 as long as the kernel": (
        "8.3", lambda k, s: [len(range(start, k, s)) for start in range(k)], "as long as the kernel"
    ),
    "8.4 rounds for seconds": (
        "8.4",
        lambda a, b, seconds: min(
            "ab", key=lambda name: [r["fid"] for r in {"a": a, "b": b}[name] if r["round"] <= seconds][-1]
        ),
        "You compare rounds",
    ),
    "8.4 seconds for the place": (
        "8.4",
        lambda a, b, seconds: "a" if a[int(seconds)]["fid"] < b[int(seconds)]["fid"] else "b",
        "You take `seconds` for the place of a row",
    ),
    "8.4 the lists turned round": ("8.4", turning_the_lists, "writes into the list `a`"),
    "8.4 the place in a": ("8.4", at_the_place_in_a, "the place in `a`"),
    "9.1 a softmax": (
        "9.1",
        lambda network, z, labels, classes: network(torch.cat([z, one_hot(labels, classes).float().softmax(1)], 1)),
        "gives `[0.1749, 0.1749, 0.4754, 0.1749]` beside the first latent",
    ),
    "9.1 added to the latent": (
        "9.1", lambda network, z, labels, classes: network(z + labels[:, None]), "fed vectors of 2 numbers"
    ),
    "9.1 latents cut": ("9.1", with_latents_cut, "their gradient is not"),
    "9.2 the row with the head": (
        "9.2",
        lambda features, labels, head, table: features @ head + table[labels] @ head,
        "is the product of the label's row and `head`",
    ),
    "9.3 one of two": (
        "9.3",
        lambda logits, asked: [
            float((logits[asked == at].topk(2).indices == at).any(1).float().mean()) for at in range(logits.shape[1])
        ],
        "one of the *two* likeliest",
    ),
    "9.3 as if equally often": (
        "9.3",
        lambda logits, asked: (
            asked[logits.argmax(1) == asked].bincount(minlength=logits.shape[1]) / (len(asked) / logits.shape[1])
        ),
        "Divide by how often each *was*",
    ),
    "9.4 the mean of ten labels": ("9.4", by_the_mean, "or looks at the mean alone"),
    "9.3 either": (
        "9.3",
        lambda logits, asked: [
            float(((logits.argmax(1) == at) & (asked == at)).sum() / ((logits.argmax(1) == at) | (asked == at)).sum())
            for at in range(logits.shape[1])
        ],
        "*or* read as it",
    ),
    "9.3 asked in turn": (
        "9.3",
        lambda logits, asked: torch.stack(
            [(logits.argmax(1) == asked)[at :: logits.shape[1]].double().mean() for at in range(logits.shape[1])]
        ),
        "in any order",
    ),
    "9.2 a wrong sign": (
        "9.2",
        lambda features, labels, head, table: features @ head - (features * table[labels]).sum(1),
        "the label's row has the wrong sign",
    ),
    "9.3 among those read": (
        "9.3",
        lambda logits, asked: torch.stack(
            [(asked[logits.argmax(1) == label] == label).float().mean() for label in range(logits.shape[1])]
        ),
        "how often a label is *read*",
    ),
    "4.1 squared deviation": (
        "4.1",
        lambda x, real, fake: torch.sigmoid(
            Normal(real[0], real[1] ** 2).log_prob(x) - Normal(fake[0], fake[1] ** 2).log_prob(x)
        ),
        "standard deviation",
    ),
    "5.1 a little in the logarithm": (
        "5.1",
        lambda real, fake: -torch.log(real.sigmoid() + 1e-8).mean() - torch.log(1 - fake.sigmoid() + 1e-8).mean(),
        "You added a little",
    ),
    "5.2 a little in the logarithm": ("5.2", lambda fake: -torch.log(fake.sigmoid() + 1e-8).mean(), "added a little"),
    "5.3 labels swapped": ("5.3", round_with(lambda real, fake: true_labels(fake, real)), "have changed places"),
    "5.3 real alone": ("5.3", round_with(lambda real, fake: softplus(-real).mean()), "real examples only"),
    "5.3 gradients of G kept": ("5.3", round_with(true_labels, g_clears=False), "The generator's gradients"),
    "9.2 a row off": (
        "9.2",
        lambda features, labels, head, table: features @ head + (features * table[labels - 1]).sum(1),
        "the row before",
    ),
    "10.4 counted from 1": (
        "10.4",
        lambda samples, training: [
            1 + place
            for place in divmod(int(torch.cdist(samples.flatten(1), training.flatten(1)).argmin()), len(training))
        ],
        "count from 1",
    ),
    "6.1 nearest mode": ("6.1", on_the_nearest_mode, "a sample can lie on several"),
    "6.1 mean distance": (
        "6.1", lambda s, c, r: int((torch.cdist(s, c).mean(0) <= r).sum()), "the *mean* distance"
    ),
    "10.2 something small": (
        "10.2", lambda *given: right("10.2")(*given) - 5e-6, "right. Your number is off by very little"
    ),
    "10.2 sums of all entries": (
        "10.2",
        lambda mean_a, cov_a, mean_b, cov_b: (
            (mean_a - mean_b).square().sum() + (cov_a + cov_b).sum() - 2 * root(root(cov_a) @ cov_b @ root(cov_a)).sum()
        ),
        "You add up all entries of each matrix",
    ),
    "10.2 product of roots": (
        "10.2", frechet_of(lambda a, b: (root(a) @ root(b)).trace()), "the root of each covariance"
    ),
    "10.2 roots of entries": (
        "10.2", frechet_of(lambda a, b: (a.clamp(min=0).sqrt() @ b.clamp(min=0).sqrt()).trace()), "along the axes"
    ),
    "10.2 a sign": (
        "10.2",
        lambda mean_a, cov_a, mean_b, cov_b: frechet_of(lambda a, b: torch.linalg.svdvals(root(a) @ root(b)).sum())(
            mean_a, cov_a, mean_b, cov_b
        ) - 2 * cov_b.trace(),
        "the second trace has the wrong sign",
    ),
    "10.1 classes for places": (
        "10.1", lambda images, logits: images[logits.argmax(1)[:10]].repeat(10, 1, 1, 1), "the first ten of the heap"
    ),
    "10.1 eight classes": (
        "10.1",
        lambda images, logits: images[logits.softmax(1).argmax(0)[:8]].repeat(13, 1, 1, 1)[:100],
        "read as 8 different digits",
    ),
    "10.2 sums for traces": (
        "10.2",
        lambda mean_a, cov_a, mean_b, cov_b: frechet_of(lambda a, b: torch.linalg.svdvals(root(a) @ root(b)).sum())(
            mean_a, cov_a, mean_b, cov_b
        ) - (cov_a + cov_b).trace() + (cov_a + cov_b).sum(),
        "the sum of all entries",
    ),
    "10.2 mean of the means": (
        "10.2",
        lambda mean_a, cov_a, mean_b, cov_b: frechet_of(lambda a, b: torch.linalg.svdvals(root(a) @ root(b)).sum())(
            0 * mean_a, cov_a, 0 * mean_b, cov_b
        ) + (mean_a - mean_b).square().mean(),
        "is the mean squared difference of the means",
    ),
    "10.3 density": (
        "10.3",
        lambda real, generated, k: (
            (torch.cdist(generated, real) <= torch.cdist(real, real).sort(1).values[:, k]).sum() / k / len(generated)
        ),
        "that is density",
    ),
    "10.3 on average": (
        "10.3",
        lambda real, generated, k: (
            torch.cdist(generated, real) <= torch.cdist(real, real).sort(1).values[:, 1 : k + 1].mean(1)
        ).any(1).double().mean(),
        "on average",
    ),
    "10.3 half as far": (
        "10.3",
        lambda real, generated, k: (
            torch.cdist(generated, real) <= torch.cdist(real, real).sort(1).values[:, k] / 2
        ).any(1).double().mean(),
        "half of the way",
    ),
    "10.3 of the real ones": (
        "10.3",
        lambda real, generated, k: (
            torch.cdist(generated, real) <= torch.cdist(real, real).sort(1).values[:, k]
        ).any(1).sum() / len(real),
        "by the number of real points",
    ),
    "10.3 k circles": (
        "10.3",
        lambda real, generated, k: (
            (torch.cdist(generated, real) <= torch.cdist(real, real).sort(1).values[:, k]).sum(1) >= k
        ).double().mean(),
        "k says how far",
    ),
    "10.4 by the number of samples": (
        "10.4",
        lambda samples, training: divmod(int(distances(samples, training).argmin()), len(samples)),
        "as long as there are",
    ),
    "10.4 the first two": ("10.4", lambda samples, training: (0, 0), "the nearest one 0.0"),
    "10.4 the least cosine": (
        "10.4",
        lambda samples, training: pair_of(
            nn.functional.normalize(samples.flatten(1)) @ nn.functional.normalize(training.flatten(1)).T
        ),
        "whose cosine is smallest",
    ),
    "10.4 equal alone": ("10.4", equal_pair, "that is *equal* to a sample"),
    "10.4 a distance": (
        "10.4",
        lambda samples, training: (
            pair_of(distances(samples, training))[0], float(distances(samples, training).min())
        ),
        "no place, for it has a fraction",
    ),
    "10.4 pictures of the notebook": (
        "10.4", lambda samples, training: pair_of(distances(samples, digits())), "did you search in something else"
    ),
    "10.4 the nearest to all": (
        "10.4",
        lambda samples, training: (
            pair_of(distances(samples, training))[0], int(distances(samples, training).mean(0).argmin())
        ),
        "*its* row",
    ),
    "11.1 arcsine": (
        "11.1", at_angle(lambda a, b: torch.asin(cosine(a, b).clamp(-1, 1))), "whose *sine* is the product"
    ),
    "11.1 no clamp": ("11.1", unclamped, "`clamp` keeps it in range"),
    "11.1 cosine for angle, 0 over 0": ("11.1", by_the_cosine, "at a right angle, where it is 0"),
    "11.1 cosine for angle": ("11.1", at_angle(cosine), "the cosine of the angle for the angle"),
    "11.1 nothing between equals": (
        "11.1",
        lambda a, b, share: 0 * a if a.equal(b) else at_angle(lambda a, b: torch.acos(cosine(a, b)))(a, b, share),
        "from a place to itself stays",
    ),
    "11.1 by the angle": (
        "11.1",
        lambda a, b, share: a if a.equal(b) else (
            torch.sinc(torch.acos(cosine(a, b)) / torch.pi)
            * at_angle(lambda a, b: torch.acos(cosine(a, b)))(a, b, share)
        ),
        "The direction is right each time",
    ),
    "11.1 not divided": ("11.1", not_divided, "by what is the sum divided"),
    "11.1 one length": (
        "11.1", at_angle(lambda a, b: torch.acos((a @ b / a.norm()).clamp(-1, 1))), "*both* lengths"
    ),
    "11.1 one weight": (
        "11.1", at_angle(lambda a, b: torch.acos(cosine(a, b)), lambda share: 1 - share), "that of `start` is not"
    ),
    "11.2 the other way": (
        "11.2", lambda z, thickness: -correlation(z, thickness) / correlation(z, thickness).norm(), "*thin* digits"
    ),
    "11.2 one coordinate": ("11.2", lambda z, thickness: torch.eye(z.shape[1])[0], "a single coordinate"),
    "11.2 signs lost": (
        "11.2",
        lambda z, thickness: correlation(z, thickness).abs() / correlation(z, thickness).norm(),
        "their signs are lost",
    ),
    "11.2 the ten thickest and thinnest": ("11.2", from_ten_to_ten, "twenty samples out of thousands"),
    "11.2 the thickest": (
        "11.2", lambda z, thickness: z[thickness.argmax()] / z[thickness.argmax()].norm(), "one digit, the thickest"
    ),
    "11.3 tiny steps": ("11.3", lambda *given: walked(*given, rate=1e-5), "hardly moves"),
    "11.3 huge steps": ("11.3", lambda *given: walked(*given, rate=10.0), "the steps are too large"),
    "11.3 no square": ("11.3", towards_black, "without squaring"),
    "11.4 the images ask for gradients": ("11.4", asking_of_the_images, "`requires_grad` of `images`"),
    "11.4 the largest logit": (
        "11.4",
        lambda network, images: torch.func.grad(lambda x: network(x).max())(images),
        "Only the image with the largest logit",
    ),
    "11.4 one map": (
        "11.4",
        lambda network, images: torch.func.grad(lambda x: network(x).sum())(images).mean(0, keepdim=True),
        "a map of its own",
    ),
    "11.4 over the channels": (
        "11.4",
        lambda network, images: torch.func.grad(lambda x: network(x).sum())(images).abs().amax(1),
        "over the channels",
    ),
    "11.4 blackened": ("11.4", blackened, "is repainted"),
    "11.1 unit vectors": ("11.1", of_unit_vectors, "the length is 1"),
    "11.3 a step too few": (
        "11.3", lambda generator, image, z, steps: walked(generator, image, z, steps - 1), "With `steps` at 1"
    ),
    "12.2 of the notebook": (
        "12.2", lambda recipe, spec, seed: perceptron(100, nn.ReLU()), "or from elsewhere in the notebook"
    ),
    "13.1 a mean of none": (
        "13.1",
        lambda predicted, labels: torch.stack([(predicted[labels == k] == k).float().mean() for k in range(10)]).mean(),
        "the mean of no examples",
    ),
    "14.3 no return": (
        "14.3",
        lambda network: [layer.train("Dropout" in type(layer).__name__) for layer in network.modules()][:0] or None,
        "has to end with `return`",
    ),
    "15.4 equal ones torn apart": (
        "15.4",
        lambda values, others: others.sort().values[values.argsort().argsort() * len(others) // len(values)],
        "Equal values became different colours",
    ),
    "15.4 from lowest to highest": (
        "15.4",
        lambda values, others: (
            others.min() + (values - values.min()) / (values.max() - values.min()) * (others.max() - others.min())
        ),
        "You stretched and shifted `values`",
    ),
    "15.4 mixed at the share up to it": (
        "15.4",
        lambda values, others: others.quantile((values[:, None] >= values).float().mean(1)),
        "No colour is mixed",
    ),
    "15.4 rank for place": (
        "15.4",
        lambda values, others: others.sort().values[mid_rank(values).long()],
        "its place among `others` is too low",
    ),
    "15.4 past the last": (
        "15.4",
        lambda values, others: others.sort().values[(values.argsort().argsort() + 1) * len(others) // len(values)],
        "leads past the last of `others`",
    ),
    "16.3 half a logarithm": (
        "16.3",
        lambda code: (
            (code[:, : code.shape[1] // 2] ** 2 + (2 * code[:, code.shape[1] // 2 :]).exp() - 1).sum(1).mean()
            - code[:, code.shape[1] // 2 :].sum(1).mean()
        )
        / 2,
        "the term of log σ counts half",
    ),
    "3.6 a column": ("3.6", lambda *given: right("3.6")(*given)[:, None], "only their shape is not"),
    "4.1 a column": ("4.1", lambda *given: right("4.1")(*given)[:, None], "only their shape is not"),
    "8.3 a column": ("8.3", lambda k, s: [[len(range(at, k, s))] for at in range(s)], "only their shape is not"),
    "13.2 a row for each class": (
        "13.2",
        lambda labels, held: right("13.2")(labels, held).view(len(labels.unique()), -1),
        "only their shape is not",
    ),
    "7.2 in half precision": ("7.2", lambda *given: right("7.2")(*given).half(), "off by very little"),
    "7.4 the network itself": ("7.4", perceptron(100, nn.ReLU()), "Your answer is a network"),
    "7.5 the network itself": ("7.5", ONE_JUDGE, "Your answer is a network"),
    "8.2 the network itself": ("8.2", nn.ReLU(), "Your answer is a network"),
    "11.3 into the latent given": (
        "11.3",
        lambda generator, image, z, steps: z.add_(walked(generator, image, z, steps) - z),
        "writes into `z`",
    ),
}  # fmt: skip


UNTOLD = {  # number, answer, and what it is not told, since it is not so
    "1.2 the sum over all axes but the points'": (
        "1.2", lambda points, centres: ((points[:, None] - centres) ** 2).sum(1).argmin(1), "no places"
    ),
    "3.1 noise without a mean": (
        "3.1", lambda count, weights, means, deviations: torch.randn(count) * deviations[0], "come from one"
    ),
    "3.5 a little off": ("3.5", estimated, "a sum where a mean"),
    "5.1 below zero elsewhere": (
        "5.1", lambda real, fake: softplus(-real).mean() + fake.mean(), "below zero"
    ),
    "14.1 mixed in pixels": ("14.1", lambda answer, measured, mask: mask * measured + (1 - mask) * answer, "say"),
    "14.1 a mask of truth values, and cut off": (
        "14.1",
        lambda answer, measured, mask: (
            to_pictures(torch.where(mask.bool(), measured, to_frequencies(answer))).clamp(0, 1)
        ),
        "say",
    ),
    "14.3 the first alone": ("14.3", with_dropouts(lambda network: islice(dropouts_of(network), 1)), "outermost"),
    "1.1 the model": ("1.1", lambda model, x, y, kept: model.fit(x[:-kept], y[:-kept]), "say"),
    "2.1 a dictionary": ("2.1", lambda joint: {"p_y": joint.sum(1), "p_x": joint.sum(0)}, "say"),
    "13.2 a set": ("13.2", lambda labels, held: set(right("13.2")(labels, held).tolist()), "say"),
    "1.2 a generator": ("1.2", lambda points, centres: (each for each in right("1.2")(points, centres)), "say"),
    "4.4 a yes or no": ("4.4", lambda logits, p, q: (logits > 0).float(), "`logits`"),
    "13.1 as often as there are": (
        "13.1",
        lambda predicted, labels: torch.stack(
            [(predicted == label).sum() / (labels == label).sum() for label in labels.unique()]
        ).mean(),
        "`predicted`",
    ),
    "18.4 above 0": ("18.4", lambda details, mark: right("18.4")(details, mark) > 0, "say"),
    "18.4 the sign": ("18.4", lambda details, mark: right("18.4")(details, mark).sign(), "say"),
    "8.2 a function that shuffles, with a bias": ("8.2", Shuffling, "bends"),
    "8.3 turned by one": ("8.3", lambda k, s: [len(range((at + 1) % s, k, s)) for at in range(s)], "ahead of another"),
    "9.2 the first label": ("9.2", lambda f, labels, head, table: f @ head + f @ table[labels[0]], "say"),
}  # fmt: skip


@pytest.mark.parametrize("name", LATER_RIGHT)
def test_a_right_answer_to_a_later_chapter_passes(name: str) -> None:
    number, answer = LATER_RIGHT[name]
    verdict = judge(exercise_called(number), answer)
    assert verdict.status is Standing.CORRECT, verdict.message


@pytest.mark.parametrize("name", LATER_WRONG)
def test_a_special_case_alone_does_not_pass(name: str) -> None:
    number, answer = LATER_WRONG[name]
    assert judge(exercise_called(number), answer).status is Standing.NOT_YET


@pytest.mark.parametrize("name", LATER_TOLD)
def test_a_wrong_answer_to_a_later_chapter_is_told_what_is_wrong_with_it(name: str) -> None:
    number, answer, words = LATER_TOLD[name]
    verdict = judge(exercise_called(number), answer)
    assert verdict.status is Standing.NOT_YET
    assert words in verdict.message


@pytest.mark.parametrize("name", UNTOLD)
def test_a_wrong_answer_is_not_told_what_is_not_so(name: str) -> None:
    number, answer, words = UNTOLD[name]
    verdict = judge(exercise_called(number), answer)
    assert verdict.status is Standing.NOT_YET
    assert words not in verdict.message


# What a chapter goes on with until the reader's answer passes

STAND_INS = {
    "12.1": in_places,
    "12.4": paired,
    "13.4": near_copies,
    "15.1": journeys.homecoming,
    "15.2": journeys.identity_loss,
    "15.3": journeys.unseen,
    "15.4": journeys.of_equal_rank,
    "16.2": asking.unmet,
    "16.3": asking.from_normal,
    "16.4": asking.variety,
    "16.5": asking.tell,
    "17.1": listening.griffin_lim_step,
    "17.2": listening.repetition,
    "17.3": listening.teeth_of,
}


@pytest.mark.parametrize("number", STAND_INS)
def test_what_stands_in_for_an_answer_is_right(number: str) -> None:
    verdict = judge(exercise_called(number), STAND_INS[number])
    assert verdict.status is Standing.CORRECT, verdict.message
