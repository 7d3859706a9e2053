"""What can be found out about a wrong answer that is none of the known mistakes: in which amounts it has the terms of a
formula and which parts it writes in another way, whether sums stand for means, which other arguments it would be right
for, and which it does not heed."""

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, combinations, product
from typing import Any

import torch
from torch import Tensor, nn

from gancore.lessons.comparing import ABSOLUTE, RELATIVE, alike, bare, fits, is_silent, is_telling, same, shape, tidy
from gancore.lessons.probes import Call, Drawn, Probe, told_place

STRETCHES = (5, 6)  # seeds of two ways to stretch an argument
TURNS = {7: 1.0, 8: 0.5}  # of two ways to give numbers other signs, too, and the share that gets them
COMMON = {-1: "has the wrong sign", 0: "is missing", 0.5: "counts half", 2: "counts twice"}
MOST_WRONG = 2  # parts of a formula that are told at once
EQUAL = 2e-3  # two amounts that differ by less are the same


@dataclass(frozen=True)
class Case:
    """A call, what an answer gave back, and what is right; both of one kind and shape."""

    arguments: tuple
    result: Any
    right: Any

    @property
    def wrong(self) -> bool:
        return not fits(self.result, self.right)


def cases_of(probes: Sequence[Probe], results: Sequence[Any]) -> list[Case]:
    """Every call, if all of their results compare with what is right; else none."""
    calls = [(call_of(probe), bare(result)) for probe, result in zip(probes, results, strict=True) if is_call(probe)]
    cases = [Case(call.arguments, result, tidy(call.right)) for call, result in calls]
    comparable = all(
        type(case.result) is type(case.right) and shape(case.result) == shape(case.right) for case in cases
    )
    return cases if comparable else []


def is_call(probe: Probe) -> bool:
    return isinstance(probe, (Call, Drawn))


def call_of(probe: Call | Drawn) -> Call:
    return probe.call if isinstance(probe, Drawn) else probe


# Terms of a formula


Terms = dict[str, Callable[..., Tensor]]


def told_terms(cases: Sequence[Case], terms: Terms, strangers: Terms | None = None) -> str:
    """In which amounts a wrong result has the terms whose plain sum is right, and which one of `strangers` has come in;
    empty where it is made of others.

    The names of all of these are singular, with an article.
    """
    found = (told_amounts(cases, terms, one) for one in ({}, *({key: term} for key, term in (strangers or {}).items())))
    return next(filter(None, found), "")


def told_amounts(cases: Sequence[Case], terms: Terms, stranger: Terms) -> str:
    told = [case for case in cases if isinstance(case.result, Tensor) and bool(case.result.isfinite().all())]
    if not told:
        return ""
    names = {**terms, **stranger}
    columns = [torch.cat([term(*case.arguments).double().flatten() for case in told]) for term in names.values()]
    made, numbers = torch.stack(columns, dim=1), torch.cat([case.result.flatten() for case in told])
    if len(numbers) < len(names) + 2:
        return ""
    amounts = torch.linalg.lstsq(made, numbers[:, None], driver="gelsd").solution[:, 0]
    if not alike(made @ amounts, numbers):
        return ""
    named = dict(zip(names, map(float, amounts), strict=True))
    off = [f"{name} {in_amount(named[name])}" for name in terms if abs(named[name] - 1) > EQUAL]
    said = [f"Of the terms of the formula, {' and '.join(off)}."] if off else []
    return " ".join([*said, *(f"What the formula does not have is {name}." for name in stranger)])


def in_amount(amount: float) -> str:
    known = next((words for number, words in COMMON.items() if abs(amount - number) < EQUAL), None)
    return known or f"counts {amount:.3g} times"


# Parts of a formula


def told_mixture(cases: Sequence[Case], parts: Sequence[dict[str, Any]], made: Callable[..., Any]) -> str:
    """Which one or two parts of a formula are written in another way, in words; empty where no such mixture gives the
    results.

    Each of `parts` has the ways to write one part by what is said of them; the right one is called "". `made` gets one
    way of each, and the arguments of a call.
    """
    for mixture in mixtures(parts):
        ways = [way for _, way in mixture]
        if all(alike(case.result, tidy(made(*ways, *case.arguments))) for case in cases):
            return " and ".join(said for said, _ in mixture if said)
    return ""


def mixtures(parts: Sequence[dict[str, Any]]) -> list[tuple]:
    """One way to write each part, with its words: all right ones first, then with one wrong part, then with two."""
    every = [(sum(said != "" for said, _ in each), each) for each in product(*(part.items() for part in parts))]
    return [each for count in range(MOST_WRONG + 1) for wrong, each in every if wrong == count]


