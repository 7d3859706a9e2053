"""What every interactive view is made of: a title, controls, and a picture with its alternative text."""

import html
from collections.abc import Sequence
from typing import Any

from ipywidgets import HTML, VBox, Widget
from matplotlib.figure import Figure
from PIL import Image

from gancore.plots.style import bundle, markup, png, quick_png

# In a narrow window a picture becomes smaller instead of being cut off.
STYLE = "<style>.gancore-view img { max-width: 100%; height: auto; }</style>"
# For a slider or a field with a short name; the page may be narrower.
WIDE = {"layout": {"width": "26em", "max_width": "100%"}, "style": {"description_width": "6em"}}


class Picture(HTML):
    """A figure or a picture that can be drawn anew, with the words for what it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: Figure | Image.Image = Image.new("L", (1, 1))
        self.alt = ""

    def draw(self, drawn: Figure | Image.Image, alt: str) -> None:
        """Show `drawn` in place of what was shown; `alt` says in words what is to be seen."""
        self.drawn, self.alt = drawn, alt
        self.value = markup(quick_png(drawn), alt)


class View(VBox):
    """A title, rows of controls and pictures; where no kernel runs, `picture` stands in for all of it."""

    def __init__(self, title: str, rows: Sequence[Widget], picture: Picture) -> None:
        super().__init__([HTML(f"{STYLE}<h4>{html.escape(title)}</h4>"), *rows])
        self.add_class("gancore-view")
        self.title = title
        self.picture = picture

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        stand_in = bundle(png(self.picture.drawn), self.picture.alt)
        return {**super()._repr_mimebundle_(**kwargs), **stand_in}


class Status(HTML):
    """A line of words that says how things stand; screen readers read it out when it changes."""

    def say(self, words: str) -> None:
        """Show `words` as they are: they may hold the name of a folder, and HTML in it must not come alive."""
        self.value = f'<div role="status">{html.escape(words)}</div>'
