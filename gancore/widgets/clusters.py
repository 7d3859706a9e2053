"""The cluster explorer: k-means on digits in the plane, half a round at a time, with and without labels."""

from collections.abc import Sequence
from itertools import zip_longest
from string import ascii_uppercase

import torch
from ipywidgets import Button, Dropdown, IntSlider
from torch import Tensor

from gancore.lessons.kmeans import KMeans, mean_by_group, purity
from gancore.plots.labels import draw_groups, draw_labels, draw_points
from gancore.plots.style import figure
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

MOST_CLUSTERS = 12
NAMES = ascii_uppercase[:MOST_CLUSTERS]  # letters, so that no cluster is taken for a digit
STARTS = 20
TILES = 4  # mean images in a row
NOTHING, CLUSTER, LABEL = "nothing", "their cluster", "their label"  # what the points may show
PITCH, CAPTION, GAP = 31, 10, 2  # pixels from one mean image to the next, for its caption, and below that


def corner(place: int) -> tuple[int, int]:
    """The top and left edge, in pixels, of the mean image at `place`, counted from 0."""
    row, column = divmod(place, TILES)
    return row * (PITCH + CAPTION) + CAPTION, column * PITCH


class ClusterExplorer(View):
    """k-means on digits that lie in the plane.

    `points` are floats `(N, 2)`, `images` `(N, 1, H, W)` in [-1, 1] and `labels` int64 `(N,)` of the same digits.
    The labels are drawn when asked for, and give the purity; k-means never sees them.
    """

    def __init__(self, points: Tensor, images: Tensor, labels: Tensor) -> None:
        self.points, self.images, self.labels = points, images, labels
        self.count = IntSlider(10, 1, MOST_CLUSTERS, description="clusters")
        self.start = IntSlider(0, 0, STARTS - 1, description="start")
        self.marks = Dropdown(options=(NOTHING, CLUSTER, LABEL), value=CLUSTER, description="points show")
        self.stepper, self.runner, self.restarter = (Button(description=name) for name in ("Step", "Run", "Restart"))
        self.canvas, self.status = Picture(), Status()
        controls = (self.count, self.start, self.marks), (self.stepper, self.runner, self.restarter)
        rows = [*(in_a_row(*row) for row in controls), self.canvas, self.status]
        super().__init__("k-means on digits in two dimensions", rows, self.canvas)
        self._make_figure()
        self.restart()
        restart, draw = on_main_thread(self.restart), on_main_thread(self.draw)
        for slider in (self.count, self.start):
            slider.observe(restart, names="value")
        self.marks.observe(draw, names="value")
        self.stepper.on_click(on_main_thread(self.step))
        self.runner.on_click(on_main_thread(self.run))
        self.restarter.on_click(restart)

    def restart(self) -> None:
        """New first centres, as the sliders say."""
        self.model = KMeans(self.points, self.count.value, self.start.value)
        self.draw()

    def step(self) -> None:
        """Half a round."""
        self.model.step()
        self.draw()

    def run(self) -> None:
        """All the rounds that are left."""
        self.model.run()
        self.draw()

    def draw(self) -> None:
        """Picture and words for the state as it is."""
        self._draw_points()
        self._draw_centres()
        self._draw_tiles()
        self.canvas.draw(self.figure, self._describe())
        self.figure.set_layout_engine("none")  # from the second picture on: laying out takes as long as drawing
        self.status.say(self._report())

    def _make_figure(self) -> None:
        self.figure, (self.plane, self.tiles) = figure(9.6, 4.7, columns=2)
        self.plane.get_gridspec().set_width_ratios([1.5, 1])
        low, high = (self.points.min(0).values - 1).tolist(), (self.points.max(0).values + 1).tolist()
        self.plane.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel="first component")
        self.plane.set(ylabel="second component", title=f"{len(self.points):,} digits and the centres")
        self.ways = self.plane.plot([], [], color="black", linewidth=1.2, zorder=3)[0]
        self.rings = self.plane.plot([], [], "o", color="black", markerfacecolor="white", markersize=13, zorder=3)[0]
        letter = {"ha": "center", "va": "center", "fontsize": 9, "weight": "bold", "zorder": 4}
        self.letters = [self.plane.text(0, 0, name, **letter) for name in NAMES]
        self.sheet = self.tiles.imshow(self._paste([]).numpy(), cmap="gray", vmin=-1, vmax=1)
        corners = [corner(place) for place in range(MOST_CLUSTERS)]
        self.captions = [self.tiles.text(left, top - GAP, "", fontsize=9) for top, left in corners]
        self.tiles.axis("off")

    def _draw_points(self) -> None:
        for line in set(self.plane.lines) - {self.ways, self.rings}:
            line.remove()
        known = self.marks.value
        if known == LABEL:
            draw_labels(self.plane, self.points, self.labels)
        elif known == CLUSTER and self.model.clusters is not None:
            draw_groups(self.plane, self.points, self.model.clusters)
        else:
            draw_points(self.plane, self.points)

    def _draw_centres(self) -> None:
        """Each centre as its letter, at the end of the way that it has come."""
        ways = torch.stack(self.model.trail, dim=1)
        gaps = torch.full_like(ways[:, :1], torch.nan)  # one line with gaps is drawn sooner than many lines
        self.ways.set_data(*torch.cat([ways, gaps], dim=1).flatten(0, 1).T)
        self.rings.set_data(*self.model.centres.T)
        for place, letter in enumerate(self.letters):
            letter.set_visible(place < len(self.model.centres))
        for letter, centre in zip(self.letters, self.model.centres.tolist(), strict=False):
            letter.set_position(centre)

    def _draw_tiles(self) -> None:
        """The digits that the centres begin at, then the mean image of each cluster."""
        clusters, count = self.model.clusters, len(self.model.centres)
        if clusters is None:
            tiles, captions = self.images[self.model.first, 0], NAMES[:count]
        else:
            pixels = self.images.flatten(1)
            black = pixels.new_full((count, pixels.shape[1]), -1.0)
            tiles = mean_by_group(pixels, clusters, black).unflatten(1, self.images.shape[2:])
            sizes = clusters.bincount(minlength=count).tolist()
            captions = [f"{name} · {size}" for name, size in zip(NAMES, sizes, strict=False)]
        self.sheet.set_data(self._paste(tiles).numpy())
        self.tiles.set_title("Digits to begin at" if clusters is None else "Mean image of each cluster")
        for place, caption in zip_longest(self.captions, captions, fillvalue=""):
            place.set_text(caption)

    def _paste(self, tiles: Sequence[Tensor]) -> Tensor:
        """Images `(H, W)` on a white sheet, each below the room for its caption."""
        height, width = self.images.shape[2:]
        down, right = corner(MOST_CLUSTERS - 1)
        sheet = torch.ones(down + height, right + width)
        for place, tile in enumerate(tiles):
            top, left = corner(place)
            sheet[top : top + height, left : left + width] = tile
        return sheet

    def _describe(self) -> str:
        """What is to be seen."""
        beside = "the digits they begin at" if self.model.clusters is None else "the mean image of each cluster"
        return (
            f"{len(self.points):,} digits as points in the plane that show {self.marks.value}, and "
            f"{self.count.value} centres after {self.model.rounds} moves; beside them {beside}."
        )

    def _report(self) -> str:
        """How things stand, and what a step will do."""
        model = self.model
        if model.clusters is None:
            return "The centres begin at digits drawn at random. Next, every digit joins its nearest centre."
        done = "Every digit has joined its nearest centre; next, the centres move."
        if model.settled:
            done = f"Settled after {model.rounds} rounds: no digit changes its cluster any more."
        elif not model.assigned:
            done = "Every centre has moved to the mean of its digits; next, the digits choose again."
        return (
            f"{done} Mean squared distance to the centre: {model.spread:.3f}. "
            f"Purity, which takes labels to compute: {purity(model.clusters, self.labels):.2f}."
        )
