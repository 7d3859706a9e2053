"""What a convolutional network makes of a digit: choose a digit and a layer, and see each channel as a small image."""

from typing import Any

import torch
from ipywidgets import Dropdown, HBox
from PIL import Image, ImageOps
from torch import Tensor, nn

from gancore.analysis.stages import name_of, stages_of
from gancore.data.pictures import image_grid
from gancore.plots.images import picture
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View

COLUMNS = 12  # maps in a row
WIDEST, LARGEST_ZOOM = 600, 10  # pixels of all maps side by side; screen pixels for one number, at most
DIGIT_ZOOM, GAP = 5, 24
FRAME = 2  # screen pixels of black around the maps, so that a single white one shows on a white page


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
        controls = HBox([self.digit, self.layer], layout={"flex_flow": "row wrap"})
        super().__init__("What D's layers make of a digit", [controls, drawing, self.status], drawing)
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


def beside(image: Tensor, maps: Tensor) -> Image.Image:
    """An image `(1, H, W)`, and beside it maps `(C, h, w)` in rows, each scaled by what is farthest from zero in it."""
    farthest = maps.abs().amax((1, 2), keepdim=True).clamp_min(torch.finfo(maps.dtype).tiny)
    tiles = (maps / farthest).unsqueeze(1)
    columns = min(COLUMNS, len(tiles))
    zoom = min(LARGEST_ZOOM, WIDEST // image_grid(tiles, columns).width)
    left, right = picture(image.unsqueeze(0), 1, DIGIT_ZOOM), ImageOps.expand(picture(tiles, columns, zoom), FRAME)
    both = Image.new("L", (left.width + GAP + right.width, max(left.height, right.height)), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width + GAP, 0))
    return both
