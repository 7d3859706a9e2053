"""Exercises and quiz of chapter 00: three things that this course takes for granted, and how to take it."""

from collections.abc import Callable

import torch
from torch import Tensor

from gancore.lessons.diagnosing import Case
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Value, drawn, whole
from gancore.lessons.quizzes import Option, Question

# 0.1: tensors

IMAGES = torch.tensor([[0.0, 1.0, 2.0], [10.0, 10.0, 10.0], [2.0, 3.0, 4.0], [0.0, 0.0, 6.0]])
LABELS = torch.tensor([0, 1, 0, 0])
NEAR = 1e-5  # to an image: it is that image
MEANS = [[2 / 3, 4 / 3, 4.0], [10.0, 10.0, 10.0]]


def draw_images(rng: torch.Generator) -> tuple:
    """Images of a few pixels and their labels, each class two or three times at least."""
    labels = torch.cat([torch.zeros(whole(rng, 2, 4)), torch.ones(whole(rng, 3, 6))]).long()
    mixed = labels[torch.randperm(len(labels), generator=rng)]
    return torch.randn(len(labels), whole(rng, 2, 4), generator=rng) + mixed[:, None], mixed


def rows_of(images: Tensor, labels: Tensor, reduce: Callable[[Tensor], Tensor]) -> Tensor:
    return torch.stack([reduce(images[labels == label]) for label in range(2)])


def class_means(images: Tensor, labels: Tensor) -> Tensor:
    return rows_of(images, labels, lambda group: group.mean(0))


def one_label_behind(images: Tensor, labels: Tensor) -> Tensor:
    return torch.stack([images[labels == label].mean(0) for label in (1, 2)])


def in_halves(images: Tensor, labels: Tensor) -> Tensor:
    half = len(images) // 2
    return torch.stack([images[:half].mean(0), images[half:].mean(0)])


def without_labels_0(images: Tensor, labels: Tensor) -> Tensor:
    """Both rows divided by the number of ones."""
    return rows_of(images, labels, lambda group: group.sum(0)) / labels.sum()


def find_single_images(cases: list[Case]) -> str:
    images = [(case.arguments[0].double()[:, None] - case.result).abs().amax(2).amin(0) for case in cases]
    if all(bool((distance < NEAR).all()) for distance in images):
        return "Your rows are single images. A mean has something of every image of its class."
    return ""


