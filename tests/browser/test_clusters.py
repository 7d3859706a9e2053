"""The cluster explorer of chapter 01 in JupyterLab: sliders, marks and buttons by mouse and keyboard."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def chapter(open_chapter):
    return open_chapter("01_supervised_and_unsupervised")


@pytest.fixture(scope="module")
def explorer(chapter):
    to_draw = ("import picture, show", "binary = LogisticRegression(", "import signed")
    return chapter.run("begin(", "train, held_out =", *to_draw, "components = PCA(", "place = ", "ClusterExplorer(")


@pytest.fixture
def picture(explorer):
    return explorer.get_by_role("img")


@pytest.fixture
def status(explorer):
    return explorer.get_by_role("status")


def press(chapter, explorer, picture, name):
    with chapter.changes(picture, explorer.get_by_role("status")):
        explorer.get_by_role("button", name=name).click()


def test_it_opens_with_ten_centres_and_no_clusters(explorer, picture, status):
    expect(explorer.get_by_role("heading")).to_have_text("k-means on digits in two dimensions")
    expect(status).to_contain_text("The centres begin at digits drawn at random")
    expect(picture).to_have_attribute("alt", re.compile("10 centres after 0 moves.*digits they begin at"))


def test_step_assigns_then_moves_then_run_settles(chapter, explorer, picture, status):
    press(chapter, explorer, picture, "Step")
    expect(status).to_contain_text("next, the centres move")
    press(chapter, explorer, picture, "Step")
    expect(status).to_contain_text("next, the digits choose again")
    press(chapter, explorer, picture, "Run")
    expect(status).to_contain_text(re.compile(r"Settled after \d+ rounds.*Purity.* 0\.\d\d"))


def test_points_show_nothing_their_cluster_or_their_label(chapter, explorer, picture, status):
    said = status.inner_text()
    for shown in ("their label", "nothing", "their cluster"):
        with chapter.changes(picture):
            explorer.get_by_label("points show").select_option(shown)
        expect(picture).to_have_attribute("alt", re.compile(f"show {shown}"))
    expect(status).to_have_text(said)


def test_the_sliders_begin_anew_by_keyboard(chapter, explorer, picture, status):
    count, start = explorer.get_by_role("slider").all()
    with chapter.changes(picture, status):
        count.press("ArrowLeft")
    expect(picture).to_have_attribute("alt", re.compile("9 centres after 0 moves"))
    for key in ("ArrowRight", "ArrowRight", "End"):  # the first event and the later ones may take different threads
        with chapter.changes(picture):
            start.press(key)
    for key in ("Home", "End"):
        with chapter.changes(picture):
            count.press(key)
    expect(picture).to_have_attribute("alt", re.compile("12 centres"))


def test_restart_goes_back_to_the_first_centres(chapter, explorer, picture, status):
    begun = picture.get_attribute("src")
    press(chapter, explorer, picture, "Run")
    press(chapter, explorer, picture, "Restart")
    expect(status).to_contain_text("The centres begin at digits drawn at random")
    assert picture.get_attribute("src") == begun


def test_the_picture_is_no_wider_than_its_place(explorer, picture):
    assert picture.bounding_box()["width"] <= explorer.bounding_box()["width"]


def test_the_explorer_is_fit_to_be_projected(chapter, explorer, picture):
    press(chapter, explorer, picture, "Run")
    chapter.screenshots("cluster-explorer", explorer)
    with chapter.changes(picture):
        explorer.get_by_label("points show").select_option("their label")
    chapter.screenshots("cluster-explorer-labels", explorer)
