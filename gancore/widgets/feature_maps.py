"""What a convolutional network makes of a digit: choose a digit and a layer, and see each channel as a small image."""

from typing import Any

import torch
from ipywidgets import Dropdown
from torch import Tensor, nn

from gancore.analysis.stages import name_of, stages_of
from gancore.plots.feature_maps import beside
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row


class FeatureMaps(View):
    """The maps that each of `layers` makes of a digit; `images` `(10, 1, H, W)` in [-1, 1] hold one of each class.

    `layers` end in the discriminator's logit, which is said for every digit.
    """

    def __init__(self, layers: nn.Sequential, images: Tensor) -> None:
        self.layers, self.images = layers, images
        names = [f"{place} · {name_of(layer)}" for place, layer in enumerate(layers, start=1)]
        self.digit = Dropdown(options=[(str(label), label) for label in range(len(images))], description="digit")
        self.layer = Dropdown(options=[(name, place) for place, name in enumerate(names)], description="layer")
        self.digit.layout.width, self.layer.layout.width = "9em", "22em"
        for control in (self.digit, self.layer):
            control.style.description_width = "4em"
        self.status, drawing = Status(), Picture()
        rows = [in_a_row(self.digit, self.layer), drawing, self.status]
        super().__init__("What D's layers make of a digit", rows, drawing)
        for control in (self.digit, self.layer):
            control.observe(on_main_thread(self._update), names="value")
        self._update()

    def _update(self, event: Any = None) -> None:
        image = self.images[self.digit.value]
        self.stages = stages_of(self.layers, image)
        stage = self.stages[self.layer.value]
        logit = float(self.stages[-1].maps.sum())
        words = (
            f"The digit {self.digit.value} after layer {self.layer.value + 1} of {len(self.layers)}, {stage.name}: "
            f"{stage}. One number in a map sees {stage.sees} × {stage.sees} pixels. "
            f"D's verdict at the end: {torch.tensor(logit).sigmoid():.0%} real."
        )
        self.picture.draw(beside(image, stage.maps), words)
        self.status.say(f"{words} In each map by itself, white is above zero, black below, and mid-grey is zero.")