MEAN_IMAGES = Exercise(
    number="0.1",
    title="Mean images",
    name="mean_images",
    probes=(
        Call("`mean_images` of four images of three pixels, labels 0, 1, 0, 0,", (IMAGES, LABELS), MEANS),
        *drawn("mean_images", draw_images, class_means),
    ),
    mistakes=(
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: group.mean(1)),
            "Your mean runs along the pixels of each image. Which dimension counts the images?",
        ),
        Mistake(
            lambda images, labels: [images[labels == label].mean(1) for label in range(2)],
            "Your mean runs along the pixels of each image. Which dimension counts the images? (It leaves as many "
            "numbers as a class has images, so that the two rows are not even of one length.)",
        ),
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: group.mean()),
            "Your mean runs over images and pixels together and leaves a single number for each class.",
        ),
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: group.sum(0)),
            "These are sums. A class with more images comes out brighter, and should not.",
        ),
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: group.sum(0) / len(images)),
            "You divide by the number of all images. How many of them belong to the class?",
        ),
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: 2 * group.sum(0) / len(images)),
            "You divide by half the number of images. The two classes need not be equally large.",
        ),
        Mistake(
            without_labels_0,
            "You divide both rows by the number of ones. Each class has a number of its own.",
        ),
        Mistake(
            lambda images, labels: images.mean(0),
            "This is the mean of all images. Their labels have not been used.",
        ),
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: images.mean(0)),
            "Both rows are the mean of all images. Their labels have not been used.",
        ),
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: group.median(0).values),
            "This is the median of each pixel, the value in the middle. Asked for is the mean.",
        ),
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: group.std(0, correction=0)),
            "This is how far each pixel *varies* in its class, the standard deviation. Asked for is the mean.",
        ),
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: group[0]),
            "This is the first image of each class. What do the others say?",
        ),
        Mistake(
            lambda images, labels: images[:2],
            "These are the first two images. Which images belong to which class, the labels say.",
        ),
        Mistake(
            lambda images, labels: images[labels],
            "You used the labels as places: `images[labels]` picks image 0 and image 1, again and again. A condition "
            "such as `labels == 0` picks the images of a class.",
        ),
        Mistake(
            lambda images, labels: torch.stack([images[1 - labels].mean(0), images[labels].mean(0)]),
            "You used the labels as places, and your means are of images 0 and 1, again and again. A condition such as "
            "`labels == 0` picks the images of a class.",
        ),
        Mistake(
            lambda images, labels: torch.stack([images[::2].mean(0), images[1::2].mean(0)]),
            "You took every other image. The classes come in any order.",
        ),
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: group.amax(0)),
            "These are the largest values that a pixel has in the class. Asked for is the mean.",
        ),
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: group.amin(0)),
            "These are the smallest values that a pixel has in the class. Asked for is the mean.",
        ),
        Mistake(
            lambda images, labels: class_means(images, labels)[1] - class_means(images, labels)[0],
            "This is the difference of the two means. Asked for are both, one on top of the other.",
        ),
        Mistake(
            in_halves,
            "You took the first half of the images and the second. The classes come in any order.",
        ),
        Mistake(
            lambda images, labels: class_means(images, labels)[0],
            "This is the mean of class 0 alone. That of class 1 is to stand below it.",
        ),
        Mistake(
            lambda images, labels: class_means(images, labels).flatten(),
            "Both means are right, and stand one after the other in a single row. Put one on top of the other: "
            "`torch.stack` makes a new dimension, `torch.cat` does not.",
        ),
        Mistake(
            one_label_behind,
            "Your first row belongs to class 1. Classes are counted from 0.",
        ),
        Mistake(
            lambda images, labels: class_means(images, labels).flip(0),
            "The rows are right and in the wrong order: class 0 comes first.",
        ),
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: group.sum(0) / (len(group) + 1)),
            "You divide by one more than the class has images. Has a row of zeros that you began with been counted as "
            "one of them?",
        ),
        Mistake(
            lambda images, labels: torch.stack(
                [images[labels == 1].sum(0) / (labels == label).sum() for label in range(2)]
            ),
            "Both of your sums are of class 1: a product with the labels leaves out all images of class 0.",
        ),
        Mistake(
            lambda images, labels: torch.stack([images.mean(0), class_means(images, labels)[1]]),
            "Your first row is the mean of all images. That of class 0 leaves the others out.",
        ),
        Mistake(
            lambda images, labels: torch.stack([class_means(images, labels)[0], images.mean(0)]),
            "Your second row is the mean of all images. That of class 1 leaves the others out.",
        ),
    ),
    hints=(
        "`labels == 0` is a row of True and False, and `images[labels == 0]` are the images of class 0.",
        "A mean over dimension 0 runs over images and keeps the pixels apart.",
        "Make one row for class 0 and one for class 1, and put them on top of each other with `torch.stack`.",
    ),
    praise="Picking rows by a condition is all the indexing that this course needs.",
    diagnose=find_single_images,
)

# 0.2: a classifier's output

LOGITS = torch.tensor([0.0, 0.5, -2.0, 5.0])
PROBABILITIES = [0.5, 0.6224593, 0.1192029, 0.9933071]


def draw_logits(rng: torch.Generator) -> tuple:
    return (4 * torch.randn(whole(rng, 2, 6), generator=rng),)


def odds_shared(logits: Tensor) -> Tensor:
    """p from the odds p / (1 - p), in float64."""
    odds = logits.double().exp()
    return odds / (1 + odds)


def find_improbable(cases: list[Case]) -> str:
    """What is odd about the numbers, as probabilities."""
    numbers, logits = torch.cat([case.result for case in cases]), torch.cat([case.arguments[0] for case in cases])
    at_0 = float(cases[0].result[0])
    if not bool(numbers.isfinite().all()):
        return "Some of your numbers are not finite: a logit may be negative, and 0 as well."
    if bool(((numbers < 0) | (numbers > 1)).any()):
        return "Some of your numbers are below 0 or above 1, and a probability never is."
    if all(abs(float(case.result.sum()) - 1) < NEAR for case in cases):
        return "Your numbers add up to 1. Each belongs to another picture, with a question of its own."
    if abs(at_0 - 0.5) > NEAR:
        return f"A logit of 0 means odds of one to one, and there your function gives {at_0:.3g}."
    if bool((numbers[logits.argsort()].diff() < 0).any()):
        return "Your numbers do not rise with the logit everywhere. The larger the odds for *yes*, the likelier it is."
    return "Your curve is right at 0 and rises, as it should, and is too steep or too flat: solve the equation for p."


