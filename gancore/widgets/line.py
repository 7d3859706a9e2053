"""The game on the line, live: let either player move, let both play, and go back."""

import time

from ipywidgets import BoundedIntText, Button, Dropdown

from gancore.lessons.line_game import DATA, LineGame, describe
from gancore.plots.line import Panels
from gancore.widgets.pace import SECONDS_BETWEEN_WORDS
from gancore.widgets.player import Player
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

MOVES = (1, 5, 25)  # that a click on a step can make
PER_SECOND = 15  # frames, at most
FAR_BACK = 20  # frames
LAST_SEED = 999


class LineLab(View):
    """The game on the line: choose the data, step either player, play, pause, and go back."""

    def __init__(self, data: str = "two bumps", seed: int = 0) -> None:
        self.data = Dropdown(options=list(DATA), value=data, description="data")
        self.seed = BoundedIntText(value=seed, max=LAST_SEED, description="seed")
        self.moves = Dropdown(options=MOVES, value=MOVES[1], description="moves")
        self.step_d, self.step_g = Button(description="Step D"), Button(description="Step G")
        self.back, self.far_back = Button(description="Back 1"), Button(description=f"Back {FAR_BACK}")
        self.reset = Button(description="Reset")
        self.status, self.panels = Status(), Picture()
        self.play = Player(self._play_frame, PER_SECOND, self.status)
        for control, width in ((self.data, "15em"), (self.seed, "10em"), (self.moves, "10em")):
            control.layout.width, control.style.description_width = width, "4em"
        buttons = (self.step_d, self.step_g, self.play, self.back, self.far_back, self.reset)
        for button in buttons:
            button.layout.width = "6.5em"
        rows = [in_a_row(self.data, self.seed, self.moves), in_a_row(*buttons), self.panels, self.status]
        super().__init__("A game for two, on the line", rows, self.panels)

        self.drawing = Panels()
        for control in (self.data, self.seed):
            control.observe(on_main_thread(self._start), names="value")
        answers = {
            self.step_d: self._step_d,
            self.step_g: self._step_g,
            self.play: self._begin_or_end_play,
            self.back: self._go_back,
            self.far_back: self._go_far_back,
            self.reset: self._start,
        }
        for button, answer in answers.items():
            button.on_click(on_main_thread(answer))
        self._start()

    def _start(self) -> None:
        """A new game, as the controls ask for it."""
        self.play.pause()
        self.game = LineGame(self.data.value, self.seed.value)
        self._show("A new game.")

    def _step_d(self) -> None:
        self.play.pause()
        self.game.step_discriminator(self.moves.value)
        self._show("D moved.")

    def _step_g(self) -> None:
        self.play.pause()
        self.game.step_generator(self.moves.value)
        self._show("G moved.")

    def _begin_or_end_play(self) -> None:
        self._show("Playing." if self.play.playing else "Paused.")

    def _play_frame(self) -> None:
        self.game.play()
        self._show("Playing.", aloud=time.monotonic() - self.said_at > SECONDS_BETWEEN_WORDS)

    def _go_back(self) -> None:
        self._go(1)

    def _go_far_back(self) -> None:
        self._go(FAR_BACK)

    def _go(self, frames: int) -> None:
        self.play.pause()
        gone = self.game.back(frames)
        self._show(f"Went back {gone} frame{'' if gone == 1 else 's'}." if gone else "This is the first frame kept.")

    def _show(self, event: str, aloud: bool = True) -> None:
        """Draw the game; `aloud` also says how it stands, which screen readers read out, and so not every frame."""
        seen = self.game.look()
        words = describe(seen, self.game.moves)
        self.panels.draw(self.drawing.draw(seen), f"Data with {self.data.value}, seed {self.seed.value}. {words}")
        if aloud:
            self.said_at = time.monotonic()
            self.status.say(f"{event} {words}")
