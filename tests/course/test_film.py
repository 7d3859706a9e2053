"""The film of training: frames, cursors and words belong to the same moment, and what is stored needs no kernel."""

import html
import json
import re

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from gancore.data.pictures import image_grid
from gancore.errors import GancoreError
from gancore.plots.contact_sheet import ACROSS, contact_sheet
from gancore.plots.readings import readings
from gancore.plots.style import figure, rendered
from gancore.plots.training import curves, film_strip, race
from gancore.training.recorders import History, Snapshot
from gancore.widgets.film import Film

MOMENTS = 11  # more than are in a row of the sheet
ROUNDS = [0, 10, 20, 40, 80, 120, 160, 240, 320, 480, 600]


def snapshots(first: int = 0) -> list[Snapshot]:
    """Snapshots each of one grey, from black to white, that tell them apart."""
    greys = torch.linspace(-1, 1, MOMENTS)
    return [
        Snapshot(round_ + first, place / 2, torch.full((4, 1, 28, 28), grey))
        for place, (round_, grey) in enumerate(zip(ROUNDS, greys.tolist(), strict=True))
    ]


def two_axes() -> Figure:
    """Curves that begin at round 10: y = x / 100 on the left, y = 600 - x on the right, and a line across."""
    drawn, (left, right) = figure(9, 3.4, columns=2)
    rounds = np.arange(10, 601, 10)
    left.plot(rounds, rounds / 100, label="rising")
    left.plot(rounds, rounds / 50)
    left.axhline(3, label="a limit")
    right.plot(rounds, 600 - rounds, label="falling")
    left.set(title="Left")
    right.set(title="Right")
    return drawn


def one_film() -> Film:
    return Film("A film", {"greys": snapshots()}, two_axes(), "Grey squares and two lines.")


def three_films() -> Film:
    drawn, (axes,) = figure(8, 3)
    axes.plot([0, 5], [100, 50], label="first")
    axes.set(title="Score")
    runs = {name: snapshots(first) for name, first in (("first", 0), ("second", 1000), ("third", 2000))}
    return Film("Three films", runs, drawn, "Grey squares and a line.", by="seconds")


def test_words_of_a_moment_say_round_seconds_and_what_the_curves_have_there():
    moments = one_film().moments
    assert moments[3].name == "40 rounds"
    assert moments[3].words == "greys: round 40, 1.5 s. Left: rising 0.4. Right: falling 560."
    assert moments[0].words == "greys: round 0, 0.0 s."  # the curves have not begun


def test_lines_across_the_axes_and_lines_without_a_name_are_no_readings():
    assert readings(two_axes(), 300) == ["Left: rising 3", "Right: falling 300"]


def test_a_curve_that_has_ended_is_read_at_its_end():
    assert readings(two_axes(), 601) == ["Left: rising 6", "Right: falling 0"]


def test_cursors_stand_where_the_curves_have_their_moment():
    film = one_film()
    for moment, round_ in zip(film.moments, ROUNDS, strict=True):
        marked = two_axes()
        marked.draw_without_rendering()
        for axes in marked.axes:  # a line at this round, drawn by matplotlib into the axes as they are
            axes.set_xlim(axes.get_xlim())
            axes.set_ylim(axes.get_ylim())
            axes.axvline(round_, color="red", linewidth=1.5)
        pixels = np.asarray(rendered(marked)).astype(int)
        red = (pixels[..., 0] > 200) & (pixels[..., 1:].max(2) < 80)
        places = np.flatnonzero(red.sum(0) > 100) + 0.5
        lines = np.split(places, np.flatnonzero(np.diff(places) > 5) + 1)
        found = [100 * line.mean() / pixels.shape[1] for line in lines]
        assert moment.cursors == pytest.approx(found, abs=0.15)


def test_a_moment_points_at_its_own_frame_of_the_sheet():
    taken = snapshots()
    sheet = np.asarray(contact_sheet(taken).convert("L"))
    height, width = np.asarray(image_grid(taken[0].images)).shape
    for moment, snapshot in zip(one_film().moments, taken, strict=True):
        frame = sheet[moment.row * height :, moment.column * width :][:height, :width]
        assert frame.shape == (height, width)
        assert np.abs(frame - np.asarray(image_grid(snapshot.images)).astype(int)).max() <= 9
    assert sheet.shape == (2 * height, ACROSS * width)


