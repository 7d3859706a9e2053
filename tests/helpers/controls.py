"""Where the parts of a view are in a page: `view` is the output of the cell that shows it."""

from playwright.sync_api import Locator


def button(view: Locator, name: str) -> Locator:
    return view.get_by_role("button", name=name, exact=True)


def slider(view: Locator, name: str) -> Locator:
    return view.locator(".widget-slider", has_text=name).get_by_role("slider")


def picture(view: Locator) -> Locator:
    return view.locator("img")


def canvas(view: Locator) -> Locator:
    """The canvas of a view, or the first of several."""
    return view.locator("canvas").first


def stroke(view: Locator, *places: tuple[float, float]) -> None:
    """A stroke of the mouse over the canvas, through places given as shares of it, from its upper left corner."""
    box, mouse = canvas(view).bounding_box(), view.page.mouse
    first, *others = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    mouse.move(*first)
    mouse.down()
    for place in others:
        mouse.move(*place, steps=12)
    mouse.up()


def status(view: Locator) -> Locator:
    """What the view says of itself; a canvas has a line of its own for the reader who draws on it."""
    return view.locator(".widget-html").get_by_role("status")