PROBABILITY = Exercise(
    number="0.2",
    title="From a logit to a probability",
    name="probability",
    probes=(
        Call("`probability` of logits 0, 0.5, -2 and 5", (LOGITS,), PROBABILITIES),
        *drawn("probability", draw_logits, odds_shared),
    ),
    mistakes=(
        Mistake(
            lambda logits: torch.softmax(logits, 0),
            "Softmax makes the numbers add up to 1, as if they were the classes of one picture. Each belongs to "
            "another picture, and answers a yes-or-no question of its own.",
        ),
        Mistake(
            lambda logits: 1 / (1 + torch.exp(logits)),
            "This is the probability of *no*: it falls as the logit rises.",
        ),
        Mistake(
            torch.exp,
            "These are the odds, yes against no. They go from 0 to infinity; a probability ends at 1.",
        ),
        Mistake(
            lambda logits: logits.exp() / (1 - logits.exp()),
            "Nearly: when you solve odds = p / (1 - p) for p, a sign changes on the way.",
        ),
        Mistake(
            lambda logits: torch.log(logits / (1 - logits)),
            "You went the other way: this makes a logit of a probability, and a logit is what you are given.",
        ),
        Mistake(
            lambda logits: logits / (1 + logits),
            "This would turn *odds* into a probability. A logit is their logarithm, and may be negative.",
        ),
        Mistake(
            torch.tanh,
            "Tanh has the right shape on the wrong range: it goes from -1 to 1.",
        ),
        Mistake(
            lambda logits: (1 + torch.tanh(logits)) / 2,
            "The range is right, and your curve is twice as steep: it treats a logit of 1 as one of 2.",
        ),
        Mistake(
            lambda logits: (logits > 0).float(),
            "This is the decision. How sure the classifier is has been lost.",
        ),
        Mistake(
            lambda logits: torch.log(torch.sigmoid(logits)),
            "This is the logarithm of what is asked for.",
        ),
        Mistake(
            lambda logits: torch.log1p(logits.exp()),
            "This is log(1 + e^x), which grows without end. A probability ends at 1.",
        ),
        Mistake(
            lambda logits: torch.sigmoid(torch.sigmoid(logits)),
            "The function is right, and you apply it twice: a logit far below 0 gives 0.5.",
        ),
        Mistake(
            lambda logits: logits.clamp(0, 1),
            "Cut off at 0 and 1, every logit above 1 would be a certainty. No finite logit is one.",
        ),
        Mistake(
            lambda logits: (logits - logits.min()) / (logits.max() - logits.min()),
            "You stretch the smallest logit to 0 and the largest to 1. Then the probability of one picture depends on "
            "which others stand beside it.",
        ),
        Mistake(
            lambda logits: logits / logits.sum(),
            "You divide by the sum, so that your numbers add up to 1. Each belongs to another picture, and some may be "
            "negative.",
        ),
        Mistake(
            lambda logits: 1 / (1 + 2.0**-logits),
            "The shape is right, with 2 in place of e. This logarithm is the natural one.",
        ),
        Mistake(
            lambda logits: 1 / (1 + 10.0**-logits),
            "The shape is right, with 10 in place of e. This logarithm is the natural one.",
        ),
        Mistake(
            lambda logits: logits + 0.5,
            "A logit of 0 does give one half. But a sum leaves the range from 0 to 1 soon.",
        ),
        Mistake(
            lambda logits: torch.sigmoid(logits.abs()),
            "This is how sure the classifier is of its answer, whichever that is. Asked for is the probability of "
            "*yes*.",
        ),
        Mistake(
            lambda logits: logits.exp() / (1 + torch.exp(-logits)),
            "You mixed two ways to write it: the top of e^x / (1 + e^x) stands over the bottom of 1 / (1 + e^-x).",
        ),
        Mistake(
            lambda logits: (0.5 + logits / 4).clamp(0, 1),
            "A straight line that is cut off makes a certainty of every logit beyond 2. The curve only comes near.",
        ),
        Mistake(
            lambda logits: torch.exp(-logits),
            "These are the odds of *no*, against yes. They go from 0 to infinity; a probability ends at 1.",
        ),
        Mistake(
            lambda logits: logits.exp() / (logits.exp() - 1),
            "Nearly: when you solve odds = p / (1 - p) for p, p is gathered on one side with 1 *plus* the odds.",
        ),
    ),
    hints=(
        "A logit is the logarithm of the odds: log(p / (1 - p)). A logit of 0 means odds of one to one.",
        "Solve for p: write the odds as e to the power of the logit, and gather p on one side.",
        "The function that comes out has a name in PyTorch; it starts with an s and is S-shaped.",
    ),
    praise="A discriminator is such a classifier: one logit for each picture, real or not.",
    diagnose=find_improbable,
)

