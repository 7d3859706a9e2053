"""Exercises and quiz of chapter 09: tell a generator its label, the projection, class fidelity, and GANs that cheat."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax, normalize, one_hot

from gancore.data import load, to_float
from gancore.lessons.comparing import alike, tidy
from gancore.lessons.diagnosing import Case, told_terms
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Drawn, Slopes, drawn, whole
from gancore.lessons.quizzes import Option, Question
from gancore.lessons.wording import short
from gancore.metrics import class_fidelity, class_shares, frechet_distance
from gancore.metrics.classifier import load_extractor

# 9.1: a generator that is told what to draw

CLASSES = 4
Z = torch.tensor([[0.5, -1.0], [2.0, 0.25], [-0.5, 3.0]])
LABELS = torch.tensor([2, 0, 1])  # the last class is not among them
MIXED = torch.tensor([[-0.75, 0.5], [1.0, 2.0], [0.25, -0.25], [3.0, 1.0]])
ALL = torch.tensor([3, 1, 3, 0])


def layer() -> nn.Linear:
    """A network of one layer from a latent of two numbers and a code of four to two numbers."""
    network = nn.Linear(2 + CLASSES, 2)
    with torch.no_grad():
        network.weight.copy_(torch.tensor([[1.0, -2.0, 3.0, 5.0, -7.0, 0.5], [0.25, 4.0, -1.5, 2.0, 6.0, -3.0]]))
        network.bias.copy_(torch.tensor([10.0, -20.0]))
    return network


def beside(z: Tensor, code: Tensor) -> Tensor:
    return torch.cat([z, code.to(z.dtype)], dim=1)


def right_draw(network: nn.Module, z: Tensor, labels: Tensor, classes: int) -> Tensor:
    return network(beside(z, one_hot(labels, classes)))


def draw_latents(rng: torch.Generator) -> tuple:
    """A network of two layers that bends, and latents with labels among several classes, the last of them missing."""
    latent_dim, classes = whole(rng, 2, 6), whole(rng, 3, 7)
    network = nn.Sequential(nn.Linear(latent_dim + classes, 5), nn.Tanh(), nn.Linear(5, whole(rng, 2, 4)))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=rng))
    count = whole(rng, 6, 12)
    z, labels = torch.randn(count, latent_dim, generator=rng), torch.randint(classes - 1, (count,), generator=rng)
    labels[:2] = torch.tensor([1, 0])
    return network, z, labels, classes


@dataclass(frozen=True)
class Fed(Call):
    """A call whose network gives back what it is fed, so that a wrong shape tells of the vectors that it gets."""

    def complain(self, result: Any) -> str:
        if isinstance(result, Tensor) and result.ndim == 2 and result.shape[1] != Z.shape[1] + CLASSES:
            return (
                f"Your network is fed vectors of {result.shape[1]} numbers. Latents of {Z.shape[1]} and codes of "
                f"{CLASSES} side by side make {Z.shape[1] + CLASSES}."
            )
        if isinstance(result, Tensor) and result.shape == tidy(self.right).shape:
            z, code = result[0].split((Z.shape[1], CLASSES))
            if not alike(z, Z[0].double()):
                return f"{self.asked} gives {short(z)} in place of the first latent, which is {short(Z[0].double())}."
            return f"{self.asked} gives {short(code)} beside the first latent, for label {int(LABELS[0])}."
        return super().complain(result)


CONDITION = Exercise(
    number="9.1",
    title="Condition a generator",
    name="draw_as_asked",
    probes=(
        Fed(
            "With a network that gives back what it gets, `draw_as_asked` of labels 2, 0, 1 among four classes",
            (nn.Identity(), Z, LABELS, CLASSES),
            [[0.5, -1, 0, 0, 1, 0], [2, 0.25, 1, 0, 0, 0], [-0.5, 3, 0, 1, 0, 0]],
        ),
        Call(
            "With a network of one linear layer, `draw_as_asked` of labels 3, 1, 3, 0",
            (layer(), MIXED, ALL, CLASSES),
            [[8.75, -21.1875], [12, -9.75], [11.25, -23.9375], [14, -16.75]],
        ),
        *drawn("draw_as_asked", draw_latents, right_draw),
        Slopes(draw_latents, right_draw, at=(1,)),
    ),
    mistakes=(
        Mistake(
            lambda network, z, labels, classes: network(beside(z, labels[:, None])),
            "You put the label in as a number. That tells the network that a 4 is twice a 2, and the vector is too "
            "short: a code has one place for each class.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(torch.cat([one_hot(labels, classes).float(), z], dim=1)),
            "The parts are right, and in the other order than the network expects: first the latent, then the label.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(beside(z, one_hot(labels))),
            "Your code is as wide as the largest label in *this* batch asks for. Whether a class occurs or not, its "
            "place has to be there.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(beside(z, one_hot(labels[:1], classes).expand(len(z), -1))),
            "All examples get the code of the first one. Each has a label of its own.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(beside(z, torch.zeros(len(z), classes))),
            "The code is all zeros: there is room for the label, but nobody says it.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(beside(z, one_hot((labels - 1) % classes, classes))),
            "Your codes are off by one place: classes count from 0, as everything in Python does.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(beside(z, one_hot((labels + 1) % classes, classes))),
            "Your codes are off by one place: label 0 has the first place, since classes count from 0.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(beside(z, one_hot(classes - 1 - labels, classes))),
            "Your codes count from the last place backwards. Label 0 has the first one.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(beside(z, torch.ones(len(z), classes))),
            "Your code is all ones, for every label: nobody says which of them is meant.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(beside(z, 2 * one_hot(labels, classes) - 1)),
            "The places of the other classes hold -1. In a one-hot vector they are 0.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(beside(z, one_hot(labels, classes) / classes)),
            "The place of the label holds a share of 1. It is 1: the label is a fact, and not divided among classes.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(beside(z, one_hot(labels, 10))),
            "Your code has ten places, whatever `classes` is.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(z),
            "The network gets the latent alone, and was built for the latent and a code.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(z, labels),
            "You hand over two things. This network takes one vector for each example, in which both lie side by side.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(beside(torch.randn_like(z), one_hot(labels, classes))),
            "You draw new latents. Those that you are given decide everything that the label leaves open; the caller "
            "wants to keep them and change the label alone.",
        ),
        Mistake(
            lambda network, z, labels, classes: beside(z, one_hot(labels, classes)),
            "This is the right vector. It still has to go through the network.",
        ),
        Mistake(
            lambda network, z, labels, classes: network(torch.cat([z, one_hot(labels, classes).float()], dim=0)),
            "You lay the codes *below* the latents, as if they were more examples. Each example gets its code beside "
            "its own latent: along which dimension is that?",
        ),
        Mistake(
            lambda network, z, labels, classes: network(beside(z, one_hot(labels, classes) * z[:, :1])),
            "Your code is scaled by the latent. A label is a plain fact: one place is 1, the others are 0.",
        ),
    ),
    hints=(
        "Write down, by hand, the vector for the latent (0.5, -1) and the label 2 out of four classes. How long is it?",
        "PyTorch makes the code from the labels: look at `torch.nn.functional.one_hot`, and at its second argument.",
        "Latents have the shape (N, latent_dim), codes (N, classes). Side by side they are (N, latent_dim + classes).",
        "Codes come as whole numbers and latents as floats. What has the network been trained on?",
    ),
    praise="To the network the label is a few more inputs. That it heeds them is another matter.",
)

# 9.2: the logit of a projection discriminator

FEATURES = torch.tensor([[1.0, 2.0, -1.0], [0.5, -2.0, 3.0]])
ASKED = torch.tensor([3, 0])
HEAD = torch.tensor([0.5, -1.0, 0.25])
TABLE = torch.tensor([[1.0, 0.0, -1.0], [0.5, 2.0, 1.0], [-1.0, 1.0, 0.5], [2.0, -0.5, 3.0]])
MANY = torch.tensor([[0.1, 0.2, 0.3], [-0.4, 0.5, 0.6], [0.7, -0.8, 0.9], [0.0, 0.0, 0.0]])
MANY_ASKED = torch.tensor([1, 1, 2, 0])


def draw_features(rng: torch.Generator) -> tuple:
    """Features of several examples, and labels among more classes than occur."""
    count, width, classes = whole(rng, 5, 9), whole(rng, 2, 6), whole(rng, 4, 8)
    labels = torch.randint(classes, (count,), generator=rng)
    labels[:3] = torch.tensor([1, 0, classes - 1])
    return (
        torch.randn(count, width, generator=rng),
        labels,
        torch.randn(width, generator=rng),
        torch.randn(classes, width, generator=rng),
    )


def right_projection(features: Tensor, labels: Tensor, head: Tensor, table: Tensor) -> Tensor:
    return features @ head + match(features, labels, table)


def match(features: Tensor, labels: Tensor, table: Tensor) -> Tensor:
    return (features * table[labels]).sum(1)


def told_amounts(cases: list[Case]) -> str:
    terms = {
        "the product with `head`": lambda features, labels, head, table: features @ head,
        "the product with the label's row": lambda features, labels, head, table: match(features, labels, table),
    }
    strangers = {
        "the product of the label's row and `head`": lambda features, labels, head, table: table[labels] @ head,
        "the sum of the features": lambda features, labels, head, table: features.sum(1),
        "the sum of the label's row": lambda features, labels, head, table: table[labels].sum(1),
        "the sum of `head`": lambda features, labels, head, table: head.sum().expand(len(labels)),
        "the match with all classes": lambda features, labels, head, table: (features @ table.T).sum(1),
    }
    return told_terms(cases, terms, strangers)


PROJECTION = Exercise(
    number="9.2",
    title="The projection logit",
    name="projection_logit",
    probes=(
        Call(
            "`projection_logit` of two examples with three features each",
            (FEATURES, ASKED, HEAD, TABLE),
            [-3.75, 0.5],
        ),
        Call(
            "`projection_logit` of four examples, the last of them with all features at 0,",
            (MANY, MANY_ASKED, HEAD, TABLE),
            [0.675, 0.85, 0.325, 0],
        ),
        *drawn("projection_logit", draw_features, right_projection),
        Slopes(draw_features, right_projection, at=(0, 2, 3)),
    ),
    mistakes=(
        Mistake(
            lambda features, labels, head, table: match(features, labels, table),
            "This is the part that depends on the label. What does a discriminator say about a smudge, whatever it was "
            "asked for? The other part is missing.",
        ),
        Mistake(
            lambda features, labels, head, table: features @ head,
            "This is the part that is the same for every label. A discriminator that says only this never notices "
            "that the wrong digit was drawn.",
        ),
        Mistake(
            lambda features, labels, head, table: (features @ head)[:, None] + features @ table[labels].T,
            "You compare every example with the label of every other one: a square comes out. Each example is compared "
            "with its own label alone.",
        ),
        Mistake(
            lambda features, labels, head, table: (features @ head)[:, None] + features @ table.T,
            "You compare each example with *all* classes, and have a logit for each of them. Asked for is one: that of "
            "the label given.",
        ),
        Mistake(
            lambda features, labels, head, table: features @ head + match(features, (labels - 1) % len(table), table),
            "You take the row before the one that the label names: classes count from 0, and so do rows.",
        ),
        Mistake(
            lambda features, labels, head, table: features @ head + match(features, (labels + 1) % len(table), table),
            "You take the row after the one that the label names: classes count from 0, and so do rows.",
        ),
        Mistake(
            lambda features, labels, head, table: features @ head + features @ table[labels[0]],
            "You take the row of the first label for all examples. Each example has a label of its own.",
        ),
        Mistake(
            lambda features, labels, head, table: features @ head + match(features, len(table) - 1 - labels, table),
            "You count the rows of the table from the last one backwards. Label 0 has the first row.",
        ),
        Mistake(
            lambda features, labels, head, table: (features * table[labels]).sum(0),
            "You add up over the examples. Each of them has a logit of its own: add up over its features.",
        ),
        Mistake(
            lambda features, labels, head, table: (features @ head) * match(features, labels, table),
            "You multiply the two parts. They are logarithms, and those of a product add up.",
        ),
        Mistake(
            lambda features, labels, head, table: (features @ head + match(features, labels, table))[:, None],
            "The right logits, in a column `(N, 1)`. Asked for is a list `(N,)`.",
        ),
        Mistake(
            lambda features, labels, head, table: (
                features @ head + match(features, labels, table) / head.numel() ** 0.5
            ),
            "You divide by the root of the number of features, as attention does. A projection does not.",
        ),
        Mistake(
            lambda features, labels, head, table: features @ head + (features @ table.T).sum(1),
            "You added the match with all classes up. Then the label has no say.",
        ),
        Mistake(
            lambda features, labels, head, table: features @ head + (features @ table.T).max(1).values,
            "You take the class that matches best. An eight would pass as a three, since it is a good eight.",
        ),
        Mistake(
            lambda features, labels, head, table: features @ head + (features * table[labels]).mean(1),
            "You took the mean over the features. An inner product adds them up.",
        ),
        Mistake(
            lambda features, labels, head, table: features @ head + table[labels].sum(1),
            "You added the label's row by itself. It moves the logit of every picture by the same amount, so it cannot "
            "tell a picture that fits the label from one that does not.",
        ),
        Mistake(
            lambda features, labels, head, table: torch.sigmoid(features @ head + match(features, labels, table)),
            "A sigmoid too many: the losses of this course take logits.",
        ),
        Mistake(
            lambda features, labels, head, table: (
                features @ head + match(normalize(features, dim=1), labels, normalize(table, dim=1))
            ),
            "You use the cosine. The derivation has a plain inner product, lengths included: a long row is a label "
            "that the discriminator is sure of.",
        ),
        Mistake(
            lambda features, labels, head, table: (
                features @ head + log_softmax(features @ table.T, dim=1).gather(1, labels[:, None])[:, 0]
            ),
            "This subtracts the logarithm of a sum over all classes. It is a part of the truth that the derivation "
            "leaves to r, since it is the same for every label.",
        ),
    ),
    hints=(
        "Two terms. The first has no label in it: features and `head`.",
        "For the second, take for each example the row of `embedding` that its label names. What shape do you have?",
        "Multiply these rows with the features, number by number. Which dimension has to be added up so that one "
        "number is left for each example?",
    ),
    diagnose=told_amounts,
    praise="One inner product is all that the label does. Section 4 measures how far that goes.",
)

# 9.3: class fidelity, class by class

READ = torch.tensor([[5.0, 1, 0], [2, 1, 0], [0, 3, 1], [1, 0, 4], [0, 0, 9], [2, 3, 1]])
READ_ASKED = torch.tensor([0, 0, 1, 1, 2, 0])  # read 0, 0, 1, 2, 2, 1


def draw_readings(rng: torch.Generator) -> tuple:
    """Logits of a reader that is right more often than not, and labels of which each was asked, some more often."""
    classes = whole(rng, 3, 6)
    asked = torch.cat([torch.arange(classes), torch.randint(classes, (whole(rng, 20, 40),), generator=rng)])
    asked = asked[torch.randperm(len(asked), generator=rng)]
    logits = torch.randn(len(asked), classes, generator=rng) - 1 + 1.2 * one_hot(asked, classes)
    return logits, asked


def shares(rows: Tensor, asked: Tensor, count: int) -> Tensor:
    """For each label, the mean of those of `rows` that were asked for it."""
    return torch.stack([rows[asked == label].float().mean(0) for label in range(count)])


def agreeing(logits: Tensor, asked: Tensor) -> Tensor:
    return logits.argmax(1) == asked


def hits(logits: Tensor, asked: Tensor) -> Tensor:
    """For each label, how many are read as it and were asked for as it."""
    return times_asked(logits, asked[agreeing(logits, asked)])


def times_read(logits: Tensor) -> Tensor:
    return logits.argmax(1).bincount(minlength=logits.shape[1])


def times_asked(logits: Tensor, asked: Tensor) -> Tensor:
    return asked.bincount(minlength=logits.shape[1])


def right_fidelity(logits: Tensor, asked: Tensor) -> Tensor:
    return shares(agreeing(logits, asked), asked, logits.shape[1])


def spread_of_each(logits: Tensor, asked: Tensor) -> Tensor:
    """The standard deviation of ones for right and zeros for wrong; nan where a label was asked once."""
    count, share = times_asked(logits, asked), right_fidelity(logits, asked)
    return (share * (1 - share) * count / (count - 1)).sqrt()


def among_those_read(logits: Tensor, asked: Tensor) -> Tensor:
    return shares(agreeing(logits, asked), logits.argmax(1), logits.shape[1])


def among_all(logits: Tensor, asked: Tensor) -> Tensor:
    hits = agreeing(logits, asked)
    return torch.stack([(hits & (asked == label)).float().mean() for label in range(logits.shape[1])])


FIDELITY = Exercise(
    number="9.3",
    title="Class fidelity, digit by digit",
    name="fidelity_of_each",
    probes=(
        Call(
            "`fidelity_of_each` of six pictures that are read as 0, 0, 1, 2, 2, 1 and were asked for as 0, 0, 1, 1, 2, "
            "0",
            (READ, READ_ASKED),
            [2 / 3, 0.5, 1],
        ),
        Call(
            "`fidelity_of_each` of two pictures, each read as the other label,",
            (torch.tensor([[0.0, 1.0], [3.0, 2.0]]), torch.tensor([0, 1])),
            [0, 0],
        ),
        *drawn("fidelity_of_each", draw_readings, right_fidelity),
    ),
    mistakes=(
        Mistake(
            lambda logits, asked: agreeing(logits, asked).float().mean(),
            "This is the fidelity of all labels together. Asked for is one number for each label.",
        ),
        Mistake(
            among_those_read,
            "You divide by how often a label is *read*. Asked is another question: of the pictures that were asked for "
            "as a 3, how many are read as a 3?",
        ),
        Mistake(
            lambda logits, asked: times_read(logits) / times_asked(logits, asked),
            "You count how often each label is read, for whatever was asked. Only those read as they were asked count.",
        ),
        Mistake(
            lambda logits, asked: hits(logits, asked) / (times_read(logits) + times_asked(logits, asked)),
            "You divide by how often a label is asked and how often it is read together. Only what was asked counts.",
        ),
        Mistake(
            lambda logits, asked: 2 * hits(logits, asked) / (times_read(logits) + times_asked(logits, asked)),
            "This is the F1 score, in which what is read as the label counts as well. Divide by what was asked alone.",
        ),
        Mistake(
            lambda logits, asked: (
                hits(logits, asked) / (times_read(logits) + times_asked(logits, asked) - hits(logits, asked))
            ),
            "You divide by all that are asked for as the label *or* read as it. Only those asked for count.",
        ),
        Mistake(
            spread_of_each,
            "You take the standard deviation of right and wrong. Their mean is the share.",
        ),
        Mistake(
            lambda logits, asked: hits(logits, asked) * logits.shape[1] / len(asked),
            "You divide by the same number for each label, as if all had been asked for equally often. Divide by "
            "how often each *was*.",
        ),
        Mistake(
            among_all,
            "You divide by the number of all pictures. Only those that were asked for with the label count for it.",
        ),
        Mistake(
            lambda logits, asked: logits.argmax(1).bincount(minlength=logits.shape[1]) / len(asked),
            "You count how often each label is read. Somebody who does not listen draws all labels equally often, too: "
            "what was *asked* has to come in.",
        ),
        Mistake(
            lambda logits, asked: asked.bincount(minlength=logits.shape[1]) / len(asked),
            "You count how often each label was asked for. What was read has no say in that.",
        ),
        Mistake(
            lambda logits, asked: one_hot(asked, logits.shape[1]).float().mul(agreeing(logits, asked)[:, None]).sum(0),
            "These are the numbers of pictures that are read as asked. Asked for are shares: of how many?",
        ),
        Mistake(
            lambda logits, asked: 1 - right_fidelity(logits, asked),
            "These are the shares that are *not* read as asked.",
        ),
        Mistake(
            lambda logits, asked: 100 * right_fidelity(logits, asked),
            "Right, in per cent. Asked for are shares between 0 and 1.",
        ),
        Mistake(
            lambda logits, asked: shares(logits.argmin(1) == asked, asked, logits.shape[1]),
            "You take what the classifier thinks *least* likely.",
        ),
        Mistake(
            lambda logits, asked: shares(logits.softmax(1), asked, logits.shape[1]).diagonal(),
            "You average the probability of the label that was asked for. Asked for is how often it is the likeliest.",
        ),
        Mistake(
            lambda logits, asked: shares(logits, asked, logits.shape[1]).diagonal(),
            "You average logits. What does the classifier *read*? It reads the label with the largest logit.",
        ),
        Mistake(
            lambda logits, asked: shares(one_hot(logits.argmax(1), logits.shape[1]), asked, logits.shape[1]),
            "This is the whole table: for each label asked, how often each label is read. Where in it are those read "
            "as asked?",
        ),
        Mistake(
            lambda logits, asked: torch.stack(
                [agreeing(logits, asked)[at :: logits.shape[1]].float().mean() for at in range(logits.shape[1])]
            ),
            "You take the labels as if asked in turn, 0, 1, 2. They come in any order: `asked` says which is where.",
        ),
        Mistake(
            lambda logits, asked: shares((logits.topk(2).indices == asked[:, None]).any(1), asked, logits.shape[1]),
            "You count a picture whose label is one of the *two* likeliest. It is read as the likeliest alone.",
        ),
        Mistake(
            lambda logits, asked: shares(logits.gather(1, asked[:, None])[:, 0] > 0, asked, logits.shape[1]),
            "You ask whether the label's own logit is above 0. It is read as the label whose logit is the *largest*.",
        ),
        Mistake(
            lambda logits, asked: right_fidelity(logits, asked)[1:],
            "The first label is 0, and you leave it out.",
        ),
        Mistake(
            lambda logits, asked: right_fidelity(logits, asked)[:-1],
            "You leave out the last label. There are as many as `logits` has columns.",
        ),
        Mistake(
            lambda logits, asked: shares(logits.softmax(1).max(1).values, asked, logits.shape[1]),
            "You average how certain the classifier is, of whatever it reads. Asked for is how often it reads what was "
            "asked.",
        ),
        Mistake(
            lambda logits, asked: shares(agreeing(logits, asked), asked, 10),
            "You count ten labels. There are as many as `logits` has columns.",
        ),
        Mistake(
            lambda logits, asked: right_fidelity(logits, asked).mean(),
            "This is the mean over the labels. Asked for is one number for each.",
        ),
        Mistake(
            lambda logits, asked: dict(enumerate(right_fidelity(logits, asked).tolist())),
            "The right numbers, in a dictionary. Asked for is a list or a tensor, in the order of the labels.",
        ),
        Mistake(
            lambda logits, asked: agreeing(logits, asked),
            "You say of each picture whether it is read as asked. One step is missing: a share for each label.",
        ),
    ),
    hints=(
        "What is read is the place of the largest logit of each row. Where does it agree with what was asked?",
        "For one label, look at those pictures alone that were asked for with it: a comparison makes a mask.",
        "The mean of ones and zeros is a share. Then do the same for every label; there are as many as `logits` has "
        "columns.",
    ),
    praise="The next cells use it.",
)

# 9.4: conditional GANs that cheat
#
# Real digits stand in for the pictures, so that every rule which looks at how good pictures are, or how evenly digits
# come, goes wrong somewhere.

DIGITS = to_float(load("digits").images).unflatten(0, (10, -1))  # class, place, 1, 28, 28
HONEST, DEAF, CONFUSED, STUCK = "honest", "deaf", "mixes up", "repeats"
PLACES = 49  # where the digits of an exercise may begin
FAINT = 0.02  # noise that makes each of the repeated pictures another one

Sample = Callable[[Tensor], Tensor]


def pick(labels: Tensor, start: int = 0) -> Tensor:
    """Real digits of these classes, a new one each time a class comes, from place `start` on."""
    earlier = one_hot(labels, 10).cumsum(0).gather(1, labels[:, None])[:, 0] - 1
    return DIGITS[labels, (start + earlier) % DIGITS.shape[1]]


def other_digits(labels: Tensor) -> Tensor:
    return pick(labels, start=400)


# Each of these makes a sampler, of digits that the seed chooses.


def honest(seed: int) -> Sample:
    return lambda labels: pick(labels, seed)


def deaf(seed: int) -> Sample:
    return lambda labels: pick(torch.randint(10, labels.shape, generator=torch.Generator().manual_seed(3 + seed)), seed)


def always_the_same(seed: int) -> Sample:
    return lambda labels: pick(torch.full_like(labels, (1 + seed) % 10), seed)


def answering(seed: int, answers: Tensor) -> Sample:
    """Hears the label, and draws what `answers` `(10,)` has in its place."""
    return lambda labels: pick(answers[labels], seed)


def two_swapped(seed: int) -> Sample:
    answers = torch.arange(10)
    one, two = (4 + seed) % 10, (9 + 3 * seed) % 10
    answers[one], answers[two] = two, one
    return answering(seed, answers)


def one_wrong(seed: int) -> Sample:
    answers = torch.arange(10)
    answers[(3 + seed) % 10] = (8 + seed) % 10
    return answering(seed, answers)


def all_moved_on(seed: int) -> Sample:
    return answering(seed, (torch.arange(10) + 1 + seed % 9) % 10)


def one_of_each(seed: int) -> Sample:
    def sample(labels: Tensor) -> Tensor:
        noise = torch.randn(len(labels), 1, 28, 28, generator=torch.Generator().manual_seed(4))
        return (DIGITS[labels, 7 + seed] + FAINT * noise).clamp(-1, 1)

    return sample


class Sampled(Drawn):
    """A sampler to be named: `name` says what it does, and `make` makes it of digits that the seed chooses."""

    @cached_property
    def call(self) -> Call:
        sampler = self.make(self.seed % PLACES)
        return Call(f"Of a sampler that {self.name}, `name_the_cheat`", (sampler,), self.reference(sampler))


def kind_is(kind: str) -> Callable[[Sample], str]:
    return lambda sampler: kind


CONFUSIONS = {  # what is right, and what was said
    (STUCK, HONEST): "Repeats are read as asked, and need not be equal to the last grey: how much do the pictures of "
    "*one* digit differ?",
    (
        CONFUSED,
        HONEST,
    ): "When one label is answered by another digit, nine in ten pictures are still right: is your bar "
    "too low, or do you ask for few labels only?",
    (
        CONFUSED,
        DEAF,
    ): "Somebody who does not hear the question is right now and then. To be wrong in the same way *every* "
    "time takes listening.",
    (
        DEAF,
        CONFUSED,
    ): "Whoever answers one label with another has one firm answer for each, and different ones. Here what "
    "is drawn has nothing to do with what was asked.",
    (DEAF, STUCK): "The same *digit* again and again is not the same *picture*: these differ as people's do.",
    (DEAF, HONEST): "What is drawn is hardly ever what was asked for. Do you compare the two?",
    (
        HONEST,
        STUCK,
    ): "These are real digits. Your bar for variety is higher than people reach, or you compare what several calls "
    "give, or ask for one picture in each: every call begins anew.",
    (HONEST, DEAF): "These are real digits, drawn as asked. What does your function look at?",
    (HONEST, CONFUSED): "These are real digits, drawn as asked; a classifier reads 99 in 100 of them as what they are.",
}


def told_confusion(cases: list[Case]) -> str:
    """That one thing is said of all, or which two kinds are confused where it goes wrong first."""
    if len({str(case.result) for case in cases}) == 1:
        return "Your function says the same of every sampler. What does it ask them for, and what does it compare?"
    case = next(case for case in cases if case.wrong)
    return CONFUSIONS.get((str(case.right), str(case.result)), "")


EACH, SEVENS = tuple(range(10)) * 20, (7,) * 100  # what the mistakes ask for
LEAST_SPREAD = 0.1  # of one class of real digits; thin ones have 0.15


@cache
def features(sample: Sample, asked: tuple[int, ...]) -> Tensor:
    """What the classifier sees in the samples: kept, since every mistake looks at them."""
    return load_extractor("digits").features(sample(torch.tensor(asked)))


def logits(sample: Sample, asked: tuple[int, ...] = EACH) -> Tensor:
    return load_extractor("digits").classify(features(sample, asked))


def fidelity(sample: Sample, asked: tuple[int, ...] = EACH) -> float:
    return class_fidelity(logits(sample, asked), torch.tensor(asked))


def spread(images: Tensor) -> float:
    """The standard deviation of a pixel from image to image, averaged over pixels."""
    return float(images.std(0).mean())


@cache
def repeated(sample: Sample) -> bool:
    """Whether the images of some class are all much the same."""
    labels = torch.tensor(EACH)
    images = sample(labels)
    return min(spread(images[labels == digit]) for digit in range(10)) < LEAST_SPREAD


def by_fidelity(sample: Sample) -> str:
    share = fidelity(sample)
    return HONEST if share > 0.95 else DEAF if 0.05 < share < 0.2 else CONFUSED


def fidelity_or_deaf(sample: Sample) -> str:
    return HONEST if fidelity(sample) > 0.95 else DEAF


def by_distance(sample: Sample) -> str:
    real = features(other_digits, EACH)
    return HONEST if frechet_distance(features(sample, EACH), real) < 10 else STUCK


def by_shares(sample: Sample) -> str:
    return HONEST if class_shares(logits(sample)).min() > 0.02 else DEAF


def by_spread(sample: Sample) -> str:
    return STUCK if repeated(sample) else HONEST


def low_is_deaf(sample: Sample) -> str:
    share = fidelity(sample)
    return STUCK if repeated(sample) else HONEST if share > 0.95 else DEAF if share < 0.5 else CONFUSED


def half_is_honest(sample: Sample) -> str:
    share = fidelity(sample)
    return STUCK if repeated(sample) else HONEST if share > 0.5 else DEAF if share > 0.05 else CONFUSED


def one_class_asked(sample: Sample) -> str:
    if spread(sample(torch.tensor(SEVENS))) < LEAST_SPREAD:
        return STUCK
    share = fidelity(sample, SEVENS)
    return HONEST if share > 0.9 else CONFUSED if share < 0.02 else DEAF


def ones_are_mixed_up(sample: Sample) -> str:
    if repeated(sample):
        return STUCK
    answers = logits(sample).argmax(1).view(20, 10).T  # digits asked for, then draws
    most = answers.mode(1)
    firm = (answers == most.values[:, None]).float().mean(1) > 0.5
    return CONFUSED if (firm & (most.values != torch.arange(10))).any() else by_fidelity(sample)


def one_at_a_time(sample: Sample) -> str:
    threes = torch.cat([sample(torch.tensor([3])) for _ in range(20)])
    return STUCK if spread(threes) < LEAST_SPREAD else by_fidelity(sample)


CHEATS = Exercise(
    number="9.4",
    title="Catch a conditional GAN that cheats",
    name="name_the_cheat",
    probes=(
        Sampled("draws what it is asked for", honest, kind_is(HONEST)),
        Sampled("draws any digit, whatever it is asked for", deaf, kind_is(DEAF)),
        Sampled("draws one digit for another and that one for the first", two_swapped, kind_is(CONFUSED)),
        Sampled("knows one picture of each digit", one_of_each, kind_is(STUCK)),
        Sampled("draws one and the same digit, whatever it is asked for", always_the_same, kind_is(DEAF)),
        Sampled("draws another digit for every label, always the same one", all_moved_on, kind_is(CONFUSED)),
        Sampled("draws what it is asked for, but for one label", one_wrong, kind_is(CONFUSED)),
    ),
    mistakes=(
        Mistake(
            by_fidelity,
            "One picture of each digit, again and again, is read as asked. Such repeats need not be equal to the last "
            "grey, and pictures of *different* digits differ anyway: how much do those of one class differ?",
        ),
        Mistake(
            fidelity_or_deaf,
            "You judge by the fidelity and call everything deaf that has too little of it. There are other ways to "
            "miss what was asked for, and one cheat that has enough.",
        ),
        Mistake(
            by_distance,
            "You measure how far all pictures together are from real ones. Shuffle the labels, and that distance stays "
            "as it is, to the last digit.",
        ),
        Mistake(
            by_shares,
            "You count how often each digit is drawn. A generator that draws all of them equally often need not have "
            "looked at the label even once.",
        ),
        Mistake(
            by_spread,
            "You find out who repeats, and nothing else: what is drawn is never compared with what was asked for.",
        ),
        Mistake(
            low_is_deaf,
            "You call deaf whatever is hardly ever right. Somebody who does not hear the question is right now and "
            "then. To be wrong *every* time takes listening.",
        ),
        Mistake(
            half_is_honest,
            "Your bar for honesty is low: with two digits of ten mixed up, eight in ten pictures are still right. What "
            "does the classifier say of real digits?",
        ),
        Mistake(
            one_class_asked,
            "You answer as somebody who asks for a single digit, or looks at the mean alone: somebody who mixes up two "
            "others passes, and somebody deaf who always draws the same looks mixed up.",
        ),
        Mistake(
            ones_are_mixed_up,
            "Somebody who draws ones whatever the label is does not mix anything up: the answer is the same for every "
            "question.",
        ),
        Mistake(
            one_at_a_time,
            "You say of every sampler that it repeats. Pictures that are asked for one at a time are all alike, since "
            "every call begins anew: ask for many in one call. And by how much do real digits of one class vary?",
        ),
    ),
    hints=(
        "Ask for a few hundred pictures in one call, as many of each digit, and keep the labels that you asked with.",
        "Somebody who does not hear the label is right as often as a guess is. Somebody who mixes labels up is right "
        "more often than that, or less. How often would a guess be right?",
        "The fourth kind is read as asked. Take the pictures of one digit: by how much does a pixel vary among them? "
        "Compare with real digits.",
    ),
    diagnose=told_confusion,
    praise="Neither FID nor the shares of the classes would have told three of these cheats from honest work.",
)

EXERCISES = (CONDITION, PROJECTION, FIDELITY, CHEATS)

QUIZ = (
    Question(
        "Only the generator is told the label, the discriminator is not. The game ends with perfect pictures. What has "
        "the generator learned about labels?",
        key="c",
        options=(
            Option(
                "To obey them: it was told, after all.",
                "Being told is not being judged. No loss in this game depends on whether label and picture agree.",
            ),
            Option(
                "To ignore them: they are of no use to it.",
                "It may. It may also use them in any other way, as long as the mixture of all classes comes out right.",
            ),
            Option(
                "Nothing certain: any answers that mix to the right p(x) will do.",
                "What the loss does not look at, training leaves open.",
            ),
            Option(
                "To obey them for common classes and to ignore them for rare ones.",
                "How common a class is plays no part: the discriminator sees no label at all.",
            ),
        ),
    ),
    Question(
        "A linear layer gets the latent and, beside it, a one-hot label. What can the label do to the layer's output?",
        key="a",
        options=(
            Option(
                "Add one of ten learned vectors to it.",
                "The one picks a column of the weights, and that column is added: a bias of its own for each class.",
            ),
            Option(
                "Choose one of ten weight matrices for the latent.",
                "The latent's weights are the same whatever the label is. Only later layers let the two act together.",
            ),
            Option(
                "Scale it by the label.",
                "That would be a label as a number. A one-hot code has no size.",
            ),
            Option(
                "Nothing, until the label is turned into an embedding.",
                "The columns that belong to the code are such a table of vectors already.",
            ),
        ),
    ),
    Question(
        "A projection discriminator judges one picture as a 3 and as an 8. What does the difference of these two "
        "logits depend on?",
        key="d",
        options=(
            Option(
                "On how real the picture looks.",
                "That is in r, the part without a label. It is in both logits, and cancels.",
            ),
            Option(
                "On how common threes and eights are in the batch.",
                "No term of the logit looks at other examples.",
            ),
            Option(
                "On nothing: it is one and the same picture.",
                "Then the discriminator would not have been told the label.",
            ),
            Option(
                "On the inner product of the features and the difference of two rows.",
                "r cancels. What is left asks whether the picture is more of a three or more of an eight.",
            ),
        ),
    ),
    Question(
        "A conditional GAN has the FID of real digits, ten equally frequent classes, and a class fidelity of 0.10. "
        "What does it do?",
        key="b",
        options=(
            Option(
                "It draws digits that the classifier of real ones cannot read.",
                "Such pictures would be far from real ones in the classifier's features, and the FID would show it.",
            ),
            Option(
                "It draws good digits and does not look at the label.",
                "One in ten is right by chance. The pictures as a set are as good as can be.",
            ),
            Option(
                "It draws one picture of each class.",
                "That would be read as asked nearly always.",
            ),
            Option(
                "It swaps two classes.",
                "Then the other eight would be right, and the fidelity near 0.8.",
            ),
        ),
    ),
    Question(
        "And a class fidelity of 1.00: what may still be wrong?",
        key="c",
        options=(
            Option(
                "The generator may ignore its label.",
                "Then no more than one in ten would be right.",
            ),
            Option(
                "Nothing: every picture is what was asked for.",
                "It is, and it may be the same one each time.",
            ),
            Option(
                "It may know a single way to write each digit.",
                "Fidelity looks at one picture at a time. Variety has to be measured beside it.",
            ),
            Option(
                "Some digits may come more often than they are asked for.",
                "Every picture is read as what was asked for, so each digit comes as often as asked.",
            ),
        ),
    ),
    Question(
        "You ask for half a 3 and half an 8. What did training say about such a request?",
        key="b",
        options=(
            Option(
                "To draw the mean of a 3 and an 8.",
                "Nobody asked for means. The pictures of both are never added.",
            ),
            Option(
                "Nothing: no such label was ever played with.",
                "What comes out follows from how smoothly the network goes from one code to the other.",
            ),
            Option(
                "To draw a 3 half of the time and an 8 otherwise.",
                "A mixture in that sense would need another z each time. For one z there is one picture.",
            ),
            Option(
                "To draw what looks real, whatever the label.",
                "The discriminator judges pairs that occur in the game, and this one does not.",
            ),
        ),
    ),
)
