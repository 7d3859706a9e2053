"""The interpolation film of chapter 11 in the page: look through it, play it, save it, choose other seeds."""

import re

import pytest
from helpers.controls import button, picture, slider, status
from PIL import Image
from playwright.sync_api import expect

CHAPTER = "11_inside_the_latent_space"
FRAMES_SEEN = 5  # while it plays, so that a picture that changes once does not count as playing


@pytest.fixture(scope="module")
def view(chapter):
    return chapter.run("begin(", "load_pretrained(", "InterpolationFilm(")


def test_the_frame_slider_moves_the_picture(chapter, view):
    with chapter.changes(picture(view), status(view)):
        slider(view, "frame").press("ArrowRight")
    expect(status(view)).to_contain_text("Frame 18 of 33.")
    expect(picture(view)).to_have_attribute("alt", re.compile("from seed 3 to seed 8.*Frame 18 of 33"))


@pytest.mark.parametrize(("name", "seeds"), [("from seed", "from seed 4 to seed 8"), ("to seed", "seed 4 to seed 9")])
def test_another_seed_makes_another_film(chapter, view, name, seeds):
    with chapter.changes(picture(view)):
        slider(view, name).press("ArrowRight")
    expect(picture(view)).to_have_attribute("alt", re.compile(seeds))


def test_it_plays_until_paused(chapter, view):
    button(view, "Play").press("Enter")
    for _ in range(FRAMES_SEEN):
        with chapter.changes(picture(view)):
            pass
    with chapter.changes(status(view)):
        button(view, "Pause").click()
    expect(button(view, "Play")).to_be_visible()


def test_the_film_is_saved_beside_the_chapter(chapter, view, lab):
    button(view, "Save GIF").press("Enter")
    expect(status(view)).to_contain_text("Saved runs/from-4-to-9.gif: 33 frames.")
    with Image.open(lab.root / "course" / "runs" / "from-4-to-9.gif") as saved:
        assert saved.n_frames == 33


def test_it_is_fit_to_be_projected(chapter, view):
    chapter.screenshots("interpolation-film", view)
