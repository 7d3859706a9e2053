"""Exercises and quiz of chapter 07: two perceptrons, the range of pixels, two runs to choose from, and two players."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, pairwise
from typing import Any

import torch
from torch import Tensor, nn

from gancore.data import load, to_float
from gancore.lessons.comparing import alike
from gancore.lessons.diagnosing import Case
from gancore.lessons.draws import RIGHT
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Drawn, Value, WrongKind, drawn, require_function, whole
from gancore.lessons.quizzes import Option, Question

# 7.1: a generator for a slow laptop

SIZES = (64, 128, 256, 784)
PAIRS = tuple(pairwise(SIZES))

COUNTS = Exercise(
    number="7.1",
    title="Count the parameters",
    name="small_generator",
    probes=(Value([8_320, 33_024, 201_488]),),
    mistakes=(
        Mistake(
            [m * n for m, n in PAIRS],
            "These are the weights alone. What else does every unit of a linear layer add to its sum?",
        ),
        Mistake(
            [m * n + 1 for m, n in PAIRS],
            "You gave each layer one bias. A bias belongs to a unit, and a layer has many of those.",
        ),
        Mistake(
            [m * n + m for m, n in PAIRS],
            "You counted as many biases as the layer has inputs. Is it the inputs or the outputs that get one each?",
        ),
        Mistake(
            [m * n + m + n for m, n in PAIRS],
            "You gave biases to the inputs as well as to the outputs. The inputs of a layer come from elsewhere and "
            "are passed in as they are.",
        ),
        Mistake(
            [m + n for m, n in PAIRS],
            "You added the two sizes of each layer. But *every* input is connected to *every* output: how many "
            "connections does that make?",
        ),
        Mistake(
            [128, 256, 784],
            "These are the units of each layer. Asked for are the numbers that a layer learns, and most of them sit "
            "on the connections *between* two layers.",
        ),
        Mistake(
            sum(m * n + n for m, n in PAIRS),
            "The sum is right. The list asks for its parts: one number for each layer, in order.",
        ),
        Mistake(
            [100 * 256 + 256, 256 * 512 + 512, 512 * 1024 + 1024, 1024 * 784 + 784],
            "That is the generator of this chapter. The one in the exercise is smaller, and has a layer fewer.",
        ),
        Mistake(
            [100 * 256 + 256, 256 * 512 + 512, 512 * 1024 + 1024],
            "Those are layers of this chapter's generator. The one in the exercise has sizes of its own.",
        ),
        Mistake(
            [*(m * n + n for m, n in PAIRS[:-1]), PAIRS[-1][0] * PAIRS[-1][1]],
            "The last layer, too, adds a number of its own to each of its outputs.",
        ),
        Mistake(
            [m * n + n for m, n in reversed(PAIRS)],
            "The right numbers, from the last layer to the first. The other way round is asked for.",
        ),
        Mistake(
            [m * n + m for m, n in reversed(PAIRS)],
            "This is the way of a discriminator, from pixels down. Hers is a generator: it begins with 64 numbers.",
        ),
        Mistake(
            [n * n + n for m, n in PAIRS],
            "You multiplied the outputs by themselves. An arrow goes from an *input* to an output.",
        ),
        Mistake(
            [m * m + n for m, n in PAIRS],
            "You multiplied the inputs by themselves. An arrow goes from an input to an *output*.",
        ),
        Mistake(
            list(accumulate(m * n + n for m, n in PAIRS)),
            "You added up as you went: each number has the layers before it in it. One layer at a time is asked for.",
        ),
        Mistake(
            [(m * n + n) / 1000 for m, n in PAIRS],
            "Right, in thousands. Asked for are the numbers themselves; Python reads a comma as the start of another "
            "number, so write none inside of one.",
        ),
    ),
    hints=(
        "Draw the first layer with three inputs and two outputs. How many arrows are there?",
        "Each arrow is a weight. Each output also adds a number of its own, whatever the inputs are: its bias.",
        "Write one line for each layer: inputs, outputs, arrows between them, biases. Then add arrows and biases.",
    ),
    praise="Five in six of them are in the last layer, the one that paints the pixels.",
)

# 7.2: the range bug, repaired for pixels of any range

BYTES = torch.tensor([0, 51, 204, 255], dtype=torch.uint8)
SHARES = torch.tensor([0.0, 0.25, 1.0])
SCAN = torch.tensor([[[[-60.0, 0.0], [150.0, 260.0]]]])  # it reaches neither end of its range, -100 to 300


def right_range(pixels: Tensor, low: float, high: float) -> Tensor:
    return 2 * (pixels.float() - low) / (high - low) - 1


def draw_scan(rng: torch.Generator) -> tuple:
    """Pixels that reach neither end of their range, in whole numbers or fractions, in one to four dimensions."""
    low = whole(rng, -200, -20)
    high = whole(rng, 30, 400)
    shape = tuple(whole(rng, 2, 4) for _ in range(whole(rng, 1, 4)))
    pixels = low + (high - low) * (0.1 + 0.8 * torch.rand(shape, generator=rng))
    return (pixels.short() if whole(rng, 0, 1) else pixels), low, high


def draw_above_zero(rng: torch.Generator) -> tuple:
    """A range that begins above zero, as bytes of a scanner that knows no black may."""
    low, high = whole(rng, 10, 60), whole(rng, 150, 255)
    return torch.randint(low, high + 1, (2, 1, whole(rng, 2, 3), 2), generator=rng).byte(), low, high


def only_to_one(pixels: Tensor, low: float, high: float) -> Tensor:
    return (pixels.float() - low) / (high - low)


def by_the_top(pixels: Tensor, low: float, high: float) -> Tensor:
    return 2 * pixels.float() / high - 1


def not_shifted(pixels: Tensor, low: float, high: float) -> Tensor:
    return 2 * pixels.float() / (high - low) - 1


def for_bytes_only(pixels: Tensor, low: float, high: float) -> Tensor:
    return pixels.float() / 127.5 - 1


def by_its_own_extremes(pixels: Tensor, low: float, high: float) -> Tensor:
    x = pixels.float()
    return 2 * (x - x.min()) / (x.max() - x.min()) - 1


def overflowing(pixels: Tensor, low: float, high: float) -> Tensor:
    return 2 * (pixels - low) / (high - low) - 1


def in_place(pixels: Tensor, low: float, high: float) -> Tensor:
    pixels -= low
    pixels /= (high - low) / 2
    return pixels - 1


def upside_down(pixels: Tensor, low: float, high: float) -> Tensor:
    return 1 - 2 * (pixels.float() - low) / (high - low)


def standardised(pixels: Tensor, low: float, high: float) -> Tensor:
    x = pixels.float()
    return (x - x.mean()) / x.std()


def half_as_wide(pixels: Tensor, low: float, high: float) -> Tensor:
    return (pixels.float() - low) / (high - low) - 0.5


def clipped(pixels: Tensor, low: float, high: float) -> Tensor:
    return pixels.float().clamp(-1, 1)


def doubled_only(pixels: Tensor, low: float, high: float) -> Tensor:
    return 2 * (pixels.float() - low) / (high - low)


def told_scale(cases: list[Case]) -> str:
    """That only whole numbers go wrong, that pixels are bent, or where the ends of the range come to lie."""
    wrong = [case for case in cases if case.wrong]
    if wrong and not any(case.arguments[0].is_floating_point() for case in wrong):
        return (
            "Right for pixels with fractions, and wrong for whole numbers, which overflow and lose what a division "
            "leaves over. What has to come before any arithmetic?"
        )
    if all(case.result.equal(case.result.round()) for case in wrong):
        return "Your pixels come out as whole numbers, and all fractions are lost."
    ends = [ends_of(case) for case in cases]
    if None in ends:
        return (
            "Your pixels are bent or cut: steps that are equal before are not equal afterwards. They have to be "
            "scaled and moved, and nothing else; the tanh stays in the generator."
        )
    low, high = torch.tensor(ends).T
    steady = {f"`{name}` becomes {end[0]:.2f}": steady_at(end) for name, end in (("low", low), ("high", high))}
    if any(steady.values()):
        said = [words if each else f"{words} here, and something else elsewhere" for words, each in steady.items()]
        return f"With you a pixel that equals {', and one that equals '.join(said)}."
    if steady_at(high - low):
        return f"Your range is {(high - low)[0]:.2f} wide each time, and begins elsewhere in each call."
    return "Neither `low` nor `high` becomes the same in every call. What but these two decides where they come to lie?"


def steady_at(numbers: Tensor) -> bool:
    return alike(numbers, numbers[:1].expand_as(numbers))


def ends_of(case: Case) -> tuple[float, float] | None:
    """What `low` and `high` become, if all pixels are scaled and moved alike."""
    pixels, low, high = case.arguments
    before, after = pixels.double().flatten(), case.result.flatten()
    if not bool(after.isfinite().all()):
        return None
    line = torch.stack([before, torch.ones_like(before)], dim=1)
    slope, start = torch.linalg.lstsq(line, after[:, None]).solution[:, 0]
    return (float(slope * low + start), float(slope * high + start)) if alike(slope * before + start, after) else None


RANGE = Exercise(
    number="7.2",
    title="Repair the range",
    name="to_tanh_range",
    probes=(
        Call("`to_tanh_range` of bytes 0, 51, 204 and 255, range 0 to 255,", (BYTES, 0, 255), [-1, -0.6, 0.6, 1]),
        Call("`to_tanh_range` of 0, 0.25 and 1, range 0 to 1,", (SHARES, 0, 1), [-1, -0.5, 1]),
        Call(
            "`to_tanh_range` of a scan with pixels -60, 0, 150 and 260, range -100 to 300,",
            (SCAN, -100, 300),
            [[[[-0.8, -0.5], [0.25, 0.8]]]],
        ),
        *drawn("to_tanh_range", draw_scan, right_range),
        *drawn("to_tanh_range", draw_above_zero, right_range, times=2),
    ),
    mistakes=(
        Mistake(
            only_to_one,
            "Your pixels end up between 0 and 1. That is the very bug of this section: which half of tanh's range is "
            "never used?",
        ),
        Mistake(
            by_the_top,
            "You divide by the top of the range. What matters is how *wide* the range is; try `low` below zero.",
        ),
        Mistake(
            lambda pixels, low, high: 2 * (pixels.float() - low) / high - 1,
            "You take `low` away and then divide by `high`. How wide is the range where `low` is not 0?",
        ),
        Mistake(
            lambda pixels, low, high: 2 * pixels / high - 1,
            "You divide by the top of the range, and bytes overflow on the way: in uint8, twice 204 is 152. Make "
            "floats first; and what matters is how *wide* the range is.",
        ),
        Mistake(
            lambda pixels, low, high: torch.tanh(pixels.float()),
            "Tanh of raw pixels is 1 for nearly every one of them: all greys are lost. The pixels have to be scaled, "
            "and the generator's tanh stays in the generator.",
        ),
        Mistake(
            lambda pixels, low, high: torch.tanh(right_range(pixels, low, high)),
            "Scaled as it should be, and then squashed once more. The tanh belongs to the generator; real pixels would "
            "never reach -1 and 1.",
        ),
        Mistake(
            lambda pixels, low, high: pixels.float().clamp(low, high),
            "Your pixels come out as they went in. Nothing lies beyond `low` and `high`, so that there is nothing to "
            "clip; the range itself has to change.",
        ),
        Mistake(
            lambda pixels, low, high: 2 * (pixels.float() - high) / (high - low) - 1,
            "You take `high` away, so that your range ends where it should begin.",
        ),
        Mistake(
            not_shifted,
            "The width is right, but the start is not: a pixel that equals `low` should become -1 wherever `low` is.",
        ),
        Mistake(
            for_bytes_only,
            "127.5 is right for bytes and for nothing else. Your function is told the range and need not guess it.",
        ),
        Mistake(
            by_its_own_extremes,
            "You measure the range on the pixels you are given. Then a pale batch and a bright one are stretched "
            "differently, and the same grey means two things. Use the range that the function is told.",
        ),
        Mistake(
            overflowing,
            "Your formula is right, but bytes overflow: in uint8, twice 204 is 152. Which step has to come before any "
            "arithmetic?",
        ),
        Mistake(
            in_place,
            "Your division writes its result back into the tensor it was given, and a tensor of bytes cannot hold "
            "fractions. It would also change the caller's data. Make a new tensor instead.",
        ),
        Mistake(
            upside_down,
            "The range is right, but black and white have changed places: the smallest pixel should become -1.",
        ),
        Mistake(
            standardised,
            "Mean 0 and standard deviation 1 is a habit from classifiers. It gives no fixed range: the largest pixel "
            "may land outside of what tanh can reach.",
        ),
        Mistake(
            half_as_wide,
            "Your range has its middle at 0, as it should, but it ends at one half on either side.",
        ),
        Mistake(
            clipped,
            "Clipping throws away everything beyond -1 and 1: nearly every grey becomes white. The pixels have to be "
            "scaled, all by the same rule.",
        ),
        Mistake(
            doubled_only,
            "The width is right: 2. Where does your range begin, and where does tanh's?",
        ),
    ),
    hints=(
        "Do it in two steps: first bring the pixels to 0…1, then 0…1 to -1…1.",
        "For the first step: what do you take away so that `low` becomes 0? By what do you then divide so that `high` "
        "becomes 1?",
        "The second step doubles the width and then moves everything down by 1.",
        "Is the result wrong for bytes only? Then turn the pixels into floats before you calculate.",
    ),
    diagnose=told_scale,
    praise="It now fits any pixels to tanh: bytes, shares of 1, and a medical scan with negative values.",
)

# 7.3: the better of two runs
#
# Real digits stand in for the samples of a good run. The curves are made up so that every rule which trusts a curve
# goes wrong somewhere, and each of them in other places.

SECONDS = 0.014  # that a round takes
SAMPLES = 100  # images of a run: ten of each digit
DIGITS = to_float(load("digits").images).unflatten(0, (10, -1))  # class, place, 1, 28, 28


def real(start: int) -> Tensor:
    """Ten different images of each digit, (100, 1, 28, 28)."""
    return DIGITS[:, start : start + SAMPLES // 10].flatten(0, 1)


def good(start: int) -> Tensor:
    """Real digits a pixel further to the right: good ones, and neither equal to real ones nor the nearest to them."""
    return real(start).roll(1, 3)


def uneven(start: int) -> Tensor:
    """Good digits, twelve of each even one and eight of each odd one."""
    return torch.cat([DIGITS[digit, start : start + 12 - 4 * (digit % 2)] for digit in range(10)]).roll(1, 3)


def taken_apart(images: Tensor) -> Tensor:
    """Each pixel dealt out anew among the images: every pixel's mean and spread stay, and no digit does."""
    rng = torch.Generator().manual_seed(7)
    places = torch.rand(images.flatten(1).shape, generator=rng).argsort(0)
    return images.flatten(1).gather(0, places).view_as(images)


