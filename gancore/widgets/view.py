"""What every interactive view is made of: a title, controls, and a picture with its alternative text."""

import html
from collections.abc import Iterator, Sequence
from typing import Any

from IPython import get_ipython
from ipywidgets import HTML, HBox, VBox, Widget
from matplotlib.figure import Figure
from PIL import Image

from gancore.plots.style import bundle, markup, png, quick_png
from gancore.widgets.names import Names, has_sliders

# In a narrow window a picture becomes smaller instead of being cut off. The arrow of a list is black as ipywidgets has
# it, and cannot be seen in a dark theme; that a button is pressed shows in its shade alone; and one that takes no more
# answers, or waits for one, can hardly be read.
ARROW = (
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 18 18'%3E"
    "%3Cpath d='M5 7l4 4 4-4' fill='none' stroke='%23888' stroke-width='2'/%3E%3C/svg%3E"
)
STYLE = f"""<style>
.gancore-view img {{ max-width: 100%; height: auto; }}
.gancore-view {{ --jp-widgets-dropdown-arrow: url("data:image/svg+xml,{ARROW}"); }}
.gancore-view .widget-toggle-button:disabled {{ opacity: 0.9; }}
.gancore-view .jupyter-button.mod-primary:disabled {{ opacity: 1; filter: grayscale(1); }}
.gancore-view .jupyter-button.mod-active {{ box-shadow: inset 0 -3px var(--jp-brand-color1, #1976d2); }}
</style>"""
NO_PICTURE = Image.new("L", (1, 1), "white")
# For a slider or a field with a short name; the page may be narrower.
WIDE = {"layout": {"width": "26em", "max_width": "100%"}, "style": {"description_width": "6em"}}


class Drawable:
    """A widget whose `value` is HTML, as a place for a figure or a picture: `content`, and `alt`, the words for it."""

    def draw(self, content: Figure | Image.Image, alt: str) -> None:
        """Show `content` in place of what was shown; `alt` says in words what is to be seen."""
        self.content, self.alt = content, alt
        self.value = markup(quick_png(content), alt)

    def wait(self, alt: str) -> None:
        """Show nothing until there is something to draw; where no kernel runs, `alt` is shown in its place."""
        self.content, self.alt = NO_PICTURE, alt
        self.value = f"<span hidden>{markup(quick_png(NO_PICTURE), alt)}</span>"


class Picture(Drawable, HTML):
    """A figure or a picture that can be drawn anew."""

    def __init__(self) -> None:
        super().__init__()
        self.content: Figure | Image.Image = NO_PICTURE
        self.alt = ""


class Panel(VBox):
    """A box that is closed with all its parts, at the latest when the cell that made it is run again."""

    def __init__(self, children: Sequence[Widget]) -> None:
        sliders = has_sliders(part for child in children for part in (child, *parts_of(child)))
        super().__init__([*children, Names()] if sliders else children)
        replace_last_run(self)

    def parts(self) -> Iterator[Widget]:
        """Every widget that this one is made of."""
        yield from parts_of(self)

    def close(self) -> None:
        """Let go of every part: what nobody sees any more takes neither time nor memory."""
        for part in list(self.parts()):
            part.close()
        super().close()


_made: dict[str, tuple[int, list[Panel]]] = {}  # in each cell: the number of its last run, and the panels of that run


def replace_last_run(panel: Panel) -> None:
    """Close the panels that an earlier run of the same cell made, since its output, which showed them, is gone."""
    shell = get_ipython()
    cell = shell.get_parent().get("metadata", {}).get("cellId") if hasattr(shell, "get_parent") else None
    if cell is None:
        return  # no notebook, or one that does not tell its cells apart
    run, panels = _made.get(cell, (None, []))
    if run != shell.execution_count:
        for each in panels:
            each.close()
        panels = []
    _made[cell] = shell.execution_count, [*panels, panel]


def parts_of(widget: Widget) -> Iterator[Widget]:
    """Every widget that `widget` is made of, with their layouts and styles."""
    for name in widget.keys:
        value = getattr(widget, name)
        for part in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(part, Widget):
                yield from parts_of(part)
                yield part


class View(Panel):
    """A title, rows of controls and pictures; where no kernel runs, `picture` stands in for all of it."""

    def __init__(self, title: str, rows: Sequence[Widget], picture: Drawable) -> None:
        super().__init__([HTML(f"{STYLE}<h4>{html.escape(title)}</h4>"), *rows])
        self.add_class("gancore-view")
        self.title = title
        self.picture = picture

    def parts(self) -> Iterator[Widget]:
        yield from super().parts()
        if (picture := vars(self).get("picture")) is not None:  # which need not be among the rows
            yield from (*parts_of(picture), picture)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        stand_in = bundle(png(self.picture.content), self.picture.alt)
        if self.picture.content is NO_PICTURE:
            stand_in["text/html"] = f"<p>{html.escape(self.picture.alt)}</p>{stand_in['text/html']}"
        return {**super()._repr_mimebundle_(**kwargs), **stand_in}


def in_a_row(*widgets: Widget, **layout: str) -> HBox:
    """Widgets side by side, on a further line where the page is too narrow; `layout` is as in CSS."""
    return HBox(widgets, layout={"flex_flow": "row wrap", **layout})


class Status(HTML):
    """A line of words that says how things stand; screen readers read it out when it changes."""

    def say(self, words: str) -> None:
        """Show `words` as they are: they may hold the name of a folder, and HTML in it must not come alive."""
        self.value = f'<div role="status">{html.escape(words)}</div>'
