"""Exercises and quiz of chapter 00: three things that this course takes for granted, and how to take it."""

import torch
from torch import Tensor

from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Value
from gancore.lessons.quizzes import Option, Question

# 0.1: tensors

IMAGES = torch.tensor([[0.0, 1.0, 2.0], [10.0, 10.0, 10.0], [2.0, 3.0, 4.0], [0.0, 0.0, 6.0]])
LABELS = torch.tensor([0, 1, 0, 0])
MEANS = [[2 / 3, 4 / 3, 4.0], [10.0, 10.0, 10.0]]
OTHER_IMAGES = torch.tensor([[1.0, 3.0], [5.0, 5.0], [3.0, 1.0], [1.0, 9.0]])
OTHER_LABELS = torch.tensor([1, 0, 1, 0])


def rows_of(images: Tensor, labels: Tensor, reduce) -> Tensor:
    return torch.stack([reduce(images[labels == label]) for label in range(2)])


def one_label_behind(images: Tensor, labels: Tensor) -> Tensor:
    return torch.stack([images[labels == label].mean(0) for label in (1, 2)])


MEAN_IMAGES = Exercise(
    number="0.1",
    title="Mean images",
    name="mean_images",
    probes=(
        Call("`mean_images` of four images of three pixels, labels 0, 1, 0, 0,", (IMAGES, LABELS), MEANS),
        Call(
            "`mean_images` of four images of two pixels, labels 1, 0, 1, 0,",
            (OTHER_IMAGES, OTHER_LABELS),
            [[3.0, 7.0], [2.0, 2.0]],
        ),
    ),
    mistakes=(
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: group.mean(1)),
            "Your mean runs along the pixels of each image. Which dimension counts the images?",
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
            lambda images, labels: images.mean(0),
            "This is the mean of all images. Their labels have not been used.",
        ),
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: group[0]),
            "This is the first image of each class. What do the others say?",
        ),
        Mistake(
            one_label_behind,
            "Your first row belongs to class 1. Classes are counted from 0.",
        ),
        Mistake(
            lambda images, labels: rows_of(images, labels, lambda group: group.mean(0)).flip(0),
            "The rows are right and in the wrong order: class 0 comes first.",
        ),
    ),
    hints=(
        "`labels == 0` is a row of True and False, and `images[labels == 0]` are the images of class 0.",
        "A mean over dimension 0 runs over images and keeps the pixels apart.",
        "Make one row for class 0 and one for class 1, and put them on top of each other with `torch.stack`.",
    ),
    praise="Picking rows by a condition is all the indexing that this course needs.",
)

# 0.2: a classifier's output

LOGITS = torch.tensor([0.0, 0.5, -2.0, 5.0])
PROBABILITIES = [0.5, 0.6224593, 0.1192029, 0.9933071]

PROBABILITY = Exercise(
    number="0.2",
    title="From a logit to a probability",
    name="probability",
    probes=(Call("`probability` of logits 0, 0.5, -2 and 5", (LOGITS,), PROBABILITIES),),
    mistakes=(
        Mistake(
            lambda logits: torch.softmax(logits, 0),
            "Softmax makes the four numbers add up to 1, as if they were four classes of one picture. They are four "
            "pictures, with one yes-or-no question each.",
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
            torch.tanh,
            "Tanh has the right shape on the wrong range: it goes from -1 to 1.",
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
            lambda logits: logits.clamp(0, 1),
            "Cut off at 0 and 1, every logit above 1 would be a certainty. No finite logit is one.",
        ),
    ),
    hints=(
        "A logit is the logarithm of the odds: log(p / (1 - p)). A logit of 0 means odds of one to one.",
        "Solve for p: write the odds as e to the power of the logit, and gather p on one side.",
        "The function that comes out has a name in PyTorch; it starts with an s and is S-shaped.",
    ),
    praise="A discriminator is such a classifier: one logit for each picture, real or not.",
)

# 0.3: calculus

SLOPE = Exercise(
    number="0.3",
    title="A slope",
    name="slope",
    probes=(Value(-0.5),),
    mistakes=(
        Mistake(0.5, "The size is right. Does the function rise or fall there?"),
        Mistake(0.6931472, "This is the height of the curve at 0, log 2. Asked for is how steep it is."),
        Mistake(-0.25, "You divided by the square of 1 + exp(-x), as if for 1/u. The function is log u."),
        Mistake(0.25, "This is the slope of the sigmoid at 0. The function here is a logarithm."),
        Mistake(-1.0, "This is the inner derivative, of exp(-x). The logarithm around it has one as well."),
        Mistake(1.0, "This is exp(0), with neither the minus sign nor the logarithm taken into account."),
        Mistake(0.0, "The curve is not flat at 0: compare its heights at -1 and at 1."),
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
                "Nobody gives it labels. The game of this chapter works without any.",
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
                "It is the number of pictures that were scored.",
                "It was taken from two thousand pictures, and would be much the same for four thousand.",
            ),
            Option(
                "It counts, so to speak, the digits that are drawn clearly and equally often.",
                "A generator that drew nothing but perfect sevens would get 1, and one with five digits about 5.",
            ),
            Option(
                "It is a percentage divided by ten.",
                "A perfect generator of sevens would then deserve a 10, and it gets a 1.",
            ),
        ),
    ),
)
