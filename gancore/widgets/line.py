"""The game on the line, live: let either player move, let both play, and go back."""

import math
from collections.abc import Callable
from typing import Any

import torch
from ipywidgets import BoundedIntText, Button, Dropdown, HBox

from gancore.data.toys import Mixture, bumps, gaussian
from gancore.lessons.line import LineState, line_state
from gancore.lessons.rewind import Rewind
from gancore.models import PointDiscriminator, PointGenerator
from gancore.plots.line import Panels
from gancore.system.processor import one_thread
from gancore.training.gan import GAN
from gancore.training.losses import Minimax
from gancore.training.trainer import Settings, Trainer
from gancore.widgets.threads import on_main_thread
from gancore.widgets.ticker import Ticker
from gancore.widgets.view import Picture, Status, View

DATA: dict[str, Callable[[], Mixture]] = {
    "one bump": lambda: gaussian(mean=0.4),
    "two bumps": lambda: bumps((-0.4, 0.4), std=0.15),
    "bumps far apart": bumps,  # few seeds get near the data, and some settle on one bump
}
SETTINGS = Settings(batch_size=128, d_steps=3, d_lr=1e-2, g_lr=1e-3)  # a D that keeps up, as the theory supposes
ROUNDS = 5  # in a frame of playing
MOVES = (1, 5, 25)  # that a click on a step can make
PER_SECOND = 15  # frames, at most
FAR_BACK = 20  # frames
LAST_SEED = 999
EQUILIBRIUM = -math.log(4)  # the value of the game there


class LineGame:
    """A game about one of `DATA` on one thread of the processor, and the way back. The same seed plays the same one."""

    def __init__(self, data: str, seed: int = 0) -> None:
        self.toy = DATA[data]()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            game = GAN(PointGenerator(latent_dim=1, dim=1), PointDiscriminator(dim=1), Minimax(), latent_dim=1)
        self.trainer = Trainer(game, self.toy, SETTINGS, seed=seed, device="cpu", precision="fp32")
        self.past = Rewind(self.trainer)

    @one_thread()
    def step_discriminator(self, moves: int) -> None:
        """A frame in which only the discriminator moves."""
        self.past.remember()
        for _ in range(moves):
            self.trainer.discriminator_step()

    @one_thread()
    def step_generator(self, moves: int) -> None:
        """A frame in which only the generator moves."""
        self.past.remember()
        for _ in range(moves):
            self.trainer.generator_step()

    @one_thread()
    def play(self) -> None:
        """A frame of `ROUNDS` rounds, in each of which both move."""
        self.past.remember()
        for _ in range(ROUNDS):
            self.trainer.step()

    def back(self, frames: int) -> int:
        """Go `frames` frames back, or as far as there are; returns how many it was."""
        return self.past.back(frames)

    @property
    def moves(self) -> tuple[int, int]:
        """How often the discriminator and the generator have moved."""
        return count_steps(self.trainer.d_optimizer), count_steps(self.trainer.g_optimizer)

    @one_thread()
    def look(self) -> LineState:
        """How the game stands."""
        return line_state(self.trainer.game, self.toy)


def count_steps(optimizer: torch.optim.Adam) -> int:
    """How many steps `optimizer` has taken; Adam counts them for itself, and going back sets its count back."""
    counts = [int(state["step"]) for state in optimizer.state.values()]
    return max(counts, default=0)


