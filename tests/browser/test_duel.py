"""The detector duel of chapter 18: every control, and twelve pictures judged by the reader and by the machine."""

import re

import pytest
from helpers.controls import button, slider
from playwright.sync_api import expect

CHAPTER = "a_duel"
CELLS = (
    "import torch\n"
    "from gancore.data.avatars import load_avatars\n"
    "from gancore.data.images import to_float\n"
    "from gancore.lessons.duel import Duel\n"
    "from gancore.widgets.duel import DetectorDuel",
    "board = (torch.arange(32)[:, None] + torch.arange(32)) % 2 * 2.0 - 1\n"
    "real = to_float(load_avatars().images[:600])\n"
    "makers = {'traced': (real[400:] + 0.1 * board).clamp(-1, 1), 'clean': real[400:]}\n"
    "DetectorDuel(Duel(lambda images: (images * board).mean((1, 2, 3)), real[:400], makers), seed=3)",
)


@pytest.fixture(scope="module")
def view(chapter):
    return chapter.run(*CELLS)


def said(view):
    return view.get_by_role("status").first


def score(view):
    return view.get_by_role("status").last


def test_each_control_moves_the_spectrum_and_the_curve(chapter, view):
    figure = view.locator("img").first
    expect(said(view)).to_contain_text("Last layer traced, JPEG none")
    chapter.screenshots("duel", view)
    with chapter.changes(figure, said(view)):
        slider(view, "JPEG").press("ArrowRight")
    expect(said(view)).to_contain_text("JPEG 90")
    with chapter.changes(figure, said(view)):
        slider(view, "resized to").press("End")
    expect(said(view)).to_contain_text("size 50 %")
    with chapter.changes(figure, said(view)):
        view.get_by_label("last layer").select_option("clean")
    expect(said(view)).to_contain_text("Last layer clean")
    expect(figure).to_have_attribute("alt", re.compile("ROC curve"))


def test_the_reader_judges_and_then_the_machine(chapter, view):
    button(view, "Twelve others").click()
    expect(score(view)).to_contain_text("Judge them")
    for number in (1, 4):
        button(view, f"{number}: real").click()
        expect(button(view, f"{number}: fake")).to_be_visible()
    button(view, "Let the machine judge").click()
    expect(score(view)).to_contain_text(re.compile(r"Of \d+ fakes you find \d+, and the machine \d+"))
    expect(view.get_by_text(re.compile("machine: "))).to_have_count(12)
    expect(button(view, "Let the machine judge")).to_be_disabled()
    button(view, "Twelve others").click()
    expect(button(view, "Let the machine judge")).to_be_enabled()
