"""What an exercise is. An answer is judged by what it does, never by how it is written: `judging.judge` says how.

How a bank writes one. The questions are *probes*; an answer is right when everything it gives back is right. First a
few by hand, small enough to be told in a sentence and to see through, and every edge case that the statement allows;
then drawn ones of several sizes, so that no answer that looks at a part of its input gets through:

    def draw(rng: torch.Generator) -> tuple:
        n, width = whole(rng, 3, 9), whole(rng, 2, 5)
        return torch.randn(n, width, generator=rng), torch.randn(width, generator=rng)

    probes=(
        Call("`distances` of (3, 4) and the origin", (torch.tensor([[3.0, 4.0]]), torch.zeros(2)), [5.0]),
        *drawn("distances", draw, reference),
        Slopes(draw, reference, at=(0,)),   # only where the statement says that gradients have to pass
    )

`reference` is the bank's own: course/solutions may be withheld. Draw only what the statement allows, and nothing whose
right answer hangs on rounding, such as a tie. `redraw` makes the same exercise with other numbers; a probe class of a
bank's own that depends on chance has a field `seed` for that.

A value (`Value`) is compared as it is, a list of numbers entry by entry. Each known mistake is an answer, too. It is
told to whoever gives back what it gives back: on every probe that went wrong, up to rounding, and on most of those
where the mistake shows; in a list, wherever the mistake shows, or in all entries that are wrong where no other mistake
explains them as well. Write its message so that it holds for all of these.
Where no mistake fits, the reader hears of the first wrong result, and more where more can be found out: what `diagnose`
of the exercise says and a pattern in all that is wrong (a sign, a factor, a size, an order); or a known mistake with a
sign or a factor on top of it; or other arguments that it would be right for, or an argument without a say.
A mistake that such a sentence tells already needs no entry, unless its cause is worth a word. `diagnose` is for faults
that have a mark and no single form, such as a probability above 1; `diagnosing.told_terms` names wrong terms of a sum,
and `diagnosing.told_mixture` parts of a formula that are written in another way, several at once too.

Arguments are copies, and an answer that writes into one, or lets it ask for gradients, is refused with a message of its
own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from gancore.lessons.diagnosing import Case
from gancore.lessons.probes import Probe

SEEDS_APART = 1000  # between the probes of an exercise and those of the same one redrawn


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give, and what helps them: the cause, not the answer. `message` is Markdown."""

    wrong: Any
    message: str


@dataclass(frozen=True, eq=False)
class Exercise:
    """A task of a chapter.

    `number` is "chapter.place"; `name` is what the reader's code calls the answer; `hints` come one at a time;
    `praise` is said of a right answer. Texts are Markdown. `diagnose` gets all calls of a wrong answer, where all of
    their results are of the right kind and shape, and says what they show, or "".
    """

    number: str
    title: str
    name: str
    probes: tuple[Probe, ...]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...]
    praise: str
    diagnose: Callable[[list[Case]], str] | None = None


def redraw(exercise: Exercise, seed: int) -> Exercise:
    """The same exercise with other numbers: every probe that is drawn is drawn anew from `seed`; 0 leaves all."""
    probes = [
        replace(probe, seed=probe.seed + SEEDS_APART * seed) if hasattr(probe, "seed") else probe
        for probe in exercise.probes
    ]
    return replace(exercise, probes=tuple(probes))
