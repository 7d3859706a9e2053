"""Exercises and quiz of chapter 18: a radial spectrum, a threshold at a false-alarm rate, a watermark."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from gancore.analysis.spectrum import rings
from gancore.data.fourier import to_frequencies
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, drawn, whole
from gancore.lessons.quizzes import Option, Question

# 18.1: a radial spectrum


def mean_per_ring(power: Tensor, ring: Tensor) -> Tensor:
    return torch.stack([power[ring == place].mean() for place in range(int(ring.max()) + 1)])


def per_ring(power: Tensor, ring: Tensor, measure: Callable[[Tensor], Tensor]) -> Tensor:
    return torch.stack([measure(power[ring == place]) for place in range(int(ring.max()) + 1)])


def spectrum(picture: Tensor, ring: Tensor) -> Tensor:
    return mean_per_ring(to_frequencies(picture).abs().square(), ring)


def draw_picture(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    side = whole(rng, 5, 9)
    return torch.randn(side, side, generator=rng) + 0.5, rings(side)


def draw_oblong(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """A picture that is not square."""
    rows, columns = torch.arange(-2, 3)[:, None], torch.arange(-4, 4)
    return torch.randn(5, 8, generator=rng) + 0.5, torch.hypot(rows.float(), columns.float()).round().long()


def a_board() -> tuple[Tensor, Tensor]:
    """The finest checkerboard there is on 4 × 4 pixels: all of its power, 16, is in the corner, ring 3."""
    return (torch.arange(4)[:, None] + torch.arange(4)) % 2 * 2.0 - 1, rings(4)


def sums(picture: Tensor, ring: Tensor) -> Tensor:
    return spectrum(picture, ring) * torch.bincount(ring.flatten())


SPECTRUM = Exercise(
    number="18.1",
    title="A radial spectrum",
    name="spectrum",
    probes=(
        Call("`spectrum` of a checkerboard of single pixels, 4×4,", a_board(), spectrum(*a_board())),
        *drawn("spectrum", draw_picture, spectrum, times=4),
        *drawn("spectrum", draw_oblong, spectrum, times=1),
    ),
    mistakes=(
        Mistake(
            sums,
            "You added up the power in each ring. An outer ring holds more places, so that it would always look "
            "stronger: the mean is asked for.",
        ),
        Mistake(
            lambda picture, ring: mean_per_ring(to_frequencies(picture).abs(), ring),
            "This is the mean *amplitude*. Power is its square.",
        ),
        Mistake(
            lambda picture, ring: spectrum(picture, ring).sqrt(),
            "You took a root at the end, so these are amplitudes. Power is asked for.",
        ),
        Mistake(
            lambda picture, ring: mean_per_ring(to_frequencies(picture).abs(), ring).square(),
            "The square of a mean is not the mean of the squares: square first.",
        ),
        Mistake(
            lambda picture, ring: mean_per_ring(to_frequencies(picture).real.square(), ring),
            "You squared the real part alone. A frequency is a complex number, and half of its strength may lie in the "
            "imaginary part: `.abs()` has both.",
        ),
        Mistake(
            lambda picture, ring: mean_per_ring(picture.square(), ring),
            "These are rings of *pixels*. The picture has to be turned into frequencies first.",
        ),
        Mistake(
            lambda picture, ring: (spectrum(picture, ring) + 1e-12).log(),
            "The logarithm comes later, for the figure. Here the power itself is asked for.",
        ),
        Mistake(
            lambda picture, ring: spectrum(picture - picture.mean(), ring),
            "You took the mean of the picture away, and with it ring 0. It is to stay.",
        ),
        Mistake(
            lambda picture, ring: per_ring(to_frequencies(picture).abs().square(), ring, torch.median),
            "You took the middle one of the powers in each ring, the median. Asked for is the mean.",
        ),
        Mistake(
            lambda picture, ring: per_ring(to_frequencies(picture).abs().square(), ring, torch.max),
            "You took the strongest frequency of each ring. Asked for is the mean of all that are in it.",
        ),
        Mistake(
            lambda picture, ring: torch.stack(
                [to_frequencies(picture).abs().square()[ring <= place].mean() for place in range(int(ring.max()) + 1)]
            ),
            "You took all frequencies *up to* the ring. Each ring is to stand for itself.",
        ),
        Mistake(
            lambda picture, ring: sums(picture, ring) / picture.numel(),
            "You divided each ring by the number of *all* frequencies. Divide by how many are in the ring.",
        ),
        Mistake(
            lambda picture, ring: 10 * (spectrum(picture, ring) + 1e-12).log10(),
            "These are decibels. Here the power itself is asked for.",
        ),
        Mistake(
            lambda picture, ring: spectrum(picture, ring)[1:],
            "Ring 0 is missing, which holds the mean brightness of the picture. It comes first.",
        ),
        Mistake(
            lambda picture, ring: spectrum(picture, ring)[:-1],
            "The last ring is missing: `range(n)` ends before n, and rings are counted from 0 up to `ring.max()`.",
        ),
        Mistake(
            lambda picture, ring: mean_per_ring(torch.fft.fft2(picture).abs().square(), ring),
            "`torch.fft.fft2` leaves frequency 0 in the corner, where `ring` has it in the middle, and its powers grow "
            "with the number of pixels. `to_frequencies` sees to both.",
        ),
        Mistake(
            lambda picture, ring: spectrum(picture, ring) * picture.numel(),
            "As many times too large as there are pixels: `fft2` adds up without dividing. `to_frequencies` keeps "
            "the sum of squares.",
        ),
        Mistake(
            lambda picture, ring: mean_per_ring(torch.fft.fft2(picture, norm="ortho").abs().square(), ring),
            "`torch.fft.fft2` leaves frequency 0 in the corner, and `ring` has it in the middle: `to_frequencies` puts "
            "it there.",
        ),
    ),
    hints=(
        "Three steps: frequencies, the power of each, and a mean for each ring. What `to_frequencies` gives back has "
        "the shape of `ring`, place by place.",
        "A complex number's `.abs()` is its amplitude, and the square of that its power. `power[ring == 3]` are those "
        "of ring 3.",
    ),
    praise="A whole picture in some twenty numbers. The next figure is drawn with them.",
)

# 18.2: a threshold at a false-alarm rate


def threshold(real_scores: Tensor, share: float) -> Tensor:
    return real_scores.sort(descending=True).values[int(len(real_scores) * share)]


def draw_scores(rng: torch.Generator) -> tuple[Tensor, float]:
    """Scores, at times with ties, that are skewed as those of detectors are; the share is a whole number of them."""
    count = 20 * whole(rng, 2, 5)
    scores = torch.randn(count, generator=rng).exp() - 2
    if whole(rng, 0, 1):
        scores = (4 * scores).round() / 4
    return scores, (0.05, 0.1, 0.25)[whole(rng, 0, 2)]


def draw_many(rng: torch.Generator) -> tuple[Tensor, float]:
    """So many scores that one in a hundred is more than none."""
    return torch.randn(300, generator=rng).exp() - 2, 0.05


def none_may_touch(real_scores: Tensor, share: float) -> Tensor:
    """The smallest score such that no more than this share lies above it or is equal to it."""
    allowed = int(len(real_scores) * share)
    fitting = [score for score in real_scores.sort().values if int((real_scores >= score).sum()) <= allowed]
    return fitting[0] if fitting else real_scores.max()


def at_least(real_scores: Tensor, share: float) -> Tensor:
    """The largest score such that this share, or more, lies above it."""
    fitting = [score for score in real_scores if int((real_scores > score).sum()) >= len(real_scores) * share - 1e-6]
    return torch.stack(fitting).max()


def rounded_up(real_scores: Tensor, share: float) -> Tensor:
    return real_scores.sort(descending=True).values[round(len(real_scores) * share)]


TEN = torch.tensor([0.1, 0.9, 0.4, 0.2, 0.8, 0.3, 0.7, 0.6, 0.5, 1.0])


def at_place(change: int):
    def wrong(real_scores: Tensor, share: float) -> Tensor:
        return real_scores.sort(descending=True).values[int(len(real_scores) * share) + change]

    return wrong


def if_normal(real_scores: Tensor, share: float) -> Tensor:
    return real_scores.mean() + real_scores.std() * torch.distributions.Normal(0.0, 1.0).icdf(torch.tensor(1 - share))


THRESHOLD = Exercise(
    number="18.2",
    title="A threshold at a false-alarm rate",
    name="threshold",
    probes=(
        Call("`threshold` of ten scores 0.1, 0.2, … 1.0, in any order, and a share of 0.2", (TEN, 0.2), 0.8),
        Call("`threshold` of the same ten scores and a share of 0.29", (TEN, 0.29), 0.8),
        Call("`threshold` of the same ten scores and a share of 0.22", (TEN, 0.22), 0.8),
        Call("`threshold` of the same ten scores and a share of 0.05", (TEN, 0.05), 1.0),
        *drawn("threshold", draw_scores, threshold, times=5),
        *drawn("threshold", draw_many, threshold, times=1),
    ),
    mistakes=(
        Mistake(
            lambda real_scores, share: real_scores.sort().values[int(len(real_scores) * share)],
            "You counted from the lowest score. With that threshold nearly every real picture would be accused.",
        ),
        Mistake(
            lambda real_scores, share: real_scores.max(),
            "Above the highest score there is no false alarm at all, and few fakes. Some are allowed: use them.",
        ),
        Mistake(
            lambda real_scores, share: torch.tensor(0.5),
            "0.5 is where a probability is undecided. How many false alarms that makes, only the real pictures say.",
        ),
        Mistake(
            lambda real_scores, share: torch.tensor(0.0),
            "A logit of 0 is where a detector is undecided. How many false alarms that makes, only the real pictures "
            "say.",
        ),
        Mistake(
            lambda real_scores, share: torch.tensor(share),
            "The share of false alarms is not itself a score. Which score has so many above it?",
        ),
        Mistake(
            at_place(-1),
            "One false alarm fewer than are allowed. The score that you gave back does not lie *above* itself, so the "
            "next lower one will do.",
        ),
        Mistake(at_place(1), "One false alarm more than are allowed."),
        Mistake(
            lambda real_scores, share: (
                real_scores.sort(descending=True).values[: max(1, int(len(real_scores) * share))].mean()
            ),
            "This is the mean of the scores that lie above. Asked for is the score that they lie above.",
        ),
        Mistake(
            at_least,
            "You allow as many as reach the share, rounded up: *at least* the share then lies above it. At most is "
            "asked for.",
        ),
        Mistake(
            none_may_touch,
            "You count the score itself, and all that equal it, among those above it. *Above* means larger, so a "
            "smaller score will do.",
        ),
        Mistake(
            rounded_up,
            "Where the share is no whole number of scores, you rounded it up, to the nearest or always, and one false "
            "alarm too many may come of that. *At most* this share: cut the fraction off.",
        ),
        Mistake(
            lambda real_scores, share: real_scores.sort(descending=True).values[len(real_scores) // 100],
            "Your threshold is always for one false alarm in a hundred. Which share may be above it, the argument "
            "`share` says.",
        ),
        Mistake(
            lambda real_scores, share: real_scores.quantile(1 - share),
            "`quantile` goes between two scores. Asked for is the smallest of the scores themselves that leaves at "
            "most this share above it.",
        ),
        Mistake(
            lambda real_scores, share: real_scores.quantile(share),
            "You counted the share from the lowest score: nearly every real picture would be accused. It is to lie "
            "*above* the threshold.",
        ),
        Mistake(
            if_normal,
            "You supposed that the scores are normal. Those of a detector have long tails, and the tail is all that "
            "counts here: count the scores themselves.",
        ),
    ),
    hints=(
        "How many of the scores may lie above the threshold? That is a share of their number, cut to a whole one.",
        "Sort the scores from the highest down. If two may lie above the threshold, which place has the threshold "
        "itself? Places count from 0.",
    ),
    praise="Whoever says how many fakes are found, now says at how many false alarms.",
)

# 18.3 and 18.4: a watermark, put in and found


def put(pictures: Tensor, pattern: Tensor, strength: float) -> Tensor:
    return (pictures + strength * pattern).clamp(-1, 1)


def draw_pattern(rng: torch.Generator, side: int) -> Tensor:
    return torch.randint(2, (side, side), generator=rng) * 2.0 - 1


def draw_pictures(rng: torch.Generator) -> tuple[Tensor, Tensor, float]:
    """Pictures in colour, some pixels of which are all but black or white, a pattern and a strength."""
    count, side = whole(rng, 2, 4), whole(rng, 4, 7)
    pictures = (torch.randn(count, 3, side, side, generator=rng)).clamp(-1, 1)
    return pictures, draw_pattern(rng, side), whole(rng, 3, 9) / 50


A_SIGN = torch.tensor([[1.0, -1.0], [-1.0, 1.0]])

PUT = Exercise(
    number="18.3",
    title="Put in a watermark",
    name="put",
    probes=(
        Call(
            "`put` with a black picture and strength 0.1",
            (torch.full((1, 3, 2, 2), -1.0), A_SIGN, 0.1),
            put(torch.full((1, 3, 2, 2), -1.0), A_SIGN, 0.1),
        ),
        *drawn("put", draw_pictures, put),
    ),
    mistakes=(
        Mistake(
            lambda pictures, pattern, strength: pictures + strength * pattern,
            "Some pixels leave [-1, 1], and a file cannot hold them.",
        ),
        Mistake(
            lambda pictures, pattern, strength: (pictures + pattern).clamp(-1, 1),
            "The pattern comes in at full strength, and everybody sees it.",
        ),
        Mistake(
            lambda pictures, pattern, strength: (pictures - strength * pattern).clamp(-1, 1),
            "You took the pattern away instead of adding it: whoever looks for it finds its negative.",
        ),
        Mistake(
            lambda pictures, pattern, strength: (pictures * (1 + strength * pattern)).clamp(-1, 1),
            "You multiplied: grey, which is 0 here, would carry no mark at all.",
        ),
        Mistake(
            lambda pictures, pattern, strength: ((1 - strength) * pictures + strength * pattern).clamp(-1, 1),
            "You mixed the two, so that the picture lost some of its contrast. Add the pattern, and leave the picture.",
        ),
        Mistake(
            lambda pictures, pattern, strength: (pictures + strength * pattern).clamp(0, 1),
            "Pictures reach from -1 to 1 here, and you cut them off at 0: half of the picture is gone.",
        ),
        Mistake(
            lambda pictures, pattern, strength: put(
                pictures, pattern * torch.tensor([1.0, 0.0, 0.0])[:, None, None], strength
            ),
            "The mark is in the first channel alone, and the picture is tinted red by it. Lighter and darker means "
            "all three.",
        ),
        Mistake(
            lambda pictures, pattern, strength: put(pictures, pattern.clamp(min=0), strength),
            "Where the pattern is -1 nothing is darker: you took it for one of 1 and 0.",
        ),
        Mistake(
            lambda pictures, pattern, strength: (
                (pictures + strength * pattern) / (pictures + strength * pattern).abs().max()
            ),
            "You divided the whole picture by its largest number, so that every pixel changes its contrast. What lies "
            "outside [-1, 1] is cut off, and all else stays.",
        ),
        Mistake(
            lambda pictures, pattern, strength: strength * pattern.expand_as(pictures),
            "This is the mark alone. Where is the picture?",
        ),
        Mistake(
            lambda pictures, pattern, strength: (pictures + strength * pattern).tanh(),
            "`tanh` keeps the pictures in their range, and changes every pixel of them. Cut off what is outside.",
        ),
    ),
    hints=(
        "Each pixel becomes lighter or darker by `strength`, as the pattern says. `(H, W)` is added to `(N, 3, H, W)` "
        "as it is, to each channel of each picture.",
        "What would be lighter than white or darker than black is cut off: `.clamp(low, high)`.",
    ),
    praise="Nobody sees it. Whoever has the pattern will.",
)


def find(details: Tensor, mark: Tensor) -> Tensor:
    return (details * mark).sum((1, 2)) / (details.square().sum((1, 2)) * mark.square().sum()).sqrt()


def draw_details(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Details of pictures of unequal contrast, in some of which the mark is, and the mark's own detail."""
    count, side = whole(rng, 3, 5), whole(rng, 4, 7)
    mark = draw_pattern(rng, side) + 0.3 * torch.randn(side, side, generator=rng)
    there = torch.randint(2, (count, 1, 1), generator=rng)
    contrast = torch.rand(count, 1, 1, generator=rng) + 0.2
    return contrast * (torch.randn(count, side, side, generator=rng) + there * mark), mark