@cache
def barely_read() -> Tensor:
    """Ten of each digit under so much speckle that the classifier reads them as what they are, and wavers."""
    from gancore.metrics.classifier import load_extractor

    images = speckled(DIGITS[:, 200:300].flatten(0, 1), 0.05)
    shares = load_extractor("digits").logits(images).softmax(1).unflatten(0, (10, -1))
    own = torch.stack([shares[digit, :, digit] for digit in range(10)])
    read = shares.argmax(2) == torch.arange(10)[:, None]
    least = torch.where(read, own, 2.0).topk(SAMPLES // 10, largest=False).indices
    return torch.cat([images.unflatten(0, (10, -1))[digit, least[digit]] for digit in range(10)])


def speckled(images: Tensor, share: float) -> Tensor:
    """The images with that share of their pixels replaced by black or white at random."""
    rng = torch.Generator().manual_seed(7)
    noise = torch.randint(0, 2, images.shape, generator=rng).float() * 2 - 1
    return torch.where(torch.rand(images.shape, generator=rng) < share, noise, images)


def run(samples: Tensor, rounds: int, d_loss: float, g_loss: float, d_right: float) -> dict:
    """What is kept of a run: rows of a history that ends at these values, and samples."""
    row = {"d_loss": d_loss, "g_loss": g_loss, "d_real": d_right + 0.02, "d_fake": d_right - 0.02}
    rows = [{"round": number, "seconds": SECONDS * number, **row} for number in range(10, rounds + 1, 10)]
    return {"rows": rows, "samples": samples}


NOISE = speckled(real(0), 1.0)
BLANK = torch.full_like(NOISE, -1.0)
ELSEWHERE = 37  # places between the digits of an exercise and those of the same one redrawn
PLACES = 300  # from where on digits may be taken, with room for the farthest


def one_three(start: int) -> Tensor:
    return DIGITS[3, start : start + 1].expand(SAMPLES, -1, -1, -1)


def three_classes(start: int) -> Tensor:
    return torch.cat([DIGITS[digit, start : start + 34] for digit in (0, 1, 7)])[:SAMPLES]


def shuffled(start: int) -> Tensor:
    """Digits whose pixels have moved, all by the same shuffle."""
    order = torch.randperm(784, generator=torch.Generator().manual_seed(7))
    return real(start).flatten(1)[:, order].view_as(NOISE)


class Pair(Drawn):
    """Two runs to choose from: `name` says what they draw, and `make` makes them of digits from a place on.

    Their curves stay as they are, each of which misleads somewhere.
    """

    @cached_property
    def call(self) -> Call:
        runs = self.make(ELSEWHERE * self.seed % PLACES)
        return Call(f"Where {self.name}, `better_run(a, b)`", runs, self.reference(*runs))


def choose_a(a: dict, b: dict) -> str:
    return "a"


def choose_b(a: dict, b: dict) -> str:
    return "b"


CURVES = ("d_loss", "g_loss", "d_real", "d_fake", "round", "seconds")
LOOKS: dict[str, Callable[[Tensor], Tensor]] = {
    "brighter": lambda images: images.mean(),
    "darker": lambda images: -images.mean(),
    "richer in contrast": lambda images: images.std(),
    "poorer in contrast": lambda images: -images.std(),
    "more nearly black and white": lambda images: (images.abs() > 0.9).float().mean(),
    "sharper": lambda images: images.diff(dim=-1).abs().mean(),
    "smoother": lambda images: -images.diff(dim=-1).abs().mean(),
}


def told_rule(cases: list[Case]) -> str:
    """By which entry of the last rows, or by which look of the samples, these choices can be explained."""
    said = [str(case.result) for case in cases]
    curves = {name: [[final(each["rows"], name) for each in case.arguments] for case in cases] for name in CURVES}
    for word, sign in (("lower", 1), ("higher", -1)):
        found = [
            f"`{name}`"
            for name, ends in curves.items()
            if said == ["a" if sign * a < sign * b else "b" for a, b in ends]
        ]
        if found:
            named = " or ".join(found)  # `d_real` and `d_fake` rise and fall together
            return f"You choose as somebody who takes the run with the {word} {named} at the end. It tells little."
    off = [[abs(end - 2 * math.log(2)) for end in pair] for pair in curves["d_loss"]]
    if said == ["a" if a < b else "b" for a, b in off]:
        return "You choose the D that is nearest to guessing. It may be so because it has learned nothing."
    for word, look in LOOKS.items():
        looks = [[float(look(each["samples"])) for each in case.arguments] for case in cases]
        if said == ["a" if a > b else "b" for a, b in looks]:
            return f"You choose as somebody who takes the pictures that are {word}: are they digits?"
    return ""


def final(rows: list[dict], name: str) -> float:
    return rows[-1][name]


def lower_g_loss(a: dict, b: dict) -> str:
    return "a" if final(a["rows"], "g_loss") < final(b["rows"], "g_loss") else "b"


def lower_d_loss(a: dict, b: dict) -> str:
    return "a" if final(a["rows"], "d_loss") < final(b["rows"], "d_loss") else "b"


def lower_sum(a: dict, b: dict) -> str:
    sums = [final(run["rows"], "d_loss") + final(run["rows"], "g_loss") for run in (a, b)]
    return "a" if sums[0] < sums[1] else "b"


def nearest_to_guessing(a: dict, b: dict) -> str:
    off = [abs(final(run["rows"], "d_real") + final(run["rows"], "d_fake") - 1) for run in (a, b)]
    return "a" if off[0] < off[1] else "b"


def trained_longer(a: dict, b: dict) -> str:
    return "a" if final(a["rows"], "round") > final(b["rows"], "round") else "b"


def most_contrast(a: dict, b: dict) -> str:
    return "a" if a["samples"].std() > b["samples"].std() else "b"


def most_varied_pixels(a: dict, b: dict) -> str:
    return "a" if a["samples"].std(0).mean() > b["samples"].std(0).mean() else "b"


def nearest_mean(a: dict, b: dict) -> str:
    mean = DIGITS.mean((0, 1))
    far = [(run["samples"].mean(0) - mean).norm() for run in (a, b)]
    return "a" if far[0] < far[1] else "b"


def nearest_digit(a: dict, b: dict) -> str:
    digits = DIGITS.flatten(0, 1).flatten(1)
    far = [torch.cdist(run["samples"].flatten(1), digits).min(1).values.mean() for run in (a, b)]
    return "a" if far[0] < far[1] else "b"


def most_balanced(a: dict, b: dict) -> str:
    from gancore.metrics import class_shares
    from gancore.metrics.classifier import load_extractor

    reader = load_extractor("digits")
    least = [class_shares(reader.logits(run["samples"])).min() for run in (a, b)]
    return "a" if least[0] > least[1] else "b"


def most_certain(a: dict, b: dict) -> str:
    from gancore.metrics.classifier import load_extractor

    reader = load_extractor("digits")
    certainty = [reader.logits(run["samples"]).softmax(1).max(1).values.mean() for run in (a, b)]
    return "a" if certainty[0] > certainty[1] else "b"


def worst_score(a: dict, b: dict) -> str:
    from gancore.metrics import inception_score
    from gancore.metrics.classifier import load_extractor

    reader = load_extractor("digits")
    scores = [inception_score(reader.logits(run["samples"])) for run in (a, b)]
    return "a" if scores[0] < scores[1] else "b"


BETTER = Exercise(
    number="7.3",
    title="Choose the better of two runs",
    name="better_run",
    probes=(
        Pair(
            "run a draws digits and run b draws noise",
            lambda at: (run(good(at), 900, 1.0, 0.9, 0.80), run(NOISE, 600, 0.4, 1.4, 0.70)),
            choose_a,
        ),
        Pair(
            "run a draws one and the same three again and again and run b draws all ten digits",
            lambda at: (run(one_three(at), 500, 1.2, 0.8, 0.60), run(good(at + 10), 800, 0.9, 2.0, 0.55)),
            choose_b,
        ),
        Pair(
            "run a draws zeros, ones and sevens only and run b draws all ten digits",
            lambda at: (run(three_classes(at), 900, 0.7, 1.1, 0.60), run(good(at + 20), 700, 1.1, 1.2, 0.70)),
            choose_b,
        ),
        Pair(
            "run a draws digits and run b draws the same under heavy speckle",
            lambda at: (
                run(good(at + 30), 500, 0.45, 1.5, 0.72),
                run(speckled(good(at + 30), 0.5), 1200, 1.3, 0.9, 0.55),
            ),
            choose_a,
        ),
        Pair(
            "run a draws digits and run b draws nothing but black",
            lambda at: (run(good(at + 40), 1500, 0.9, 1.4, 0.78), run(BLANK, 300, 0.1, 5.0, 0.97)),
            choose_a,
        ),
        Pair(
            "run a draws digits and run b draws the same amount of ink, scattered",
            lambda at: (run(good(at + 120), 700, 1.2, 0.4, 0.35), run(shuffled(at + 70), 800, 1.1, 0.7, 0.55)),
            choose_a,
        ),
        Pair(
            "run b draws digits, and the pixels of run a have the same means and make no digits",
            lambda at: (
                run(taken_apart(real(at + 50)), 600, 1.0, 1.0, 0.6),
                run(good(at + 50), 600, 1.1, 1.2, 0.65),
            ),
            choose_b,
        ),
        Pair(
            "run a draws all digits, some of them more often, and run b draws all of them equally often and hardly "
            "legible",
            lambda at: (run(uneven(at + 60), 800, 0.9, 1.3, 0.7), run(barely_read(), 800, 1.1, 0.9, 0.6)),
            choose_a,
        ),
    ),
    mistakes=(
        Mistake(
            lower_g_loss,
            "You chose the lower generator loss. It says how well the generator fools *its own* discriminator, and the "
            "two runs have different ones: a weak discriminator makes a low loss.",
        ),
        Mistake(
            lower_d_loss,
            "You chose the lower discriminator loss. A discriminator that wins every time does not make good pictures; "
            "more often it means that the pictures are bad.",
        ),
        Mistake(
            lambda a, b: "a",
            "Your function always says the same. What in the two runs does it look at?",
        ),
        Mistake(
            lambda a, b: "b",
            "Your function says the same of every pair. What in the two runs does it look at?",
        ),
        Mistake(
            lambda a, b: worst_score(b, a) == "a",
            'You say whether one of them is better. Asked for is its name, "a" or "b".',
        ),
        Mistake(
            lambda a, b: {"a": b, "b": a}[worst_score(a, b)],
            'You hand back the run itself. Asked for is its name, "a" or "b".',
        ),
        Mistake(
            lower_sum,
            "You added the two losses. What one player wins the other loses, so the sum says little about pictures.",
        ),
        Mistake(
            nearest_to_guessing,
            "You chose the discriminator that comes closest to guessing. Perfect pictures bring that about, and so "
            "does a discriminator that has learned nothing.",
        ),
        Mistake(
            trained_longer,
            "You chose the longer run. A run that has collapsed does not recover by going on.",
        ),
        Mistake(
            most_contrast,
            "You chose the samples with the most contrast, or the most light. Static on a screen has plenty of both.",
        ),
        Mistake(
            most_varied_pixels,
            "You chose the samples whose pixels differ most from picture to picture. Noise differs most of all: the "
            "measure has to know what a digit looks like.",
        ),
        Mistake(
            nearest_mean,
            "You compare the mean of all samples with the mean of real digits. Many sets of pictures share their mean "
            "image, and in some of them there is no digit at all.",
        ),
        Mistake(
            nearest_digit,
            "You ask how near each sample is to a real digit. One digit copied a hundred times is very near; what else "
            "should a good set of samples have?",
        ),
        Mistake(
            most_balanced,
            "You count how often each digit is read and ask nothing else. The classifier reads some digit in any "
            "picture: how legible are they?",
        ),
        Mistake(
            most_certain,
            "You ask how certainly each picture is read. One perfect three, drawn a hundred times, is read with "
            "certainty too: what else should a good set of samples have?",
        ),
        Mistake(
            worst_score,
            "You measure the right thing, and then choose the wrong end of it: is a high score good or bad?",
        ),
    ),
    hints=(
        "What do the losses of two runs compare? In each run, they are measured against another opponent.",
        "Look at the samples instead. You need one number for a set of pictures, and section 5 computed one.",
        "Try your number on three sets of pictures before you trust it: real digits, noise, and one digit a hundred "
        "times. Which of the three has to win?",
    ),
    diagnose=told_rule,
    praise="You judged the pictures and left the curves alone. No curve of these sixteen runs would have told you.",
)

# 7.4: a generator of one's own
#
# Judged by what it does, untrained and in eval mode. Whatever is asked of it comes back in words.

SHAPE = (1, 28, 28)
DIMENSIONS = (5, 100)  # of the latents that generators are built for
NEARLY_1 = 0.99  # where tanh lies for latents FAR from zero and weights that are LOUD times as large
FAR, LOUD = 1e4, 1e3
SLIGHT = 1e-6  # a change that is none
BENT = 1e-3  # of the largest number: how far from a straight line counts as bent

WORDS = {
    "misfit": "has layers that do not fit: the first one takes `latent_dim` numbers, whatever that is, and each other "
    "one as many as the one before it gives",
    "flat": "gives rows of 784 numbers: they still have to be laid out as pictures `(N, 1, 28, 28)`",
    "no channel": "gives `(N, 28, 28)`: the one channel, of grey, is missing",
    "one for all": "gives a single picture for all latents",
    "wide": "gives numbers beyond -1 and 1, where there are no greys",
    "share": "gives numbers from 0 to 1: the lower half of the range is never reached",
    "narrow": "never comes near -1 and 1, however large the latents are: black and white are out of reach",
    "idle": "paints every pixel of every picture in one and the same grey, as where all weights of a layer are zero",
    "linear": "is linear up to its last step: one linear layer alone is, and so are several with nothing in between",
    "deaf": "gives the same picture whatever the latent is",
    "half deaf": "does not listen to every number of its latent",
    "stuck": "has pixels that are the same in every picture",
    "company": "makes a picture depend on the other latents of its batch",
    "chance": "gives another picture each time for the same latent, in eval mode too",
    "unlearned": "has no weights that an optimiser would find: layers in a plain list or dictionary do not count as "
    "parts of a module, those of an `nn.Sequential` or `nn.ModuleList` do",
    "frozen": "has weights that are frozen, as by `requires_grad_(False)`: no optimiser would move them",
    "cut": "lets no gradient through to some of its weights: look for a `no_grad`, `detach` or `.data` in it, or a "
    "layer that `forward` never uses",
    "shared": "is one and the same network at every call: a function that builds has to make its layers inside",
}


@dataclass(frozen=True)
class Generator:
    """The answer builds a network for latents of so many numbers; `RIGHT` comes back, or what is wrong with it."""

    latent_dim: int
    seed: int = 0
    right: Any = RIGHT

    def ask(self, answer: Any) -> Any:
        require_function(answer)
        network, other = answer(self.latent_dim), answer(self.latent_dim)
        if network is None or network is Ellipsis:
            return None
        if not isinstance(network, nn.Module):
            raise WrongKind(
                f"Your function gives {told_kind(network)}. Asked for is a network, an `nn.Module`, ready to draw."
            )
        z = torch.randn(6, self.latent_dim, generator=torch.Generator().manual_seed(self.seed))
        return in_words_network(network.eval(), z) if network is not other else "shared"

    def complain(self, result: Any) -> str:
        if result not in WORDS:
            return f"Your network turns latents of shape (6, {self.latent_dim}) into {result}."
        return f"Built for latents of {self.latent_dim} numbers, your network {WORDS[result]}."


def told_kind(given: Any) -> str:
    return f"the class `{given.__name__}` itself" if isinstance(given, type) else f"a {type(given).__name__}"


def in_words_network(network: nn.Module, z: Tensor) -> str:
    """The first thing that is wrong with a generator for latents `z` `(N, latent_dim)`, or `RIGHT`."""
    try:
        made = network(z)
    except RuntimeError as error:
        if "shapes cannot be multiplied" in str(error):
            return "misfit"
        raise
    if made is None:
        raise WrongKind("The `forward` of your network gives nothing back: does it end with `return`?")
    if not isinstance(made, Tensor) or made.shape != (len(z), *SHAPE):
        return in_words_shape(made, len(z))
    weights = list(network.parameters())
    if not weights:
        return "unlearned"
    if not all(weight.requires_grad for weight in weights):
        return "frozen"
    if not made.requires_grad or None in torch.autograd.grad(made.sum(), weights, allow_unused=True):
        return "cut"
    with torch.no_grad():
        network.train()(z)  # once as in training, where spectral normalisation finds its scale
        network.eval()
        said = in_words_company(network, z) or in_words_range(network, z) or in_words_latents(network, z)
        return said or in_words_bends(network, z) or RIGHT


def in_words_shape(made: Any, count: int) -> str:
    if not isinstance(made, Tensor):
        return f"a {type(made).__name__}"
    known = {(count, 784): "flat", (count, 28, 28): "no channel", SHAPE: "one for all", (1, *SHAPE): "one for all"}
    return known.get(tuple(made.shape), f"numbers of shape {tuple(made.shape)}, not {(count, *SHAPE)}")


def in_words_range(network: nn.Module, z: Tensor) -> str:
    near = network(z)
    if (near == near[0, 0, 0, 0]).all():
        return "idle"
    louder = copy.deepcopy(network)  # after a call without gradients, since what a network keeps of one is copied, too
    for weight in louder.parameters():
        weight.mul_(LOUD)
    far = torch.cat([player(FAR * torch.cat([z, -z])) for player in (network, louder)])
    if far.abs().max() > 1:
        return "wide"
    if far.min() >= 0:
        return "share"
    return "narrow" if far.min() > -NEARLY_1 or far.max() < NEARLY_1 else ""


def in_words_company(network: nn.Module, z: Tensor) -> str:
    made = network(z)
    if (network(z) - made).abs().max() > SLIGHT:
        return "chance"
    apart = torch.cat([network(z[:3]), network(z[3:])])
    return "company" if (apart - made).abs().max() > 1e-4 * max(1.0, float(made.abs().max())) else ""


def in_words_latents(network: nn.Module, z: Tensor) -> str:
    made = network(z)
    if (made - made[:1]).abs().max() < SLIGHT:
        return "deaf"
    moved = torch.stack([(network(z + 3 * step) - made).abs().amax() for step in torch.eye(z.shape[1])])
    if moved.min() < SLIGHT:
        return "half deaf"
    return "stuck" if (made.std(0) < SLIGHT).any() else ""


def in_words_bends(network: nn.Module, z: Tensor) -> str:
    """Whether the numbers that the last step squashes are an affine function of the latent."""

    def before(latents: Tensor) -> Tensor:
        return torch.atanh(network(latents).double().clamp(-0.999, 0.999))

    middle = before(torch.zeros_like(z))
    one, two = before(z) - middle, before(-z) - middle
    return "linear" if (one + two).abs().max() < BENT * one.abs().max() else ""


def sequential(*layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(*layers, nn.Unflatten(1, SHAPE))


def two_layers(latent_dim: int, bend: nn.Module, end: nn.Module) -> nn.Sequential:
    return sequential(nn.Linear(latent_dim, 128), bend, nn.Linear(128, 784), end)


class InAList(nn.Module):
    """Layers that nobody has told the module of."""

    def __init__(self, latent_dim: int) -> None:
        super().__init__()
        self.layers = [nn.Linear(latent_dim, 128), nn.LeakyReLU(0.2), nn.Linear(128, 784), nn.Tanh()]

    def forward(self, z: Tensor) -> Tensor:
        for layer in self.layers:
            z = layer(z)
        return z.view(-1, *SHAPE)


GENERATOR = Exercise(
    number="7.4",
    title="A generator of your own",
    name="build_generator",
    probes=tuple(Generator(latent_dim) for latent_dim in DIMENSIONS),
    mistakes=(
        Mistake(
            lambda latent_dim: nn.Sequential(
                nn.Linear(latent_dim, 128), nn.LeakyReLU(0.2), nn.Linear(128, 784), nn.Tanh()
            ),
            "Your network gives 784 numbers in a row, and the discriminator is shown pictures `(N, 1, 28, 28)`. "
            "`nn.Unflatten` is a layer that lays a row out, and `forward` can do so, too.",
        ),
        Mistake(
            lambda latent_dim: nn.Sequential(
                nn.Linear(latent_dim, 128), nn.LeakyReLU(0.2), nn.Linear(128, 784), nn.Tanh(), nn.Unflatten(1, (28, 28))
            ),
            "Your pictures have no channel. Grey is one channel, and it stands before the rows: `(N, 1, 28, 28)`.",
        ),
        Mistake(
            lambda latent_dim: two_layers(latent_dim, nn.LeakyReLU(0.2), nn.Identity()),
            "Nothing keeps your pixels between -1 and 1. What does the generator of this chapter end in?",
        ),
        Mistake(
            lambda latent_dim: two_layers(latent_dim, nn.LeakyReLU(0.2), nn.Sigmoid()),
            "Your pixels end between 0 and 1, as a sigmoid and a ReLU do, and real ones go down to -1. That is the "
            "range bug again, from the other side.",
        ),
        Mistake(
            lambda latent_dim: two_layers(latent_dim, nn.Identity(), nn.Tanh()),
            "Up to its last step your generator is linear: there is one linear layer alone, or nothing that bends "
            "between two. Two matrices, one after the other, are one matrix, and can do no more than it.",
        ),
        Mistake(
            InAList,
            "Your layers are in a plain Python list, where an optimiser does not find their weights: "
            "`network.parameters()` is empty. `nn.Sequential` and `nn.ModuleList` are lists that tell.",
        ),
    ),
    hints=(
        "Three parts: linear layers with something that bends between them, a last step that keeps pixels in range, "
        "and a step that lays 784 numbers out as a picture.",
        "`nn.Sequential` takes all of it in a row. The first linear layer has `latent_dim` inputs, the last one 784 "
        "outputs; in between the widths are yours.",
        "Which step keeps numbers between -1 and 1? Section 3 names it. And `nn.Unflatten(1, …)` gives the numbers "
        "of an example another shape.",
    ),
    praise="It will be trained beside ours, once exercise 7.5 has asked for its opponent.",
)

# 7.5: a discriminator of one's own, judged in the same way

PICTURES = 64  # enough for every pixel to count in one of them at least, wherever units are off

WORDS_OF_D = {
    "misfit": "has layers that do not fit: the first one takes the 784 pixels of a picture in a row, and each other "
    "one as many numbers as the one before it gives",
    "column": "gives a column `(N, 1)`, and `(N,)` is asked for",
    "one for all": "gives a single number for all pictures",
    "no axis": "gives a mere number for a batch of one picture, and `(1,)` is asked for: `squeeze` takes away every "
    "dimension of size 1 unless it is told which",
    "probability": "gives numbers from 0 to 1, which are no logits",
    "bounded": "gives numbers between -1 and 1, however sure it is",
    "idle": "gives one and the same logit to every picture, as where all weights of a layer are zero",
    "never negative": "can call nothing generated, whatever its weights are: its logits are never negative",
    "never positive": "can call nothing real, whatever its weights are: its logits are never positive, as the "
    "logarithm of a probability is",
    "linear": "is linear: one linear layer alone is, and so are several with nothing in between",
    "walled": "lets no gradient back to the picture, and that gradient is all that a generator ever learns from",
    "half deaf": "does not look at every pixel",
    "company": "makes a verdict depend on the other pictures of its batch, in eval mode too",
    "chance": "gives another logit each time for the same picture, in eval mode too",
    **{fault: WORDS[fault] for fault in ("unlearned", "frozen", "cut", "shared")},
}


@dataclass(frozen=True)
class Discriminator:
    """The answer builds a network for digits; `RIGHT` comes back, or what is wrong with it."""

    seed: int = 0
    right: Any = RIGHT

    def ask(self, answer: Any) -> Any:
        require_function(answer)
        network, other = answer(), answer()
        if network is None or network is Ellipsis:
            return None
        if not isinstance(network, nn.Module):
            raise WrongKind(
                f"Your function gives {told_kind(network)}. Asked for is a network, an `nn.Module`, ready to judge."
            )
        images = torch.randn(PICTURES, *SHAPE, generator=torch.Generator().manual_seed(self.seed))
        return in_words_judge(network.eval(), images) if network is not other else "shared"

    def complain(self, result: Any) -> str:
        if result not in WORDS_OF_D:
            return f"Your network turns pictures of shape {(PICTURES, *SHAPE)} into {result}."
        return f"Your network {WORDS_OF_D[result]}."


def in_words_judge(network: nn.Module, images: Tensor) -> str:
    """The first thing that is wrong with a discriminator of `images` `(N, 1, 28, 28)`, or `RIGHT`."""
    seen = images.clone().requires_grad_()
    try:
        logits = network(seen)
    except RuntimeError as error:
        if "shapes cannot be multiplied" in str(error):
            return "misfit"
        raise
    if logits is None:
        raise WrongKind("The `forward` of your network gives nothing back: does it end with `return`?")
    if not isinstance(logits, Tensor) or logits.shape != (len(images),):
        return in_words_logits(logits, len(images))
    weights = list(network.parameters())
    if not weights:
        return "unlearned"
    if not all(weight.requires_grad for weight in weights):
        return "frozen"
    if not logits.requires_grad or None in torch.autograd.grad(
        logits.sum(), weights, allow_unused=True, retain_graph=True
    ):
        return "cut"
    with torch.no_grad():
        if network(images[:1]).shape != (1,):
            return "no axis"
        said = in_words_ends(network, images) or in_words_verdicts(network, images)
    return said or in_words_pixels(logits, seen) or RIGHT


def in_words_logits(logits: Any, count: int) -> str:
    if not isinstance(logits, Tensor):
        return f"a {type(logits).__name__}"
    known = {(count, 1): "column", (): "one for all", (1,): "one for all", (1, 1): "one for all"}
    return known.get(tuple(logits.shape), f"numbers of shape {tuple(logits.shape)}, not {(count,)}")


def in_words_ends(network: nn.Module, images: Tensor) -> str:
    """Whether logits go up and down without an end: far pictures, and weights that are loud, or turned round."""
    near = torch.cat([network(images), network(images[:3])])  # which differ where company has a say
    if (near == near[0]).all():
        return "idle"
    far = [network(FAR * images)]
    for times in (LOUD, -LOUD):
        louder = copy.deepcopy(network)
        for weight in louder.parameters():
            weight.mul_(times)
        far.append(louder(FAR * images))
    logits = torch.cat(far)
    if logits.min() >= 0 and logits.max() <= 1:
        return "probability"
    if logits.abs().max() <= 1:
        return "bounded"
    return "never negative" if logits.min() >= 0 else "never positive" if logits.max() <= 0 else ""


def in_words_verdicts(network: nn.Module, images: Tensor) -> str:
    logits, size = network(images), float(network(images).abs().max())
    if (network(images) - logits).abs().max() > SLIGHT * size:
        return "chance"
    if (network(images[:3]) - logits[:3]).abs().max() > 1e-4 * size:
        return "company"
    middle = network(torch.zeros_like(images))
    one, two = logits - middle, network(-images) - middle
    return "linear" if (one + two).abs().max() < BENT * one.abs().max() else ""


def in_words_pixels(logits: Tensor, images: Tensor) -> str:
    """Whether a gradient comes back to every pixel, in one picture at least."""
    (back,) = torch.autograd.grad(logits.sum(), images, allow_unused=True)
    if back is None or not back.any():
        return "walled"
    return "" if back.abs().amax(0).min() > 0 else "half deaf"


def laid_out(*layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), *layers)


def two_layers_down(bend: nn.Module, *end: nn.Module) -> nn.Sequential:
    return laid_out(nn.Linear(784, 128), bend, nn.Linear(128, 1), *end, nn.Flatten(0))


class CutOff(nn.Module):
    """A judge that takes its pictures out of the graph."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = two_layers_down(nn.LeakyReLU(0.2))

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images.detach())


class Squeezing(nn.Module):
    """A judge whose answer about one picture is no list."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = laid_out(nn.Linear(784, 128), nn.LeakyReLU(0.2), nn.Linear(128, 1))

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images).squeeze()


