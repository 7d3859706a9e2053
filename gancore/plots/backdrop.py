"""A figure of which little changes from one picture to the next: the rest of it is drawn once."""

from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from gancore.plots.style import as_image


class Backdrop:
    """All of `figure` but its artists `moving`, which are drawn on top each time: several times as fast as all anew."""

    def __init__(self, figure: Figure, moving: Sequence[Artist]) -> None:
        self.moving = moving
        for artist in moving:
            artist.set_animated(True)  # left out of the next line
        self.canvas = FigureCanvasAgg(figure)
        self.canvas.draw()
        self.still = self.canvas.copy_from_bbox(figure.bbox)

    def draw(self) -> Image.Image:
        """The figure with the moving artists as they are now, the first of them at the back."""
        self.canvas.restore_region(self.still)
        for artist in self.moving:
            artist.draw(self.canvas.get_renderer())
        return as_image(self.canvas)
