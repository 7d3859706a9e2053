"""Fixtures for tests of widgets in JupyterLab, in headless Chromium.

A test file names a chapter and what to run, and gets the output of the cell that shows the widget:

    import re

    import pytest
    from helpers.controls import picture, slider, status
    from playwright.sync_api import expect

    CHAPTER = "01_supervised_and_unsupervised"

    @pytest.fixture(scope="module")
    def explorer(chapter):
        return chapter.run("begin(", "ClusterExplorer(")     # only these cells, in this order; or
        return chapter.run_until("ClusterExplorer(")         # all cells down to that one, as a reader would

    def test_the_slider_redraws_the_picture(chapter, explorer):
        with chapter.changes(picture(explorer), status(explorer)):
            slider(explorer, "clusters").press("ArrowRight")
        expect(picture(explorer)).to_have_attribute("alt", re.compile("4 centres"))

    def test_it_is_fit_to_be_projected(chapter, explorer):
        chapter.screenshots("cluster-explorer", explorer)    # tests/artifacts/cluster-explorer-1280.png and -800.png

- Cells are named by a piece of their source; the first code cell that holds it is meant. `run` with the few cells that
  a widget needs is the cheap way where cells above train for long: `make test` runs every chapter whole anyway.
- `chapter.start(…)` does not wait for its cells to end, `chapter.finish()` does: to look on while a cell runs.
  A file with `CELLS` beside its `CHAPTER` has a notebook of its own, for what no chapter does in seconds.
- `explorer` is a Playwright locator, https://playwright.dev/python/docs/api/class-locator. `helpers.controls` finds its
  parts: sliders take `press("ArrowRight")`, "PageUp", "Home", "End", and buttons `click()`. Dropdowns are
  `get_by_label("data").select_option("ring")`; check boxes and radio buttons `get_by_label("…").check()`.
  `chapter.page.mouse` draws and drags, `chapter.page.keyboard` types.
  ArrowUp and ArrowDown do not reach controls other than text fields: JupyterLab goes to another cell.
- `chapter.changes(...)` reads what is to be seen before the action and waits until all of it looks different:
  a picture, a text, a canvas, or any element around them. `expect(...)` of Playwright waits as well. Never sleep.
- After every test, errors of the page's console, of the kernel (in cells, callbacks and tasks alike) and requests to
  other machines fail it. A test that means to cause one calls `chapter.take_complaints()`.
- JupyterLab shows a copy of course/, so nothing in the repository is written. It is opened once, in one page, for all
  files that a process of pytest runs one after the other, and does not outlive them. One chapter is open at a time:
  the next one closes it, and goes on with its kernel, in which nothing is left of it but the imports.
- Without Chromium these tests skip, by name; where CI is set in the environment they fail.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.chapter import SECONDS_TO_OPEN, Chapter
from helpers.lab import Lab
from playwright.sync_api import Browser, Page, sync_playwright

# The first has no window at all, and takes a sixth less of the processor.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM += ("google-chrome", "google-chrome-stable", "chrome")
WINDOW = {"width": 1280, "height": 1000}

Opener = Callable[[str], Chapter]


@pytest.fixture(scope="package")  # not longer: while Playwright runs, no other test can start an event loop
def browser() -> Iterator[Browser]:
    """Headless Chromium: the system's, or the one that `playwright install chromium` left."""
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, CHROMIUM)), playwright.chromium.executable_path)
        if not Path(found).exists():
            missing = "There is no Chromium: install your system's chromium, or run `playwright install chromium`."
            pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
        with playwright.chromium.launch(executable_path=found, args=["--no-sandbox"]) as browser:
            yield browser


@pytest.fixture(scope="package")
def lab(browser, tmp_path_factory) -> Iterator[Lab]:
    """A running JupyterLab."""
    lab = Lab(tmp_path_factory.mktemp("lab"))
    yield lab
    lab.stop()


@pytest.fixture(scope="package")
def page(browser, lab) -> Page:
    """JupyterLab in a page, to open chapters in."""
    page = browser.new_page(viewport=WINDOW)
    page.goto(lab.url("/lab"), timeout=1000 * SECONDS_TO_OPEN)
    page.wait_for_function("window.jupyterapp?.restored.then(() => true)", timeout=1000 * SECONDS_TO_OPEN)
    return page


@pytest.fixture(scope="module")
def opened() -> list[Chapter]:
    """The chapter that a test file has open, if any."""
    return []


@pytest.fixture(scope="module")
def open_chapter(page, lab, opened) -> Iterator[Opener]:
    """Opens a chapter, named as its file without .ipynb, in a kernel that remembers nothing but imports."""

    def close() -> None:
        while opened:
            opened.pop().close()

    def open_one(name: str) -> Chapter:
        close()
        opened.append(Chapter(lab, page, name))
        return opened[-1]

    yield open_one
    close()


@pytest.fixture(scope="module")
def chapter(request, lab, open_chapter) -> Chapter:
    """The chapter that a test file calls CHAPTER. Where the file has CELLS too, it is a notebook of these."""
    if cells := getattr(request.module, "CELLS", None):
        lab.plant(request.module.CHAPTER, cells)
    return open_chapter(request.module.CHAPTER)


@pytest.fixture(autouse=True)
def no_complaints(opened) -> Iterator[None]:
    """Fails the test during which a page or a kernel complained."""
    yield
    assert [said for chapter in opened for said in chapter.take_complaints()] == []
