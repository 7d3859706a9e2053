"""The 2-D lab: a game for points in the plane that the reader plays, stops, steps, rewinds and changes on the way."""

import math
from collections.abc import Callable
from typing import Any

import torch
from ipywidgets import HTML, BoundedIntText, Button, Dropdown, FloatLogSlider, FloatSlider, IntSlider, VBox, Widget
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from gancore.data import toys
from gancore.data.toys import FRAME, Mixture
from gancore.errors import GancoreError
from gancore.lessons.lab_game import LabGame, Rules
from gancore.lessons.rewind import FRAMES
from gancore.plots.plane import GENERATED, INK, VERDICT, planes
from gancore.plots.style import BLUE, GREY, ORANGE
from gancore.training.losses import LOSSES
from gancore.widgets.canvas import Arrows, Canvas, Crosses, Dots, Heat, Layer, Line, Words
from gancore.widgets.pace import Pace
from gancore.widgets.player import Player
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

FRAMES_A_SECOND = 20
ROUNDS_A_FRAME = 10
FRAMES_A_CHART = 4  # while playing: curves over 200 frames need not move with each of them
PLANE_SIZE = 420  # pixels
CHART_WIDTH, CHART_HEIGHT = 340, 170
EDGES = (-FRAME, FRAME, -FRAME, FRAME)
TOYS = ("ring", "grid", "moons", "spiral")
DRAW_IT = "draw it"
LOSSES_UP_TO = 2.0  # what the chart of the losses shows at least
WIDE = {"width": "275px"}  # three controls side by side in a page of ordinary width
DASHED, DOTTED = (6.0, 4.0), (2.0, 3.0)
CURVES = (
    (BLUE, 2.0),
    (ORANGE, 2.0, DASHED),
    (INK, 1.5, DOTTED),
)  # of a chart, the third for a mean

MARK = '<span style="color: {1}; background: white; padding: 0 0.2em">{0}</span>'  # as on the plane, in any theme
PLANE_TITLE = (
    f"<b>The plane.</b> {MARK.format('●', BLUE)} real, {MARK.format('×', GENERATED)} generated. "
    "Blue: here D says real. Orange: here it says generated. "
    "On the line it cannot tell. Arrows: where its gradient pulls."
)
ACCURACY_TITLE = (
    "<b>How often D is right</b> in the last 200 frames: on real (solid), on generated (dashed), the mean (dotted)"
)
LOSSES_TITLE = "<b>Losses</b> in the last 200 frames: of D (solid), of G (dashed)"
READY = "Ready: Play, or move one player at a time."
DRAW_HELP = "Draw your data into the plane; until you do, it is one bump in the middle."
PLAYING = "Playing. The rest of the notebook still answers."
UNBOUND = "The Wasserstein loss has no bound of its own: give it a penalty."


