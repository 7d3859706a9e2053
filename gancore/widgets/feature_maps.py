"""What a convolutional network makes of a digit: choose a digit and a layer, and see each channel as a small image."""

from collections.abc import Mapping

import torch
from ipywidgets import Dropdown
from torch import Tensor, nn

from gancore.analysis.stages import name_of, stages_of
from gancore.plots.feature_maps import beside
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row


class FeatureMaps(View):
    """The maps that a discriminator's layers make of a digit; `images` `(10, 1, H, W)` in [-1, 1] hold one of each
    class.

    `judges` names the layers of one discriminator, or of several of one build to compare; they end in its logit, which
    is said for every digit.
    """

    def __init__(self, judges: Mapping[str, nn.Sequential], images: Tensor) -> None:
        self.judges, self.images = judges, images
        layers = next(iter(judges.values()))
        names = [f"{place} · {name_of(layer)}" for place, layer in enumerate(layers, start=1)]
        self.judge = Dropdown(options=list(judges), description="weights")
        self.digit = Dropdown(options=[(str(label), label) for label in range(len(images))], description="digit")
        self.layer = Dropdown(options=[(name, place) for place, name in enumerate(names)], description="layer")
        self.digit.layout.width, self.layer.layout.width, self.judge.layout.width = "9em", "22em", "16em"
        self.judge.layout.display = None if len(judges) > 1 else "none"
        controls = (self.judge, self.digit, self.layer)
        for control in controls:
            control.style.description_width = "4em"
        self.status, drawing = Status(), Picture()
        rows = [in_a_row(*controls), drawing, self.status]
        super().__init__("What D's layers make of a digit", rows, drawing)
        for control in controls:
            control.observe(on_main_thread(self._update), names="value")
        self._update()

    def _update(self) -> None:
        image, layers = self.images[self.digit.value], self.judges[self.judge.value]
        self.stages = stages_of(layers, image)
        stage = self.stages[self.layer.value]
        logit = float(self.stages[-1].maps.sum())
        weights = f"Weights: {self.judge.value}. " if len(self.judges) > 1 else ""
        words = (
            f"{weights}The digit {self.digit.value} after layer {self.layer.value + 1} of {len(layers)}, {stage.name}: "
            f"{stage}. One number in a map sees {stage.sees} × {stage.sees} pixels. "
            f"D's verdict at the end: {torch.tensor(logit).sigmoid():.0%} real."
        )
        self.picture.draw(beside(image, stage.maps), words)
        self.status.say(f"{words} In each map by itself, white is above zero, black below, and mid-grey is zero.")