# 0.3: calculus

SLOPE = Exercise(
    number="0.3",
    title="A slope",
    name="slope",
    probes=(Value(-0.5),),
    mistakes=(
        Mistake(0.5, "The size is right. Does the function rise or fall there?"),
        Mistake(
            -0.6931472,
            "This is the height of the curve at 0, with a minus before it. Asked for is how steep the curve is.",
        ),
        Mistake(0.6931472, "This is the height of the curve at 0, log 2. Asked for is how steep it is."),
        Mistake(-0.25, "You divided by the square of 1 + exp(-x), as if for 1/u. The function is log u."),
        Mistake(0.25, "This is the slope of the sigmoid at 0. The function here is a logarithm."),
        Mistake(-1.0, "This is the inner derivative, of exp(-x). The logarithm around it has one as well."),
        Mistake(1.0, "This is exp(0), with neither the minus sign nor the logarithm taken into account."),
        Mistake(
            2.0,
            "This is what stands inside the logarithm at 0. Its slope comes in as well, and so does the logarithm's.",
        ),
        Mistake(-2.0, "You multiply where the chain rule divides: the slope of log u is u' / u."),
        Mistake(-0.2689414, "This is the slope at x = 1. Asked for is the one at x = 0."),
        Mistake(0.0, "The curve is not flat at 0: compare its heights at -1 and at 1."),
        Mistake(
            -0.3798855,
            "This is how far the curve falls on the whole way from 0 to 1, where it is flatter. Asked for is the slope "
            "at 0 itself.",
        ),
    ),
    hints=(
        "The chain rule: the derivative of log u is u' / u. What is u here?",
        "u = 1 + exp(-x). What are u and u' at x = 0?",
    ),
    praise="It is the slope of the most important curve of this course: a player's loss against its logit.",
)

EXERCISES = (MEAN_IMAGES, PROBABILITY, SLOPE)

QUIZ = (
    Question(
        "The generator of a GAN is never shown a real digit. Where does it learn from?",
        key="c",
        options=(
            Option(
                "From the labels of the digits.",
                "A label is a name, and no picture. The finished generator of this chapter had none, and draws all "
                "the same.",
            ),
            Option(
                "From the average of all digits, which it is given at the start.",
                "It starts from random weights. Its first pictures are grey noise.",
            ),
            Option(
                "From the discriminator's opinion of its pictures.",
                "The discriminator sees real and generated pictures, and the gradient of its verdict is all the "
                "generator ever gets.",
            ),
            Option(
                "From nothing: it tries at random until it succeeds.",
                "At random, 784 pixels would never become a digit. Every round has a direction.",
            ),
        ),
    ),
    Question(
        "You run the cell that draws twenty digits twice, with the same seed. What do you see?",
        key="a",
        options=(
            Option(
                "The same twenty digits.",
                "A seed decides every random number that follows from it, so the same latents go in.",
            ),
            Option(
                "Twenty other digits, since a GAN is random.",
                "What is random about it are the latents, and these come from the seed.",
            ),
            Option(
                "The same kinds of digits in another hand.",
                "Nothing is left to chance: the pictures agree pixel by pixel.",
            ),
        ),
    ),
    Question(
        "You changed a few cells, ran some of them again, and now one stops with an error that you cannot place. "
        "What is a good first step?",
        key="d",
        options=(
            Option(
                "Run the failing cell again until it works.",
                "The kernel remembers everything that ran before, in the order in which it ran. That has not changed.",
            ),
            Option(
                "Close the browser tab and open it again.",
                "The kernel lives on while the tab is closed, with all its variables.",
            ),
            Option(
                "Delete the cells above it.",
                "What they defined stays in the kernel's memory, and the next reader of the notebook misses them.",
            ),
            Option(
                "Restart the kernel and run all cells from the top.",
                "Then what you see comes from the cells as they stand now, in their order, and from nothing else.",
            ),
        ),
    ),
    Question(
        "A score of this chapter runs from 1 to 10. Why is 10 the best that ten digits allow?",
        key="b",
        options=(
            Option(
                "It is the number of pictures that were scored, divided by two hundred.",
                "It was taken from two thousand pictures, and would be much the same for four thousand.",
            ),
            Option(
                "It counts the digits that are drawn clearly and equally often.",
                "A generator that drew nothing but perfect sevens would get 1, and one with five digits about 5.",
            ),
            Option(
                "It is a percentage divided by ten.",
                "A perfect generator of sevens would then deserve a 10, and it gets a 1.",
            ),
        ),
    ),
)
