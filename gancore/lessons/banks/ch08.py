"""Exercises and quiz of chapter 08: output sizes, a generator block, and the layer that makes a checkerboard."""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Value, WrongKind
from gancore.lessons.quizzes import Option, Question

# 8.1: sides worked out by hand

STRIDED = ((28, 5, 2, 2), (28, 3, 2, 0))  # side, kernel, stride, padding of the two convolutions
TRANSPOSED = ((14, 4, 2, 1), (7, 3, 2, 1))


def sides(strided: Any, transposed: Any) -> list[int]:
    """What one rule for each kind of layer gives for the four layers."""
    return [strided(*layer) for layer in STRIDED] + [transposed(*layer) for layer in TRANSPOSED]


def strided(n: int, k: int, s: int, p: int) -> int:
    return (n + 2 * p - k) // s + 1


def transposed(n: int, k: int, s: int, p: int) -> int:
    return (n - 1) * s + k - 2 * p


SIDES = Exercise(
    number="8.1",
    title="Work out the sides",
    name="sides",
    probes=(Value(sides(strided, transposed)),),
    mistakes=(
        Mistake(
            sides(lambda n, k, s, p: (n + 2 * p - k) // s, transposed),
            "You counted the steps that the kernel can take. It also stands somewhere before its first step.",
        ),
        Mistake(
            sides(lambda n, k, s, p: math.ceil((n + 2 * p - k) / s) + 1, transposed),
            "You rounded up. When what is left is shorter than a step, can the kernel still take it?",
        ),
        Mistake(
            sides(lambda n, k, s, p: (n + 2 * p - k) / s + 1, transposed),
            "A side is a whole number of pixels. What becomes of a step that is longer than what is left?",
        ),
        Mistake(
            sides(lambda n, k, s, p: (n - k) // s + 1, lambda n, k, s, p: (n - 1) * s + k),
            "You left out the padding. A convolution has that many zeros around its input; a transposed one has that "
            "many pixels of its output cut off.",
        ),
        Mistake(
            sides(lambda n, k, s, p: (n + p - k) // s + 1, lambda n, k, s, p: (n - 1) * s + k - p),
            "You counted the padding on one side. The picture has a left and a right.",
        ),
        Mistake(
            sides(lambda n, k, s, p: n // s, lambda n, k, s, p: n * s),
            "You divided and multiplied by the stride. That is what kernel and padding are usually chosen for; here "
            "some of them are not.",
        ),
        Mistake(
            sides(strided, lambda n, k, s, p: n * s + k - 2 * p),
            "Your convolutions are right. In a transposed one, how many steps lie between the first stamp and the "
            "last, and what does the padding do to both ends?",
        ),
        Mistake(
            sides(strided, lambda n, k, s, p: (n - 1) * s + k + 2 * p),
            "Your convolutions are right. A transposed one is a convolution backwards: what padding adds there, it "
            "does not add here.",
        ),
        Mistake(
            sides(strided, strided),
            "You took all four for convolutions. The last two are transposed: they make pictures larger.",
        ),
        Mistake(
            sides(lambda *layer: strided(*layer) ** 2, lambda *layer: transposed(*layer) ** 2),
            "These are the pixels of a whole map. Asked for are the sides.",
        ),
    ),
    hints=(
        "Draw the input of the second layer as a row of boxes, and put the kernel of three at its left end. How many "
        "times can it move two boxes to the right?",
        "A strided convolution: add the padding on both sides, take off the kernel where it stands at first, count "
        "whole steps, and add the place it started from.",
        "A transposed convolution: the first stamp begins at pixel 0. Where does the last one begin, and where does "
        "it end? Then cut the padding off both ends.",
    ),
    praise="The last one is odd: a kernel of three cannot double a side exactly. Section 5 has another complaint "
    "about it.",
)

# 8.2: a block of a generator

INPUTS, OUTPUTS = 6, 4
COARSE = torch.randn(8, INPUTS, 5, 5, generator=torch.Generator().manual_seed(8))


@dataclass(frozen=True)
class Built:
    """The answer is a function that builds a network for so many channels; what the network makes of COARSE counts.

    Its weights are set before, so that two networks of the same layers make the same.
    """

    right: Any

    def ask(self, answer: Any) -> Any:
        if not callable(answer):
            raise WrongKind("This exercise asks for a function: hand over its name, without parentheses.")
        network = answer(INPUTS, OUTPUTS)
        if network is None or network is Ellipsis:
            return None
        if not isinstance(network, nn.Module):
            given = type(network).__name__
            raise WrongKind(f"Your function gives a {given}, and a network, an `nn.Module`, is asked for.")
        set_weights(network)
        made = network.float().train()(COARSE)
        if made is None:
            raise WrongKind("The `forward` of your network gives nothing back: does it end with `return`?")
        return made

    def complain(self, result: Any) -> str:
        if not isinstance(result, Tensor) or result.shape != self.right.shape:
            made = tuple(result.shape) if isinstance(result, Tensor) else type(result).__name__
            return f"It turns {tuple(COARSE.shape)} into {made}, and {tuple(self.right.shape)} is asked for."
        return (
            f"The shape is right, the numbers are not: they go from {result.min():.2f} to {result.max():.2f} with a "
            f"mean of {result.mean():.2f}, where {self.right.min():.2f} to {self.right.max():.2f} and "
            f"{self.right.mean():.2f} are right."
        )


def set_weights(network: nn.Module) -> None:
    """The same weights for convolutions of the same shape, however the network is written."""
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            fixed = torch.randn(module.weight.shape, generator=torch.Generator().manual_seed(1))
            module.weight.data.copy_(fixed)
            if module.bias is not None:
                nn.init.zeros_(module.bias)  # it may be there, since batch normalisation takes it out again
        elif isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()  # the rules of 2015 may have been applied to its scale


def double(inputs: int, outputs: int, kernel: int = 4, stride: int = 2, padding: int = 1) -> nn.Module:
    return nn.ConvTranspose2d(inputs, outputs, kernel, stride, padding, bias=False)


def right_block(inputs: int, outputs: int) -> nn.Module:
    return nn.Sequential(double(inputs, outputs), nn.BatchNorm2d(outputs), nn.ReLU())


BLOCK = Exercise(
    number="8.2",
    title="A block of a generator",
    name="generator_block",
    probes=(Built(Built(None).ask(right_block).detach()),),
    mistakes=(
        Mistake(
            lambda m, n: nn.Sequential(double(m, n, kernel=3), nn.BatchNorm2d(n), nn.ReLU()),
            "A side of 5 becomes 9: with a kernel of 3 and this padding the last pixel is missing. Which kernel "
            "does the block of this chapter have?",
        ),
        Mistake(
            lambda m, n: nn.Sequential(double(m, n, kernel=2, padding=0), nn.BatchNorm2d(n), nn.ReLU()),
            "A kernel of 2 doubles the side too, with stamps that lie side by side: no two of them share a pixel. The "
            "block of this chapter has a larger one.",
        ),
        Mistake(
            lambda m, n: nn.Sequential(
                nn.ConvTranspose2d(m, n, 3, 2, 1, output_padding=1, bias=False), nn.BatchNorm2d(n), nn.ReLU()
            ),
            "The side is doubled, with a row and a column added at one end. Which kernel needs no such addition?",
        ),
        Mistake(
            lambda m, n: nn.Sequential(nn.BatchNorm2d(m), nn.ReLU(), double(m, n)),
            "You normalise and bend what comes *in*. In the block of 2015 the doubling comes first.",
        ),
        Mistake(
            lambda m, n: nn.Sequential(double(m, n, padding=0), nn.BatchNorm2d(n), nn.ReLU()),
            "A side of 5 becomes 12, two too many: what cuts a pixel off each edge?",
        ),
        Mistake(
            lambda m, n: nn.Sequential(double(m, n, stride=1), nn.BatchNorm2d(n), nn.ReLU()),
            "The side hardly grows, since neighbouring numbers are stamped side by side. How far apart must they be?",
        ),
        Mistake(
            lambda m, n: nn.Sequential(nn.Conv2d(m, n, 4, 2, 1, bias=False), nn.BatchNorm2d(n), nn.ReLU()),
            "Your block makes pictures smaller. It is one for a discriminator; a generator goes the other way.",
        ),
        Mistake(
            lambda m, n: nn.Sequential(double(m, n), nn.ReLU(), nn.BatchNorm2d(n)),
            "You normalise what ReLU has cut already. The order of 2015 is the other one, and the numbers that leave "
            "a block are then never negative.",
        ),
        Mistake(
            lambda m, n: nn.Sequential(double(m, n), nn.ReLU()),
            "Nothing keeps the size of the numbers in check: what did the generator without batch normalisation draw "
            "in section 4?",
        ),
        Mistake(
            lambda m, n: nn.Sequential(double(m, n), nn.BatchNorm2d(n)),
            "Your block is linear but for the scaling. Two linear steps are one: what is missing between them?",
        ),
        Mistake(
            lambda m, n: nn.Sequential(double(m, n), nn.BatchNorm2d(n), nn.LeakyReLU(0.2)),
            "LeakyReLU is the discriminator's. What does the generator have inside, by the rules of 2015?",
        ),
        Mistake(
            lambda m, n: nn.Sequential(double(m, n), nn.BatchNorm2d(n), nn.LeakyReLU()),
            "LeakyReLU without a number passes on a hundredth of what is negative. That is nearly what the rules of "
            "2015 have in a generator, and not yet it.",
        ),
        Mistake(
            lambda m, n: nn.Sequential(double(m, n), nn.BatchNorm2d(n), nn.Tanh()),
            "Tanh belongs at the end of the whole generator, where pixels come out. This block stands before that.",
        ),
        Mistake(
            lambda m, n: nn.Sequential(double(n, m), nn.BatchNorm2d(m), nn.ReLU()),
            "Which of the two numbers says how many channels come in, and which how many go out?",
        ),
        Mistake(
            lambda m, n: nn.Sequential(double(m, n), nn.BatchNorm2d(m), nn.ReLU()),
            "Batch normalisation has a mean for every channel that it gets. How many channels leave the layer before?",
        ),
        Mistake(
            lambda m, n: nn.Sequential(
                nn.Upsample(scale_factor=2), nn.Conv2d(m, n, 3, padding=1, bias=False), nn.BatchNorm2d(n), nn.ReLU()
            ),
            "A good way to double a side, and section 5 is about it. This exercise asks for the block of 2015, with a "
            "transposed convolution.",
        ),
    ),
    hints=(
        "Three layers, one after the other: one that doubles, one that normalises, one that bends.",
        "`torch.nn.Sequential` puts layers in a row. Which three are they? Look at how the generator is printed.",
        "The doubling layer needs five things: channels in, channels out, kernel, stride, padding. You worked out in "
        "section 2 which kernel and padding double a side exactly.",
    ),
    praise="Stack it, with half as many channels each time, and you have the middle of any DCGAN generator.",
)

# 8.3: how often each pixel is covered


def covered(kernel: int, stride: int) -> list[int]:
    return [len(range(start, kernel, stride)) for start in range(stride)]


LAYERS = ((3, 2), (4, 2), (5, 2), (6, 2), (5, 3), (6, 3), (2, 3))

COVER = Exercise(
    number="8.3",
    title="Which layer makes a checkerboard?",
    name="coverage",
    probes=tuple(Call(f"`coverage(kernel={k}, stride={s})`", (k, s), covered(k, s)) for k, s in LAYERS),
    mistakes=(
        Mistake(
            lambda k, s: k % s == 0,
            "You say whether the pixels are covered alike. Asked for is how often each of them is covered.",
        ),
        Mistake(
            lambda k, s: [k / s] * s,
            "That is how often a pixel is covered on average. A checkerboard is what that average hides.",
        ),
        Mistake(
            lambda k, s: [k // s] * s,
            "You rounded down for every pixel. Where does the rest of the kernel go, the part that fills no whole "
            "stride?",
        ),
        Mistake(
            lambda k, s: [-(-k // s)] * s,
            "You rounded up for every pixel. The part of the kernel that fills no whole stride reaches some pixels, "
            "and not all of them.",
        ),
        Mistake(
            lambda k, s: [1 if start < k else 0 for start in range(s)],
            "You counted one stamp alone, as at the very edge. Inside the picture, how far back do the stamps begin "
            "that still reach a pixel?",
        ),
        Mistake(
            lambda k, s: covered(k, s)[::-1],
            "The numbers are right and come in another order. The first one belongs to a pixel where a stamp begins.",
        ),
        Mistake(
            lambda k, s: [count**2 for count in covered(k, s)],
            "You counted in two dimensions, along the diagonal. Asked for is one row.",
        ),
        Mistake(
            lambda k, s: [k] * s,
            "A kernel of that many numbers touches that many pixels. Turn it round: how many stamps touch one pixel?",
        ),
        Mistake(
            lambda k, s: covered(s, k),
            "Kernel and stride have changed places.",
        ),
    ),
    hints=(
        "Draw a row of pixels, and under it a bar as long as the kernel. Draw the next bar one stride further right, "
        "and so on. Then count the bars above one another.",
        "Look at a pixel where a bar begins. The bars that cover it begin there, one stride to the left, two strides "
        "to the left, as long as the kernel reaches.",
        "For the pixel `start` places further right, the reach is shorter by `start`. How many of 0, one stride, two "
        "strides, … still fit into what is left?",
    ),
    praise="Wherever the stride divides the kernel all numbers are alike, and no checkerboard is built in.",
)

EXERCISES = (SIDES, BLOCK, COVER)

QUIZ = (
    Question(
        "Every pixel of every training picture is moved to another place, by the same fixed shuffle. Which GAN does "
        "not notice?",
        key="b",
        options=(
            Option(
                "The DCGAN, since a convolution looks everywhere.",
                "It looks everywhere through a window of four by four. After the shuffle the pixels in a window have "
                "nothing to do with each other.",
            ),
            Option(
                "The pair of perceptrons, since no pixel is a neighbour to them.",
                "Shuffle their weights in the same way and every number stays as it was: section 1 measured it.",
            ),
            Option(
                "Both, since the same information is still there.",
                "It is there, and a perceptron can use it. A convolution has bet on where it is to be found.",
            ),
            Option(
                "Neither, since the digits cannot be read any more.",
                "By people. To a perceptron a picture has always been a list of 784 numbers.",
            ),
        ),
    ),
    Question(
        "A transposed convolution has kernel 4, stride 2 and padding 1. What does that mean for checkerboards?",
        key="d",
        options=(
            Option(
                "It cannot make any.",
                "It covers every pixel as often, so none is built in. Its four groups of weights can still learn one.",
            ),
            Option(
                "It always makes one, as every transposed convolution does.",
                "Coverage is uneven where the stride does not divide the kernel. Here it does.",
            ),
            Option(
                "It makes one until batch normalisation takes it out.",
                "Batch normalisation has one mean for a whole map, so the pattern inside the map stays.",
            ),
            Option(
                "None is built in, and it may still learn one.",
                "Neighbouring pixels are written by different weights of the kernel, and training decides whether "
                "these agree.",
            ),
        ),
    ),
    Question(
        "Why do the layers before batch normalisation have no bias?",
        key="a",
        options=(
            Option(
                "The mean is subtracted right after, and a constant with it.",
                "A bias would be learned for nothing. Batch normalisation brings a shift of its own, after dividing.",
            ),
            Option(
                "A bias would make the range of tanh too small.",
                "Tanh comes much later, and its layer does have a bias.",
            ),
            Option(
                "Transposed convolutions cannot have one.",
                "They can: the last layer of this generator has one.",
            ),
            Option(
                "N(0, 0.02²) is meant for weights only.",
                "Biases would begin at zero, and that is no reason to leave them out.",
            ),
        ),
    ),
    Question(
        "A friend's new GAN has a better FID than yours after 10,000 rounds each. What do you ask first?",
        key="c",
        options=(
            Option(
                "Which seed she took.",
                "Worth asking, and several seeds are better than one. There is something that can be off by a factor "
                "of ten.",
            ),
            Option(
                "Whether her losses are lower too.",
                "Losses of two GANs are measured against two opponents, so they cannot be compared.",
            ),
            Option(
                "How long her rounds take.",
                "A round is no unit of cost. In the same seconds your GAN may have played many times as many.",
            ),
            Option(
                "How many parameters hers has.",
                "That says little about its cost: a convolution uses each weight at every place.",
            ),
        ),
    ),
    Question(
        "The modern discriminator has no batch normalisation. What would it spoil?",
        key="c",
        options=(
            Option(
                "Its speed, since it is the slowest layer.",
                "It costs some time, and that is not why it was left out.",
            ),
            Option(
                "The pixel shuffle, which needs whole numbers.",
                "A pixel shuffle moves numbers of any kind from channels to places.",
            ),
            Option(
                "The gradient penalty: the verdict on one picture would depend on the others in its batch.",
                "R1 and R2 ask how steep D is at each picture by itself, and with batch normalisation there is no such "
                "thing.",
            ),
            Option(
                "The relativistic loss, since it compares pairs.",
                "It compares two logits, and does not ask how they came about.",
            ),
        ),
    ),
)
