"""The failure lab: pick a broken game, predict what it does, see it, then repair it and compare."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from ipywidgets import Button, Dropdown, HBox, IntSlider, RadioButtons

from gancore.errors import GancoreError
from gancore.failures import FAILURES, HEALTHY, REMEDIES, SYMPTOMS, Outcome, Run
from gancore.plots.failures import histories
from gancore.widgets.threads import on_main_thread
from gancore.widgets.ticker import Ticker
from gancore.widgets.view import Picture, Status, View

SLICE = 0.04  # seconds of training at a time, after which the kernel hears what else has come in
ROUNDS = 5  # between two looks at the clock
TICKS_A_SECOND = 20
SECONDS_BETWEEN_PICTURES = 1.0  # while a game is played
MANY_MODES = 3  # more than before: better, if not well
BY_CHANCE = 0.65  # memory up to here counts as none
LESS_MEMORY = 0.1  # than before: better, if not well
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
}  # in which the settings of FAILURES differ; what a plain reader calls them


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
        told = [f"{FIELDS[field]} {show(value)} instead of {show(other)}" for field, (value, other) in differences
                if field in FIELDS]  # fmt: skip
        return f"Here: {', '.join(told)}." if told else "Here everything is as in a game that works."

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
    """Whether nothing is left to complain of."""
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


class FailureLab(View):
    """Controls for one FailureGame after another. `await lab.finished()` waits for the game under way."""

    def __init__(self) -> None:
        wide = {"style": {"description_width": "6em"}, "layout": {"width": "34em"}}
        self.setting = Dropdown(options=list(FAILURES), description="Setting", **wide)
        self.seed = IntSlider(value=0, min=0, max=9, description="Seed", layout={"width": "20em"})
        options = [(symptom, symptom) for symptom in SYMPTOMS]
        self.prediction = RadioButtons(
            options=options, value=None, description="I predict", style=wide["style"], layout={"width": "auto"}
        )
        self.reveal = Button(description="Reveal", button_style="primary", layout={"margin": "2px 2px 2px 1em"})
        self.remedy = Dropdown(description="Remedy", **wide)
        self.repair = Button(description="Repair", button_style="primary", disabled=True)
        self.status = Status()
        self.ticker = Ticker(self._tick, TICKS_A_SECOND, self._stopped_by)
        self.drawn_at = 0.0
        rows = [
            HBox([self.setting, self.seed], layout={"flex_flow": "row wrap"}),
            HBox([self.prediction, self.reveal], layout={"flex_flow": "row wrap", "align_items": "flex-end"}),
            HBox([self.remedy, self.repair], layout={"flex_flow": "row wrap"}),
            self.status,
        ]
        picture = Picture()
        super().__init__("The failure lab: predict, reveal, repair", [*rows, picture], picture)
        self._begin()
        for control in (self.setting, self.seed):
            control.observe(on_main_thread(self._begin), names="value")
        self.reveal.on_click(on_main_thread(self._reveal))
        self.repair.on_click(on_main_thread(self._repair))

    async def finished(self) -> None:
        """Returns when no game is being played."""
        while self.ticker.playing:
            await asyncio.sleep(SLICE)

    def _begin(self, event: Any = None) -> None:
        """A new game, not yet played, for what the controls say."""
        self.ticker.stop()
        self.game = FailureGame(self.setting.value, self.seed.value)
        self.prediction.value = None
        self.remedy.options = self.game.remedies
        self.repair.disabled = True
        self._draw([Run(self.game.failure.setting, self.game.seed)])
        self.status.say(f"{self.game.in_words()} Predict what it will do, then press Reveal.")

    def _reveal(self, event: Any) -> None:
        self._start(lambda: self.game.reveal(self.prediction.value))

    def _repair(self, event: Any) -> None:
        self._start(lambda: self.game.repair(self.remedy.value))

    def _start(self, begin: Callable[[], None]) -> None:
        """Begin a game and play it in the background, or say why not."""
        self.ticker.stop()
        try:
            begin()
        except GancoreError as error:
            self.status.say(str(error))
            return
        self.repair.disabled = True
        self.drawn_at = time.perf_counter()
        self.status.say("Playing. The rest of the notebook still answers.")
        self.ticker.start()

    def _tick(self) -> None:
        """A slice of the game under way."""
        started = time.perf_counter()
        while self.game.advance(ROUNDS) and time.perf_counter() - started < SLICE:
            pass
        if not self.game.busy:
            self.ticker.stop()
            self.repair.disabled = False
            self._draw(self.game.runs)
            self.status.say(self.game.in_words())
        elif started - self.drawn_at > SECONDS_BETWEEN_PICTURES:
            self._draw(self.game.runs)

    def _stopped_by(self, error: Exception) -> None:
        self.repair.disabled = not self.game.revealed
        self.status.say(f"The game has stopped: {error}")

    def _draw(self, runs: list[Run]) -> None:
        titles = ["as it is", f"with {self.game.remedy}"]
        drawn = histories(dict(zip(titles, runs, strict=False)), samples=True)
        self.picture.draw(drawn, self._alt(runs))
        self.drawn_at = time.perf_counter()

    def _alt(self, runs: list[Run]) -> str:
        reached = [f"{run.snapshots.taken[-1].coverage.covered} of 8 modes" for run in runs]
        return (
            f"Samples on the ring, losses, accuracy of D, and modes reached: {' and, with the remedy, '.join(reached)}."
        )
