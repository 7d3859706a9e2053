"""Exercises and quiz of chapter 09: tell a generator its label, the projection, and conditional GANs that cheat."""

from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax, normalize, one_hot

from gancore.data import load, to_float
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call
from gancore.lessons.quizzes import Option, Question
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


CONDITION = Exercise(
    number="9.1",
    title="Condition a generator",
    name="draw_as_asked",
    probes=(
        Call(
            "With a network that gives back what it gets, `draw_as_asked` of labels 2, 0, 1 among four classes",
            (nn.Identity(), Z, LABELS, CLASSES),
            [[0.5, -1, 0, 0, 1, 0], [2, 0.25, 1, 0, 0, 0], [-0.5, 3, 0, 1, 0, 0]],
        ),
        Call(
            "With a network of one linear layer, `draw_as_asked` of labels 3, 1, 3, 0",
            (layer(), MIXED, ALL, CLASSES),
            [[8.75, -21.1875], [12, -9.75], [11.25, -23.9375], [14, -16.75]],
        ),
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


def match(features: Tensor, labels: Tensor, table: Tensor) -> Tensor:
    return (features * table[labels]).sum(1)


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
            "leaves to ψ, since it is the same for every label.",
        ),
    ),
    hints=(
        "Two terms. The first has no label in it: features and `head`.",
        "For the second, take for each example the row of `embedding` that its label names. What shape do you have?",
        "Multiply these rows with the features, number by number. Which dimension has to be added up so that one "
        "number is left for each example?",
    ),
    praise="One inner product is all that the label does. Section 4 measures how far that goes.",
)

# 9.3: conditional GANs that cheat
#
# Real digits stand in for the pictures, so that every rule which looks at how good pictures are, or how evenly digits
# come, goes wrong somewhere.

DIGITS = to_float(load("digits").images).unflatten(0, (10, -1))  # class, place, 1, 28, 28
NINE_FOR_FOUR = torch.tensor([0, 1, 2, 3, 9, 5, 6, 7, 8, 4])
HONEST, DEAF, CONFUSED, STUCK = "honest", "deaf", "mixes up", "repeats"
FAINT = 0.02  # noise that makes each of the repeated pictures another one

Sample = Callable[[Tensor], Tensor]


def pick(labels: Tensor, start: int = 0) -> Tensor:
    """Real digits of these classes, a new one each time a class comes, from place `start` on."""
    earlier = one_hot(labels, 10).cumsum(0).gather(1, labels[:, None])[:, 0] - 1
    return DIGITS[labels, (start + earlier) % DIGITS.shape[1]]


def other_digits(labels: Tensor) -> Tensor:
    return pick(labels, start=100)


def any_digit(labels: Tensor) -> Tensor:
    return pick(torch.randint(10, labels.shape, generator=torch.Generator().manual_seed(3)))


def nothing_but_ones(labels: Tensor) -> Tensor:
    return pick(torch.ones_like(labels))


def two_swapped(labels: Tensor) -> Tensor:
    return pick(NINE_FOR_FOUR[labels])


def all_moved_on(labels: Tensor) -> Tensor:
    return pick((labels + 1) % 10)


def one_of_each(labels: Tensor) -> Tensor:
    noise = torch.randn(len(labels), 1, 28, 28, generator=torch.Generator().manual_seed(4))
    return (DIGITS[labels, 7] + FAINT * noise).clamp(-1, 1)


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
    number="9.3",
    title="Catch a conditional GAN that cheats",
    name="name_the_cheat",
    probes=(
        Call("Of a sampler that draws what it is asked for, `name_the_cheat`", (pick,), HONEST),
        Call("Of a sampler that draws any digit, whatever it is asked for, `name_the_cheat`", (any_digit,), DEAF),
        Call(
            "Of a sampler that draws a nine for a four and a four for a nine, `name_the_cheat`",
            (two_swapped,),
            CONFUSED,
        ),
        Call("Of a sampler that knows one picture of each digit, `name_the_cheat`", (one_of_each,), STUCK),
        Call("Of a sampler that draws ones, whatever it is asked for, `name_the_cheat`", (nothing_but_ones,), DEAF),
        Call("Of a sampler that draws the next digit each time, `name_the_cheat`", (all_moved_on,), CONFUSED),
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
            "You asked for a single digit. Somebody who mixes up two others passes, and somebody deaf who always draws "
            "the same looks mixed up.",
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
    praise="Neither FID nor the shares of the classes would have told three of these cheats from honest work.",
)

EXERCISES = (CONDITION, PROJECTION, CHEATS)

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
                "Nothing that we can rely on: any answer that mixes to the right p(x) is as good as any other.",
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
                "That is in ψ, the part without a label. It is in both logits, and cancels.",
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
                "On the inner product of the features with the difference of two rows of the table.",
                "ψ cancels. What is left asks whether the picture is more of a three or more of an eight.",
            ),
        ),
    ),
    Question(
        "A conditional GAN has the FID of real digits, ten equally frequent classes, and a class fidelity of 0.10. "
        "What does it do?",
        key="b",
        options=(
            Option(
                "It draws digits that the classifier cannot read.",
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
