"""The fixtures of these tests notice what they are there to notice, on a notebook with planted defects."""

import pytest
from playwright.sync_api import expect

CELLS = (
    "import asyncio\nimport ipywidgets as widgets\nfrom IPython.display import HTML, Javascript, display",
    "# controls\n"
    "slider = widgets.IntSlider(description='size', max=9)\n"
    "said = widgets.HTML('nothing')\n"
    "def tell(event):\n"
    "    said.value = f'<b>{slider.value}</b>'\n"
    "slider.observe(tell, names='value')\n"
    "widgets.VBox([slider, said])",
    "# broken callback\nbutton = widgets.Button(description='Break')\nbutton.on_click(lambda event: 1 / 0)\nbutton",
    "# broken slider\n"
    "broken = widgets.IntSlider(description='broken')\n"
    "broken.observe(lambda event: [][1], names='value')\n"
    "broken",
    "# broken task\n"
    "async def fail():\n"
    "    raise ValueError('in a task')\n"
    "task = asyncio.get_running_loop().create_task(fail())\n"
    "await asyncio.sleep(0.05)\n"
    "del task",
    "# broken page\nJavascript('console.error(\"from the page\")')",
    '# request\nHTML(\'<img alt="far away" src="http://example.invalid/a.png">\')',
    "# wide\nHTML('<div style=\"width: 3000px\">wide</div>')",
    "# broken cell\n{}['a key']",
    "# after it\nprint('not reached')",
)
STEPS = ("import asyncio", "# controls", "# broken callback", "# broken slider", "# wide")


@pytest.fixture(scope="module")
def chapter(lab, open_chapter):
    lab.plant("planted", CELLS)
    chapter = open_chapter("planted")
    chapter.run(*STEPS)
    chapter.page.route("http://example.invalid/**", lambda route: route.fulfill(status=204))  # asked for, not sent
    yield chapter
    chapter.page.unroute_all()


def test_a_change_is_seen(chapter):
    view = chapter.output("# controls")
    with chapter.changes(view, view.locator(".widget-html")):
        view.get_by_role("slider").press("ArrowRight")
    expect(view.locator("b")).to_have_text("1")


def test_an_action_without_effect_is_caught(chapter, monkeypatch):
    monkeypatch.setattr("helpers.chapter.SECONDS_TO_ANSWER", 0.5)
    view = chapter.output("# controls")
    with pytest.raises(AssertionError, match="Nothing changed"), chapter.changes(view.locator(".widget-html")):
        view.locator(".widget-label").first.click()


@pytest.mark.parametrize("times", [1, 3])
def test_an_error_in_a_callback_is_caught(chapter, times):
    for _ in range(times):
        chapter.output("# broken callback").get_by_role("button", name="Break").click()
        chapter.page.wait_for_function("window.complaints.length > 0")
        assert "ZeroDivisionError" in "".join(chapter.take_complaints())


def test_an_error_of_a_slider_is_caught_on_whichever_thread_it_is(chapter):
    for _ in range(3):
        chapter.output("# broken slider").get_by_role("slider").press("ArrowRight")
        chapter.page.wait_for_function("window.complaints.length > 0")
        assert "IndexError" in "".join(chapter.take_complaints())


@pytest.mark.parametrize(
    ("snippet", "said"),
    [
        ("# broken task", "ValueError: in a task"),
        ("# broken page", "from the page"),
        ("# request", "request to elsewhere: http://example.invalid/a.png"),
        ("# broken cell", "KeyError: 'a key'"),
    ],
)
def test_a_cell_that_goes_wrong_is_caught(chapter, snippet, said):
    with pytest.raises(AssertionError, match=said):
        chapter.run(snippet)
    chapter.page.wait_for_timeout(200)  # what is said a little later belongs to this test as well
    chapter.take_complaints()


def test_cells_after_an_error_are_not_run(chapter):
    with pytest.raises(AssertionError, match="KeyError"):
        chapter.run_until("# after it")
    expect(chapter.output("# after it").locator(".jp-OutputArea-child")).to_have_count(0)
    chapter.page.wait_for_timeout(200)
    chapter.take_complaints()


def test_what_sticks_out_is_caught(chapter, tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.chapter.ARTIFACTS", tmp_path)
    with pytest.raises(AssertionError, match="cut off at a width of 1280"):
        chapter.screenshots("wide", chapter.output("# wide"))
    chapter.screenshots("narrow", chapter.output("# controls"))
    kept = [f"{name}-{width}.png" for name in ("narrow", "wide") for width in (1280, 800)]
    assert sorted(path.name for path in tmp_path.iterdir()) == kept


def test_a_cell_that_is_not_there_is_named(chapter):
    with pytest.raises(ValueError, match=r"No code cell of planted holds 'Explorer\('"):
        chapter.run("Explorer(")


def test_a_chapter_that_is_not_there_is_named(open_chapter):
    with pytest.raises(FileNotFoundError, match="no chapter '99_nowhere'"):
        open_chapter("99_nowhere")


def test_a_chapter_finds_nothing_of_the_one_before_it(lab, chapter, open_chapter):
    kernel = lab.kernel
    lab.plant("another", ["print(slider)", "from ipywidgets.widgets import widget\nassert not widget._instances"])
    another = open_chapter("another")
    assert lab.kernel == kernel
    with pytest.raises(AssertionError, match="NameError: name 'slider'"):
        another.run("print(slider)")
    another.take_complaints()
    another.run("_instances")


@pytest.mark.parametrize("asleep", [True, False])
def test_a_kernel_that_has_a_cell_to_run_is_not_handed_on(lab, open_chapter, asleep):
    lab.plant("busy", ["import time\nprint('asleep')\ntime.sleep(600)"])
    lab.plant("idle", ["print('awake')"])
    busy, kernel = open_chapter("busy"), lab.kernel
    busy.start("sleep")
    if asleep:  # otherwise JupyterLab may not even have sent the cell
        expect(busy.output("sleep")).to_contain_text("asleep")
    open_chapter("idle").run("awake")
    assert lab.kernel != kernel
