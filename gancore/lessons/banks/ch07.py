"""Exercises and quiz of chapter 07: two perceptrons, the range of pixels, and two runs to choose from."""

from functools import cache
from itertools import pairwise

import torch
from torch import Tensor

from gancore.data import load, to_float
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Value
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
    ),
    hints=(
        "Draw the first layer with three inputs and two outputs. How many arrows are there?",
        "Each arrow is a weight. Each output also adds a number of its own, whatever the inputs are: its bias.",
        "Write one line for each layer: inputs, outputs, arrows between them, biases. Then add arrows and biases.",
    ),
    praise="Nearly all of them are in the last layer, the one that paints the pixels.",
)

# 7.2: the range bug, repaired for pixels of any range

BYTES = torch.tensor([0, 51, 204, 255], dtype=torch.uint8)
SHARES = torch.tensor([0.0, 0.25, 1.0])
SCAN = torch.tensor([[[[-60.0, 0.0], [150.0, 260.0]]]])  # it reaches neither end of its range, -100 to 300


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
ONE_THREE = DIGITS[3, :1].expand(SAMPLES, -1, -1, -1)
THREE_CLASSES = torch.cat([DIGITS[digit, :34] for digit in (0, 1, 7)])[:SAMPLES]
BLANK = torch.full_like(NOISE, -1.0)
SHUFFLED = real(70).flatten(1)[:, torch.randperm(784, generator=torch.Generator().manual_seed(7))].view_as(NOISE)


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
        Call(
            "Where run a draws digits and run b draws noise, `better_run(a, b)`",
            (run(good(0), 900, 1.0, 0.9, 0.80), run(NOISE, 600, 0.4, 1.4, 0.70)),
            "a",
        ),
        Call(
            "Where run a draws one and the same three again and again and run b draws all ten digits, "
            "`better_run(a, b)`",
            (run(ONE_THREE, 500, 1.2, 0.8, 0.60), run(good(10), 800, 0.9, 2.0, 0.55)),
            "b",
        ),
        Call(
            "Where run a draws zeros, ones and sevens only and run b draws all ten digits, `better_run(a, b)`",
            (run(THREE_CLASSES, 900, 0.7, 1.1, 0.60), run(good(20), 700, 1.1, 1.2, 0.70)),
            "b",
        ),
        Call(
            "Where run a draws digits and run b draws the same under heavy speckle, `better_run(a, b)`",
            (run(good(30), 500, 0.45, 1.5, 0.72), run(speckled(good(30), 0.5), 1200, 1.3, 0.9, 0.55)),
            "a",
        ),
        Call(
            "Where run a draws digits and run b draws nothing but black, `better_run(a, b)`",
            (run(good(40), 1500, 0.9, 1.4, 0.78), run(BLANK, 300, 0.1, 5.0, 0.97)),
            "a",
        ),
        Call(
            "Where run a draws digits and run b draws the same amount of ink, scattered, `better_run(a, b)`",
            (run(good(120), 700, 1.2, 0.4, 0.35), run(SHUFFLED, 800, 1.1, 0.7, 0.55)),
            "a",
        ),
        Call(
            "Where run b draws digits, and the pixels of run a have the same means and make no digits, "
            "`better_run(a, b)`",
            (run(taken_apart(real(50)), 600, 1.0, 1.0, 0.6), run(good(50), 600, 1.1, 1.2, 0.65)),
            "b",
        ),
        Call(
            "Where run a draws all digits, some of them more often, and run b draws all of them equally often and "
            "hardly legible, `better_run(a, b)`",
            (run(uneven(60), 800, 0.9, 1.3, 0.7), run(barely_read(), 800, 1.1, 0.9, 0.6)),
            "a",
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
            "You chose the samples with the most contrast. Static on a screen has plenty of it.",
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
        "The number has to fall for pictures that nobody can read, and for a hundred times the same picture. The "
        "classifier `reader` is still there from section 5; is a high score good or bad?",
    ),
    praise="You judged the pictures and left the curves alone. No curve of these twelve runs would have told you.",
)

EXERCISES = (COUNTS, RANGE, BETTER)

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
                "Only the generator's.",
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
                "Too little: you have to look at samples.",
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
                "Whether real and generated pixels have the same smallest and largest values.",
                "One line, and it finds the most frequent cause: a background that tanh reaches only at its steepest "
                "point.",
            ),
            Option(
                "Whether the generator has enough layers.",
                "A larger generator wobbles around the same grey. The background is out of place, not out of reach.",
            ),
            Option(
                "Whether the discriminator's loss goes to zero.",
                "It tells that the discriminator wins, but not by what. Compare the two kinds of data.",
            ),
        ),
    ),
)