class JudgeInAList(nn.Module):
    """Layers that nobody has told the module of."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = [two_layers_down(nn.LeakyReLU(0.2))]

    def forward(self, images: Tensor) -> Tensor:
        return self.layers[0](images)


DISCRIMINATOR = Exercise(
    number="7.5",
    title="A discriminator of your own",
    name="build_discriminator",
    probes=(Discriminator(),),
    mistakes=(
        Mistake(
            lambda: nn.Sequential(nn.Linear(784, 128), nn.LeakyReLU(0.2), nn.Linear(128, 1), nn.Flatten(0)),
            "Your first layer gets pictures `(N, 1, 28, 28)`, and a linear layer takes rows of numbers. Which step "
            "lays each picture out as a row of 784?",
        ),
        Mistake(
            lambda: laid_out(nn.Linear(784, 128), nn.LeakyReLU(0.2), nn.Linear(128, 1)),
            "Your network gives a column, `(N, 1)`. The losses take one number for each picture in a row, `(N,)`: "
            "where a column meets a row, every logit is compared with every other.",
        ),
        Mistake(
            lambda: two_layers_down(nn.LeakyReLU(0.2), nn.Sigmoid()),
            "Your network gives probabilities. The losses of section 4 take logits, and make of them what they need: "
            "which step at the end is one too many?",
        ),
        Mistake(
            lambda: two_layers_down(nn.LeakyReLU(0.2), nn.Tanh()),
            "A tanh ends at -1 and 1. It belongs to pixels; a logit may be as large as D is sure.",
        ),
        Mistake(
            lambda: two_layers_down(nn.LeakyReLU(0.2), nn.ReLU()),
            "Your logits are never negative, so that D can call nothing generated. What comes after the last linear "
            "layer?",
        ),
        Mistake(
            lambda: two_layers_down(nn.Identity()),
            "Your logit is linear in the pixels: there is one linear layer alone, or nothing that bends between two. "
            "Then each pixel adds its share, whatever the other pixels are, and no stroke is ever seen.",
        ),
        Mistake(
            Squeezing,
            "Right for many pictures. Of a single one your network makes a mere number, and not a list of one: "
            "`squeeze` takes away *every* dimension of size 1. Tell it which.",
        ),
        Mistake(
            CutOff,
            "No gradient comes back to the picture: look for a `detach` or a `no_grad`. In D's move the *game* cuts "
            "the way; in G's move it has to be open, or G learns nothing.",
        ),
        Mistake(
            JudgeInAList,
            "Your layers are in a plain Python list, and `network.parameters()` finds none of them. `nn.Sequential` "
            "and `nn.ModuleList` are lists that tell.",
        ),
    ),
    hints=(
        "Three parts: a step that lays each picture out in a row, linear layers with something that bends between "
        "them, and one number at the end.",
        "`nn.Flatten()` makes a row of 784 numbers of each picture. How many outputs has the last linear layer?",
        "That leaves a column, `(N, 1)`. In a `forward` of your own `squeeze` takes a dimension of size 1 away, if it "
        "is told which; as the last step of an `nn.Sequential`, `nn.Flatten(0)` makes one row of all there is.",
    ),
    praise="The next cell sets it against a generator.",
)

EXERCISES = (COUNTS, RANGE, BETTER, GENERATOR, DISCRIMINATOR)

QUIZ = (
    Question(
        "The generator ends in tanh. What has to be true of the real pictures?",
        key="c",
        options=(
            Option(
                "Their mean is 0 and their standard deviation is 1.",
                "That helps a classifier. Here it leaves pixels outside of [-1, 1], which tanh can never reach.",
            ),
            Option(
                "Their pixels lie between 0 and 1.",
                "Then tanh can draw values that no real picture has, and the discriminator finds them: the range bug.",
            ),
            Option(
                "Their pixels go from -1 to 1.",
                "Whatever real pictures show, the generator can then reach, and neither range gives a player away.",
            ),
            Option(
                "Nothing, since the discriminator adapts to any range.",
                "It does adapt, and that is the trouble: it tells the two apart by their range and never looks at "
                "strokes.",
            ),
        ),
    ),
    Question(
        "In the generator's move, gradients flow back through the discriminator. Whose weights change?",
        key="a",
        options=(
            Option(
                "The generator's, and nobody else's.",
                "The discriminator passes the gradient on and stays as it is: it is frozen, and this optimiser does "
                "not hold its weights.",
            ),
            Option(
                "Both players' weights.",
                "Then the discriminator would be trained to take generated pictures for real, against its own aim.",
            ),
            Option(
                "Only the discriminator's, since it computed the loss.",
                "Computing a loss is not learning from it. The optimiser decides whose weights move, and this one has "
                "the generator's.",
            ),
            Option(
                "Nobody's, since the discriminator is frozen.",
                "Frozen means that its own weights get no gradient. The gradient with respect to its input, the "
                "picture, still goes through.",
            ),
        ),
    ),
    Question(
        "After 2,000 rounds the discriminator's loss is still 1.39, right where it would be if it only guessed. "
        "What do you know about the pictures?",
        key="d",
        options=(
            Option(
                "They are perfect: real and generated cannot be told apart.",
                "That would bring the loss to 1.39. So would something far less pleasant.",
            ),
            Option(
                "They are noise: nothing has been learned.",
                "A discriminator that never learned guesses too, whatever the pictures are. It is one of two "
                "explanations.",
            ),
            Option(
                "The generator is ahead, and its pictures fool a good discriminator.",
                "The loss does not say whether this discriminator is a good one.",
            ),
            Option(
                "Not enough: you have to look at samples, too.",
                "Perfect pictures and a discriminator that learns nothing give the same number. One look tells them "
                "apart.",
            ),
        ),
    ),
    Question(
        "The generator's loss has been rising for 500 rounds, and the pictures have become better. How can that be?",
        key="b",
        options=(
            Option(
                "It cannot be: a rising loss means worse pictures.",
                "That holds where the task stays the same, as for a classifier. Here the opponent changes.",
            ),
            Option(
                "The discriminator has improved faster, and asks for more.",
                "The loss is measured against a stricter judge than before, and better pictures can lose to that one.",
            ),
            Option(
                "The loss has the wrong sign in the code.",
                "Then the generator would run from real pictures, and they would not have become better.",
            ),
            Option(
                "Dropout makes the loss random.",
                "Dropout makes the loss jump from round to round. A rise over 500 rounds is no such jump.",
            ),
        ),
    ),
    Question(
        "Your own GAN draws its subject under a grey, speckled haze. What do you check first?",
        key="b",
        options=(
            Option(
                "Whether the learning rate is too high.",
                "Possible, but it takes another run to find out. There is a check that takes one line.",
            ),
            Option(
                "Whether real and generated pixels have one range.",
                "One line, and it finds the most frequent cause: a background that tanh reaches only at its steepest "
                "point.",
            ),
            Option(
                "Whether the generator has enough layers.",
                "A larger generator wobbles around the same grey. The background is out of place, not out of reach.",
            ),
            Option(
                "Whether the discriminator's loss has gone to zero.",
                "It tells that the discriminator wins, but not by what. Compare the two kinds of data.",
            ),
        ),
    ),
)