# Sums for means

SUMMED = {  # by which power of a size numbers are off, and what that means
    1: "as many times too large as {0} has {1}: is there a sum where a mean is asked for?",
    -1: "as many times too small as {0} has {1}: is there a mean where a sum is asked for?",
    0.5: "too large by the root of how many {1} {0} has.",
    -0.5: "too small by the root of how many {1} {0} has.",
}


def told_size(answer: Callable, cases: Sequence[Case]) -> str:
    """That all numbers are off by a factor that grows with the size of an argument, from call to call."""
    factors = [factor_in(case) for case in cases if case.wrong]
    if len(factors) < 2 or None in factors or len({f"{factor:.3g}" for factor in factors}) < 2:
        return ""
    for place in range(len(cases[0].arguments)):
        for name, size in SIZES.items():
            sizes = [size(case.arguments[place]) for case in cases if case.wrong]
            if len(set(sizes)) < 2:
                continue
            power = next((each for each in SUMMED if grows(factors, sizes, each)), None)
            if power is not None:
                return f"What is wrong is {SUMMED[power].format(told_place(answer, place), name)}"
    return ""


def factor_in(case: Case) -> float | None:
    """By which factor all wrong numbers of a call are off, if by one."""
    if not isinstance(case.right, Tensor) or not bool(case.result.isfinite().all()):
        return None
    wrong = ~torch.isclose(case.result, case.right, RELATIVE, ABSOLUTE)
    right, result = case.right[wrong], case.result[wrong]
    if not bool(right.any()):
        return None
    factor = float((result @ right) / (right @ right))
    return factor if alike(result, factor * right) else None


def grows(factors: Sequence[float], sizes: Sequence[float | None], power: float) -> bool:
    pairs = zip(factors, sizes, strict=True)
    return all(size is not None and math.isclose(factor, size**power, rel_tol=EQUAL) for factor, size in pairs)


def numbers_in(argument: Any) -> float | None:
    return argument.numel() if isinstance(argument, Tensor) else None


def entries_in(argument: Any) -> float | None:
    sized = isinstance(argument, (list, tuple)) or (isinstance(argument, Tensor) and argument.ndim)
    return len(argument) if sized else None


def numbers_in_an_entry(argument: Any) -> float | None:
    return argument[0].numel() if isinstance(argument, Tensor) and argument.ndim and len(argument) else None


def columns_in(argument: Any) -> float | None:
    return argument.shape[-1] if isinstance(argument, Tensor) and argument.ndim else None


SIZES: dict[str, Callable[[Any], float | None]] = {
    "entries": entries_in,
    "numbers": numbers_in,
    "numbers in each entry": numbers_in_an_entry,
    "numbers in each row": columns_in,
}

# Right for other arguments

Change = Callable[[Any], Any]  # of an argument, or None where there is nothing to change


def told_others(answer: Callable, probes: Sequence[Probe], ask: Callable[[Call, Any], Any]) -> str:
    """That every drawn call gives what is right for other arguments: two exchanged, or one with other signs."""
    drawn = [probe for probe in probes if isinstance(probe, Drawn)]
    if not drawn or not all(isinstance(each, PLAIN) for probe in drawn for each in probe.call.arguments):
        return ""  # what trains or plays takes too long to be asked so often
    given = [ask(probe.call, answer) for probe in drawn]
    if all(fits(found, tidy(probe.right)) for found, probe in zip(given, drawn, strict=True)):
        return ""
    telling = any(map(is_telling, given)) or sum(map(size_of, given)) >= FEWEST
    if any(map(is_silent, given)) or not telling:
        return ""
    places = range(len(drawn[0].call.arguments))
    exchanges = [(EXCHANGED, pair) for pair in combinations(places, 2)]
    for words, where in [*exchanges, *((words, (place,)) for place in places for words in CHANGES)]:
        pairs = zip(drawn, given, strict=True)
        if all(same(right_otherwise(probe, words, where), found) for probe, found in pairs):
            return f"Your result would be right {words.format(*(told_place(answer, place) for place in where))}."
    return ""