class Lab(View):
    """A game for `toy`, one of TOYS, whose players and points `seed` decides.

    `game` is what is played. The controls are attributes, so that code can move them as a reader does:
    `lab.loss.value = "minimax"`, `lab.step_d.click()`.
    """

    def __init__(self, toy: str = "ring", seed: int = 0) -> None:
        self.numbers, self.status = HTML(), Status()
        self._make_controls(toy, seed)
        self.plane = Canvas(width=PLANE_SIZE, height=PLANE_SIZE)
        self.accuracy, self.losses = (Canvas(width=CHART_WIDTH, height=CHART_HEIGHT) for _ in range(2))
        self.pace = Pace(self.plane)
        super().__init__("The 2-D lab: a generator and a discriminator play for points", self._rows(), Picture())
        self._start_anew()
        self._listen()

    def advance(self, frames: int) -> None:
        """Play `frames` frames now, as fast as it goes. Raises GancoreError where the game blows up."""
        for _ in range(frames):
            self._make_frame(lambda: self.game.play(self.speed.value))
        self._draw()
        self.status.say(f"{frames} frames were played. Rewind shows them again.")

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        self.picture.content, self.picture.alt = planes({self._age(): self.game.seen}), self._in_words()
        return super()._repr_mimebundle_(**kwargs)

    # Controls

    def _make_controls(self, toy: str, seed: int) -> None:
        start = Rules()

        def rate(value: float, name: str) -> FloatLogSlider:
            return FloatLogSlider(value, min=-5, max=-1, step=0.1, description=name, readout_format=".1e", layout=WIDE)

        def button(name: str, **details: Any) -> Button:
            return Button(description=name, layout={"width": "8em"}, **details)

        self.play = Player(self._tick, FRAMES_A_SECOND, self.status, button_style="primary", layout={"width": "8em"})
        self.step_d = button("Step D", tooltip="One move of the discriminator")
        self.step_g = button("Step G", tooltip="One move of the generator")
        self.reset = button("Reset", tooltip="New players, as the seed makes them")
        self.clear = button("Clear", tooltip="Wipe the drawing away")
        self.rewind = IntSlider(0, min=-FRAMES, max=0, description="Rewind", layout=WIDE)
        self.data = Dropdown(options=[*TOYS, DRAW_IT], value=toy, description="Data", layout=WIDE)
        self.loss = Dropdown(options=list(LOSSES), value=start.loss, description="Loss", layout=WIDE)
        self.d_rate, self.g_rate = rate(start.d_lr, "D's rate"), rate(start.g_lr, "G's rate")
        self.d_steps = IntSlider(start.d_steps, min=1, max=10, description="D's moves", layout=WIDE)
        self.noise = FloatSlider(start.noise, min=0, max=0.5, step=0.01, description="Noise", layout=WIDE)
        self.penalty = FloatSlider(start.penalty, min=0, max=1, step=0.01, description="Penalty", layout=WIDE)
        self.speed = IntSlider(ROUNDS_A_FRAME, min=1, max=50, description="Speed", layout=WIDE)
        self.seed = BoundedIntText(seed, min=0, max=9999, description="Seed", layout=WIDE)
        self.clear.layout.display = "none"

    def _rows(self) -> list[Widget]:
        plane = [text(PLANE_TITLE), self.plane, self.numbers]
        of_the_game = (self.data, self.loss, self.seed, self.noise, self.penalty, self.speed)
        of_the_moves = (self.d_rate, self.g_rate, self.d_steps)
        charts = [text(ACCURACY_TITLE), self.accuracy, text(LOSSES_TITLE), self.losses]
        return [
            in_a_row(self.play, self.step_d, self.step_g, self.reset, self.clear, self.rewind),
            self.status,
            in_a_row(in_a_column(plane, PLANE_SIZE), in_a_column(charts, CHART_WIDTH)),
            in_a_row(*of_the_game, *of_the_moves),
        ]

    def _listen(self) -> None:
        for button, action in (
            (self.play, self._begin_or_end_play),
            (self.step_d, self._step_d),
            (self.step_g, self._step_g),
            (self.reset, self._start_anew),
            (self.clear, self._clear),
        ):
            button.on_click(on_main_thread(action))
        self.rewind.observe(on_main_thread(self._go_back), names="value")
        self.data.observe(on_main_thread(self._change_data), names="value")
        self.seed.observe(on_main_thread(self._start_anew), names="value")
        self.plane.observe(on_main_thread(self._take_drawing), names="strokes")
        change_rules = on_main_thread(self._change_rules)
        for control in (self.loss, self.d_rate, self.g_rate, self.d_steps, self.noise, self.penalty):
            control.observe(change_rules, names="value")

    # What the controls do

    def _begin_or_end_play(self) -> None:
        if self.play.playing:
            self.status.say(PLAYING)
        else:
            self._draw()
            self.status.say(f"Paused {self._age()}.")

    def _pause(self) -> None:
        """Rest, and draw what is left out while playing."""
        self.play.pause()
        self._draw()

    def _step_d(self) -> None:
        self._step(self.game.move_discriminator, "D has moved once; G waits.")

    def _step_g(self) -> None:
        self._step(self.game.move_generator, "G has moved once; D waits.")

    def _step(self, move: Callable[[], None], words: str) -> None:
        try:
            self._make_frame(move)
        except GancoreError as error:
            words = str(error)
        self._pause()
        self.status.say(words)

    def _go_back(self) -> None:
        if self.rewind.value == -self.game.behind:
            return
        self.game.go_back(-self.rewind.value)
        self.rewind.value = -self.game.behind  # there may be no frame that far back
        self._pause()
        self.status.say(self._where())

    def _where(self) -> str:
        behind = self.game.behind
        if behind == 0:
            return f"At the newest frame again, {self._age()}."
        frames = f"{behind} frame{'s' if behind > 1 else ''} back"
        return f"{frames}, {self._age()}. What you play now replaces what came after."

    def _change_rules(self) -> None:
        self.game.rules = self._rules()
        self._draw()
        if self.loss.value == "wasserstein" and self.penalty.value == 0:
            self.status.say(UNBOUND)
        elif self.play.playing:
            self.status.say(PLAYING)
        else:
            self.status.say(self._where() if self.game.behind else READY)

    def _change_data(self) -> None:
        self.plane.drawing = self.data.value == DRAW_IT
        self.clear.layout.display = None if self.plane.drawing else "none"
        self._start_anew()

    def _take_drawing(self) -> None:
        self.game.toy = self._toy()
        self._draw()
        self.status.say(f"The data is now what you drew: {self.plane.drawn}, each with a little spread.")

    def _clear(self) -> None:
        self.plane.strokes = b""
        self.status.say(DRAW_HELP)

    def _start_anew(self) -> None:
        self.game = LabGame(self._toy(), self._rules(), self.seed.value)
        self.rewind.value = 0
        self._pause()
        self.status.say(f"{DRAW_HELP} {READY}" if self.plane.drawing else READY)

    def _toy(self) -> Mixture:
        if self.data.value != DRAW_IT:
            return toys.make_toy(self.data.value)
        return toys.from_points(self.plane.points if self.plane.strokes else torch.zeros(1, 2))

    def _rules(self) -> Rules:
        return Rules(
            loss=self.loss.value,
            d_lr=self.d_rate.value,
            g_lr=self.g_rate.value,
            d_steps=self.d_steps.value,
            noise=self.noise.value,
            penalty=self.penalty.value,
        )

    # Playing

    def _tick(self) -> None:
        try:
            self._make_frame(lambda: self.game.play(self.speed.value))
        except GancoreError:  # the game has gone back a frame, and the charts with it
            self._pause()
            raise
        self._draw()

    def _make_frame(self, move: Callable[[], None]) -> None:
        looked_back = self.game.behind > 0
        move()
        if looked_back:  # and not otherwise: the reader may be about to move the slider
            self.rewind.value = 0

    # Drawing

    def _draw(self) -> None:
        self.plane.draw(self._plane_layers(), EDGES, self._in_words())
        if not self.play.playing or self.game.frame % FRAMES_A_CHART == 0:
            self._draw_charts()
        if not self.play.playing or self.pace.due:
            self._say_numbers()

    def _draw_charts(self) -> None:
        rows = torch.tensor(self.game.rows)
        accuracies = torch.cat([rows[:, :2], rows[:, :2].mean(dim=1, keepdim=True)], dim=1)
        self._chart(self.accuracy, accuracies, [0, 0.5, 1], ("on real", "on generated", "on both"))
        low, high = min(0.0, float(rows[:, 2:].min())), max(LOSSES_UP_TO, float(rows[:, 2:].max()))
        self._chart(self.losses, rows[:, 2:], MaxNLocator(4).tick_values(low, high).tolist(), ("of D", "of G"))

    def _plane_layers(self) -> list[Heat | Layer]:
        seen = self.game.seen
        return [
            Heat(VERDICT(seen.surface.numpy(), bytes=True)),
            Line(seen.boundary, INK),
            Dots(seen.real, BLUE, 2.0),
            Crosses(seen.fake, GENERATED),
            Arrows(seen.arrows, INK),
        ]

    def _chart(self, canvas: Canvas, values: Tensor, ticks: list[float], names: tuple[str, ...]) -> None:
        """Two or three curves `(N, K)` over the frames, the newest at the right, with a line at each of `ticks`."""
        margin = 0.08 * (ticks[-1] - ticks[0])
        limits = (-FRAMES, 0, ticks[0] - margin, ticks[-1] + 2 * margin)
        frames = torch.arange(1 - len(values), 1)
        across = [line_between((-FRAMES, tick), (0, tick)) for tick in ticks]
        labels = Words(torch.tensor([[-FRAMES, tick] for tick in ticks]), tuple(f"{tick:g}" for tick in ticks), GREY)
        curves = [
            Line(torch.stack([frames, column], dim=1), *style) for column, style in zip(values.T, CURVES, strict=False)
        ]
        here = line_between((-self.game.behind, limits[2]), (-self.game.behind, limits[3]))
        now = values[-1 - self.game.behind].tolist()
        told = ", ".join(f"{name} {value:.2f}" for name, value in zip(names, now, strict=True))
        canvas.draw(
            [
                Line(torch.cat(across), GREY, 0.5, DOTTED),
                labels,
                *curves,
                Line(here, INK, 1.0),
            ],
            limits,
            f"Curves over {len(values) - 1} frames; {self._age()} {told}.",
        )

    def _age(self) -> str:
        return f"after {self.game.trainer.round:,} rounds"

    def _in_words(self) -> str:
        """What the plane shows, for those who do not see it."""
        seen = self.game.seen
        return (
            f"The plane {self._age()}: {self.game.coverage()}; D is right on {seen.d_real:.0%} of the real "
            f"and {seen.d_fake:.0%} of the generated points."
        )

    def _say_numbers(self) -> None:
        seen, game = self.game.seen, self.game
        speed = self.pace.take()
        self.numbers.value = paragraph(
            f"Round {game.trainer.round:,}{f', {speed}' if self.play.playing and speed else ''}<br>"
            f"{game.coverage()}<br>"
            f"D is right on {seen.d_real:.0%} of real and {seen.d_fake:.0%} of generated points<br>"
            f"Loss of D {seen.d_loss:.3f}, of G {seen.g_loss:.3f}"
        )


def in_a_column(widgets: list[Widget], width: int) -> VBox:
    """Widgets above each other, `width` pixels wide where the page has room."""
    return VBox(widgets, layout={"width": f"{width + 10}px", "max_width": "100%"})


def text(words: str) -> HTML:
    """A few lines of text."""
    return HTML(paragraph(words))


def paragraph(words: str) -> str:
    """Text in lines as far apart as in the chapter, where a widget's are a button's height apart."""
    return f'<div style="line-height: 1.4; margin: 0.3em 0">{words}</div>'


def line_between(start: tuple[float, float], end: tuple[float, float]) -> Tensor:
    """A line from `start` to `end`, and the gap after it: `(3, 2)`."""
    return torch.tensor([start, end, (math.nan, math.nan)])
