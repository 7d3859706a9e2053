"""The failure lab: pick a broken game, predict what it does, see it, then repair it and compare."""

import asyncio
import time
from collections.abc import Callable

from ipywidgets import Button, Dropdown, IntSlider, RadioButtons

from gancore.errors import GancoreError
from gancore.lessons.failure_game import FailureGame
from gancore.lessons.failures import FAILURES, SYMPTOMS
from gancore.lessons.ring_run import Run
from gancore.plots.failures import histories
from gancore.widgets.threads import on_main_thread
from gancore.widgets.ticker import Ticker
from gancore.widgets.view import Picture, Status, View, in_a_row

SLICE = 0.04  # seconds of training at a time, after which the kernel hears what else has come in
ROUNDS = 5  # between two looks at the clock
TICKS_A_SECOND = 20
SECONDS_BETWEEN_PICTURES = 1.0  # while a game is played


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
        self.ticker = Ticker(self._tick, TICKS_A_SECOND, self.status, self._offer_repair)
        self.drawn_at = 0.0
        rows = [
            in_a_row(self.setting, self.seed),
            in_a_row(self.prediction, self.reveal, align_items="flex-end"),
            in_a_row(self.remedy, self.repair),
            self.status,
        ]
        picture = Picture()
        super().__init__("The failure lab: predict, reveal, repair", [*rows, picture], picture)
        self._begin()
        for control in (self.setting, self.seed):
            control.observe(on_main_thread(self._begin), names="value")
        self.reveal.on_click(on_main_thread(self._reveal))
        self.repair.on_click(on_main_thread(self._repair))
        self.remedy.observe(on_main_thread(self._offer_repair), names="value")

    def close(self) -> None:
        """Stop the game under way, and let go of every part."""
        self.ticker.stop()
        super().close()

    async def finished(self) -> None:
        """Returns when no game is being played."""
        while self.ticker.playing:
            await asyncio.sleep(SLICE)

    def _begin(self) -> None:
        """A new game, not yet played, for what the controls say."""
        self.ticker.stop()
        self.game = FailureGame(self.setting.value, self.seed.value)
        self.prediction.value = None
        self.remedy.options = self.game.remedies
        self.repair.disabled = True
        self._draw([Run(self.game.failure.setting, self.game.seed)])
        self.status.say(f"{self.game.in_words()} Predict what it will do, then press Reveal.")

    def _reveal(self) -> None:
        self._start(lambda: self.game.reveal(self.prediction.value))

    def _repair(self) -> None:
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
            self._offer_repair()
            self._draw(self.game.runs)
            self.status.say(self.game.in_words())
        elif started - self.drawn_at > SECONDS_BETWEEN_PICTURES:
            self._draw(self.game.runs)

    def _offer_repair(self) -> None:
        """Enable Repair where the broken game has been played to its end, and a remedy is chosen."""
        ready = self.game.revealed and not self.ticker.playing and self.remedy.value is not None
        self.repair.disabled = not ready

    def _draw(self, runs: list[Run]) -> None:
        titles = ["as it is", f"with {self.game.remedy}"]
        figure = histories(dict(zip(titles, runs, strict=False)), samples=True)
        self.picture.draw(figure, self._alt(runs))
        self.drawn_at = time.perf_counter()

    def _alt(self, runs: list[Run]) -> str:
        reached = [f"{run.snapshots.taken[-1].coverage.covered} of 8 modes" for run in runs]
        return (
            f"Samples on the ring, losses, accuracy of D, and modes reached: {' and, with the remedy, '.join(reached)}."
        )
