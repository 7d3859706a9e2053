"""Exercises and quiz of chapter 08: output sizes, a generator block, checkerboards, and which of two GANs is ahead."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from gancore.lessons.diagnosing import Case
from gancore.lessons.draws import RIGHT
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Value, WrongKind, drawn, require_function, whole
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
            sides(lambda n, k, s, p: (n + p - k) // s + 1, transposed),
            "You counted the padding of a convolution on one side. The picture has a left and a right.",
        ),
        Mistake(
            sides(strided, lambda n, k, s, p: n * s + k - 2 * p),
            "Your transposed convolutions are two pixels too large. Either you took a step too many, for between n "
            "stamps lie n - 1 steps, or you left the padding on: what does it do to both ends?",
        ),
        Mistake(
            sides(strided, lambda n, k, s, p: (n - 1) * s + k + 2 * p),
            "A transposed convolution is a convolution backwards: what padding adds there, it does not add here.",
        ),
        Mistake(
            sides(lambda n, k, s, p: (n + 2 * p - k) / s, transposed),
            "A side is a whole number of pixels, and the kernel also stands somewhere before its first step.",
        ),
        Mistake(
            sides(strided, lambda n, k, s, p: (n - 1) * s),
            "This is where the last stamp of a transposed convolution *begins*. It is as long as the kernel, and then "
            "the padding is cut off.",
        ),
        Mistake(
            sides(lambda n, k, s, p: (n + 2 * p) // s, transposed),
            "You divide the whole picture by the stride. The kernel takes up a part of it where it stands at first.",
        ),
        Mistake(
            sides(strided, lambda n, k, s, p: n * s),
            "A transposed convolution multiplies the side by the stride where kernel and padding are chosen for that; "
            "they need not be.",
        ),
        Mistake(
            sides(strided, lambda n, k, s, p: (n - 1) * s + k - 2 * p + 1),
            "Your transposed convolutions are a pixel too large. The last stamp begins at (n - 1)s and is k long; then "
            "the padding is cut off, at both ends.",
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
#
# Judged by what it does: its kernel is what single bright numbers leave behind, its normalisation what happens to a
# batch, its activation how what it makes of x and of -x hang together. Each comes back as a word.

BATCH = 8
LOUD = 1e6  # of a single number, so that whatever is added to it does not count
LARGE = 1e3  # far below what numbers so loud lead to once a block has averages of its own
CLOSE = 1e-2  # of the largest number: room for the small number under the root of batch normalisation
LOUDER = 3  # times as large as before, for inputs ten times as large: more than a bias explains
EXACT = 1e-3  # where that number is in both
KERNEL, REACH, FIRST = 4, 9, 4  # the kernel's side; the side of the maps that it is read off; the place of the number

TOLD_KERNEL = {
    "enlarged": "enlarges its maps and convolves them then: no transposed convolution does that",
    "moving": "treats some places differently from others, and a convolution treats all alike",
    "deaf": "does not pass anything on to places nearby",
    "idle": "gives nothing but zeros, as where all weights of a layer are zero",
    "moved": "moves its maps by a pixel: cut one off each edge, not two off one",
    "shuffled": "doubles the side by a pixel shuffle: no transposed convolution of this chapter does that",
}
TOLD_NORM = {
    "none": "does not normalise: twice as large an input makes other numbers",
    "alone": "normalises each picture by itself, not over the batch",
    "always": "uses the numbers of the batch in `eval` mode, too, where averages from training should take their place",
    "scale": "does not bring its channels to mean 0 and standard deviation 1 before it bends them",
    "last": "normalises last, so that negative numbers leave it",
}
TOLD_BEND = {
    "none": "does not bend what it makes",
    "squashes": "squashes large numbers, negative ones and positive ones alike",
    "caps": "cuts large numbers off, and ReLU lets them through whole",
    "leaks": "passes on a part of what is negative",
    "another": "bends in another way than ReLU does",
}
TOLD_LEARN = {
    "fixed": "has a kernel that no optimiser would find: a plain tensor is no `nn.Parameter`, and layers in a plain "
    "list are no parts of a module",
    "frozen": "has a kernel that is frozen, as by `requires_grad_(False)`: no optimiser would move it",
    "shared": "is one and the same at every call: a function that builds has to make its layers inside",
    "settled": "is in `eval` mode as it comes, and it is built to be trained: leave the choice to whoever uses it",
}


@dataclass(frozen=True)
class Built:
    """The answer builds a block for so many channels; what it does to maps comes back in words."""

    inputs: int
    outputs: int
    height: int
    width: int
    seed: int = 0
    right: Any = (RIGHT,) * 5

    def ask(self, answer: Any) -> Any:
        require_function(answer)
        block, other = answer(self.inputs, self.outputs), answer(self.inputs, self.outputs)
        if block is None or block is Ellipsis:
            return None
        if not isinstance(block, nn.Module):
            given = f"the class {block.__name__}" if isinstance(block, type) else f"a {type(block).__name__}"
            raise WrongKind(f"Your function gives {given}, and a network, an `nn.Module`, is asked for.")
        rng = torch.Generator().manual_seed(self.seed)
        maps = torch.randn(BATCH, self.inputs, self.height, self.width, generator=rng)
        learns = "shared" if block is other else RIGHT if all(each.training for each in block.modules()) else "settled"
        return self.describe(block.float(), maps, learns)

    def describe(self, block: nn.Module, maps: Tensor, learns: str) -> tuple[str, ...]:
        made = block.train()(maps)
        if made is None:
            raise WrongKind("The `forward` of your network gives nothing back: does it end with `return`?")
        if not isinstance(made, Tensor) or made.shape != (BATCH, self.outputs, 2 * self.height, 2 * self.width):
            found = f"{tuple(made.shape)}" if isinstance(made, Tensor) else f"a {type(made).__name__}"
            return (found, *(RIGHT,) * 4)
        if learns == RIGHT and not learned(block, made, self.inputs * self.outputs):
            learns = "fixed" if all(each.requires_grad for each in block.parameters()) else "frozen"
        if not made.any():
            return RIGHT, "idle", RIGHT, RIGHT, learns
        with torch.no_grad():
            if not near(block(maps), made, float(made.abs().max()), EXACT):
                raise WrongKind("Your block makes other numbers of the same maps each time: there is chance in it.")
            mirrored = block(-maps)
            odd = made - mirrored  # what lies before ReLU, for batch normalisation turns over with its input
            bend = in_words_bend(made, odd)
            norm = in_words_norm(block, maps, made if bend in ("none", "squashes") else odd, made)
            bend = (
                RIGHT if norm in ("none", "alone") and bend == "another" else bend
            )  # a bias is in the way of seeing it
            hidden = bend.startswith(("another", "leaks")) and is_pointwise(odd, made + mirrored)
            norm = RIGHT if norm == "scale" and hidden else norm
            bend = "caps" if norm == bend == RIGHT and block.eval()(LOUD * maps).max() < LARGE else bend
            kernel = in_words_kernel(block.eval(), self.inputs)
            if kernel != RIGHT and any(isinstance(each, nn.PixelShuffle) for each in block.modules()):
                kernel = "shuffled"
            bend = RIGHT if kernel != RIGHT and bend == "another" else bend  # a bias for each place would look like it
            return RIGHT, kernel, norm, bend, learns

    def complain(self, result: Any) -> str:
        found, kernel, norm, bend, learns = result
        if found != RIGHT:
            given = (BATCH, self.inputs, self.height, self.width)
            wanted = (BATCH, self.outputs, 2 * self.height, 2 * self.width)
            return f"It turns {given} into {found}, and {wanted} is asked for."
        said = [
            "" if kernel == RIGHT else TOLD_KERNEL.get(kernel, f"spreads each number over {kernel} pixels"),
            TOLD_NORM.get(norm, ""),
            TOLD_BEND.get(bend.split(" ")[0], ""),
            TOLD_LEARN.get(learns, ""),
        ]
        return f"The shape is right. Your block {', and '.join(filter(None, said))}."


def learned(block: nn.Module, made: Tensor, pairs: int) -> bool:
    """Whether as many numbers get a gradient as there are pairs of channels: those of the normalisation are fewer."""
    weights = [each for each in block.parameters() if each.requires_grad]
    if not weights or not made.requires_grad:
        return False
    mixed = (made * torch.rand(made.shape, generator=torch.Generator().manual_seed(1))).sum()
    gradients = torch.autograd.grad(mixed, weights, allow_unused=True, retain_graph=True)
    return sum(each.numel() for each in gradients if each is not None) >= pairs


def left_behind(block: nn.Module, inputs: int, channel: int, times: float = 1, right: int = 0) -> Tensor:
    """What a single number leaves behind in the outputs `(C, H, W)` of a block in eval mode, for each unit of it."""
    number = torch.zeros(1, inputs, REACH, REACH)
    number[0, channel, FIRST, FIRST + right] = times * LOUD
    return ((block(number) - block(-number)) / (times * LOUD))[0]


def in_words_kernel(block: nn.Module, inputs: int) -> str:
    """The kernel's side, read off what single numbers leave behind; how they enlarge, or that places are not alike."""
    once = left_behind(block, inputs, 0)
    if not near(left_behind(block, inputs, 0, times=3), once, float(once.abs().max())):
        return RIGHT  # it squashes, which is told elsewhere
    stamps = [left_behind(block, inputs, channel) for channel in range(inputs)]
    largest = max(float(stamp.abs().max()) for stamp in stamps)
    if largest < 1e-9:
        return "deaf"
    beside = left_behind(block, inputs, 0, right=1)
    if (beside - stamps[0].roll(2, 2)).abs().max() > CLOSE * largest:
        return "moving"
    touched = (torch.stack(stamps).abs() > 1e-4 * largest).any(0).any(0)
    rows, columns = (touched.any(axis).nonzero()[:, 0] for axis in (1, 0))
    side = (int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1)
    if side != (KERNEL, KERNEL):
        return f"{side[0]} × {side[1]}"
    off = max(abs(int(places[0]) - (2 * FIRST - 1)) for places in (rows, columns))
    if off:
        return "moved" if off == 1 else "moving"
    alternating = torch.tensor([1.0, -1.0, 1.0, -1.0])
    stamp = torch.stack(stamps)[..., rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return "enlarged" if (stamp @ alternating).abs().max() < 1e-3 * largest else RIGHT


def in_words_norm(block: nn.Module, maps: Tensor, bare: Tensor, made: Tensor) -> str:
    """How a block normalises, by larger maps, by other company in training and eval mode, and by its `bare` numbers,
    before they are bent."""
    first, rest = maps[:1], maps[1:]
    companies = [torch.cat([first, rest]), torch.cat([first, 3 * rest.flip(1)])]
    alone = [block.train()(company)[0] for company in companies]
    settled = [block.eval()(company)[0] for company in companies]
    size = float(bare.abs().max())
    louder = block.train()(10 * maps)
    if not near(louder, made, size) and (louder.abs().max() > LOUDER * size or size <= 1):
        return "none"
    if near(*alone, size):
        return "alone"
    if not near(*settled, size):
        return "always"
    if is_normal(bare):
        return RIGHT
    return "last" if is_normal(made) else "scale"


def is_normal(maps: Tensor) -> bool:
    """Whether every channel has mean 0 and, but for a learned scale, standard deviation 1."""
    numbers = maps.transpose(0, 1).flatten(1)
    return bool((numbers.std(1) - 1).abs().max() < 0.3 and numbers.mean(1).abs().max() < 0.1)


def in_words_bend(made: Tensor, odd: Tensor) -> str:
    """What lies between normalised numbers and what comes out: ReLU lets the positive ones through."""
    size = float(made.abs().max())
    if near(made, relu(odd), size, EXACT):
        return RIGHT
    if near(2 * made, odd, size, EXACT):
        return "squashes" if size <= 1 else "none"
    slope = float((made.clamp(max=0).sum() / made.clamp(min=0).sum()).abs())
    leaky = torch.where(odd > 0, odd, slope * odd) / (1 + slope)
    return f"leaks {slope:.2f}" if slope < 1 and near(made, leaky, size) else "another"


def is_pointwise(odd: Tensor, even: Tensor) -> bool:
    """Whether what is bent has been bent number by number: what does not turn over with its input grows or falls with
    the size of what does."""
    steps = even.flatten()[odd.abs().flatten().argsort()].diff()
    size = float(even.abs().max())
    return bool((steps >= -EXACT * size).all() or (steps <= EXACT * size).all())


def near(one: Tensor, two: Tensor, size: float, share: float = CLOSE) -> bool:
    return bool((one - two).abs().max() <= share * size)


def double(inputs: int, outputs: int, kernel: int = 4, stride: int = 2, padding: int = 1) -> nn.Module:
    return nn.ConvTranspose2d(inputs, outputs, kernel, stride, padding, bias=False)


def right_block(inputs: int, outputs: int) -> nn.Module:
    return nn.Sequential(double(inputs, outputs), nn.BatchNorm2d(outputs), nn.ReLU())


BLOCK = Exercise(
    number="8.2",
    title="A block of a generator",
    name="generator_block",
    probes=(Built(6, 4, 5, 5), Built(3, 5, 5, 7)),
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
            lambda m, n: nn.Sequential(double(m, n), nn.BatchNorm2d(n), nn.ReLU6()),
            "ReLU6 cuts off what is larger than 6. The rules of 2015 have plain ReLU, without an upper end.",
        ),
        Mistake(
            lambda m, n: right_block(m, n).eval(),
            "The layers are right, and your block comes in `eval` mode: its normalisation would not learn from any "
            "batch. Return it as it is built; whoever trains or draws chooses the mode.",
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
        Mistake(
            lambda m, n: nn.Sequential(
                nn.Conv2d(m, 4 * n, 3, padding=1, bias=False), nn.PixelShuffle(2), nn.BatchNorm2d(n), nn.ReLU()
            ),
            "A pixel shuffle doubles a side, too, and the modern recipe ends in one. This exercise asks for the block "
            "of 2015, with a transposed convolution.",
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


LAYERS = ((3, 2), (4, 2), (5, 2), (6, 2), (5, 3), (6, 3), (2, 3), (4, 1))


def draw_layer(rng: torch.Generator) -> tuple:
    """Larger kernels and strides than those of the text, whose numbers differ from pixel to pixel."""
    stride = whole(rng, 4, 7)
    return stride * whole(rng, 1, 3) + whole(rng, 1, stride - 1), stride


def told_total(cases: list[Case]) -> str:
    """How many stamps there are on all pixels of the pattern: as many as the kernel has places."""
    totals = [float(case.result.sum()) for case in cases]
    for (kernel, stride), total in zip((case.arguments for case in cases), totals, strict=True):
        if total != kernel:
            return (
                f"For a kernel of {kernel} and a stride of {stride} your numbers add up to {total:g}. Each of the "
                "kernel's places lies over one of these pixels, so they add up to the kernel."
            )
    if all(case.result.sort().values.equal(case.right.sort().values) for case in cases):
        return "The first number belongs to a pixel where a stamp begins."
    said = "Your numbers add up to the kernel, as they should."
    shown = next(case.result for case in cases if case.wrong)
    return f"{said} But no pixel can be ahead of another by more than one." if shown.max() - shown.min() > 1 else said


COVER = Exercise(
    number="8.3",
    title="Which layer makes a checkerboard?",
    name="coverage",
    probes=(
        *(Call(f"`coverage(kernel={k}, stride={s})`", (k, s), covered(k, s)) for k, s in LAYERS),
        *drawn("coverage", draw_layer, covered),
    ),
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
            lambda k, s: [(k - start) / s for start in range(s)],
            "Your numbers have fractions. A stamp covers a pixel or does not: the last part of a stride is one more.",
        ),
        Mistake(
            lambda k, s: covered(s, k),
            "Kernel and stride have changed places.",
        ),
        Mistake(
            lambda k, s: [len(range(start % s, k, s)) for start in range(k)],
            "You have a number for every pixel of the *kernel*. The pattern repeats after one stride: so many numbers "
            "are asked for.",
        ),
        Mistake(
            lambda k, s: [len(range(start, k, s)) for start in range(k)],
            "You go on for as long as the kernel is. Asked for are `stride` neighbouring pixels, for after them the "
            "pattern repeats.",
        ),
        Mistake(
            lambda k, s: [min(2, count) for count in covered(k, s)],
            "You lay two stamps, each over the end of the other. A kernel longer than two strides lets a third one "
            "reach the same pixel.",
        ),
        Mistake(
            lambda k, s: [k % s] * s,
            "This is what is left of the kernel when it is filled with whole strides. It says whether there will be a "
            "checkerboard, not how often a pixel is covered.",
        ),
        Mistake(
            lambda k, s: [k // s + (start == 0) for start in range(s)],
            "You give one stamp more to the first pixel alone. The part of the kernel that fills no whole stride may "
            "reach several pixels, or none.",
        ),
        Mistake(
            lambda k, s: [max(0, k - start) for start in range(s)],
            "This is how far the kernel reaches from each pixel on. Stamps begin only every `stride` pixels: how many "
            "of them fit in?",
        ),
        Mistake(
            lambda k, s: [len(range(start, k + 1, s)) for start in range(s)],
            "You count one place too many: a kernel that begins at 0 covers the pixels up to `kernel - 1`.",
        ),
        Mistake(
            lambda k, s: [len(range(start, k - 1, s)) for start in range(s)],
            "You count one place too few: a kernel that begins at 0 covers the pixel `kernel - 1`, too.",
        ),
        Mistake(
            lambda k, s: [max(0, (k - start) // s) for start in range(s)],
            "You rounded down after the division. The stamp that begins at the pixel itself counts, too.",
        ),
        Mistake(
            lambda k, s: [1] * s,
            "That would be so if no two stamps met. Where the kernel is longer than the stride, they overlap.",
        ),
        Mistake(
            lambda k, s: k // s,
            "This is one number. Asked for is a list: one for each of `stride` neighbouring pixels.",
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
    diagnose=told_total,
    praise="Wherever the stride divides the kernel all numbers are alike, and no checkerboard is built in.",
)

# 8.4: which of two GANs is ahead

Rows = list[dict]


def rows_of(*numbers: tuple[float, int, float]) -> Rows:
    """Rows with these seconds, rounds and FIDs."""
    return [{"seconds": seconds, "round": round_, "fid": fid} for seconds, round_, fid in numbers]


SLOW = rows_of((0, 0, 160), (5, 200, 90), (10, 400, 30), (20, 800, 12))
QUICK = rows_of((0, 0, 150), (2, 400, 70), (4, 800, 25), (9, 1800, 35), (21, 4200, 20))


def draw_race(rng: torch.Generator) -> tuple:
    """Two runs with records of their own, neither steadily better than the other, and a moment between two records."""
    runs = []
    for rounds_a_second in (whole(rng, 20, 60), whole(rng, 100, 300)):
        count = whole(rng, 12, 20)
        seconds = (torch.rand(count, generator=rng) + 0.2).cumsum(0)
        seconds = [0.0, *seconds.tolist()]
        fids = (10 + 90 * torch.rand(len(seconds), generator=rng)).tolist()
        rounds = [int(rounds_a_second * each) for each in seconds]
        runs.append(rows_of(*zip(seconds, rounds, fids, strict=True)))
    if whole(rng, 0, 1):
        runs.reverse()
    return *runs, float(2.5 + 4 * torch.rand((), generator=rng))


def draw_finish(rng: torch.Generator) -> tuple:
    """Two runs at a moment when both have ended."""
    a, b, seconds = draw_race(rng)
    return a, b, 30 * seconds


def last_by(rows: Rows, seconds: float) -> float:
    return [row["fid"] for row in rows if row["seconds"] <= seconds][-1]


def lower(a: float, b: float) -> str:
    return "a" if a < b else "b"


def right_ahead(a: Rows, b: Rows, seconds: float) -> str:
    return lower(last_by(a, seconds), last_by(b, seconds))


def by_of_each(measure: Callable[[Rows, float], float]) -> Callable[[Rows, Rows, float], str]:
    return lambda a, b, seconds: lower(measure(a, seconds), measure(b, seconds))


def at_the_same_round(a: Rows, b: Rows, seconds: float) -> str:
    """Both at the last round that both have reached by then."""
    reached = min(max(row["round"] for row in run if row["seconds"] <= seconds) for run in (a, b))
    return lower(*([row["fid"] for row in run if row["round"] <= reached][-1] for run in (a, b)))


def at_the_same_row(a: Rows, b: Rows, seconds: float) -> str:
    place = min(place_in(run, seconds) for run in (a, b))
    return lower(a[place]["fid"], b[place]["fid"])


def place_in(run: Rows, seconds: float) -> int:
    return len([row for row in run if row["seconds"] <= seconds]) - 1


def by_the_place(first: bool) -> Callable[[Rows, Rows, float], str]:
    """Both at the place that is found in one of them."""

    def answer(a: Rows, b: Rows, seconds: float) -> str:
        place = place_in(a if first else b, seconds)
        return lower(*(run[min(place, len(run) - 1)]["fid"] for run in (a, b)))

    return answer


def mean_by(rows: Rows, seconds: float) -> float:
    fids = [row["fid"] for row in rows if row["seconds"] <= seconds]
    return sum(fids) / len(fids)


def nearest_in_time(rows: Rows, seconds: float) -> float:
    return min(rows, key=lambda row: abs(row["seconds"] - seconds))["fid"]


def first_after(rows: Rows, seconds: float) -> float:
    return next((row["fid"] for row in rows if row["seconds"] >= seconds), rows[-1]["fid"])


AHEAD = Exercise(
    number="8.4",
    title="Who is ahead?",
    name="ahead",
    probes=(
        Call("`ahead` of the two GANs of the text after 12 seconds", (SLOW, QUICK, 12), "a"),
        Call("`ahead` of the two GANs of the text after 10 seconds", (SLOW, QUICK, 10), "a"),
        Call("`ahead` of the two GANs of the text after 4 seconds", (SLOW, QUICK, 4), "b"),
        Call("`ahead` of the two GANs of the text after 1 second", (SLOW, QUICK, 1), "b"),
        Call("After 60 seconds, where the first GAN has been stopped at 10, `ahead`", (SLOW[:3], QUICK, 60), "b"),
        Call("`ahead` of the two GANs of the text after 60 seconds", (SLOW, QUICK, 60), "a"),
        *drawn("ahead", draw_race, right_ahead, times=12),
        *drawn("ahead", draw_finish, right_ahead, times=6),
    ),
    mistakes=(
        Mistake(
            lambda a, b, seconds: lower(-last_by(a, seconds), -last_by(b, seconds)),
            "You name the one with the *higher* FID. It is a distance from real digits: is a large one good?",
        ),
        Mistake(
            by_of_each(lambda rows, seconds: rows[-1]["fid"]),
            "You compare the last rows of all. What is recorded after `seconds` must not count yet.",
        ),
        Mistake(
            by_of_each(lambda rows, seconds: min(row["fid"] for row in rows if row["seconds"] <= seconds)),
            "You take the best score that each has ever had. Then whoever is scored more often has more tries; compare "
            "where both *stand*.",
        ),
        Mistake(
            by_of_each(lambda rows, seconds: min(row["fid"] for row in rows)),
            "You take the best score of the whole run, whenever it was. `seconds` has no say in that.",
        ),
        Mistake(
            at_the_same_round,
            "You compare after the same number of rounds. A round of one may take as long as four of the other: which "
            "clock do both share?",
        ),
        Mistake(
            at_the_same_row,
            "You compare rows at the same place of both lists. The lists are kept at different times.",
        ),
        *(
            Mistake(
                by_the_place(first),
                f"You look for the place in `{name}` and take it from both lists. They are kept at different times: "
                "look in each.",
            )
            for name, first in (("a", True), ("b", False))
        ),
        Mistake(
            by_of_each(mean_by),
            "You average all scores so far. The early ones, from before anything was learned, weigh as much as where "
            "both stand now.",
        ),
        Mistake(
            by_of_each(nearest_in_time),
            "You let rows from *after* `seconds` have a say, as the nearest in time may be, or the end of a line from "
            "one row to the next: nobody has trained so long yet.",
        ),
        Mistake(
            by_of_each(lambda rows, seconds: [row["fid"] for row in rows if row["round"] <= seconds][-1]),
            "You compare rounds with `seconds`. Each row has both.",
        ),
        *(
            Mistake(by_of_each(taken), f"You take `seconds` for the place of a row{cut}. Each row has its own seconds.")
            for cut, taken in (
                ("", lambda rows, seconds: rows[int(seconds)]["fid"]),
                (", and the last where there are fewer", lambda rows, seconds: rows[: int(seconds) + 1][-1]["fid"]),
            )
        ),
        Mistake(
            by_of_each(first_after),
            "You take the first row after `seconds`. Until then one of them may have trained longer than the other.",
        ),
        Mistake(
            by_of_each(lambda rows, seconds: [row["fid"] for row in rows if row["seconds"] < seconds][-1]),
            "A row that was kept exactly at `seconds` is in time, and you leave it out.",
        ),
        Mistake(
            by_of_each(lambda rows, seconds: -max(row["round"] for row in rows if row["seconds"] <= seconds)),
            "You name the one that has played more rounds. Rounds are what it costs, not how well it draws.",
        ),
        Mistake(
            by_of_each(lambda rows, seconds: -max(row["seconds"] for row in rows if row["seconds"] <= seconds)),
            "You name the one whose last row is later. When it was scored says nothing of how well it draws.",
        ),
        Mistake(
            lambda a, b, seconds: min((last_by(a, seconds), last_by(b, seconds))),
            'This is the better score. Asked for is the name of the run that has it, "a" or "b".',
        ),
        Mistake(
            lambda a, b, seconds: last_by(a, seconds) < last_by(b, seconds),
            'You say whether one of them is ahead. Asked for is its name, "a" or "b".',
        ),
        Mistake(
            lambda a, b, seconds: a if right_ahead(a, b, seconds) == "a" else b,
            'You hand back the rows of the one that is ahead. Asked for is its name, "a" or "b".',
        ),
        Mistake(
            lambda a, b, seconds: "a" if len(a) > len(b) else "b",
            "You count rows. How often a run is scored says nothing of how well it draws.",
        ),
        Mistake(
            lambda a, b, seconds: "a",
            "Your function always says the same. What of the two runs does it look at?",
        ),
        Mistake(
            lambda a, b, seconds: "b",
            "Your function says the same of every pair. What of the two runs does it look at?",
        ),
    ),
    hints=(
        "First one run alone: which of its rows were there after `seconds`? A list comprehension with an `if` keeps "
        "them.",
        "Of these rows the last one says where the run stands. Do the same for the other run.",
        "FID is a distance. Compare the two numbers, and give back the *name* of the run that is nearer to real "
        "digits.",
    ),
    praise="One clock for both, and where they stand, not the best they ever had. With several seeds of each it would "
    "be fairer still.",
)

EXERCISES = (SIDES, BLOCK, COVER, AHEAD)

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
                "The perceptrons, to whom no pixel is a neighbour.",
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
                "The constant is subtracted right after.",
                "A bias is part of the mean, so it would be learned for nothing. Batch normalisation brings a shift of "
                "its own, after dividing.",
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
                "The gradient penalty, which asks about one picture at a time.",
                "R1 and R2 ask how steep D is at each picture by itself. With batch normalisation the verdict on one "
                "depends on the others in its batch.",
            ),
            Option(
                "The relativistic loss, since it compares pairs.",
                "It compares two logits, and does not ask how they came about.",
            ),
        ),
    ),
)