@lru_cache(maxsize=2000)  # whatever the answer, so that the next wrong one is told at once
def right_otherwise(probe: Drawn, words: str, places: tuple[int, ...]) -> Any:
    """What is right for arguments that differ from the drawn ones as `words` say, tidy; None where there are none
    such, or a reference cannot take them."""
    others = list(copy.deepcopy(probe.call.arguments))
    if words == EXCHANGED:
        one, two = places
        others[one], others[two] = others[two], others[one]
        possible = type(others[one]) is type(others[two])
    else:
        (place,) = places
        others[place] = CHANGES[words](others[place])
        possible = others[place] is not None
    try:
        return tidy(probe.reference(*others)) if possible else None
    except Exception:  # arguments that no statement allows fail in as many ways as there are references
        return None


def on_numbers(change: Callable[[Tensor], Tensor]) -> Change:
    """`change` of a number with a fraction, or of a tensor of such."""

    def changed(argument: Any) -> Any:
        if isinstance(argument, float):
            return float(change(torch.tensor(argument, dtype=torch.float64)))
        return change(argument) if isinstance(argument, Tensor) and argument.is_floating_point() else None

    return changed


EXCHANGED = "with {} and {} exchanged"
CHANGES: dict[str, Change] = {
    "if the numbers of {} had the opposite sign": on_numbers(torch.neg),
    "if the signs of {} were lost": on_numbers(torch.abs),
    "for the square of {}": on_numbers(torch.square),
    "for the square root of {}": on_numbers(torch.sqrt),
    "for one over {}": on_numbers(torch.reciprocal),
    "for the exponential of {}": on_numbers(torch.exp),
    "for the logarithm of {}": on_numbers(torch.log),
    "for the sigmoid of {}": on_numbers(torch.sigmoid),
    "for twice {}": on_numbers(lambda numbers: 2 * numbers),
    "for half of {}": on_numbers(lambda numbers: numbers / 2),
    "for 1 minus {}": on_numbers(lambda numbers: 1 - numbers),
    "with rows and columns of {} exchanged": lambda each: (
        each.mT if isinstance(each, Tensor) and each.ndim > 1 else None
    ),
    "with {} in reverse order": lambda each: each.flip(0) if isinstance(each, Tensor) and each.ndim else None,
    "without the first of {}": lambda each: each[1:] if isinstance(each, Tensor) and each.ndim else None,
    "without the last of {}": lambda each: each[:-1] if isinstance(each, Tensor) and each.ndim else None,
    "with one more for {}": lambda each: each + 1 if type(each) is int else None,
    "with one less for {}": lambda each: each - 1 if type(each) is int else None,
}
PLAIN = (Tensor, bool, int, float, str, tuple, list, range)
FEWEST = 12  # numbers without fractions that hardly agree by chance


def size_of(result: Any) -> int:
    return result.numel() if isinstance(result, Tensor) else 0


# Arguments without a say


def told_ignored(answer: Callable, probes: Sequence[Probe], ask: Callable[[Call, Any], Any]) -> str:
    """That an argument, or all of it but one part, changes nothing in any drawn call, though it should.

    `ask` puts a call to an answer and gives back what is tidy.
    """
    drawn = [probe for probe in probes if isinstance(probe, Drawn)]
    if not drawn:
        return ""
    plain = cache(lambda probe: ask(probe.call, answer))
    for place in range(len(drawn[0].call.arguments)):
        for part, words in PARTS.items():
            if is_ignored(answer, drawn, place, part, ask, plain):
                said = words.format(told_place(answer, place))
                return said[0].upper() + said[1:]
    return ""


def is_ignored(
    answer: Callable, drawn: Sequence[Drawn], place: int, part: Callable, ask: Callable, plain: Callable
) -> bool:
    """Whether the answer gives the same, whatever is in that part of the argument at `place`, and what is right does
    not; with other labels, too, for which other parts may have a say. `plain` is what the answer gives to a probe."""
    relabelled = filter(None, (with_other_labels(probe.call, place) for probe in drawn))
    calls = chain(((probe.call, plain(probe)) for probe in drawn), ((call, ask(call, answer)) for call in relabelled))
    for call, before in calls:
        others = (stretched(call, place, part, seed) for seed in (*STRETCHES, *TURNS))
        if not is_known(before) or any(other is None or not same(ask(other, answer), before) for other in others):
            return False
    return any(matters(probe, place, part, ask) for probe in drawn)


def is_known(result: Any) -> bool:
    """Whether two results like this one that compare as equal are equal: of all that Python knows beside numbers and
    texts, only the kind is compared."""
    if isinstance(result, tuple):
        return all(map(is_known, result))
    return isinstance(result, (Tensor, str)) and not is_silent(result)


