"""The smallest GAN: the path of its two numbers, by step size, penalty, momentum, and who moves when."""

from ipywidgets import Checkbox, FloatSlider
from torch import Tensor

from gancore.lessons import dirac
from gancore.plots.failures import paths
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import WIDE, Picture, Status, View, in_a_row

START = (1.0, 1.0)
ROUNDS = 200


class DiracExplorer(View):
    """θ and ψ over 200 rounds from (1, 1), as the controls say."""

    def __init__(self) -> None:
        self.rate = FloatSlider(0.1, min=0.02, max=0.3, step=0.02, description="step size", **WIDE)
        self.penalty = FloatSlider(0.0, min=0.0, max=2.0, step=0.05, description="penalty γ", **WIDE)
        self.momentum = FloatSlider(0.0, min=0.0, max=0.9, step=0.1, description="momentum", **WIDE)
        self.in_turns = Checkbox(value=False, description="in turns", indent=False)
        self.image, self.status = Picture(), Status()
        rows = [in_a_row(self.rate, self.penalty), in_a_row(self.momentum, self.in_turns), self.image, self.status]
        super().__init__("The Dirac-GAN: two numbers, two players", rows, self.image)
        for control in (self.rate, self.penalty, self.momentum, self.in_turns):
            control.observe(on_main_thread(self._draw), names="value")
        self._draw()

    def play(self) -> Tensor:
        """The path `(ROUNDS + 1, 2)` that the controls ask for."""
        rules = {"penalty": self.penalty.value, "momentum": self.momentum.value, "alternating": self.in_turns.value}
        return dirac.play(START, self.rate.value, ROUNDS, **rules)

    def _draw(self) -> None:
        path = self.play()
        first, last = dirac.distance(path)[[0, -1]].tolist()
        words = f"After {ROUNDS} rounds the players are {last:.3g} from the equilibrium; they began at {first:.3g}."
        self.image.draw(paths({"your players": path}), words)
        self.status.say(words)
