"""The latent explorer of chapter 11 in the page: every control moves the digits, soon enough to be called live."""

import re
import time

import pytest
from helpers.controls import button, canvas, slider, status
from helpers.liveness import fewest_a_second, load
from playwright.sync_api import expect

CHAPTER = "an_explorer"
CELLS = (  # as chapter 11 makes it, with directions found on a tenth of the samples
    "from gancore.analysis.latents import find_direction\n"
    "from gancore.analysis.shapes import slant, thickness\n"
    "from gancore.models.sampling import generate, seeded_latents\n"
    "from gancore.pretrained import load_pretrained\n"
    "from gancore.widgets.explorer import LatentExplorer",
    "modern = load_pretrained('ungrouped')\n"
    "found_on = seeded_latents(300, modern.latent_dim, seed=4)\n"
    "samples = generate(modern.generator, found_on)\n"
    "measures = {'slant': slant, 'thickness': thickness}\n"
    "directions = {name: find_direction(found_on, each(samples)) for name, each in measures.items()}\n"
    "LatentExplorer(modern, directions, seed=2)",
)
SLIDERS = ("slant", "thickness", "truncation", "seed", "to the next")
LIVE = fewest_a_second(20)  # pictures, while a slider is dragged and while it plays
SECONDS = 3  # to count over
COUNT = f"""canvas => {{
    const small = new OffscreenCanvas(32, 16).getContext('2d', {{willReadFrequently: true}});
    const look = () => {{
        small.drawImage(canvas, 0, 0, 32, 16);
        return small.getImageData(0, 0, 32, 16).data.join();
    }};
    window.counted = (async () => {{
        let last = look(), pictures = 0;
        const end = performance.now() + 1000 * {SECONDS};
        while (performance.now() < end) {{
            await new Promise(requestAnimationFrame);
            const now = look();
            if (now !== last) pictures += 1;
            last = now;
        }}
        return pictures / {SECONDS};
    }})();
}}"""

REST = """async canvas => {
    let last = canvas.toDataURL(), since = performance.now();
    while (performance.now() - since < 700) {
        await new Promise(requestAnimationFrame);
        const now = canvas.toDataURL();
        if (now !== last) since = performance.now();
        last = now;
    }
    return last;
}"""


@pytest.fixture(scope="module")
def cell(chapter):
    return chapter.run(*CELLS)


@pytest.fixture
def view(chapter, cell):
    """The explorer with its sliders where they are at first."""
    button(cell, "Reset").click()
    chapter.wait_until_idle()
    come_to_rest(cell)
    return cell


def come_to_rest(view):
    """Wait until the digits have glided to where the sliders are, and return what is to be seen then."""
    return canvas(view).evaluate(REST)


def count_pictures(view):
    """Begin to count, in the page, how often what the canvas shows has changed from one screen refresh to the next."""
    canvas(view).evaluate(COUNT)


def assert_live(view, doing, fewest):
    """While it was counted there were at least `fewest` pictures a second."""
    pictures = canvas(view).evaluate("() => window.counted")
    print(f"{doing}: {pictures:.1f} pictures a second, {load()}")
    assert pictures >= fewest


@pytest.mark.parametrize("name", SLIDERS)
def test_a_slider_moves_the_digits_and_the_numbers(chapter, view, name):
    key = "PageDown" if name == "truncation" else "PageUp"
    with chapter.changes(canvas(view), status(view)):
        slider(view, name).press(key)


def test_the_way_moves_the_digits(chapter, view):
    with chapter.changes(canvas(view)):
        slider(view, "to the next").press("PageUp")
    come_to_rest(view)
    with chapter.changes(canvas(view), status(view)):
        view.get_by_label("way").select_option("straight line")
    view.get_by_label("way").select_option("great circle")


def test_the_digits_are_told_in_words(view):
    expect(canvas(view)).to_have_attribute(
        "aria-label", re.compile(r"^8 generated digits\. Mean slant [+-]0\.\d\d, mean thickness \d\.\d\d pixels")
    )


def test_reset_brings_the_digits_back(chapter, view):
    before = come_to_rest(view)
    with chapter.changes(canvas(view)):
        slider(view, "slant").press("PageUp")
    assert come_to_rest(view) != before
    with chapter.changes(canvas(view)):
        button(view, "Reset").click()
    assert come_to_rest(view) == before


@LIVE
def test_a_slider_that_is_dragged_is_followed_live(chapter, view, fewest):
    handle = slider(view, "thickness")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = chapter.page.mouse
    mouse.move(x, y)
    mouse.down()
    count_pictures(view)
    until, moves = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:  # to and fro, a pixel at a time, as often as a mouse reports
        mouse.move(x + 60 * abs((moves / 60) % 2 - 1) - 30, y)
        chapter.page.wait_for_timeout(8)
        moves += 1
    mouse.up()
    assert_live(view, "dragged", fewest)


@LIVE
def test_it_plays_live_until_it_is_paused(chapter, view, fewest):
    button(view, "Play").press("Enter")
    expect(button(view, "Pause")).to_be_visible()
    count_pictures(view)
    canvas(view).evaluate("() => window.counted")
    with chapter.changes(status(view)):
        button(view, "Pause").click()
    expect(button(view, "Play")).to_be_visible()
    assert_live(view, "playing", fewest)


def test_it_is_fit_to_be_projected(chapter, view):
    with chapter.changes(canvas(view)):
        slider(view, "thickness").press("PageUp")
    chapter.screenshots("latent-explorer", view)
