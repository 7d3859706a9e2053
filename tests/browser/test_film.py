"""Films as a reader finds them: with no kernel, by mouse and by keyboard, and in a page that is not trusted."""

import re

import pytest
from playwright.sync_api import expect

CHAPTER, COMPARISON = "07_mnist_with_two_perceptrons", "08_convolutions_dcgan"  # films in them
UNCUT = "picture => getComputedStyle(picture.parentNode).overflow === 'visible'"
TRUST = "() => { for (const cell of jupyterapp.shell.currentWidget.content.model.cells) cell.trusted = true; }"


@pytest.fixture(scope="module")
def untrusted(chapter):
    """The stored film before the reader has said that the page is trusted, and before any cell has run."""
    return chapter.output("Film(")


@pytest.fixture(scope="module")
def film(chapter):
    """The stored film in a page that is trusted; no cell has run."""
    chapter.page.evaluate(TRUST)
    expect(chapter.output("Film(").get_by_role("slider")).to_be_visible()
    return chapter.output("Film(")


@pytest.fixture(scope="module")
def comparison(open_chapter):
    """The chapter with three films side by side, trusted; no cell has run."""
    chapter = open_chapter(COMPARISON)
    chapter.page.evaluate(TRUST)
    expect(chapter.output("Film(").get_by_role("slider")).to_be_visible()
    return chapter


def frames(film):
    """Which part of each contact sheet is in its frame: how many frames to the left and above."""
    return film.locator(".frame img").evaluate_all(
        "sheets => sheets.map(sheet => {"
        "const box = sheet.parentNode.getBoundingClientRect(), own = sheet.getBoundingClientRect();"
        "return [Math.round((box.left - own.left) / box.width), Math.round((box.top - own.top) / box.height)]; })"
    )


def places_of_cursors(film):
    """Where each cursor stands, as a share of the width of the curves."""
    width = film.locator(".curves").bounding_box()["width"]
    left = film.locator(".curves").bounding_box()["x"]
    return [(cursor.bounding_box()["x"] - left) / width for cursor in film.locator(".cursor").all()]


def test_a_page_that_is_not_trusted_shows_all_frames_and_the_curves(untrusted):
    sheet, curves = untrusted.locator("img").all()
    expect(untrusted.get_by_role("slider")).to_be_disabled()
    for picture in (sheet, curves):
        shown = picture.bounding_box()
        natural = picture.evaluate("picture => picture.naturalWidth / picture.naturalHeight")
        assert shown["width"] > 500
        assert shown["width"] / shown["height"] == pytest.approx(natural, rel=0.01)
        assert picture.evaluate(UNCUT)


def test_arrows_move_pictures_cursors_and_words_without_a_kernel(film):
    slider, status = film.get_by_role("slider"), film.get_by_role("status")
    expect(status).to_contain_text("round 0, 0.0 s.")
    assert frames(film) == [[0, 0]]
    first = places_of_cursors(film)
    slider.press("ArrowRight")
    expect(status).to_contain_text("round 10, ")
    expect(slider).to_have_attribute("aria-valuetext", "10 rounds")
    assert frames(film) == [[1, 0]]
    assert all(after > before for before, after in zip(first, places_of_cursors(film), strict=True))
    slider.press("ArrowUp")  # which JupyterLab takes for its own everywhere else
    expect(status).to_contain_text("round 20, ")
    slider.press("ArrowLeft")
    slider.press("ArrowDown")
    expect(status).to_contain_text("round 0, ")
    assert (frames(film), places_of_cursors(film)) == ([[0, 0]], first)


def test_the_end_is_the_last_round_with_what_the_curves_say_there(film):
    slider = film.get_by_role("slider")
    slider.press("End")
    words = film.get_by_role("status")
    expect(words).to_contain_text("round 1,600, ")
    expect(words).to_contain_text(re.compile(r"Loss of each player: discriminator [\d.]+, generator [\d.]+\. Accuracy"))
    last = int(slider.get_attribute("max"))
    assert frames(film) == [[last % 8, last // 8]]
    slider.press("Home")
    expect(words).to_contain_text("round 0, ")


def test_the_mouse_moves_it(chapter, film):
    slider = film.get_by_role("slider")
    slider.press("Home")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    with chapter.changes(film.get_by_role("status")):
        chapter.page.mouse.click(box["x"] + box["width"] / 2, middle)
    assert int(slider.input_value()) == pytest.approx(int(slider.get_attribute("max")) / 2, abs=1)
    chapter.page.mouse.down()
    with chapter.changes(film.get_by_role("status")):
        chapter.page.mouse.move(box["x"] + box["width"] - 2, middle)
    chapter.page.mouse.up()
    expect(film.get_by_role("status")).to_contain_text("round 1,600, ")


def test_it_is_told_in_words_and_has_a_name(film):
    expect(film.get_by_role("group", name="A film of training")).to_be_visible()
    expect(film.get_by_label("round")).to_have_attribute("type", "range")
    for picture in film.locator("img").all():
        assert len(picture.get_attribute("alt")) > 20


def test_it_is_fit_to_be_projected(chapter, film):
    film.get_by_role("slider").press("End")
    for _ in range(6):
        film.get_by_role("slider").press("ArrowLeft")
    chapter.screenshots("film", film)


def test_one_slider_moves_three_films_to_the_same_moment(comparison):
    films = comparison.output("Film(")
    slider, words = films.get_by_role("slider"), films.get_by_role("status")
    assert frames(films) == [[0, 0]] * 3
    slider.press("End")
    last = int(slider.get_attribute("max"))
    assert frames(films) == [[last % 8, last // 8]] * 3
    expect(words).to_contain_text(re.compile(r"two perceptrons: round \d+.*DCGAN: round \d+.*modern: round \d+.*FID: "))
    comparison.screenshots("three-films", films)
