"""The page's half of a canvas, with a model that only pretends: what it does when nobody looks, and when one zooms."""

import pytest
from helpers.places import REPOSITORY
from playwright.sync_api import Page

PAGE = """
(async () => {
  const source = SOURCE;
  const { render } = (await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })))).default;
  const values = { width: 100, height: 50, drawing: false };
  const heard = {};
  window.sent = [];
  const model = {
    get: (name) => values[name],
    on: (event, callback) => (heard[event] = callback),
    off: () => {},
    send: (message) => window.sent.push(message),
  };
  render({ model, el: document.body });
  const canvas = document.querySelector("canvas");
  window.seen = [];
  new MutationObserver(() => window.seen.push(canvas.getAttribute("aria-label"))).observe(canvas, { attributes: true });
  const content = { limits: [-1, 1, -1, 1], layers: [] };
  window.show = (number) => heard["msg:custom"]({ ...content, number, alt: `picture ${number}` }, []);
})()
"""
SEEN = """async () => {
  for (let i = 0; i < 12; i++) await new Promise(requestAnimationFrame);
  return window.seen;
}"""


@pytest.fixture
def canvas(browser) -> Page:
    page = browser.new_page()
    source = (REPOSITORY / "gancore" / "widgets" / "canvas.js").read_text(encoding="utf-8")
    page.evaluate("source => window.source = source", source)
    page.evaluate(PAGE.replace("SOURCE", "window.source"))
    yield page
    page.close()


def test_pictures_that_arrive_together_are_shown_one_after_the_other(canvas: Page) -> None:
    canvas.evaluate("[1, 2, 3].forEach(show)")
    seen = [alt for alt in canvas.evaluate(SEEN) if alt]
    assert list(dict.fromkeys(seen)) == ["picture 1", "picture 2", "picture 3"]


def test_a_page_in_the_background_keeps_the_newest_picture_alone(canvas: Page) -> None:
    canvas.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      [1, 2, 3].forEach(show);
      Object.defineProperty(document, "hidden", { value: false });
    }""")
    seen = canvas.evaluate(SEEN)
    assert seen[-1] == "picture 3"
    assert not {"picture 1", "picture 2"} & set(seen)


def test_a_canvas_has_the_pixels_of_the_screen_after_a_change_of_zoom(canvas: Page) -> None:
    canvas.evaluate("show(1)")
    canvas.evaluate(SEEN)
    assert canvas.evaluate("document.querySelector('canvas').width") == 100
    canvas.evaluate("""() => {
      Object.defineProperty(window, "devicePixelRatio", { value: 2 });
      window.dispatchEvent(new Event("resize"));
    }""")
    canvas.evaluate(SEEN)
    assert canvas.evaluate("document.querySelector('canvas').width") == 200