def to_itself() -> tuple[Tensor, Tensor]:
    return torch.stack([0.3 * A_SIGN, -2 * A_SIGN, torch.ones(2, 2)]), A_SIGN


FIND = Exercise(
    number="18.4",
    title="Find a watermark",
    name="find",
    probes=(
        Call("`find` of the mark itself, of its negative, and of one grey,", to_itself(), find(*to_itself())),
        *drawn("find", draw_details, find),
    ),
    mistakes=(
        Mistake(
            lambda details, mark: (details * mark).sum((1, 2)),
            "This is the inner product, and a picture of twice the contrast gets twice as much. Divide by both of "
            "the lengths.",
        ),
        Mistake(
            lambda details, mark: (details * mark).mean((1, 2)),
            "This is the mean product, and a picture of twice the contrast gets twice as much. Divide by both lengths.",
        ),
        Mistake(
            lambda details, mark: find(details, mark).abs(),
            "Its negative is not the mark. Without the sign there would be twice as many false alarms.",
        ),
        Mistake(
            lambda details, mark: find(details, mark).square(),
            "You squared the correlation, so its sign is lost: the negative of the mark would count as the mark.",
        ),
        Mistake(
            lambda details, mark: (details * mark).sum((1, 2)) / mark.square().sum(),
            "You divided by the mark alone. How strong the detail of each picture is has to be taken out as well.",
        ),
        Mistake(
            lambda details, mark: (details * mark).sum((1, 2)) / details.flatten(1).norm(dim=1),
            "You divided by the length of each picture's details, and not by that of the mark.",
        ),
        Mistake(
            lambda details, mark: find(details, mark).clamp(-1, 1).acos(),
            "This is the angle. Asked for is its cosine.",
        ),
        Mistake(
            lambda details, mark: find(details.mean(0, keepdim=True), mark)[0],
            "You averaged the pictures and gave back one cosine for all. Each picture has its own.",
        ),
        Mistake(
            lambda details, mark: (details * mark).sum((1, 2)) / mark.norm(),
            "You divided by the length of the mark, and not by that of each picture's details: more contrast would "
            "look like more of the mark.",
        ),
        Mistake(
            lambda details, mark: find(details - details.mean((1, 2), keepdim=True), mark - mark.mean()),
            "You took the means away first. What is smooth is out of both already; asked for is the plain cosine, and "
            "of a picture without any contrast a mean taken away leaves 0 / 0.",
        ),
        Mistake(
            lambda details, mark: cosine_similarity(details, mark[None], dim=2).mean(1),
            "You took a cosine for each *row* of pixels, and averaged these. A picture is one long list of numbers: "
            "one cosine for all of it.",
        ),
        Mistake(
            lambda details, mark: (details * mark).sum((1, 2)) / (details.norm() * mark.norm()),
            "You divided by the length of *all* pictures together. Each has a length of its own.",
        ),
        Mistake(
            lambda details, mark: (details * mark).sum((1, 2)) / (details.square().sum((1, 2)) * mark.square().sum()),
            "You divided by the squares of the lengths: a root is missing.",
        ),
        Mistake(
            lambda details, mark: (details - mark).square().mean((1, 2)),
            "This is a distance: large for every picture that is not the mark alone.",
        ),
        Mistake(
            lambda details, mark: (details * mark > 0).float().mean((1, 2)),
            "You counted the pixels whose sign agrees. How strongly each pixel speaks counts as well.",
        ),
    ),
    hints=(
        "The cosine of the angle between two pictures, taken as long lists of numbers: the inner product over both "
        "lengths.",
        "Multiply pixel by pixel and add up over the last two dimensions. The length of a list is the root of the sum "
        "of its squares; each picture has its own.",
    ),
    praise="What nobody sees, you found. How often you would find it by mistake, pictures without it tell.",
)

