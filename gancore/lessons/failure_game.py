"""The failure lab's game: a broken setting to predict, reveal and repair. Nothing here draws."""

from gancore.errors import GancoreError
from gancore.lessons.failures import FAILURES, HEALTHY, REMEDIES
from gancore.lessons.ring_run import Outcome, Run

MANY_MODES = 3  # more than before make a game better, even where it is not well
BY_CHANCE = 0.65  # memory up to here counts as none
LESS_MEMORY = 0.1  # than before makes a game better, even where it is not well
FIELDS = {
    "slope": "slope of the units below zero",
    "d_lr": "D's rate",
    "g_lr": "G's rate",
    "beta1": "Adam's β₁",
    "loss": "loss",
    "scale": "size of the data",
    "d_steps": "D's moves a round",
    "examples": "training points for each mode",
    "std": "width of a mode",
}  # in which the settings of FAILURES differ, each in words


class FailureGame:
    """One broken setting, named as in FAILURES, with one `seed`: first the game itself, then the game repaired.

    `runs` are those begun so far, at most two, and the last one is played on by `advance`.
    """

    def __init__(self, name: str, seed: int = 0) -> None:
        self.name = name
        self.failure = FAILURES[name]
        self.seed = seed
        self.prediction: str | None = None
        self.remedy: str | None = None
        self.runs: list[Run] = []
        self.outcomes: list[Outcome] = []

    @property
    def remedies(self) -> list[str]:
        """Those that change something here."""
        setting = self.failure.setting
        return [name for name, remedy in REMEDIES.items() if remedy.apply(setting) != setting]

    @property
    def revealed(self) -> bool:
        """Whether the broken game has been played to its end."""
        return bool(self.outcomes)

    @property
    def busy(self) -> bool:
        """Whether a game has begun and is not over."""
        return len(self.outcomes) < len(self.runs)

    def reveal(self, prediction: str | None) -> None:
        """Begin the broken game, and remember what was predicted. Raises GancoreError without a prediction."""
        if prediction is None:
            raise GancoreError("Predict first: choose one of the five.")
        self.prediction, self.remedy = prediction, None
        self.runs, self.outcomes = [Run(self.failure.setting, self.seed)], []

    def repair(self, remedy: str) -> None:
        """Begin the game with `remedy` and the same seed. Raises GancoreError before the broken one has been seen."""
        if not self.revealed:
            raise GancoreError("First reveal what the broken game does.")
        self.remedy = remedy
        repaired = Run(REMEDIES[remedy].apply(self.failure.setting), self.seed)
        self.runs, self.outcomes = [self.runs[0], repaired], self.outcomes[:1]

    def advance(self, rounds: int) -> bool:
        """Play `rounds` of the game under way; returns whether there are more to come."""
        run = self.runs[-1].play(rounds)
        if run.left == 0:
            self.outcomes.append(run.outcome())
        return self.busy

    def cause(self) -> str:
        """How the setting differs from one that works."""
        differences = self.failure.setting.differences(HEALTHY).items()
        said = [f"{FIELDS[field]} {show(value)} instead of {show(other)}" for field, (value, other) in differences
                if field in FIELDS]  # fmt: skip
        return f"Here: {', '.join(said)}." if said else "Here everything is as in a game that works."

    def in_words(self) -> str:
        """What has been seen so far."""
        if not self.revealed:
            return self.cause()
        sign = "✓" if self.prediction == self.failure.symptom else "✗"
        words = (
            f"{sign} You predicted “{self.prediction}”; such a game shows “{self.failure.symptom}”. "
            f"As it is: {count(self.outcomes[0])}."
        )
        if len(self.outcomes) == 1:
            return f"{words} Now choose a remedy."
        return f"{words} With {self.remedy}: {count(self.outcomes[1])}. {compare(*self.outcomes)}"


def show(value: object) -> str:
    """A setting's value as a reader would write it."""
    if value is None:
        return "new ones for ever"
    return f"{value:g}" if isinstance(value, float) else str(value)


def count(outcome: Outcome) -> str:
    """An outcome in words."""
    coverage = outcome.coverage
    return (
        f"{coverage.covered} of {coverage.modes} modes, {coverage.on_modes:.0%} of the samples on one; "
        f"D prefers a training point to a new one in {outcome.memory:.0%} of pairs"
    )


def is_well(outcome: Outcome) -> bool:
    """Whether all modes are reached, and D knows no training point by heart."""
    return outcome.repaired and outcome.memory <= BY_CHANCE


def compare(before: Outcome, after: Outcome) -> str:
    """What a remedy has done."""
    if is_well(after):
        return "Still well." if is_well(before) else "Repaired."
    if is_well(before):
        return "Worse than before."
    more = after.coverage.covered - before.coverage.covered
    if more >= MANY_MODES or (after.repaired and before.memory - after.memory >= LESS_MEMORY):
        return "Better, and not yet well."
    return "That did not help here."
