"""The 2-D lab of chapter 05 in the page: every control moves something, other cells answer, points can be drawn."""

import re
import statistics

import pytest
from helpers.controls import button, canvas, slider, status
from helpers.liveness import fewest_a_second, load
from playwright.sync_api import expect

CHAPTER = "05_the_loop_by_hand"
SLIDERS = ("D's rate", "G's rate", "D's moves", "Noise", "Penalty", "Speed")
SECONDS = 3  # to count pictures over
LIVE = fewest_a_second(15)  # pictures
LONGEST_ANSWER = 1.0  # seconds that another cell takes on a busy machine; a tenth on a quiet one
COUNT = f"""async canvas => {{
    const shown = new Set();  // by their words, which tell the round and are set with each picture that is painted
    const watch = new MutationObserver(() => shown.add(canvas.getAttribute('aria-label')));
    watch.observe(canvas, {{attributeFilter: ['aria-label']}});
    await new Promise(done => setTimeout(done, 1000 * {SECONDS}));
    watch.disconnect();
    return shown.size;
}}"""
ANSWER = """async () => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel, asked = performance.now();
    await kernel.requestExecute({code: '1 + 1'}).done;
    return (performance.now() - asked) / 1000;
}"""


@pytest.fixture(scope="module")
def view(chapter):
    return chapter.run("begin(", "data = ring()", "lab = Lab(")


def test_all_three_views_are_drawn_and_described(view):
    pictures = view.get_by_role("img")
    expect(pictures).to_have_count(3)
    for place, words in enumerate(("The plane after 600 rounds: 8 of 8 modes", "on real ", "of D ")):
        expect(pictures.nth(place)).to_have_attribute("aria-label", re.compile(words))


@pytest.mark.parametrize(
    ("name", "words"), [("Step D", "D has moved once"), ("Step G", "G has moved once"), ("Reset", "Ready")]
)
def test_a_button_redraws_the_plane_and_says_so(chapter, view, name, words):
    with chapter.changes(canvas(view), status(view)):
        button(view, name).press("Enter")
    expect(status(view)).to_contain_text(words)


@pytest.mark.parametrize("name", SLIDERS)
def test_a_slider_moves_with_the_keyboard(chapter, view, name):
    readout = view.locator(".widget-slider", has_text=name).locator(".widget-readout")
    with chapter.changes(readout):
        slider(view, name).press("ArrowRight")
    with chapter.changes(readout):
        slider(view, name).press("ArrowLeft")


def test_another_loss_another_seed_and_other_data_redraw_the_plane(chapter, view):
    with chapter.changes(view.get_by_text("Loss of D")):
        view.get_by_label("Loss").select_option("minimax")
    with chapter.changes(canvas(view)):
        view.get_by_label("Seed").fill("6")
        view.get_by_label("Seed").press("Enter")
    for data in ("grid", "moons", "spiral", "ring"):
        with chapter.changes(canvas(view)):
            view.get_by_label("Data").select_option(data)


def test_it_plays_while_other_cells_answer_and_rewinds(chapter, view):
    button(view, "Play").click()
    expect(view.get_by_text(re.compile(r"\d pictures a second"))).to_be_visible()
    chapter.run("print(data)")
    expect(chapter.output("print(data)")).to_contain_text("ring: 8 Gaussians")
    with chapter.changes(canvas(view), view.locator("canvas").nth(1), view.locator("canvas").nth(2)):
        pass  # it still plays
    with chapter.changes(status(view)):
        button(view, "Pause").click()
    expect(status(view)).to_contain_text("Paused after")
    with chapter.changes(canvas(view)):
        slider(view, "Rewind").press("ArrowLeft")
    expect(status(view)).to_contain_text("1 frame back")
    chapter.screenshots("plane-lab", view)


@LIVE
def test_it_is_live_as_a_reader_starts_it_and_nothing_comes_late_after_pause(chapter, view, fewest):
    canvas(view).scroll_into_view_if_needed()
    button(view, "Play").click()
    expect(button(view, "Pause")).to_be_visible()
    pictures = canvas(view).evaluate(COUNT) / SECONDS
    answer = statistics.median(chapter.page.evaluate(ANSWER) for _ in range(9))
    button(view, "Pause").click()
    expect(status(view)).to_contain_text("Paused after")
    rounds = re.search(r"after [\d,]+ rounds", status(view).inner_text())[0]
    expect(canvas(view)).to_have_attribute("aria-label", re.compile(rounds))
    assert canvas(view).evaluate(COUNT) == 0
    print(f"{pictures:.1f} pictures a second, another cell answers in {1000 * answer:.0f} ms, {load()}")
    assert pictures >= fewest
    assert answer <= LONGEST_ANSWER


def test_data_is_drawn_with_the_mouse_and_with_keys_that_do_not_command_the_notebook(chapter, view):
    cells = chapter.page.locator(".jp-Notebook .jp-Cell").count()
    with chapter.changes(canvas(view)):
        view.get_by_label("Data").select_option("draw it")
    expect(view.get_by_text("0 points.")).to_be_visible()
    canvas(view).scroll_into_view_if_needed()
    box = canvas(view).bounding_box()
    mouse, keyboard = chapter.page.mouse, chapter.page.keyboard
    mouse.move(box["x"] + 60, box["y"] + 60)
    mouse.down()
    mouse.move(box["x"] + 200, box["y"] + 90, steps=5)
    mouse.move(box["x"] + box["width"] + 40, box["y"] + 90, steps=5)  # released outside
    mouse.up()
    expect(status(view)).to_contain_text("The data is now what you drew")
    drawn = points(view)
    assert drawn > 20
    canvas(view).focus()
    for key in ("ArrowUp", "ArrowLeft", "Space", "Shift+ArrowDown", "Space", "Backspace", "d", "d"):
        keyboard.press(key)
    expect(view.get_by_text(f"{drawn + 1} points. Cursor at -0.10, 0.09.")).to_be_visible()
    assert chapter.page.locator(".jp-Notebook .jp-Cell").count() == cells
    chapter.screenshots("plane-lab-drawing", view)
    with chapter.changes(canvas(view)):
        button(view, "Clear").click()
    expect(view.get_by_text("0 points.")).to_be_visible()


def points(view):
    """How many points have been drawn, as the page says it."""
    words = view.get_by_text(re.compile(r"\d+ points\.")).inner_text()
    return int(re.search(r"(\d+) points\.", words)[1])