EXERCISES = (SPECTRUM, THRESHOLD, PUT, FIND)

QUIZ = (
    Question(
        "“Our detector finds 100 % of the fakes.” What do you ask first?",
        key="b",
        options=(
            Option("How many layers has it?", "A rule that calls everything fake finds all fakes as well."),
            Option(
                "How many real pictures does it accuse?",
                "Without the false alarms, the share that is found says nothing.",
            ),
            Option("Is the threshold at 0.5?", "It may be anywhere, if one says how many false alarms it makes."),
            Option("Was it trained for long enough?", "It finds all fakes as it is. The question is at what price."),
        ),
    ),
    Question(
        "All real pictures of a test were JPEG files, all fakes came straight from the generator. The detector is "
        "right about 99 %. What has been shown?",
        key="d",
        options=(
            Option("that the detector works on JPEG files", "Not one fake was a JPEG file."),
            Option("that the generator leaves a trace", "Perhaps, but traces of JPEG would have been enough."),
            Option(
                "that the fakes lack fine detail, as the spectrum of a generator does",
                "Nobody knows: the two kinds differ in something else.",
            ),
            Option(
                "perhaps no more than that it knows JPEG",
                "Whatever is done to one kind has to be done to the other.",
            ),
        ),
    ),
    Question(
        "A detector was trained on the fakes of one generator. Which test says most about the next fake that it meets?",
        key="c",
        options=(
            Option("new fakes of the same generator", "They have the trace that it learnt."),
            Option("the fakes that it learnt from", "These it may know by heart."),
            Option(
                "fakes of a generator of another kind",
                "The next fake comes from somebody whose generator nobody has shown you.",
            ),
            Option(
                "the same fakes, ten times as many",
                "More of the same makes the same number surer.",
            ),
        ),
    ),
    Question(
        "One picture in a thousand on a platform is generated. A detector finds 90 % of the fakes at 1 % false alarms. "
        "Of 100 pictures that it accuses, about how many are fakes?",
        key="a",
        options=(
            Option("8", "In 100,000 pictures there are 90 fakes found, and 999 real ones accused: 90 of 1,089."),
            Option("50", "As if there were as many fakes as real pictures that it accuses."),
            Option("90", "That is the share of fakes that are found, not of the accused that are fakes."),
            Option("99", "That is the share of real pictures that it leaves in peace."),
        ),
    ),
    Question(
        "What can a watermark say that a detector cannot?",
        key="b",
        options=(
            Option("that a picture without it is real", "Whoever does not want to put one in does not."),
            Option(
                "that a picture comes from a generator that put it in",
                "It was put there on purpose, with a key, and its false alarms can be counted beforehand.",
            ),
            Option("that a person agreed to be shown", "Consent is in no pixel."),
            Option("that nobody has changed the picture", "It is made to outlast changes; a signature tells of them."),
        ),
    ),
)
