"""Exercises and quiz of chapter 02: what a joint table holds, a naive Bayes that draws, and classes in their shares."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gancore.lessons.comparing import same, shape, tidy
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import WrongKind
from gancore.lessons.quizzes import Option, Question
from gancore.lessons.wording import kind, short


def call(answer: Any, *arguments: Any) -> Any:
    """What `answer` gives back for copies of `arguments`."""
    if not callable(answer):
        raise WrongKind("This exercise asks for a function: hand over its name, without parentheses.")
    return answer(*copy.deepcopy(arguments))


# 2.1: marginals and conditionals of a joint table, rows y and columns x

WIDE = torch.tensor([[0.10, 0.20, 0.10], [0.30, 0.10, 0.20]])
SQUARE = torch.tensor([[0.50, 0.10], [0.15, 0.25]])  # here a division along the wrong axis goes through in silence
PARTS = ("P(y)", "P(x)", "P(x|y)", "P(y|x)")


def right_parts(joint: Tensor) -> tuple[Tensor, ...]:
    of_y, of_x = joint.sum(1), joint.sum(0)
    return of_y, of_x, joint / of_y[:, None], joint / of_x


@dataclass(frozen=True)
class Part:
    """One of the four results of a function that is called with a joint table; `place` counts from 0."""

    joint: Tensor
    place: int

    @property
    def right(self) -> Tensor:
        return right_parts(self.joint)[self.place]

    def ask(self, answer: Any) -> Any:
        parts = call(answer, self.joint)
        if parts is None or parts is Ellipsis:
            return None
        if not isinstance(parts, (tuple, list)) or len(parts) != len(PARTS):
            raise WrongKind(f"Four results are asked for, in this order: {', '.join(PARTS)}.")
        return parts[self.place]

    def complain(self, result: Any) -> str:
        table = [[round(share, 2) for share in row] for row in self.joint.tolist()]  # without float32's tails
        name, right = f"{PARTS[self.place]} of the table `{table}`", tidy(self.right)
        if type(result) is not type(right) or shape(result) != shape(right):
            return f"{name} is {kind(result)}, and {kind(right)} is asked for."
        return f"{name} is {short(result)}, and {short(right)} is right."


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


JOINT = Exercise(
    number="2.1",
    title="Marginals and conditionals",
    name="from_joint",
    probes=tuple(Part(joint, place) for joint in (WIDE, SQUARE) for place in range(len(PARTS))),
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
            "You averaged where the law of total probability adds: your marginals do not sum to 1.",
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
    ),
    hints=(
        "Marginals first: what is summed away in P(y), and what in P(x)? `sum` is told the number of the dimension "
        "that disappears.",
        "A conditional is a part of the table, scaled so that it sums to 1: a row for one, a column for the other.",
        "Dividing rows by their sums needs those sums as a column: look up `keepdim`, or index with `[:, None]`.",
    ),
    praise="From one joint table come all four. No other of these tables could give you the rest.",
)


# 2.2 and 2.3: functions that draw. What they draw is measured and rounded far more coarsely than chance can move it.


@dataclass(frozen=True)
class Drawn:
    """The answer draws; `measure` of what it draws comes back, in tenths. `asked` says in words what is measured."""

    asked: str
    arguments: tuple
    measure: Callable[[Tensor], Tensor]
    right: Any

    def ask(self, answer: Any) -> Any:
        drawn = tidy(call(answer, *self.arguments))
        if drawn is None:
            return None
        if not isinstance(drawn, Tensor):
            raise WrongKind(f"Your function gives {kind(drawn)}; a tensor is asked for.")
        return self.measure(drawn).double().round(decimals=1)

    def complain(self, result: Any) -> str:
        return f"{self.asked} comes out as {short(result)}, and {short(tidy(self.right))} is right."


# 2.2: a fitted naive Bayes of two classes, of images 1×2×3; of the wide one nearly a third reaches beyond [-1, 1]

MEANS = torch.tensor([[[[0.5, -0.4, 0.2], [0.0, 0.4, -0.5]]], [[[-0.6, 0.0, 0.3], [0.6, -0.3, 0.1]]]])
SPREADS = torch.tensor([[[[0.2, 0.1, 0.3], [0.3, 0.1, 0.1]]], [[[0.1, 0.3, 0.2], [0.1, 0.2, 0.2]]]])
TABLES = (MEANS, SPREADS, 1, 4000)
BROAD = (torch.zeros(2, 1, 2, 3), torch.stack([torch.ones(1, 2, 3), SPREADS[1]]), 0, 4000)


def checked(images: Tensor) -> Tensor:
    """The images, if there are as many as asked for, each in the shape of the tables."""
    if images.shape != (4000, 1, 2, 3):
        raise WrongKind(
            f"Asked for 4,000 images from tables of shape (2, 1, 2, 3), your function gives {kind(images)}. "
            "One class is drawn, and each image has the shape (1, 2, 3)."
        )
    return images


def mean_of_pixels(images: Tensor) -> Tensor:
    return checked(images).mean(0).flatten()


def spread_of_pixels(images: Tensor) -> Tensor:
    return checked(images).std(0).flatten()


def tie_of_pixels(images: Tensor) -> Tensor:
    rows = checked(images).flatten(1)
    return torch.corrcoef(rows.T)[0, 1:].square()


def beyond_and_at_the_ends(images: Tensor) -> Tensor:
    """The share of pixels outside of [-1, 1], and the share on its ends."""
    size = checked(images).abs()
    return torch.stack([(size > 1).double().mean(), (size == 1).double().mean()])


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


IMAGES = "Over 4,000 images of class 1, in tenths,"
DRAW = Exercise(
    number="2.2",
    title="Run naive Bayes backwards",
    name="draw",
    probes=(
        Drawn(f"{IMAGES} the mean of each pixel", TABLES, mean_of_pixels, MEANS[1].flatten()),
        Drawn(f"{IMAGES} the standard deviation of each pixel", TABLES, spread_of_pixels, SPREADS[1].flatten()),
        Drawn(f"{IMAGES} the squared correlation of the first pixel with each other", TABLES, tie_of_pixels, [0.0] * 5),
        Drawn(
            "Of class 0, with deviations of 1, the share of pixels outside of [-1, 1], and the share that is -1 or 1,",
            BROAD,
            beyond_and_at_the_ends,
            [0.0, 0.3],
        ),
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
    ),
    hints=(
        "A Gaussian number with mean μ and standard deviation σ is a standard normal number, stretched and moved.",
        "How many random numbers do you need in all? One for each pixel of each image: give `torch.randn` that shape.",
        "`means[label]` has the shape of one image, and so stretches over the images of a batch on its own. What falls "
        "outside of [-1, 1] is cut at the end, with `clamp`.",
    ),
    praise="That is all there is to running this model backwards: a mean, a spread, and a fresh number for each pixel.",
)

# 2.3: labels to draw, in the shares of an imbalanced set; the classes are not 0, 1, 2, and the set is smaller than
# what is to be drawn

RARE = torch.tensor([2] * 12 + [5] * 20 + [7] * 8)
CLASSES, SHARES = torch.tensor([2, 5, 7]), torch.tensor([0.3, 0.5, 0.2])
MANY = (RARE, 20_000)
FIVE = (torch.tensor([4, 4, 6, 6, 9]), 20_000)  # here a label that is never reached shows in tenths
ALIKE = 0.4  # of neighbours, in tenths: 0.3² + 0.5² + 0.2² = 0.38
CALLS, FEW = 50, 100  # the number of fives among 100 has a standard deviation of 5


def listed(labels: Tensor) -> Tensor:
    """The labels, if there are as many as asked for."""
    if labels.shape != (MANY[1],):
        raise WrongKind(f"Asked for 20,000 labels, your function gives {kind(labels)}.")
    return labels


def which(labels: Tensor) -> Tensor:
    return listed(labels).unique()


def shares(labels: Tensor) -> Tensor:
    return (listed(labels)[:, None] == CLASSES).double().mean(0)


def shares_of_five(labels: Tensor) -> Tensor:
    return (listed(labels)[:, None] == FIVE[0].unique()).double().mean(0)


def neighbours_alike(labels: Tensor) -> Tensor:
    return (listed(labels)[1:] == labels[:-1]).double().mean()


@dataclass(frozen=True)
class Varies:
    """The answer is called again and again: 1 where the number of each class is left to chance, 0 where it is not, and
    2 where all calls give the same."""

    right: Any = 1

    def ask(self, answer: Any) -> Any:
        drawn = [tidy(call(answer, RARE, FEW)) for _ in range(CALLS)]
        if drawn[0] is None:
            return None
        if all(same(drawn[0], labels) for labels in drawn[1:]):
            return 2
        counts = torch.stack([(labels == CLASSES[1]).double().sum() for labels in drawn])
        return int(counts.std() > 3)  # whoever deals out whole sets, shuffled, has 1.6

    def complain(self, result: Any) -> str:
        if same(result, tidy(2)):
            return "Every call gives the same labels: is a seed set inside your function?"
        return f"Over {CALLS} calls for {FEW} labels each, the number of fives varies too little to be left to chance."


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


SET = "From a set of 12 twos, 20 fives and 8 sevens,"
LABELS = Exercise(
    number="2.3",
    title="Classes in the shares of the set",
    name="draw_labels",
    probes=(
        Drawn(f"{SET} the list of labels that occur", MANY, which, CLASSES),
        Drawn(f"{SET} the share of twos, fives and sevens, in tenths,", MANY, shares, SHARES),
        Drawn(f"{SET} the share of labels equal to the one before, in tenths,", MANY, neighbours_alike, ALIKE),
        Drawn(
            "From a set of two fours, two sixes and one nine, the share of each, in tenths,",
            FIVE,
            shares_of_five,
            [0.4, 0.4, 0.2],
        ),
        Varies(),
    ),
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
            "Shares are probabilities already. Softmax takes them for logits and flattens them.",
        ),
        Mistake(
            without_replacement,
            "You deal out the training labels, so there are never more than the set has. A model can draw as many as "
            "you like: what has been drawn may come again.",
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

EXERCISES = (JOINT, DRAW, LABELS)

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
                "There is a mistake: a probability is at most 1.",
                "It is a density, not a probability. Only its integral over an area is one.",
            ),
            Option(
                "A small patch around x holds a share of all sevens that is 35 times its area.",
                "Sevens lie densely there. The area is small: one square unit would be far larger than the plane you "
                "see. Density times a small area is a probability.",
            ),
            Option(
                "35 sevens of the training set lie at x.",
                "A density does not count examples, and stays the same with twice as many of them.",
            ),
            Option(
                "The point is 35 times likelier to be a seven than an eight.",
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
                "P(seven | x) and p(x).",
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
                "A Gaussian is a bad model of one pixel.",
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
