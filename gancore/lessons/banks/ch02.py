"""Exercises and quiz of chapter 02: what a joint table holds, a naive Bayes that learns, reads and draws, and classes
in their shares."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Normal
from torch.nn.functional import one_hot

from gancore.lessons.comparing import Changed, bare, fits, same, shape, tidy
from gancore.lessons.diagnosing import Case, told_mixture
from gancore.lessons.draws import (
    EQUAL,
    FORMS,
    INVERSE,
    ONE,
    RIGHT,
    SPREADS,
    in_words_form,
    in_words_shares,
    in_words_spreads,
    is_left_to_chance,
)
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, WrongKind, after, call, drawn, whole
from gancore.lessons.quizzes import Option, Question
from gancore.lessons.wording import kind

# 2.1: marginals and conditionals of a joint table, rows y and columns x

WIDE = torch.tensor([[0.10, 0.20, 0.10], [0.30, 0.10, 0.20]])
SQUARE = torch.tensor([[0.50, 0.10], [0.15, 0.25]])  # here a division along the wrong axis goes through in silence


def right_parts(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x = joint.sum(1), joint.sum(0)
    return of_y, of_x, joint / of_y[:, None], joint / of_x


def draw_joint(rng: torch.Generator) -> tuple:
    """A table of two to four rows and as many columns or more."""
    rows = whole(rng, 2, 4)
    table = torch.rand(rows, rows + whole(rng, 0, 2), generator=rng) + 0.1
    return (table / table.sum(),)


def marginals_swapped(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x, x_given_y, y_given_x = right_parts(joint)
    return of_x, of_y, x_given_y, y_given_x


def conditionals_swapped(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x, x_given_y, y_given_x = right_parts(joint)
    return of_y, of_x, y_given_x, x_given_y


def all_swapped(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x, x_given_y, y_given_x = right_parts(joint)
    return of_x, of_y, y_given_x, x_given_y


def not_a_column(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x = joint.sum(1), joint.sum(0)
    return of_y, of_x, joint / of_y, joint / of_x


def neither_a_column(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x = joint.sum(1), joint.sum(0)
    return of_y, of_x, joint / of_x, joint / of_y


def not_divided(joint: Tensor) -> tuple[Tensor, ...]:
    return joint.sum(1), joint.sum(0), joint, joint


def multiplied(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x = joint.sum(1), joint.sum(0)
    return of_y, of_x, joint * of_y[:, None], joint * of_x


def averaged(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x = joint.mean(1), joint.mean(0)
    return of_y, of_x, joint / of_y[:, None], joint / of_x


def independent(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x = joint.sum(1), joint.sum(0)
    return of_y, of_x, of_x.expand_as(joint), of_y[:, None].expand_as(joint)


def softened(joint: Tensor) -> tuple[Tensor, ...]:
    return joint.sum(1), joint.sum(0), joint.softmax(1), joint.softmax(0)


def divided_by(scale: Callable[[Tensor, int], Tensor]) -> Callable[[Tensor], tuple[Tensor, ...]]:
    """The four of a table whose conditionals are divided by `scale` of the table and a dimension."""
    return lambda joint: (joint.sum(1), joint.sum(0), joint / scale(joint, 1), joint / scale(joint, 0))


def by_both(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x = joint.sum(1), joint.sum(0)
    ratio = joint / (of_y[:, None] * of_x)
    return of_y, of_x, ratio, ratio


def of_independent(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x = joint.sum(1), joint.sum(0)
    return of_y, of_x, of_y[:, None] * of_x, of_y[:, None] * of_x


def as_columns(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x, x_given_y, y_given_x = right_parts(joint)
    return of_y[:, None], of_x[None], x_given_y, y_given_x


def one_turned(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x, x_given_y, y_given_x = right_parts(joint)
    return of_y, of_x, x_given_y.T, y_given_x


def marginals_of_one_row(joint: Tensor) -> tuple[Tensor, ...]:
    return joint.sum(1), joint.sum(0), joint[0] / joint[0].sum(), joint[:, 0] / joint[:, 0].sum()


def wrong_bayes(joint: Tensor) -> tuple[Tensor, ...]:
    """P(y|x) as P(x|y) times P(y), not yet divided by P(x)."""
    of_y, of_x, x_given_y, _ = right_parts(joint)
    return of_y, of_x, x_given_y, x_given_y * of_y[:, None]


def of_the_notebook(joint: Tensor) -> tuple[Tensor, ...]:
    """With the marginals that the chapter printed."""
    of_y, of_x = torch.tensor([2000.0, 3000.0]) / 5000, torch.tensor([1247.0, 2213.0, 1540.0]) / 5000
    return of_y, of_x, joint / of_y[:, None], joint / of_x


def of_two_rows(joint: Tensor) -> tuple[Tensor, ...]:
    of_x = joint[0] + joint[1]
    return joint.sum(1), of_x, joint / joint.sum(1, keepdim=True), joint / of_x


def told_parts(case: Case, names: tuple[str, ...]) -> str:
    """Which of several results are wrong."""
    wrong = [name for name, one, two in zip(names, case.result, case.right, strict=True) if not fits(one, two)]
    rest = "" if len(wrong) == len(names) else ", the rest is right"
    return f"Wrong {'is' if len(wrong) == 1 else 'are'} {' and '.join(wrong)}{rest}."


def find_wrong_sums(cases: list[Case]) -> str:
    """Which of the four are wrong, and what does not sum to 1."""
    case = next(case for case in cases if case.wrong)
    said = told_parts(case, ("P(y)", "P(x)", "P(x|y)", "P(y|x)"))
    if any(shape(one) != shape(two) for one, two in zip(case.result, case.right, strict=True)):
        return said
    sums = {
        "P(y) does not": case.result[0].sum(),
        "P(x) does not": case.result[1].sum(),
        "the rows of P(x|y) do not": case.result[2].sum(1),
        "the columns of P(y|x) do not": case.result[3].sum(0),
    }
    off = [name for name, each in sums.items() if not bool((each - 1).abs().max() < 1e-3)]
    return f"{said} And {' and '.join(off)} sum to 1." if off else said


JOINT = Exercise(
    number="2.1",
    title="Marginals and conditionals",
    name="from_joint",
    probes=(
        Call("`from_joint([[0.1, 0.2, 0.1], [0.3, 0.1, 0.2]])`", (WIDE,), right_parts(WIDE)),
        Call("`from_joint([[0.5, 0.1], [0.15, 0.25]])`", (SQUARE,), right_parts(SQUARE)),
        *drawn("from_joint", draw_joint, right_parts),
    ),
    mistakes=(
        Mistake(
            marginals_swapped,
            "The conditionals are right, but the two marginals have changed places. Rows are y: along which direction "
            "do you add when x is to disappear?",
        ),
        Mistake(
            conditionals_swapped,
            "The marginals are right, but the conditionals have changed places. In P(x|y) the class is given: within "
            "*one row* the numbers must sum to 1.",
        ),
        Mistake(
            all_swapped,
            "You read the table the other way round, with x in the rows. Here each row is one class y.",
        ),
        Mistake(
            not_a_column,
            "For P(x|y) each *row* is divided by its own sum. NumPy and PyTorch line a list of sums up with the "
            "columns, unless you make a column of it. In a square table nothing complains, and the numbers are wrong.",
        ),
        Mistake(
            neither_a_column,
            "Each conditional is divided by the other's sums. A conditional's rows or columns must sum to 1: by which "
            "sums is it divided, and which of the two have to stand as a column?",
        ),
        Mistake(
            not_divided,
            "These conditionals are still the joint table, which sums to 1 as a whole. Once y is known, only one row "
            "is left: what must the numbers in it sum to?",
        ),
        Mistake(
            multiplied,
            "You multiplied by the marginal. That is the way from a conditional to the joint; you want the way back.",
        ),
        Mistake(
            averaged,
            "You averaged where the law of total probability adds: your marginals do not sum to 1, and so neither do "
            "the rows and columns that you divide by them.",
        ),
        Mistake(
            independent,
            "Your P(x|y) is the same for every class, as if x and y had nothing to do with each other. The joint table "
            "knows better: use its rows.",
        ),
        Mistake(
            softened,
            "Softmax makes numbers sum to 1 by way of exponentials, which bends their proportions. Within a row, the "
            "proportions are right as they stand in the table.",
        ),
        Mistake(
            lambda joint: (joint.mean(1), joint.mean(0), *right_parts(joint)[2:]),
            "You averaged where the law of total probability adds: your marginals do not sum to 1.",
        ),
        Mistake(
            divided_by(lambda joint, dim: joint.amax(dim, keepdim=True)),
            "You divide by the largest entry of each row or column. The entries have to sum to 1 in the end.",
        ),
        Mistake(
            by_both,
            "You divide by both marginals. That says how far x and y are from being independent; a conditional is "
            "divided by what is *known*, and by that alone.",
        ),
        Mistake(
            of_independent,
            "You multiplied the marginals, which would be the joint table if x and y had nothing to do with each "
            "other. The conditionals come from the table itself.",
        ),
        Mistake(
            wrong_bayes,
            "For P(y|x) you have the top of Bayes' rule, P(x|y) P(y), which is the joint again. What is it divided by?",
        ),
        Mistake(
            as_columns,
            "The numbers are right, and your marginals have kept an axis of length 1. They are lists: `(rows,)` and "
            "`(columns,)`.",
        ),
        Mistake(
            one_turned,
            "The numbers are right, and P(x|y) is turned over: rows stay y and columns stay x in all tables.",
        ),
        Mistake(
            marginals_of_one_row,
            "You give the conditionals for one known value alone, the first. A table has them for all: a row for each "
            "y, or a column for each x.",
        ),
        Mistake(
            lambda joint: right_parts(joint)[:3],
            "Four results are asked for, in this order: P(y), P(x), P(x|y), P(y|x).",
        ),
        Mistake(
            of_the_notebook,
            "These are the marginals of the chapter's own table. Work them out of the table that your function is "
            "handed.",
        ),
        Mistake(
            of_two_rows,
            "For P(x) you add the first two rows only. A table may have any number of rows.",
        ),
    ),
    hints=(
        "Marginals first: what is summed away in P(y), and what in P(x)? `sum` is told the number of the dimension "
        "that disappears.",
        "A conditional is a part of the table, scaled so that it sums to 1: a row for one, a column for the other.",
        "Dividing rows by their sums needs those sums as a column: look up `keepdim`, or index with `[:, None]`.",
    ),
    praise="From one joint table come all four. No other of these tables could give you the rest.",
    diagnose=find_wrong_sums,
)

# 2.2: fitting a naive Bayes

SIX = torch.tensor([[[[0.0, 1.0]]], [[[0.4, -1.0]]], [[[0.2, 0.0]]], [[[0.5, 0.5]]], [[[-0.5, 0.5]]], [[[0.8, -0.4]]]])
THEIR_LABELS = torch.tensor([0, 0, 0, 1, 1, 0])
FITTED = (
    [4 / 6, 2 / 6],
    [[[[0.35, -0.1]]], [[[0.0, 0.5]]]],
    [[[[0.0875**0.5, 0.53**0.5]]], [[[0.5, 0.0]]]],
)  # squares about the mean of class 0: .1225 .0025 .0225 .2025, and 1.21 .81 .01 .09


def fitted(prior: Callable[[Tensor], Tensor], mean: Callable[[Tensor], Tensor], deviation: Callable) -> Callable:
    """A fit that makes the prior of the labels, and the two tables of the images of each class."""

    def fit(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        classes = [images[labels == label] for label in range(int(labels.max()) + 1)]
        return prior(labels), torch.stack(list(map(mean, classes))), torch.stack(list(map(deviation, classes)))

    return fit


def shares_of(labels: Tensor) -> Tensor:
    return labels.bincount() / len(labels)


def mean_image(images: Tensor) -> Tensor:
    return images.mean(0)


def deviation(images: Tensor) -> Tensor:
    return (images - images.mean(0)).square().mean(0).sqrt()


right_fit = fitted(shares_of, mean_image, deviation)


LEAST_DEVIATION = 0.08  # of a pixel in a class: a smaller one is lost in E[x²] - E[x]² with floats of 32 bits


def draw_pictures(rng: torch.Generator) -> tuple:
    """Pictures of a few pixels of two to four classes, some rarer than others, in any order."""
    counts = torch.tensor([whole(rng, 2, 7) for _ in range(whole(rng, 2, 4))])
    counts[0] += 3
    labels = torch.arange(len(counts)).repeat_interleave(counts)[torch.randperm(int(counts.sum()), generator=rng)]
    images = torch.rand(len(labels), whole(rng, 1, 2), 2, 3, generator=rng)
    images = 2 * images.pow(1 + labels.view(-1, 1, 1, 1)) - 1
    _, means, deviations = right_fit(images, labels)
    stretch = (LEAST_DEVIATION / deviations).clamp(min=1)
    return means[labels] + stretch[labels] * (images - means[labels]), labels


def of_all(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return shares_of(labels), images.mean(0), deviation(images)


def one_deviation(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    prior, means, _ = right_fit(images, labels)
    return prior, means, deviation(images).expand_as(means)


def about_the_mean_of_all(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return fitted(shares_of, mean_image, lambda mine: (mine - images.mean(0)).square().mean(0).sqrt())(images, labels)


def ten_classes(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    classes = [images[labels == label] for label in range(10)]
    tables = ([reduce(mine) for mine in classes] for reduce in (mean_image, deviation))
    return labels.bincount(minlength=10) / len(labels), *map(torch.stack, tables)


def flat_tables(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    prior, means, deviations = right_fit(images, labels)
    return prior, means.flatten(1), deviations.flatten(1)


def in_another_order(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    prior, means, deviations = right_fit(images, labels)
    return means, deviations, prior


def find_wrong_tables(cases: list[Case]) -> str:
    """Which of the three are wrong, and whether deviations are only raised."""
    mixed = told_mixture(cases, (PRIOR_BY, MEAN_BY, DEVIATION_BY), fit_by)
    if mixed:
        return f"In your tables {mixed}."
    case = next(case for case in cases if case.wrong)
    said = told_parts(case, ("the prior", "the means", "the deviations"))
    if said.startswith("Wrong is the deviations") and shape(case.result[2]) == shape(case.right[2]):
        said = "Prior and means are right, the deviations are not."
        if bool((case.result[2] >= case.right[2] - 1e-6).all()):
            said += " None of them is too small: are they raised, or is divided by too few?"
    return said


PRIOR_BY: dict[str, Callable[[Tensor], Tensor]] = {
    "": shares_of,
    "the prior holds the numbers of pictures": torch.bincount,
    "the prior is the same for every class": lambda labels: torch.ones(int(labels.max()) + 1) / (labels.max() + 1),
    "the prior holds logarithms": lambda labels: shares_of(labels).log(),
}
MEAN_BY: dict[str, Callable[[Tensor, Tensor], Tensor]] = {  # of the pictures of a class, and of all
    "": lambda mine, images: mine.mean(0),
    "the means are sums": lambda mine, images: mine.sum(0),
    "the means are medians": lambda mine, images: mine.median(0).values,
    "the means are those of all pictures together": lambda mine, images: images.mean(0),
    "the means run over pixels too": lambda mine, images: mine.mean().expand_as(mine[0]),
}
DEVIATION_BY: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "": lambda mine, images: deviation(mine),
    "the deviations divide by one less than the number of pictures": lambda mine, images: mine.std(0),
    "the deviations are variances": lambda mine, images: mine.var(0, correction=0),
    "the deviations are variances, divided by one less": lambda mine, images: mine.var(0),
    "the deviations are those of all pictures together": lambda mine, images: deviation(images),
    "the deviations are those of all pictures together, divided by one less": lambda mine, images: images.std(0),
    "the deviations are measured from 0": lambda mine, images: mine.square().mean(0).sqrt(),
    "the deviations run over pixels too": lambda mine, images: mine.std(correction=0).expand_as(mine[0]),
}


def fit_by(prior: Callable, mean: Callable, deviate: Callable, images: Tensor, labels: Tensor) -> tuple:
    """Three tables that are put together of these parts."""
    return fitted(prior, lambda mine: mean(mine, images), lambda mine: deviate(mine, images))(images, labels)


FIT = Exercise(
    number="2.2",
    title="Fit naive Bayes",
    name="fit_bayes",
    probes=(
        Call("`fit_bayes` of six pictures of two pixels, labels 0, 0, 0, 1, 1, 0,", (SIX, THEIR_LABELS), FITTED),
        *drawn("fit_bayes", draw_pictures, right_fit),
    ),
    mistakes=(
        Mistake(
            fitted(lambda labels: labels.bincount(), mean_image, deviation),
            "Your prior holds the numbers of pictures. A prior is a distribution: it sums to 1.",
        ),
        Mistake(
            fitted(lambda labels: torch.ones(int(labels.max()) + 1) / (labels.max() + 1), mean_image, deviation),
            "Your prior is the same for every class. Some classes come more often than others: count them.",
        ),
        Mistake(
            fitted(lambda labels: labels.bincount().float().softmax(0), mean_image, deviation),
            "Your prior is a softmax of counts, which gives nearly all to the commonest class. Shares are counts "
            "divided by their sum.",
        ),
        Mistake(
            fitted(shares_of, mean_image, lambda images: deviation(images).square()),
            "Your third result holds variances. Asked for are their roots, the deviations.",
        ),
        Mistake(
            fitted(shares_of, mean_image, lambda images: images.std(0)),
            "Your deviations divide by one less than the number of pictures, as `std` does unless it is told "
            "otherwise. Asked for is the root of the *mean* squared deviation: `correction=0`.",
        ),
        Mistake(
            fitted(shares_of, mean_image, lambda images: images.var(0)),
            "Your third result holds variances. Asked for are their roots, the deviations; and `var` divides by one "
            "less than the number of pictures unless it gets `correction=0`.",
        ),
        Mistake(
            fitted(shares_of, mean_image, lambda images: (images - images.mean(0)).abs().mean(0)),
            "You average how far pixels are from their mean. A standard deviation is the root of the mean *square* of "
            "that.",
        ),
        Mistake(
            fitted(shares_of, mean_image, lambda images: images.square().mean(0).sqrt()),
            "Your deviations are measured from 0. A deviation is measured from the mean.",
        ),
        Mistake(
            one_deviation,
            "Your deviations are those of all pictures together. Each class has deviations of its own, about its own "
            "mean.",
        ),
        Mistake(
            of_all,
            "Your means and deviations are those of all pictures together. Given the class, a pixel has its own.",
        ),
        Mistake(
            fitted(shares_of, lambda images: images.mean(), lambda images: images.std(correction=0)),
            "You have one mean and one deviation for each class. Every *pixel* has its own: the mean runs over "
            "pictures alone.",
        ),
        Mistake(
            fitted(shares_of, lambda images: images.sum(0), deviation),
            "Your means are sums. Divide them by how many pictures the class has.",
        ),
        Mistake(
            fitted(shares_of, lambda images: images.median(0).values, deviation),
            "Your second result holds medians. Asked for are means.",
        ),
        Mistake(
            lambda images, labels: fitted(shares_of, lambda mine: mine.sum(0) / len(images), deviation)(images, labels),
            "For the means you divide by the number of all pictures. How many of them belong to the class?",
        ),
        Mistake(
            lambda images, labels: right_fit(images, labels)[1:],
            "The prior is missing. Three results are asked for: prior, means, deviations.",
        ),
        Mistake(
            lambda images, labels: [right_fit(images, labels)[place] for place in (0, 2, 1)],
            "Means and deviations have changed places.",
        ),
        Mistake(
            in_another_order,
            "Right, in another order: first the prior, then means, then deviations.",
        ),
        Mistake(
            flat_tables,
            "The numbers are right, and your tables are flat. A mean image has the shape of an image.",
        ),
        Mistake(
            lambda images, labels: right_fit(images, (labels - 1).clamp(min=0)),
            "Classes 0 and 1 have become one. They are counted from 0.",
        ),
        Mistake(
            about_the_mean_of_all,
            "Your deviations are measured from the mean of *all* pictures. Those of a class are measured from its own "
            "mean.",
        ),
        Mistake(
            fitted(shares_of, mean_image, lambda images: images.std(correction=0).expand_as(images[0])),
            "Your deviations are one number for each class, over all of its pixels. Every *pixel* has its own: it is "
            "compared over pictures alone.",
        ),
        Mistake(
            fitted(shares_of, lambda images: images.mean().expand_as(images[0]), deviation),
            "Your means are one number for each class, over all of its pixels. Every *pixel* has its own: the mean "
            "runs over pictures alone.",
        ),
        Mistake(
            fitted(shares_of, mean_image, lambda images: (images - images.mean(0)).square().sum(0).sqrt()),
            "You take the root of the *sum* of the squared deviations. It is the root of their mean.",
        ),
        Mistake(
            ten_classes,
            "You take it that there are ten classes. Here the labels say how many there are: the largest of them, and "
            "one more.",
        ),
    ),
    hints=(
        "Three things are counted or averaged, and nothing is optimised. The prior first: which share of the labels is "
        "a 0, which a 1?",
        "For one class, pick its pictures with `images[labels == 0]`, and average over dimension 0.",
        "`std` takes the same dimension, and `correction=0`. Do both for each class, and put the results on top of one "
        "another with `torch.stack`.",
    ),
    praise="That was all the training: no gradient, no epoch, no rate.",
    diagnose=find_wrong_tables,
)

# 2.3: reading with it


def scores_by(log_density: Callable[[Tensor, Tensor, Tensor], Tensor], weight: float = 1.0) -> Callable:
    """The class with the largest sum of log densities and `weight` times the logarithm of the prior."""

    def read(images: Tensor, prior: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
        logs = log_density(images[:, None], means, deviations).flatten(2).sum(2)
        return (logs + weight * prior.log()).argmax(1)

    return read


def log_normal(x: Tensor, mean: Tensor, deviation: Tensor) -> Tensor:
    return -(((x - mean) / deviation) ** 2) / 2 - deviation.log()


def joint_logs(images: Tensor, prior: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    """log p(x, y) but for a constant, `(N, K)`."""
    return log_normal(images[:, None], means, deviations).flatten(2).sum(2) + prior.log()


def right_read(images: Tensor, prior: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return joint_logs(images, prior, means, deviations).argmax(1)


LEAST_LEAD = 0.1  # nats between the best class and the next


def draw_tables(rng: torch.Generator, shape: tuple[int, int, int], apart: float) -> tuple:
    """Pictures drawn from a naive Bayes whose classes lie `apart`, without those that two classes explain alike."""
    count = whole(rng, 3, 4)
    prior = torch.rand(count, generator=rng).add(0.05).square()
    means = apart * torch.randn(count, *shape, generator=rng)
    deviations = 0.2 + torch.rand(count, *shape, generator=rng)
    labels = torch.randint(count, (60,), generator=rng)
    images = means[labels] + deviations[labels] * torch.randn(60, *shape, generator=rng)
    tables = prior / prior.sum(), means, deviations
    best = joint_logs(images, *tables).topk(2).values
    return images[best[:, 0] - best[:, 1] > LEAST_LEAD], *tables


def draw_small_tables(rng: torch.Generator) -> tuple:
    return draw_tables(rng, (1, 2, 3), 0.4)


def draw_coloured_tables(rng: torch.Generator) -> tuple:
    return draw_tables(rng, (3, 2, 2), 0.3)


def draw_large_tables(rng: torch.Generator) -> tuple:
    return draw_tables(rng, (1, 24, 25), 0.05)


def draw_huge_tables(rng: torch.Generator) -> tuple:
    """So many pixels that float64 holds no product of their densities either."""
    return draw_tables(rng, (1, 48, 50), 0.025)


def as_a_product(images: Tensor, prior: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    densities = Normal(means, deviations).log_prob(images[:, None]).exp().flatten(2).prod(2)
    return (densities * prior).argmax(1)


def as_a_product_in_double(images: Tensor, prior: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return as_a_product(*(each.double() for each in (images, prior, means, deviations)))


def prior_times_logs(images: Tensor, prior: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return ((full_logs(images, prior, means, deviations) - prior.log()) * prior).argmax(1)


def prior_as_it_is(images: Tensor, prior: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return (joint_logs(images, prior, means, deviations) - prior.log() + prior).argmax(1)


def averaged_over_pixels(images: Tensor, prior: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return (log_normal(images[:, None], means, deviations).flatten(2).mean(2) + prior.log()).argmax(1)


def added_densities(images: Tensor, prior: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    densities = Normal(means, deviations).log_prob(images[:, None]).exp().flatten(2).sum(2)
    return (densities * prior).argmax(1)


def best_for_each_class(images: Tensor, prior: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return joint_logs(images, prior, means, deviations).argmax(0)


def posteriors(images: Tensor, prior: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return joint_logs(images, prior, means, deviations).softmax(1)


def full_logs(images: Tensor, prior: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return Normal(means, deviations).log_prob(images[:, None]).flatten(2).sum(2) + prior.log()


EXPONENTS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {  # of the distance from the mean and the deviation
    "": lambda off, std: -((off / std) ** 2) / 2,
    "the half is missing in the exponent": lambda off, std: -((off / std) ** 2),
    "the minus sign is missing in the exponent": lambda off, std: (off / std) ** 2 / 2,
    "the deviation is not squared in the exponent": lambda off, std: -(off**2) / std / 2,
    "the distance is not squared in the exponent": lambda off, std: -off.abs() / std / 2,
    "nothing is squared in the exponent, and its half is missing": lambda off, std: -off.abs() / std,
    "the deviation does not come into the exponent": lambda off, std: -(off**2) / 2,
}
FACTORS: dict[str, Callable[[Tensor], Tensor]] = {
    "": lambda std: -std.log(),
    "log σ is left out": torch.zeros_like,
    "log σ has the wrong sign": torch.log,
    "σ stands where its logarithm belongs": torch.neg,
}
PRIORS: dict[str, Callable[[Tensor], Tensor]] = {
    "": torch.log,
    "the prior has no say": torch.zeros_like,
    "the prior stands where its logarithm belongs": torch.clone,
    "the logarithm of the prior has the wrong sign": lambda prior: -prior.log(),
}
OVER_PIXELS: dict[str, Callable[[Tensor], Tensor]] = {
    "": lambda logs: logs.flatten(2).sum(2),
    "log densities are averaged over pixels and not added, or the prior is added at each of them": lambda logs: (
        logs.flatten(2).mean(2)
    ),
}


def read_by(exponent: Callable, factor: Callable, weigh: Callable, reduce: Callable, *given: Tensor) -> Tensor:
    """The class with the highest score, which is put together of these parts."""
    images, prior, means, deviations = given
    logs = exponent(images[:, None] - means, deviations) + factor(deviations)
    return (reduce(logs) + weigh(prior)).argmax(1)


def find_wrong_scores(cases: list[Case]) -> str:
    """Which parts of log P(y) and the sum of log densities are others."""
    said = told_mixture(cases, (EXPONENTS, FACTORS, PRIORS, OVER_PIXELS), read_by)
    return f"Your answers are those of scores in which {said}." if said else ""


READ = Exercise(
    number="2.3",
    title="Read with naive Bayes",
    name="read_bayes",
    probes=(
        Call(
            "`read_bayes` of two pictures with one pixel, 0.1 and 0.9, for means 0 and 1, deviations 1, even priors,",
            (
                torch.tensor([[[[0.1]]], [[[0.9]]]]),
                torch.tensor([0.5, 0.5]),
                torch.tensor([[[[0.0]]], [[[1.0]]]]),
                torch.ones(2, 1, 1, 1),
            ),
            [0, 1],
        ),
        Call(
            "`read_bayes` of two pictures with one pixel, 16 and -15, for means 0 and 1, deviations 1, even priors,",
            (
                torch.tensor([[[[16.0]]], [[[-15.0]]]]),
                torch.tensor([0.5, 0.5]),
                torch.tensor([[[[0.0]]], [[[1.0]]]]),
                torch.ones(2, 1, 1, 1),
            ),
            [1, 0],
        ),
        Call(
            "`read_bayes` of a picture of one pixel, 0.03, for means 0 and 0.1, deviations 0.01 and 0.03, even priors,",
            (
                torch.tensor([[[[0.03]]]]),
                torch.tensor([0.5, 0.5]),
                torch.tensor([[[[0.0]]], [[[0.1]]]]),
                torch.tensor([[[[0.01]]], [[[0.03]]]]),
            ),
            [1],
        ),
        *drawn("read_bayes", draw_small_tables, right_read, times=4),
        *drawn("read_bayes", draw_coloured_tables, right_read, times=1),
        *drawn("read_bayes", draw_large_tables, right_read, times=1),
        *drawn("read_bayes", draw_huge_tables, right_read, times=1),
    ),
    mistakes=(
        Mistake(
            scores_by(log_normal, weight=0),
            "The prior has no say. A rare class needs a better picture than a common one.",
        ),
        Mistake(
            scores_by(log_normal, weight=2),
            "The prior counts twice: its logarithm is added once.",
        ),
        Mistake(
            prior_times_logs,
            "You multiply the prior with a *logarithm*. It is densities that are multiplied with the prior; to their "
            "logarithms its own is added.",
        ),
        Mistake(
            lambda images, prior, means, deviations: full_logs(images, prior, means, deviations).amax(1),
            "This is how likely the likeliest class makes each picture. The question is *which* class that is.",
        ),
        Mistake(
            lambda images, prior, means, deviations: one_hot(right_read(images, prior, means, deviations), len(prior)),
            "You mark the likeliest class with a 1 in a row of zeros. Asked for is its number, one for each picture.",
        ),
        Mistake(
            lambda images, prior, means, deviations: full_logs(images, prior, means, deviations).max(1),
            "You give back the largest value and its place, both. Only the place is asked for.",
        ),
        Mistake(
            as_a_product,
            "Right for a few pixels. The product of hundreds of densities is too small or too large for a float, and "
            "all classes come out alike, as 0 or as infinity. Add logarithms instead.",
        ),
        Mistake(
            as_a_product_in_double,
            "Right for hundreds of pixels, and not for thousands: float64 holds no product of so many densities "
            "either. Add logarithms instead.",
        ),
        Mistake(
            prior_as_it_is,
            "You add the prior itself to a sum of logarithms. Where densities are multiplied with the prior, "
            "logarithms have its *logarithm* added.",
        ),
        Mistake(
            scores_by(lambda x, mean, deviation: -((x - mean) ** 2)),
            "You compare squared distances as if all deviations were alike. A pixel that varies little says more.",
        ),
        Mistake(
            scores_by(lambda x, mean, deviation: -((x - mean) ** 2), weight=0),
            "You choose the nearest mean. Neither the deviations nor the prior have a say.",
        ),
        Mistake(
            scores_by(lambda x, mean, deviation: -(((x - mean) / deviation) ** 2) / 2),
            "The factor in front of the exponential is missing: 1/σ differs from class to class, and does not cancel.",
        ),
        Mistake(
            scores_by(lambda x, mean, deviation: -(((x - mean) / deviation) ** 2) / 2, weight=0),
            "You compare the exponents alone. The factor 1/σ in front of each differs from class to class, and so does "
            "the prior.",
        ),
        Mistake(
            scores_by(lambda x, mean, deviation: log_normal(x, mean, deviation.sqrt())),
            "You take the deviations for variances.",
        ),
        Mistake(
            scores_by(lambda x, mean, deviation: log_normal(x, mean, deviation + 0.01)),
            "You add a little to the deviations. Where they are small themselves, a little is much, and another class "
            "wins. They are given as they are to be used.",
        ),
        Mistake(
            scores_by(lambda x, mean, deviation: log_normal(x, mean, deviation).clamp(min=-50)),
            "For a picture that is far from all classes all come out alike in your answer, and the nearest one no "
            "longer wins. Either you cut off log densities that are very low, or you take the logarithm of a density, "
            "which is 0 in a float by then. A log density that is computed as one may be as low as it is.",
        ),
        Mistake(
            scores_by(lambda x, mean, std: log_normal(x, mean, (std.square() + 0.05 * std.square().max()).sqrt())),
            "You raise the deviations by a share of the largest. They are given as they are to be used: where that is "
            "needed, they have been raised before.",
        ),
        Mistake(
            lambda images, prior, means, deviations: right_read(images[:, :1], prior, means[:, :1], deviations[:, :1]),
            "You look at the first channel only. An image may have several, and all of its pixels count.",
        ),
        Mistake(
            scores_by(lambda x, mean, deviation: log_normal(x, mean, deviation.square())),
            "You square the deviations, and hand the variance to something that wants a deviation.",
        ),
        Mistake(
            scores_by(lambda x, mean, deviation: -(((x - mean) / deviation) ** 2) - deviation.log()),
            "Look at the exponent of the Gaussian: a factor of one half is missing there.",
        ),
        Mistake(
            scores_by(lambda x, mean, deviation: -(((x - mean) / deviation) ** 2) / 2 + deviation.log()),
            "The logarithm of 1/σ is *minus* log σ: your wide classes are favoured for being wide.",
        ),
        Mistake(
            averaged_over_pixels,
            "The prior weighs as much as all of the picture: either you average log densities over pixels, or log P(y) "
            "is added at each of them. Independent pixels: their logarithms add up, and log P(y) is added once.",
        ),
        Mistake(
            added_densities,
            "You add the densities of the pixels. Independent pixels have a *product* for their density, and its "
            "logarithm is a sum of logarithms.",
        ),
        Mistake(
            lambda images, prior, means, deviations: joint_logs(images, prior, means, deviations).argmin(1),
            "You choose the least likely class.",
        ),
        Mistake(
            best_for_each_class,
            "You looked for the best picture of each class. Asked for is the best class of each picture: along which "
            "dimension do the classes change?",
        ),
        Mistake(
            posteriors,
            "These are the probabilities P(y|x), a row for each picture. One step is missing: which class has the "
            "largest?",
        ),
        Mistake(
            full_logs,
            "These are the log densities log p(x, y), a row for each picture. One step is missing: which class has the "
            "largest?",
        ),
        Mistake(
            lambda images, prior, means, deviations: full_logs(images, prior, means, deviations).exp(),
            "These are the densities p(x, y), a row for each picture. One step is missing: which class has the "
            "largest?",
        ),
        Mistake(
            lambda images, prior, means, deviations: prior.argmax().expand(len(images)),
            "You always name the commonest class. What do the pictures say?",
        ),
        Mistake(
            lambda images, prior, means, deviations: right_read(images, prior, means, deviations) + 1,
            "The right classes, counted from 1. They are counted from 0.",
        ),
        Mistake(
            scores_by(lambda x, mean, deviation: -((x - mean) ** 2) / deviation / 2 - deviation.log()),
            "Look at the exponent of the Gaussian: there the deviation is squared, like the distance that it is "
            "compared with.",
        ),
        Mistake(
            scores_by(lambda x, mean, deviation: ((x - mean) / deviation) ** 2 / 2 - deviation.log()),
            "The exponent of the Gaussian has lost its minus sign: what lies far from the mean is favoured.",
        ),
    ),
    hints=(
        "Bayes' rule: P(y|x) is proportional to P(y) p(x|y), and p(x|y) is a product over pixels. For the likeliest "
        "class nothing has to be divided.",
        "Logarithms turn the product into a sum, and keep it within what a float can hold: log P(y) plus the log "
        "densities of all pixels. `torch.distributions.Normal(mean, deviation).log_prob(x)` gives one of them.",
        "`images[:, None]` has the shape `(N, 1, C, H, W)`, and meets tables `(K, C, H, W)` as `(N, K, C, H, W)`. Add "
        "up the last three, and search along the classes.",
    ),
    praise="From the same three tables, and without a border ever having been learned.",
    diagnose=find_wrong_scores,
)

# 2.4: drawing with it. What is said of the draws is in `draws.py`.

COUNT = 3000
NOISE = 3.5  # deviations that a pixel of the narrow tables may go without reaching -1 or 1


@dataclass(frozen=True)
class Images:
    """The answer draws images of one class, from tables that seldom reach beyond [-1, 1]. Words come back: about the
    means, the spreads, how the pixels are spread, whether they are tied, and whether images repeat."""

    label: int
    seed: int = 0
    right: Any = (RIGHT,) * 5

    def tables(self) -> tuple[Tensor, Tensor]:
        rng = torch.Generator().manual_seed(self.seed)
        shape = (3, whole(rng, 1, 2), 2, whole(rng, 2, 3))
        deviations = 0.02 + 0.16 * torch.rand(shape, generator=rng)
        return (2 * torch.rand(shape, generator=rng) - 1) * (1 - NOISE * deviations), deviations

    def ask(self, answer: Any) -> Any:
        means, deviations = self.tables()
        few = call(answer, (means, deviations, self.label, 2))
        if bare(few) is None or bare(few) is Ellipsis:
            return None
        of_one_class(tidy(bare(few)), means, 2)
        return after(call(answer, (means, deviations, self.label, COUNT)), self.describe)

    def describe(self, images: Any) -> tuple[str, ...]:
        means, deviations = (table.double().flatten(1) for table in self.tables())
        pixels = of_one_class(tidy(images), self.tables()[0], COUNT).flatten(1)
        spread = pixels.std(0)
        ties = torch.corrcoef(pixels.T).nan_to_num()[0, 1:].abs().max()
        return (
            self.in_words_means(pixels.mean(0), means, torch.maximum(spread, deviations[self.label])),
            self.in_words_deviations(spread, deviations),
            in_words_form(pixels),
            "tied" if ties > 0.1 else RIGHT,
            "repeated" if 1 < len(pixels.unique(dim=0)) < COUNT else RIGHT,
        )

    def in_words_means(self, found: Tensor, means: Tensor, spread: Tensor) -> str:
        error = 5 * spread / COUNT**0.5

        def near(other: Tensor) -> bool:
            return bool(((found - other).abs() <= error).all())

        if near(means[self.label]):
            return RIGHT
        if near(means.mean(0)):
            return "mixed"
        if near(-means[self.label]):
            return "negated"
        others = [label for label, mean in enumerate(means) if near(mean)]
        return f"class {others[0]}" if others else "off"

    def in_words_deviations(self, found: Tensor, deviations: Tensor) -> str:
        counts = [COUNT] * len(found)
        for label, table in enumerate(deviations):
            if label != self.label and in_words_spreads(found.tolist(), table.tolist(), counts) == RIGHT:
                return f"class {label}"
        return in_words_spreads(found.tolist(), deviations[self.label].tolist(), counts)

    def complain(self, result: Any) -> str:
        means, spreads, form, ties, repeats = result
        said = [
            {
                RIGHT: "",
                "off": "the pixels do not lie around the means of the class",
                "mixed": "the means are those of all classes together",
                "negated": "the means have the wrong sign",
            }.get(means, f"the means are those of {means}"),
            "" if spreads == RIGHT else SPREADS.get(spreads, f"the deviations are those of {spreads}"),
            "" if form == RIGHT or spreads == "none" else FORMS[form],
            "" if ties == RIGHT else "the pixels of an image go up and down together",
            "" if repeats == RIGHT else "some of your images come more than once",
        ]
        return f"Over {COUNT:,} images of class {self.label}, {' and '.join(filter(None, said))}."


def of_one_class(images: Any, table: Tensor, count: int) -> Tensor:
    """The images, if there are as many as asked for, each in the shape of the tables."""
    if not isinstance(images, Tensor) or images.shape != (count, *table.shape[1:]):
        raise WrongKind(
            f"Asked for {count:,} images from tables of shape {tuple(table.shape)}, your function gives "
            f"{kind(images)}. One class is drawn, and each image has the shape {tuple(table.shape[1:])}."
        )
    return images


@dataclass(frozen=True)
class Ends:
    """The answer draws from tables of which much lies beyond -1 and 1; a word about the ends comes back."""

    seed: int = 0
    right: Any = RIGHT

    def ask(self, answer: Any) -> Any:
        rng = torch.Generator().manual_seed(self.seed)
        shape = (2, 1, 3, 2)
        means, deviations = torch.rand(shape, generator=rng) - 0.5, 0.7 + 0.5 * torch.rand(shape, generator=rng)
        images = call(answer, (means, deviations, 0, COUNT))
        if bare(images) is None or bare(images) is Ellipsis:
            return None
        black, white = (Normal(means[0], deviations[0]).cdf(torch.tensor(end)) for end in (-1.0, 1.0))
        outside = float((black + 1 - white).mean())
        return after(images, lambda found: in_words_ends(of_one_class(tidy(found), means, COUNT), outside))

    def complain(self, result: Any) -> str:
        return {
            "beyond": "Some of your pixels lie outside of [-1, 1], where there are no colours.",
            "at 0": "None of your pixels is below 0. They reach from -1, black, to 1, white.",
            "none": "No pixel is exactly -1 or 1, where many should be: what falls outside is cut to the nearest end.",
            "share": "The share of pixels at the ends is not what it should be: what falls outside is cut to the "
            "nearest end, and nothing else is.",
        }[result]


def in_words_ends(images: Tensor, outside: float) -> str:
    if images.abs().max() > 1:
        return "beyond"
    if images.min() >= 0:
        return "at 0"
    share = float((images.abs() == 1).double().mean())
    if share == 0:
        return "none"
    return RIGHT if abs(share - outside) < 5 * (0.25 / COUNT) ** 0.5 else "share"


@dataclass(frozen=True)
class Again:
    """The answer is called twice for the same; a word comes back."""

    arguments: tuple
    right: Any = RIGHT

    def ask(self, answer: Any) -> Any:
        one, two = (call(answer, self.arguments) for _ in range(2))
        if bare(one) is None or bare(one) is Ellipsis:
            return None
        word = "frozen" if same(tidy(bare(one)), tidy(bare(two))) else RIGHT
        return Changed(word, one.argument) if isinstance(one, Changed) else word

    def complain(self, result: Any) -> str:
        return "Every call gives the same: is a seed set inside your function?"


def squared(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    noise = torch.randn(count, *means.shape[1:])
    return (means[label] + deviations[label] ** 2 * noise).clamp(-1, 1)


def one_number_an_image(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return (means[label] + deviations[label] * torch.randn(count, 1, 1, 1)).clamp(-1, 1)


def one_noise_for_all(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    image = (means[label] + deviations[label] * torch.randn(means.shape[1:])).clamp(-1, 1)
    return image.expand(count, -1, -1, -1)


def no_noise(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return means[label].expand(count, -1, -1, -1)


def from_0_to_1(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return (means[label] + deviations[label] * torch.rand(count, *means.shape[1:])).clamp(-1, 1)


def uniform(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    noise = 2 * torch.rand(count, *means.shape[1:]) - 1
    return (means[label] + deviations[label] * noise).clamp(-1, 1)


def class_forgotten(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    noise = torch.randn(count, *means.shape[1:])
    return (means.mean(0) + deviations.mean(0) * noise).clamp(-1, 1)


def not_clipped(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return means[label] + deviations[label] * torch.randn(count, *means.shape[1:])


def as_large_as_digits(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return (means[label] + deviations[label] * torch.randn(count, 1, 28, 28)).clamp(-1, 1)


def squashed(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return not_clipped(means, deviations, label, count).tanh()


def clipped_at_0(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return not_clipped(means, deviations, label, count).clamp(0, 1)


def only_one(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return (means[label] + deviations[label] * torch.randn(means.shape[1:])).clamp(-1, 1)


def every_class(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return (means + deviations * torch.randn(means.shape)).clamp(-1, 1)


def scaled_by_the_mean(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return (means[label] * torch.randn(count, *means.shape[1:]) + deviations[label]).clamp(-1, 1)


def one_sided(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return (means[label] + deviations[label] * torch.randn(count, *means.shape[1:]).abs()).clamp(-1, 1)


def no_deviations(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return (means[label] + torch.randn(count, *means.shape[1:])).clamp(-1, 1)


def noise_clipped(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return means[label] + deviations[label] * torch.randn(count, *means.shape[1:]).clamp(-1, 1)


def flat_images(means: Tensor, deviations: Tensor, label: int, count: int) -> Tensor:
    return not_clipped(means, deviations, label, count).clamp(-1, 1).flatten(1)


DRAW = Exercise(
    number="2.4",
    title="Run naive Bayes backwards",
    name="draw",
    probes=(
        Images(label=1),
        Images(label=0, seed=1),
        Images(label=2, seed=2),
        Ends(),
        Again((torch.zeros(2, 1, 1, 2), torch.ones(2, 1, 1, 2) / 5, 1, 50)),
    ),
    mistakes=(
        Mistake(
            squared,
            "Your pixels vary too little: you scaled the noise by the *variance*. What is the unit of a variance, and "
            "what is the unit of a pixel?",
        ),
        Mistake(
            one_number_an_image,
            "All pixels of one image go up and down together: the whole image shares one random number. Naive Bayes "
            "says that pixels know nothing of each other. How many random numbers does an image need?",
        ),
        Mistake(
            one_noise_for_all,
            "All your images are the same one. The noise was drawn once, and then used for every image.",
        ),
        Mistake(
            no_noise,
            "This is the mean image, again and again. A model that draws needs chance: where do the deviations come "
            "in?",
        ),
        Mistake(
            from_0_to_1,
            "`torch.rand` is uniform between 0 and 1: your pixels are never darker than their mean. Which function "
            "draws from a Gaussian?",
        ),
        Mistake(
            uniform,
            "Your noise has mean 0, but a standard deviation well below 1, such as the 0.58 of a number that is "
            "uniform between -1 and 1. The model says Gaussian, with deviation 1.",
        ),
        Mistake(
            class_forgotten,
            "You mixed the classes into one. Asked for is class `label` alone.",
        ),
        Mistake(
            as_large_as_digits,
            "Your noise has the size of the course's digits. The tables may hold images of any size: ask them for "
            "theirs.",
        ),
        Mistake(
            not_clipped,
            "Nearly right: some pixels land outside of [-1, 1], where there are no colours. Cut those to the nearest "
            "end.",
        ),
        Mistake(
            squashed,
            "Tanh keeps pixels inside, but it moves *every* pixel, and the means are no longer those of the table. "
            "Touch only what falls outside.",
        ),
        Mistake(
            clipped_at_0,
            "You cut at 0 and 1. The pixels of this course reach from -1, black, to 1, white.",
        ),
        Mistake(
            only_one,
            "That is one image. The function is told how many.",
        ),
        Mistake(
            every_class,
            "You drew one image of each class. Pick the rows of the tables that belong to `label` first.",
        ),
        Mistake(
            scaled_by_the_mean,
            "Mean and deviation have changed places: one of them scales the noise, and the other moves it.",
        ),
        Mistake(
            one_sided,
            "Your pixels are never darker than their mean: the noise has lost its sign.",
        ),
        Mistake(
            no_deviations,
            "The noise is added as it comes. Where do the deviations come in?",
        ),
        Mistake(
            noise_clipped,
            "You cut the *noise* at -1 and 1. It is the pixels that have ends.",
        ),
        Mistake(
            flat_images,
            "Your images are flat rows of pixels. Keep the shape that the tables have.",
        ),
        Mistake(
            lambda means, deviations, label, count: squared(means, deviations**0.25, label, count),
            "Your pixels vary too much: the deviations are square roots already.",
        ),
    ),
    hints=(
        "A Gaussian number with mean μ and standard deviation σ is a standard normal number, stretched and moved.",
        "How many random numbers do you need in all? One for each pixel of each image: give `torch.randn` that shape.",
        "`means[label]` has the shape of one image, and so stretches over the images of a batch on its own. What falls "
        "outside of [-1, 1] is cut at the end, with `clamp`.",
    ),
    praise="That is all there is to running this model backwards: a mean, a spread, and a fresh number for each pixel.",
)

# 2.5: labels in the shares of a set. The classes are not 0, 1, 2, and a set is smaller than what is to be drawn.

MANY, CALLS, FEW = 8000, 60, 100
SMALL = torch.tensor([4, 4, 6, 6, 9])  # a label that is never reached shows at once


@dataclass(frozen=True)
class Shares:
    """The answer draws 8,000 labels; words come back about which occur, in which shares, and in which order."""

    labels: Tensor | None = None  # None: a set is drawn
    seed: int = 0
    right: Any = (RIGHT,) * 3

    def given(self) -> Tensor:
        if self.labels is not None:
            return self.labels
        rng = torch.Generator().manual_seed(self.seed)
        classes = torch.randperm(9, generator=rng)[: whole(rng, 3, 4)]
        counts = torch.tensor([whole(rng, 3, 5), whole(rng, 7, 9), whole(rng, 14, 18), 11])[: len(classes)]
        labels = classes.repeat_interleave(counts)
        return labels[torch.randperm(len(labels), generator=rng)]

    def ask(self, answer: Any) -> Any:
        drawn_labels = call(answer, (self.given(), MANY))
        if bare(drawn_labels) is None or bare(drawn_labels) is Ellipsis:
            return None
        return after(drawn_labels, self.describe)

    def describe(self, found: Any) -> tuple[str, ...]:
        labels = as_many_labels(tidy(found), MANY)
        classes, counts = self.given().unique(return_counts=True)
        right = counts.double() / len(self.given())
        shares = (labels[:, None] == classes).double().mean(0)
        changes = float((labels[1:] != labels[:-1]).double().mean())
        mixed = 1 - float(shares.square().sum())  # how often neighbours differ when they are independent
        return (
            "foreign" if not bool(torch.isin(labels, classes.double()).all()) else RIGHT,
            in_words_shares(shares, right, MANY),
            RIGHT if abs(changes - mixed) < 0.05 else "ordered",
        )

    def complain(self, result: Any) -> str:
        which, shares, order = result
        classes = self.given().unique().tolist()
        if which != RIGHT:  # then neither shares nor order of the others tell anything
            said = ["labels come up that the set does not have"]
        else:
            said = [self.in_words(shares, classes)] if shares != RIGHT else []
            said += ["they come in an order that one can foretell"] if order != RIGHT and shares != ONE else []
        return f"From a set of the labels {', '.join(map(str, classes))}: {' and '.join(said)}."

    def in_words(self, shares: str, classes: list[int]) -> str:
        known = {
            ONE: "only one of them is ever drawn",
            EQUAL: "all come equally often, whatever their shares in the set",
            INVERSE: "the rare ones come most often",
        }
        if shares in known:
            return known[shares]
        often, seldom = (classes[int(place)] for place in shares.split(" for "))
        return f"{often} comes more often than its share in the set, and {seldom} less often"


def as_many_labels(labels: Any, count: int) -> Tensor:
    if not isinstance(labels, Tensor) or labels.shape != (count,):
        raise WrongKind(f"Asked for {count:,} labels, your function gives {kind(labels)}.")
    return labels


@dataclass(frozen=True)
class Varies:
    """The answer draws 100 labels, 60 times: whether the number of each class is left to chance, whether calls differ,
    and whether the first label of each call is drawn like all others."""

    right: Any = (RIGHT,) * 2

    def ask(self, answer: Any) -> Any:
        found = [call(answer, (SMALL, FEW)) for _ in range(CALLS)]
        if bare(found[0]) is None or bare(found[0]) is Ellipsis:
            return None
        labels = torch.stack([as_many_labels(tidy(bare(each)), FEW) for each in found])
        first = float((labels[:, 0] == SMALL[0]).double().mean())
        if bool((labels == labels[0]).all()):
            counts = "frozen"
        else:
            counts = RIGHT if is_left_to_chance((labels == SMALL[0]).sum(1), 0.4, FEW) else "fixed"
        words = counts, RIGHT if counts == "frozen" or 0.05 < first < 0.75 else "first"
        return Changed(words, found[0].argument) if isinstance(found[0], Changed) else words

    def complain(self, result: Any) -> str:
        counts, _ = result
        if counts == "frozen":
            return "Every call gives the same labels: is a seed set inside your function?"
        if counts == "fixed":
            return f"Over {CALLS} calls for {FEW} labels each, the number of fours varies too little for chance."
        return f"Over {CALLS} calls, the first label is nearly always the same one, or never. Each is drawn on its own."


def evenly(labels: Tensor, count: int) -> Tensor:
    classes = labels.unique()
    return classes[torch.randint(len(classes), (count,))]


def most_common(labels: Tensor, count: int) -> Tensor:
    return labels.mode().values.expand(count)


def places(labels: Tensor, count: int) -> Tensor:
    counts = labels.unique(return_counts=True)[1]
    return torch.multinomial(counts.double(), count, replacement=True)


def by_weight(weigh: Callable[[Tensor], Tensor]) -> Callable[[Tensor, int], Tensor]:
    """Classes drawn by `weigh` of their shares."""

    def draw(labels: Tensor, count: int) -> Tensor:
        classes, counts = labels.unique(return_counts=True)
        return classes[torch.multinomial(weigh(counts / len(labels)), count, replacement=True)]

    return draw


def softened(labels: Tensor, count: int) -> Tensor:
    return torch.multinomial((labels.bincount() / len(labels)).softmax(0), count, replacement=True)


def without_replacement(labels: Tensor, count: int) -> Tensor:
    return labels[torch.randperm(len(labels))[:count]]


def again_and_again(labels: Tensor, count: int) -> Tensor:
    return labels.repeat(-(-count // len(labels)))[:count]


def in_blocks(labels: Tensor, count: int) -> Tensor:
    classes, counts = labels.unique(return_counts=True)
    return classes.repeat_interleave(counts * count // len(labels))


def dealt_out(labels: Tensor, count: int) -> Tensor:
    return in_blocks(labels, count)[torch.randperm(count)]


def only_shares(labels: Tensor, count: int) -> Tensor:
    return labels.unique(return_counts=True)[1] / len(labels)


def one_for_all(labels: Tensor, count: int) -> Tensor:
    return labels[torch.randint(len(labels), (1,))].expand(count)


def any_digit(labels: Tensor, count: int) -> Tensor:
    return torch.randint(10, (count,))


def places_in_the_set(labels: Tensor, count: int) -> Tensor:
    return torch.randint(len(labels), (count,))


def sorted_draws(labels: Tensor, count: int) -> Tensor:
    return labels[torch.randint(len(labels), (count,))].sort().values


def never_the_last(labels: Tensor, count: int) -> Tensor:
    return labels[torch.randint(len(labels) - 1, (count,))]


LABELS = Exercise(
    number="2.5",
    title="Classes in the shares of the set",
    name="draw_labels",
    probes=(Shares(SMALL), Shares(), Shares(seed=1), Varies()),
    mistakes=(
        Mistake(
            evenly,
            "Every class comes up equally often. That would be the prior of a balanced set; this one is not.",
        ),
        Mistake(
            most_common,
            "You always draw the most common class. That is what a *classifier* without a picture would answer; a "
            "sample also holds the rare ones, rarely.",
        ),
        Mistake(
            places,
            "You drew places in the list of classes, 0, 1, 2, …, and not the labels that stand there.",
        ),
        Mistake(
            by_weight(lambda share: 1 / share),
            "Rare classes come up most often. Such weights balance a loss; they are not how the set looks.",
        ),
        Mistake(
            by_weight(lambda share: share.softmax(0)),
            "Rare classes come too often. Shares are probabilities already: softmax takes them for logits and flattens "
            "them, and a root or a number added to the counts does so as well.",
        ),
        Mistake(
            without_replacement,
            "You give as many labels as the set has, and no more. A model can draw as many as you like: what has been "
            "drawn may come again.",
        ),
        Mistake(
            lambda labels, count: torch.multinomial(labels.unique(return_counts=True)[1].double(), count),
            "Left to itself, `torch.multinomial` draws each place once at most. What has been drawn may come again: "
            "look for the argument that says so.",
        ),
        Mistake(
            again_and_again,
            "You go through the training labels in order, again and again. The shares are right, but the next label is "
            "known beforehand: nothing here is drawn.",
        ),
        Mistake(
            in_blocks,
            "The shares are right, but the labels come in blocks, one class after the other, and always exactly as "
            "many. Each label is to be drawn on its own.",
        ),
        Mistake(
            dealt_out,
            "You deal out exact shares and shuffle. That has its uses, and a name, *stratified* sampling. Here each "
            "label is to be drawn on its own, so that the number of fives is left to chance.",
        ),
        Mistake(
            only_shares,
            "These are the shares, P(y). The next step is to draw labels with them.",
        ),
        Mistake(
            one_for_all,
            "You draw a single label and hand it out to all. Each is to be drawn on its own.",
        ),
        Mistake(
            any_digit,
            "You draw any number of a range. Which labels occur, and how often, the set says.",
        ),
        Mistake(
            places_in_the_set,
            "These are places in the set. Which labels stand there?",
        ),
        Mistake(
            sorted_draws,
            "The shares are left to chance, as they should be, and then you sort. Each label is to be drawn on its "
            "own, so that the order tells nothing.",
        ),
        Mistake(
            never_the_last,
            "The last entry of the set is never drawn: `torch.randint` leaves out its upper end by itself.",
        ),
        Mistake(
            by_weight(lambda share: share.square()),
            "Your weights are the shares *squared*: the common ones come too often.",
        ),
        Mistake(
            softened,
            "Shares are probabilities already. Softmax takes them for logits and flattens them, so that even labels "
            "come up which the set does not have.",
        ),
    ),
    hints=(
        "Two steps: find P(y), the share of each class in the set. Then draw from P(y), `count` times.",
        "`unique` gives the classes that occur and, when asked for `return_counts`, how often. `torch.multinomial` "
        "draws *places* with given weights; mind its argument `replacement`.",
        "There is also a way without any counting: the training labels are themselves a bag with the right shares. "
        "What happens when you draw from that bag, look, and put the label back?",
    ),
    praise="Common classes come up often, rare ones seldom, just as they were collected.",
)

EXERCISES = (JOINT, FIT, READ, DRAW, LABELS)

QUIZ = (
    Question(
        "Somebody gives you P(y|x) for every x, and nothing else. What can you do?",
        key="c",
        options=(
            Option(
                "Draw pairs (x, y) as they occur in the world.",
                "You would need to know how often each x occurs, and P(y|x) does not say.",
            ),
            Option(
                "Work out P(x) with Bayes' rule.",
                "Bayes' rule needs P(x), or P(x|y) and P(y), to begin with. Many joint tables share one P(y|x).",
            ),
            Option(
                "Name the likeliest class of a given x.",
                "This is what P(y|x) is for, and all that a discriminative model learns.",
            ),
            Option(
                "Tell whether an x is unusual.",
                "That is a question about p(x). P(y|x) can be very sure about an x that never occurs.",
            ),
        ),
    ),
    Question(
        "In the explorer p(x | seven) is 35 at some point. What does that mean?",
        key="b",
        options=(
            Option(
                "There is a mistake somewhere: a probability is never above 1.",
                "It is a density, not a probability. Only its integral over an area is one.",
            ),
            Option(
                "A small patch at x holds a share of sevens 35 times its area.",
                "Sevens lie densely there. The area is small: one square unit would be far larger than the plane you "
                "see. Density times a small area is a probability.",
            ),
            Option(
                "35 sevens of the training set lie at x.",
                "A density does not count examples, and stays the same with twice as many of them.",
            ),
            Option(
                "The point is 35 times likelier to be a seven than to be an eight.",
                "That would be a ratio of two densities, times the ratio of the priors. This is one density.",
            ),
        ),
    ),
    Question(
        "You move the prior of seven from 0.5 to 0.9 and leave the point where it is. What changes?",
        key="d",
        options=(
            Option(
                "p(x | seven) grows, because sevens are more common now.",
                "p(x | seven) speaks about sevens alone. How many there are does not change what they look like.",
            ),
            Option(
                "The rings around the means.",
                "They show p(x|y), which knows nothing of the prior.",
            ),
            Option(
                "Nothing, until the model is fitted again.",
                "A generative model keeps P(y) apart from p(x|y), so it can be exchanged without any fitting.",
            ),
            Option(
                "P(seven | x), and with it p(x).",
                "Both are made of p(x|y) and the prior: one by Bayes' rule, one by adding up.",
            ),
        ),
    ),
    Question(
        "You deal out each pixel's true values anew among the images of a class, and the result still looks like "
        "static. What does that show?",
        key="a",
        options=(
            Option(
                "The independence of the pixels does the damage.",
                "Each pixel kept its own distribution, so no better choice than a Gaussian would have helped.",
            ),
            Option(
                "A Gaussian is a bad model of the values of a single pixel.",
                "It is, since most pixels are either black or white. But here there was no Gaussian, and the strokes "
                "were lost all the same.",
            ),
            Option(
                "There were too few images.",
                "With more images each pixel's distribution is known better, and the pixels still ignore each other.",
            ),
            Option(
                "The classes were mixed up.",
                "The values were dealt out within one class only.",
            ),
        ),
    ),
    Question(
        "Naive Bayes reads all of its own samples rightly; a classifier that is right about 99 of 100 real digits "
        "reads hardly any of them. Which conclusion holds?",
        key="c",
        options=(
            Option(
                "The other classifier is bad at digits.",
                "It was measured on real digits that it had never seen. The samples are what is unusual.",
            ),
            Option(
                "Naive Bayes has learned to draw: it recognises everything.",
                "It checks its drawings with the very assumption that made them. A mistake made twice is not noticed.",
            ),
            Option(
                "The samples lack something that naive Bayes cannot see.",
                "Strokes: pixels that go together. A judge who looks for them is not taken in.",
            ),
            Option(
                "The samples are memorised training images.",
                "Those would be read rightly by both.",
            ),
        ),
    ),
    Question(
        "A generative model was fitted to 950 scans of healthy people and 50 of sick ones. You want 200 new scans of "
        "sick people. What do you do?",
        key="b",
        options=(
            Option(
                "Draw 200 samples.",
                "About 190 of them would show healthy people: without a label, classes come in the shares of the set.",
            ),
            Option(
                "Draw 200 samples with the label fixed to sick.",
                "Given the class, p(x|y) draws as many as you like. They can be no better than what 50 scans taught.",
            ),
            Option(
                "Fit the model again on a balanced set first.",
                "P(y) would change and p(x|y) would not, or it would get worse, since scans were thrown away.",
            ),
            Option(
                "It cannot be done, since there are only 50.",
                "The model draws from a distribution, not from a drawer. Whether its samples are good is another "
                "question.",
            ),
        ),
    ),
)