def test_colour_pictures_keep_their_colours():
    taken = [Snapshot(0, 0.0, torch.tensor([1.0, 0, -1]).view(1, 3, 1, 1).expand(4, 3, 28, 28))]
    assert contact_sheet(taken).getpixel((10, 10)) == (255, 128, 0)


def test_films_side_by_side_share_one_slider_by_the_seconds():
    film = three_films()
    assert film.moments[4].name == "2.0 seconds"
    assert film.moments[4].words == (
        "first: round 80, 2.0 s; second: round 1,080, 2.0 s; third: round 2,080, 2.0 s. Score: first 80."
    )
    page = film.as_html()
    assert page.count('type="range"') == 1
    assert page.count('class="frame"') == 3


@pytest.mark.parametrize("counts", [(3, 4), (0, 0)])
def test_runs_that_have_no_moment_in_common_are_refused(counts):
    runs = {name: snapshots()[:count] for name, count in zip("ab", counts, strict=True)}
    with pytest.raises(GancoreError, match="as many snapshots"):
        Film("A film", runs, two_axes(), "Nothing.")


def test_what_is_stored_holds_every_moment_and_no_reference_to_anything_else():
    page = one_film().as_html()
    facts = json.loads(html.unescape(re.search(r'data-moments="([^"]*)"', page)[1]))
    assert [fact["name"] for fact in facts] == [moment.name for moment in one_film().moments]
    assert not re.search(r"\bid=|<script|https?:", page)  # copies on one page would clash, and pages lie offline
    images = re.findall(r"<img [^>]*>", page)
    assert len(images) == 2
    assert all('alt="' in image and 'src="data:image/png;base64,' in image for image in images)


def test_the_slider_has_a_label_a_range_and_says_where_it_stands():
    page = one_film().as_html()
    assert re.search(r'<label>round<input [^>]*type="range"', page)
    assert f'min="0" max="{MOMENTS - 1}" value="0" aria-valuetext="0 rounds"' in page
    assert '<div role="status">greys: round 0, 0.0 s.</div>' in page


def test_names_and_titles_are_text_and_not_html():
    film = Film('<b>"A" & B</b>', {"<i>run</i>": snapshots()}, two_axes(), 'x "y" <z>')
    assert "<b>" not in film.as_html()
    assert "<i>" not in film.as_html()


def test_a_strip_of_film_says_its_moments_in_rounds_or_in_seconds():
    taken = snapshots()[:3]
    assert [axes.get_title() for axes in film_strip(taken, columns=3).axes] == ["0", "10", "20"]
    assert [axes.get_title() for axes in film_strip(taken, columns=3, by="seconds").axes] == ["0.0", "0.5", "1.0"]


def test_a_strip_of_several_films_names_its_rows():
    (first, *_) = film_strip(snapshots()[:3], rows=2, columns=3, names=("slow", "quick")).axes
    assert [(text.get_text(), text.get_position()[1]) for text in first.texts] == [("slow", 0.75), ("quick", 0.25)]


def test_a_race_draws_every_score_at_its_second():
    (axes,) = race({"slow": [(0, 200.0), (5, 150.0)], "quick": [(0, 200.0), (5, 20.0)]}).axes
    assert [line.get_label() for line in axes.lines] == ["slow", "quick"]
    assert [line.get_xydata().tolist() for line in axes.lines] == [[[0, 200], [5, 150]], [[0, 200], [5, 20]]]
    assert len({line.get_linestyle() + line.get_marker() for line in axes.lines}) == 2


def test_where_no_html_is_shown_a_strip_over_the_curves_stands_in():
    film = one_film()
    stored = film._repr_mimebundle_()
    assert set(stored) == {"text/html", "image/png", "text/plain"}
    assert stored["text/plain"] == "Grey squares and two lines."
    curves = np.asarray(film.picture)
    stand_in = np.asarray(film.stand_in())
    assert np.array_equal(stand_in[-len(curves) :, : curves.shape[1]], curves)
    assert len(stand_in) > 1.3 * len(curves)


def test_the_curves_of_a_run_that_was_too_short_to_be_recorded_are_empty() -> None:
    accuracy = curves(History()).axes[1].lines
    assert [len(line.get_xdata()) for line in accuracy] == [0, 0, 0, 0, 2]  # two players, raw and smoothed; guessing