def matters(probe: Drawn, place: int, part: Callable, ask: Callable) -> bool:
    """Whether what is right changes with that part of the argument at `place`."""
    others = (stretched(probe.call, place, part, seed) for seed in STRETCHES)  # signs may be what no statement allows
    return any(other and not same(ask(other, probe.reference), tidy(probe.right)) for other in others)


def with_other_labels(call: Call, place: int) -> Call | None:
    """The same call with all labels shuffled but those at `place`; None where there are no others."""
    others = [at for at, argument in enumerate(call.arguments) if at != place and is_labels(argument)]
    changed: Call | None = call if others else None
    for at in others:
        changed = changed and stretched(changed, at, everything, STRETCHES[0])
    return changed


def is_labels(argument: Any) -> bool:
    return isinstance(argument, Tensor) and argument.dtype == torch.int64 and argument.ndim == 1 and len(argument) > 0


def stretched(call: Call, place: int, part: Callable[[Tensor], Tensor], seed: int) -> Call | None:
    """The same call with the numbers in a part of the argument at `place` stretched, each by another factor, as are
    the weights of a network, and some turned round by a seed of `TURNS`. Whole numbers in a list, which are labels
    mostly, are shuffled, or drawn anew."""
    argument, sign = call.arguments[place], -1 if seed in TURNS else 1
    rng = torch.Generator().manual_seed(seed)
    if isinstance(argument, float):
        changed: Any = sign * argument * (1 + 0.1 * seed)
    elif isinstance(argument, list) and all(isinstance(each, float) for each in argument) and part is everything:
        changed = [sign * each * 4**seed for each in argument]
    elif isinstance(argument, nn.Module) and part is everything:
        changed = with_other_weights(argument, seed)
    elif is_labels(argument) and part is everything and seed in TURNS:
        changed = torch.randint(int(argument.min()), int(argument.max()) + 1, argument.shape, generator=rng)
    elif is_labels(argument) and part is everything:
        changed = argument[torch.randperm(len(argument), generator=rng)]
    elif isinstance(argument, Tensor) and argument.is_floating_point() and argument.numel():
        factor = factors(argument.shape, seed, rng)
        where = part(argument)
        if not bool(where.any()):
            return None
        other = argument * factor.to(argument)
        if bool(((argument == 0) | (argument == 1)).all()):  # a mask, which may be asked only whether it is 0
            other = torch.where(torch.rand(argument.shape, generator=rng) < 0.5, 1 - argument, argument)
        changed = torch.where(where, other, argument)
    else:
        return None
    arguments = list(call.arguments)
    arguments[place] = changed
    return Call(call.asked, tuple(arguments), call.right)


def with_other_weights(network: nn.Module, seed: int) -> nn.Module:
    """A copy with every weight stretched by a factor of its own, and turned round where `seed` is one of `TURNS`."""
    changed, rng = copy.deepcopy(network), torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in changed.parameters():
            weight.mul_(factors(weight.shape, seed, rng))
    return changed


def factors(shape: torch.Size, seed: int, rng: torch.Generator) -> Tensor:
    """From 0.5 to 2, and negative in the share that `TURNS` says."""
    sizes = 0.5 + 1.5 * torch.rand(shape, generator=rng)
    return torch.where(torch.rand(shape, generator=rng) < TURNS.get(seed, 0), -sizes, sizes)


def everything(argument: Tensor) -> Tensor:
    return torch.ones_like(argument, dtype=torch.bool)


def all_rows_but(place: int) -> Callable[[Tensor], Tensor]:
    def part(argument: Tensor) -> Tensor:
        where = everything(argument) if argument.ndim and len(argument) > 1 else torch.zeros_like(argument).bool()
        if where.ndim and len(where) > 1:
            where[place] = False
        return where

    return part


def all_columns_but(place: int) -> Callable[[Tensor], Tensor]:
    def part(argument: Tensor) -> Tensor:
        if argument.ndim < 2 or argument[0].numel() < 2:
            return torch.zeros_like(argument).bool()
        where = torch.ones_like(argument.flatten(1), dtype=torch.bool)
        where[:, place] = False
        return where.view_as(argument)

    return part


PARTS: dict[Callable[[Tensor], Tensor], str] = {
    everything: "{} has no say in your result.",
    all_rows_but(0): "Of {} only the first entry has a say in your result.",
    all_rows_but(-1): "Of {} only the last entry has a say in your result.",
    all_columns_but(0): "Of each row of {} only the first number has a say in your result.",
    all_columns_but(-1): "Of each row of {} only the last number has a say in your result.",
}
