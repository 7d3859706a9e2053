"""The slides of a kit: nothing is taller or wider than a slide, and nothing comes from another machine."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from gancore.cli.app import app

WIDTH, HEIGHT, MARGIN = 1280, 720, 30
MEASURE = """() => Reveal.getSlides().map(slide => {
  const { h, v } = Reveal.getIndices(slide);
  Reveal.slide(h, v);
  const shown = [...slide.querySelectorAll("*:not(aside, aside *, span)")];
  const edges = shown.map(each => each.getBoundingClientRect().right);
  const width = (Math.max(0, ...edges) - slide.getBoundingClientRect().left) / Reveal.getScale();
  return [width, slide.scrollHeight, parseFloat(getComputedStyle(slide).fontSize)];
})"""
SMALLEST = 20  # pixels of a letter, of 720 that a slide is high


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("kit") / "room"
    assert CliRunner().invoke(app, ["kit", str(out), "--slides"]).exit_code == 0
    return out / "slides"


def test_every_slide_holds_what_is_on_it(browser, slides: Path) -> None:
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    for path in sorted(slides.glob("*.html")):
        page.goto(path.as_uri())
        page.wait_for_function("window.Reveal?.isReady()")
        measured = page.evaluate(MEASURE)
        outside = [
            place for place, (width, height, _) in enumerate(measured) if width > WIDTH - MARGIN + 1 or height > HEIGHT
        ]
        assert (path.name, outside) == (path.name, [])
        assert min(size for *_, size in measured) >= SMALLEST
    page.close()
    assert errors == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
