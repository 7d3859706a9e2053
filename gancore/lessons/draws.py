"""What can be said of draws: in which shares they come, how far they spread, whether chance is at work at all.

No two right answers draw alike, so what is compared are words. Whatever lies within five standard errors is right.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

SLACK = 5  # standard errors
FAINT = 1e-3  # of a deviation: a spread of no more is none at all
RIGHT, ONE, EQUAL, INVERSE = "right", "one", "equal", "inverse"
WITHIN_ONE = math.erf(math.sqrt(0.5))  # the share of a Gaussian within one standard deviation
WITHIN_ONE_UNIFORM = math.sqrt(1 / 3)  # and of a uniform distribution
POWERS = {RIGHT: 1, "squared": 2, "rooted": 0.5, "unscaled": 0}  # of the deviation that the noise is scaled by

SPREADS = {
    "none": "all of your draws are the same number",
    "squared": "the spread of your draws is the deviation squared",
    "rooted": "the spread of your draws is the root of the deviation",
    "unscaled": "the spread is 1, whatever the deviation",
    "alike": "the spread of your draws is the same everywhere, whatever the deviation",
    "narrow": "your draws lie too close together",
    "wide": "your draws lie too far apart",
    "uneven": "the spread of your draws does not follow the deviations",
}
FORMS = {
    "uniform": "your draws are spread evenly, and those of a Gaussian crowd about the mean",
    "another": "your draws are not spread as those of a Gaussian are",
}


def in_words_shares(found: Tensor, right: Tensor, count: int) -> str:
    """Shares `(K,)` among `count` draws: right, or one of the ways to get them wrong, or which place comes too often
    and which too seldom, as in "0 for 2"."""
    error = SLACK * (right * (1 - right) / count).sqrt()

    def near(other: Tensor) -> bool:
        return bool(((found - other).abs() <= error).all())

    if near(right):
        return RIGHT
    if found.max() == 1:
        return ONE
    if near(torch.full_like(right, 1 / len(right))):
        return EQUAL
    if near((1 / right) / (1 / right).sum()):
        return INVERSE
    off = found - right
    return f"{int(off.argmax())} for {int(off.argmin())}"


def in_words_spreads(found: Sequence[float], deviations: Sequence[float], counts: Sequence[int]) -> str:
    """Measured standard deviations of so many draws each, against those that are right."""
    triples = list(zip(found, deviations, counts, strict=True))
    for word, power in POWERS.items():
        if all(abs(each / deviation**power - 1) <= SLACK / math.sqrt(2 * count) for each, deviation, count in triples):
            return word
    ratios = [each / deviation for each, deviation, _ in triples]
    if max(ratios) <= FAINT:
        return "none"
    mean = sum(found) / len(found)
    if all(abs(each / mean - 1) <= SLACK / math.sqrt(2 * count) for each, count in zip(found, counts, strict=True)):
        return "alike" if len(found) > 1 else "narrow" if ratios[0] < 1 else "wide"
    if max(ratios) < 1:
        return "narrow"
    return "wide" if min(ratios) > 1 else "uneven"


def in_words_form(numbers: Tensor) -> str:
    """Whether draws `(N, …)`, each column by itself, are spread as those of a Gaussian are."""
    spread = numbers.std(0)
    if not bool((spread > FAINT).all()):
        return RIGHT  # there is none, which is told elsewhere
    share = float(((numbers - numbers.mean(0)).abs() < spread).double().mean())
    error = SLACK * math.sqrt(WITHIN_ONE * (1 - WITHIN_ONE) / len(numbers))
    if abs(share - WITHIN_ONE) <= error:
        return RIGHT
    return "uniform" if abs(share - WITHIN_ONE_UNIFORM) <= error else "another"


def is_left_to_chance(counts: Tensor, share: float, draws: int) -> bool:
    """Whether what is counted in `draws` draws, again and again, varies as much as chance would have it: no less than
    six tenths."""
    return float(counts.double().std()) > 0.6 * math.sqrt(share * (1 - share) * draws)
