"""The cluster explorer of chapter 01 in JupyterLab: sliders, marks and buttons by mouse and keyboard."""

import re

import pytest
from helpers.controls import button, picture, status
from playwright.sync_api import expect

CHAPTER = "clusters"
CELLS = (  # as chapter 01 makes it, with the directions of the thousand digits that it shows
    "from sklearn.decomposition import PCA\n"
    "import torch\n"
    "from gancore.data import load, to_float\n"
    "from gancore.widgets.clusters import ClusterExplorer",
    "digits = load('digits').subset(torch.randperm(5000, generator=torch.Generator().manual_seed(1))[:1000])\n"
    "images = to_float(digits.images)\n"
    "place = torch.from_numpy(PCA(2, random_state=0).fit_transform(images.flatten(1))).float()\n"
    "ClusterExplorer(place, images, digits.labels)",
)


@pytest.fixture(scope="module")
def explorer(chapter):
    return chapter.run(*CELLS)


def press(chapter, explorer, name):
    with chapter.changes(picture(explorer), status(explorer)):
        button(explorer, name).click()


def test_it_opens_with_ten_centres_and_no_clusters(explorer):
    expect(explorer.get_by_role("heading")).to_have_text("k-means on digits in two dimensions")
    expect(status(explorer)).to_contain_text("The centres begin at digits drawn at random")
    expect(picture(explorer)).to_have_attribute("alt", re.compile("10 centres after 0 moves.*digits they begin at"))


def test_step_assigns_then_moves_then_run_settles(chapter, explorer):
    press(chapter, explorer, "Step")
    expect(status(explorer)).to_contain_text("next, the centres move")
    press(chapter, explorer, "Step")
    expect(status(explorer)).to_contain_text("next, the digits choose again")
    press(chapter, explorer, "Run")
    expect(status(explorer)).to_contain_text(re.compile(r"Settled after \d+ rounds.*Purity.* 0\.\d\d"))


def test_points_show_nothing_their_cluster_or_their_label(chapter, explorer):
    said = status(explorer).inner_text()
    for shown in ("their label", "nothing", "their cluster"):
        with chapter.changes(picture(explorer)):
            explorer.get_by_label("points show").select_option(shown)
        expect(picture(explorer)).to_have_attribute("alt", re.compile(f"show {shown}"))
    expect(status(explorer)).to_have_text(said)


def test_the_sliders_begin_anew_by_keyboard(chapter, explorer):
    count, start = explorer.get_by_role("slider").all()
    with chapter.changes(picture(explorer), status(explorer)):
        count.press("ArrowLeft")
    expect(picture(explorer)).to_have_attribute("alt", re.compile("9 centres after 0 moves"))
    for key in ("ArrowRight", "ArrowRight", "End"):  # the first event and the later ones may take different threads
        with chapter.changes(picture(explorer)):
            start.press(key)
    for key in ("Home", "End"):
        with chapter.changes(picture(explorer)):
            count.press(key)
    expect(picture(explorer)).to_have_attribute("alt", re.compile("12 centres"))


def test_restart_goes_back_to_the_first_centres(chapter, explorer):
    begun = picture(explorer).get_attribute("src")
    press(chapter, explorer, "Run")
    press(chapter, explorer, "Restart")
    expect(status(explorer)).to_contain_text("The centres begin at digits drawn at random")
    assert picture(explorer).get_attribute("src") == begun


def test_the_picture_is_no_wider_than_its_place(explorer):
    assert picture(explorer).bounding_box()["width"] <= explorer.bounding_box()["width"]


def test_the_explorer_is_fit_to_be_projected(chapter, explorer):
    press(chapter, explorer, "Run")
    chapter.screenshots("cluster-explorer", explorer)
    with chapter.changes(picture(explorer)):
        explorer.get_by_label("points show").select_option("their label")
    chapter.screenshots("cluster-explorer-labels", explorer)
