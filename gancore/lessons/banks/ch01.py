"""Exercises and quiz of chapter 01: joining the nearest centre, purity, and what makes a task supervised."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Value, WrongKind
from gancore.lessons.quizzes import Option, Question

# 1.1: the first half of a round of k-means
#
# The points are placed so that every other way of choosing a centre goes wrong for at least one of them. No two of
# the numbers of points, centres and coordinates are equal in a probe.

POINTS = torch.tensor([[5.0, 5.0], [5.0, 7.0], [4.0, -2.0], [0.0, 7.0], [7.0, 3.0], [5.0, 5.5]])
CENTRES = torch.tensor([[0.0, 5.0], [3.0, 3.0], [2.0, 5.0]])
NEAREST = [1, 2, 1, 0, 1, 2]  # squared distances: 25 8 9, 29 20 13, 65 26 53, 4 25 8, 53 16 29, 25¼ 10¼ 9¼
DEEP_POINTS = torch.tensor([[1.0, 1.0, 1.0, 1.0], [2.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, -3.0]])
DEEP_CENTRES = torch.tensor([[0.0, 0.0, 0.0, 0.0], [3.0, 0.0, 0.0, 0.0]])
DEEP_NEAREST = [0, 1, 0]  # squared distances: 4 7, 4 1, 9 18


def differences(points: Tensor, centres: Tensor) -> Tensor:
    return points[:, None] - centres[None]


def squared(points: Tensor, centres: Tensor) -> Tensor:
    return differences(points, centres).square().sum(2)


ASSIGN = Exercise(
    number="1.1",
    title="Join the nearest centre",
    name="nearest",
    probes=(
        Call("`nearest` of six points in the plane and three centres", (POINTS, CENTRES), NEAREST),
        Call("`nearest` of three points in four dimensions and two centres", (DEEP_POINTS, DEEP_CENTRES), DEEP_NEAREST),
    ),
    mistakes=(
        Mistake(
            lambda points, centres: squared(points, centres).argmax(1),
            "Every point has joined the centre that is *farthest* from it.",
        ),
        Mistake(
            lambda points, centres: squared(points, centres).argmin(0),
            "You looked for the nearest point of each centre. Asked for is the nearest centre of each point: along "
            "which axis of your table of distances do the centres change?",
        ),
        Mistake(
            lambda points, centres: squared(points, centres).min(1).values,
            "These are the smallest squared distances. The question is *which* centre is that near, not how near.",
        ),
        Mistake(
            lambda points, centres: squared(points, centres).sqrt().min(1).values,
            "These are the smallest distances. The question is *which* centre is that near, not how near.",
        ),
        Mistake(
            lambda points, centres: centres[squared(points, centres).argmin(1)],
            "You give back the nearest centres themselves. Asked for is the place of each in the list of centres.",
        ),
        Mistake(
            lambda points, centres: squared(points, centres).argmin(1) + 1,
            "The right centres, counted from 1. Python counts from 0.",
        ),
        Mistake(
            lambda points, centres: differences(points, centres).abs().sum(2).argmin(1),
            "You added the differences of the coordinates as a taxi would drive. k-means goes by the straight line: "
            "what is done to a difference before it is added?",
        ),
        Mistake(
            lambda points, centres: differences(points, centres).abs().amax(2).argmin(1),
            "You go by the coordinate that differs most. A distance takes all of them.",
        ),
        Mistake(
            lambda points, centres: differences(points, centres).sum(2).argmin(1),
            "Your differences keep their sign, so that being far to the left makes up for being far above.",
        ),
        Mistake(
            lambda points, centres: (points @ centres.T).argmax(1),
            "You chose the largest inner product. It favours centres that are far from the origin.",
        ),
        Mistake(
            lambda points, centres: differences(points, centres)[:, :, 0].square().argmin(1),
            "You compare the first coordinates only. What do the others say?",
        ),
        Mistake(
            lambda points, centres: (points - centres).square().sum(1),
            "Points and centres are two lists of different lengths, so there is no subtracting one from the other as "
            "they are. How can *every* point meet *every* centre?",
        ),
        Mistake(
            lambda points, centres: squared(points, centres),
            "That is the table of squared distances, one row for each point. One step is missing: which entry of a "
            "row is the smallest?",
        ),
    ),
    hints=(
        "Take one point, on paper. Which numbers would you compute before you could say which centre is nearest?",
        "You need a table with a row for each point and a column for each centre. `torch.cdist` makes it; so does "
        "`points[:, None] - centres`, which has one more axis to sum over.",
        "Now one entry of each row has to be found: not its value but its place. Tensors have a method for that, and "
        "it takes the axis to search along.",
    ),
    praise="It works in two dimensions, and in 784 just as well.",
)

# 1.2: purity
#
# Clusters 0, 1, 3 and 4; number 2 is empty. They hold 4, 2, 1 and 2 examples of their commonest label, out of 12.

CLUSTERS = torch.tensor([0, 0, 0, 0, 0, 1, 1, 1, 3, 3, 4, 4])
LABELS = torch.tensor([4, 4, 4, 4, 9, 1, 9, 9, 9, 7, 3, 3])
PURE = torch.tensor([2, 2, 0, 0, 0, 1])
PURE_LABELS = torch.tensor([5, 5, 3, 3, 3, 3])


@dataclass(frozen=True)
class WithGap(Call):
    """A call in which a cluster is empty; an answer that stops there, and not where none is, is told so."""

    def ask(self, answer: Any) -> Any:
        try:
            return super().ask(answer)
        except (ArithmeticError, LookupError, RuntimeError, ValueError) as error:
            if isinstance(error, NotImplementedError):
                raise
            answer(torch.arange(10), torch.arange(10))  # whoever stops here too, has another trouble
            raise WrongKind("Cluster 2 has no members, and there your function stops.") from error


def groups(clusters: Tensor, labels: Tensor) -> list[Tensor]:
    """The labels of each cluster that is not empty."""
    return [labels[clusters == cluster] for cluster in clusters.unique()]


def commonest(labels: Tensor) -> Tensor:
    return labels.bincount().max()


def every_number(clusters: Tensor, labels: Tensor) -> list[Tensor]:
    """The labels of each cluster from 0 to the last, empty ones too."""
    return [labels[clusters == cluster] for cluster in range(int(clusters.max()) + 1)]


PURITY = Exercise(
    number="1.2",
    title="Purity of a clustering",
    name="purity",
    probes=(
        WithGap("`purity` of twelve examples in four clusters", (CLUSTERS, LABELS), 0.75),
        Call("`purity` where every cluster holds one label only", (PURE, PURE_LABELS), 1),
    ),
    mistakes=(
        Mistake(
            lambda clusters, labels: (clusters == labels).float().mean(),
            "You compare the number of a cluster with the label. The numbers of clusters mean nothing: cluster 3 may "
            "well hold the sevens.",
        ),
        Mistake(
            lambda clusters, labels: torch.stack([commonest(g) / len(g) for g in groups(clusters, labels)]).mean(),
            "You take the mean of each cluster's own purity. Then a cluster of two examples counts as much as one of a "
            "thousand.",
        ),
        Mistake(
            lambda clusters, labels: sum(commonest(g) for g in groups(clusters, labels)),
            "That is how many examples carry their cluster's commonest label. Purity is the *share* of them.",
        ),
        Mistake(
            lambda clusters, labels: sum(commonest(g) for g in groups(labels, clusters)) / len(labels),
            "Clusters and labels have changed places: you asked how well each label keeps to one cluster. Putting all "
            "examples into one cluster would be perfect then.",
        ),
        Mistake(
            lambda clusters, labels: max(commonest(g) / len(g) for g in groups(clusters, labels)),
            "This is the purity of the purest cluster. The others count too.",
        ),
        Mistake(
            lambda clusters, labels: commonest(labels) / len(labels),
            "You counted the commonest label of all examples together. Every cluster has a commonest label of its own.",
        ),
        Mistake(
            lambda clusters, labels: 1 - sum(commonest(g) for g in groups(clusters, labels)) / len(labels),
            "That is the share of examples which do *not* carry their cluster's commonest label.",
        ),
        Mistake(
            lambda clusters, labels: sum(commonest(g) for g in groups(clusters, labels)) // len(labels),
            "Your division drops what comes after the point. A share is seldom a whole number.",
        ),
        Mistake(
            lambda clusters, labels: sum(commonest(g) for g in every_number(clusters, labels)) / len(labels),
            "Nobody is in cluster 2, and there your function stops: nothing has no commonest label, and no largest "
            "count. Pass over clusters without members.",
        ),
        Mistake(
            lambda clusters, labels: 100 * sum(commonest(g) for g in groups(clusters, labels)) / len(labels),
            "Right, in per cent. Asked for is a share between 0 and 1.",
        ),
        Mistake(
            lambda clusters, labels: (
                sum(len(g.unique()) == 1 for g in groups(clusters, labels)) / len(clusters.unique())
            ),
            "You count the clusters that hold a single label. A cluster with one stranger among a hundred is nearly "
            "pure, and should get credit for it.",
        ),
    ),
    hints=(
        "You are told the cluster of an example, and guess its label. Which guess is right most often?",
        "For one cluster: pick the labels of its members, and count how often the commonest occurs. "
        "`labels[clusters == c]` and `bincount` help.",
        "Add these counts over all clusters. What do you have to divide by so that a perfect clustering gets 1? And "
        "does your loop survive a cluster without members?",
    ),
    praise="Purity looks at the labels only after the clustering is done.",
)

# 1.3: which tasks are supervised

TASKS = "abcdef"


@dataclass(frozen=True)
class Letters(Value):
    """The answer is a choice of letters, in any order, as a text or a list."""

    def ask(self, answer: Any) -> Any:
        asked = super().ask(answer)
        if isinstance(asked, (list, tuple, set)) and asked and all(isinstance(part, str) for part in asked):
            asked = "".join(asked)
        if not isinstance(asked, str):
            return asked
        return "".join(sorted({letter for letter in asked.casefold() if letter.isalpha()}))

    def complain(self, result: Any) -> str:
        if not isinstance(result, str):
            return super().complain(result)
        unknown = sorted(set(result) - set(TASKS))
        if unknown:
            return f"There is no task {unknown[0]}; the letters go from a to {TASKS[-1]}."
        return f"`{result}` is not it. Ask of every task: does each example come with the answer to learn?"


SUPERVISED = Exercise(
    number="1.3",
    title="Which tasks are supervised?",
    name="supervised",
    probes=(Letters("acf"),),
    mistakes=(
        Mistake(
            "bde",
            "You listed the tasks whose examples come *without* an answer. Supervised is the other kind.",
        ),
        Mistake(
            "ac",
            "Both belong, and one is missing. A label need not be written by a person: where does the right answer "
            "come from if the program itself has made half of the examples?",
        ),
        Mistake(
            "cf",
            "Both belong, and one is missing. An answer to learn need not be a class: it may be a number.",
        ),
        Mistake(
            "c",
            "That one belongs. You seem to look for classes that a person has marked; an answer may also be a number, "
            "and it may cost nobody any work.",
        ),
        Mistake(
            "abcf",
            "One too many. Where nobody knows the groups, there is no answer to learn from, however useful the groups "
            "turn out to be.",
        ),
        Mistake(
            "acdf",
            "One too many. What is unlike all the rest can be found without anybody having marked it.",
        ),
        Mistake(
            "acef",
            "One too many. Two numbers for each picture sounds like regression; but who has said which two numbers "
            "are right?",
        ),
        Mistake(
            "abcdef",
            "Every task has data, and every task has a goal. But do the *examples* come with answers in all of them?",
        ),
    ),
    hints=(
        "The kind of answer does not matter, and neither does the method. Look at one example of the data: is there "
        "a `y` beside its `x`?",
        "In three of the tasks there is. One `y` is a number, one was given by people, and one comes from the program "
        "itself.",
    ),
    praise="Keep the last one in mind: it is half of the game that begins in chapter 04.",
)

EXERCISES = (ASSIGN, PURITY, SUPERVISED)

QUIZ = (
    Question(
        "k-means has put the digits into ten clusters. What does it know about cluster 7?",
        key="b",
        options=(
            Option(
                "That its members are sevens.",
                "k-means has seen no label. That the cluster has number 7 is an accident of where the centres began.",
            ),
            Option(
                "Where its centre is, and which digits are nearest to that.",
                "That is all there is. Whether the members share a label is for us to find out, with labels.",
            ),
            Option(
                "That its members look alike to a person.",
                "They are near one another, pixel by pixel. People compare strokes, and the two often disagree.",
            ),
            Option(
                "How probable each of its members is.",
                "That would be density estimation. k-means keeps a centre for each cluster and no probabilities.",
            ),
        ),
    ),
    Question(
        "A colleague clusters 5,000 digits and reports a purity of 0.98. What do you ask first?",
        key="d",
        options=(
            Option(
                "Which random start was used.",
                "With ten clusters, ten starts gave from 0.49 to 0.61. There is a way to make purity as high as one "
                "likes.",
            ),
            Option(
                "Whether the digits were shuffled.",
                "Neither k-means nor purity cares about the order of the examples.",
            ),
            Option(
                "How many principal components were kept.",
                "It matters a little. It does not bring purity from 0.6 to 0.98.",
            ),
            Option(
                "How many clusters there are.",
                "With as many clusters as digits purity is 1, and nothing has been found. The number of clusters "
                "belongs beside every purity.",
            ),
        ),
    ),
    Question(
        "On the two-dimensional map, fours and nines lie in one heap. What follows?",
        key="a",
        options=(
            Option(
                "Two numbers are too few to tell them apart; 784 may do.",
                "The map keeps about a sixth of the spread. The classifier of section 3, which sees all pixels, tells "
                "most fours from nines.",
            ),
            Option(
                "No classifier can tell a four from a nine, however many pixels it is given.",
                "The map shows two numbers a digit. What it does not show may still be in the picture.",
            ),
            Option(
                "Many of the labels are wrong.",
                "The labels had no say in the map. It overlays digits that share their broad shape.",
            ),
            Option(
                "PCA was given too few digits.",
                "With twice as many the map looks much the same: these two directions are what they are.",
            ),
        ),
    ),
    Question(
        "Which of these numbers can be computed without a single label?",
        key="c",
        options=(
            Option("The accuracy on held-out digits.", "Accuracy compares predictions with labels."),
            Option("The purity of a clustering.", "Purity counts labels, though the clustering itself used none."),
            Option(
                "The mean log density of held-out digits.",
                "A density can be graded by how probable it finds new examples, and that takes the examples alone.",
            ),
            Option("The confusion matrix.", "Its rows are the labels."),
        ),
    ),
    Question(
        "You slide the width of the density estimate towards zero. What happens?",
        key="c",
        options=(
            Option(
                "Training and held-out digits both get more probable.",
                "The training digits do. Between them the density falls to nothing, and new digits lie between them.",
            ),
            Option(
                "Both get less probable, as the estimate becomes too rough.",
                "It becomes rough, but the bump above each training digit grows without end.",
            ),
            Option(
                "Training digits get more probable, and held-out ones less.",
                "The estimate learns its examples by heart. Only examples it has not seen can tell.",
            ),
            Option(
                "Nothing that labels could not repair.",
                "Labels say nothing about how wide a bump should be. This is about examples, seen and unseen.",
            ),
        ),
    ),
)