class LineLab(View):
    """The game on the line: choose the data, step either player, play, pause, and go back."""

    def __init__(self, data: str = "two bumps", seed: int = 0) -> None:
        self.data = Dropdown(options=list(DATA), value=data, description="data")
        self.seed = BoundedIntText(value=seed, max=LAST_SEED, description="seed")
        self.moves = Dropdown(options=MOVES, value=MOVES[1], description="moves")
        self.step_d, self.step_g = Button(description="Step D"), Button(description="Step G")
        self.play = Button(description="Play")
        self.back, self.far_back = Button(description="Back 1"), Button(description=f"Back {FAR_BACK}")
        self.reset = Button(description="Reset")
        self.status, self.panels = Status(), Picture()
        for control, width in ((self.data, "15em"), (self.seed, "10em"), (self.moves, "10em")):
            control.layout.width, control.style.description_width = width, "4em"
        buttons = (self.step_d, self.step_g, self.play, self.back, self.far_back, self.reset)
        for button in buttons:
            button.layout.width = "6.5em"
        wrap = {"flex_flow": "row wrap"}
        controls = [HBox([self.data, self.seed, self.moves], layout=wrap), HBox(buttons, layout=wrap)]
        super().__init__("A game for two, on the line", [*controls, self.panels, self.status], self.panels)

        self.drawing = Panels()
        self.frames = 0  # since the last click on Play
        self.ticker = Ticker(self._play_frame, PER_SECOND, self._stumble)
        for control in (self.data, self.seed):
            control.observe(on_main_thread(self._start), names="value")
        answers = {
            self.step_d: self._step_d,
            self.step_g: self._step_g,
            self.play: self._play_or_pause,
            self.back: self._go_back,
            self.far_back: self._go_far_back,
            self.reset: self._start,
        }
        for button, answer in answers.items():
            button.on_click(on_main_thread(answer))
        self._start()

    def pause(self) -> None:
        """Stop playing before the next frame."""
        self.ticker.stop()
        self.play.description = "Play"

    def _start(self, event: Any = None) -> None:
        """A new game, as the controls ask for it."""
        self.pause()
        self.game = LineGame(self.data.value, self.seed.value)
        self._show("A new game.")

    def _step_d(self, event: Any) -> None:
        self.pause()
        self.game.step_discriminator(self.moves.value)
        self._show("D moved.")

    def _step_g(self, event: Any) -> None:
        self.pause()
        self.game.step_generator(self.moves.value)
        self._show("G moved.")

    def _play_or_pause(self, event: Any) -> None:
        if self.ticker.playing:
            self.pause()
            self._show("Paused.")
        else:
            self.frames = 0
            self.ticker.start()
            self.play.description = "Pause"

    def _play_frame(self) -> None:
        self.game.play()
        self._show("Playing.", aloud=self.frames % PER_SECOND == 0)
        self.frames += 1

    def _stumble(self, error: Exception) -> None:
        self.pause()
        self.status.say(f"The game stopped: {error}")

    def _go_back(self, event: Any) -> None:
        self._go(1)

    def _go_far_back(self, event: Any) -> None:
        self._go(FAR_BACK)

    def _go(self, frames: int) -> None:
        self.pause()
        gone = self.game.back(frames)
        self._show(f"Went back {gone} frame{'' if gone == 1 else 's'}." if gone else "This is the first frame kept.")

    def _show(self, event: str, aloud: bool = True) -> None:
        """Draw the game; `aloud` also says how it stands, which screen readers read out, and so not every frame."""
        seen = self.game.look()
        words = describe(seen, self.game.moves)
        self.panels.draw(self.drawing.draw(seen), f"Data with {self.data.value}, seed {self.seed.value}. {words}")
        if aloud:
            self.status.say(f"{event} {words}")


def describe(seen: LineState, moves: tuple[int, int]) -> str:
    """How a game stands, in words and numbers."""
    low, high = float(seen.verdict[seen.judged].min()), float(seen.verdict[seen.judged].max())
    return (
        f"D has moved {moves[0]:,} times, G {moves[1]:,} times. "
        f"D(x) runs from {low:.2f} to {high:.2f} where there is anything to judge. "
        f"The value V(D, G) is {seen.value:.3f}; the best D would reach {seen.best_value:.3f}; "
        f"at equilibrium it is {EQUILIBRIUM:.3f}. JS(p, q) is {seen.divergence:.3f}."
    )
