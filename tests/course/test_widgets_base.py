"""What every interactive view builds on: picture, callbacks on one thread, background play, the way back."""

import asyncio
import base64
import io
import json
import re
import threading
import time
from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from helpers.small import point_trainer, same
from ipywidgets import Button, HBox, IntSlider
from PIL import Image

from gancore.lessons.quizzes import Option, Question, Quiz
from gancore.lessons.rewind import FRAMES, Rewind
from gancore.plots.style import figure, png, quick_png
from gancore.widgets.canvas import Canvas
from gancore.widgets.names import Names
from gancore.widgets.pace import Pace
from gancore.widgets.quiz import QuizBox
from gancore.widgets.threads import on_main_thread
from gancore.widgets.ticker import Ticker
from gancore.widgets.view import Picture, Status, View

WIDGET = "application/vnd.jupyter.widget-view+json"
PIXELS = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20


def pixels_of(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def pixels_shown(picture: Picture) -> np.ndarray:
    """What the HTML of a picture shows, as grey values."""
    (encoded,) = re.findall(r'src="data:image/png;base64,([^"]+)"', picture.value)
    return pixels_of(base64.b64decode(encoded))


# The picture and the view around it


def test_a_picture_shows_what_was_drawn_last():
    picture = Picture()
    for pixels in (PIXELS, 255 - PIXELS):
        picture.draw(Image.fromarray(pixels), "a ramp")
        assert np.array_equal(pixels_shown(picture), pixels)


def test_a_figure_whose_artists_have_moved_is_drawn_anew():
    picture = Picture()
    drawn, (axes,) = figure(2, 2)
    (line,) = axes.plot([0, 1], [0, 1])
    picture.draw(drawn, "rising")
    before = pixels_shown(picture)
    line.set_ydata([1, 0])
    picture.draw(drawn, "falling")
    assert not np.array_equal(pixels_shown(picture), before)


def test_alternative_text_follows_the_picture_whatever_signs_it_holds():
    picture = Picture()
    picture.draw(Image.fromarray(PIXELS), 'P(x) < 1/2 & "real"')
    assert 'alt="P(x) &lt; 1/2 &amp; &quot;real&quot;"' in picture.value
    picture.draw(Image.fromarray(PIXELS), "real")
    assert 'alt="real"' in picture.value
    assert picture.alt == "real"


def test_the_quick_picture_is_the_small_one_with_more_bytes():
    image = Image.fromarray(np.tile(PIXELS, (40, 40)))
    assert np.array_equal(pixels_of(png(image)), pixels_of(quick_png(image)))
    assert len(png(image)) < len(quick_png(image))


def test_a_view_begins_with_its_title_and_keeps_its_rows_in_order():
    rows = [IntSlider(), Button(), Picture()]
    view = View("Two classes", rows, rows[-1])
    assert view.children[0].value.endswith("<h4>Two classes</h4>")
    assert list(view.children[1:-1]) == rows


def test_only_what_has_a_slider_has_what_names_its_handle():
    with_slider, without = (View("One", [part, Picture()], Picture()) for part in (HBox([IntSlider()]), Button()))
    assert isinstance(with_slider.children[-1], Names)
    assert not any(isinstance(part, Names) for part in without.parts())


def test_a_view_is_itself_with_a_kernel_and_its_last_picture_without():
    picture = Picture()
    view = View("Ramp", [picture], picture)
    for pixels, alt in ((PIXELS, "rising"), (255 - PIXELS, "falling")):
        picture.draw(Image.fromarray(pixels), alt)
        bundle = view._repr_mimebundle_()
        assert bundle[WIDGET]["model_id"] == view.model_id
        assert np.array_equal(pixels_of(base64.b64decode(bundle["image/png"])), pixels)
        assert bundle["text/plain"] == alt
        assert f'alt="{alt}"' in bundle["text/html"]
        json.dumps(bundle)  # a notebook is stored as JSON


def test_where_there_is_nothing_to_draw_the_place_is_hidden_and_words_stand_in():
    picture = Picture()
    view = View("Pad", [picture], picture)
    picture.wait("Nothing < drawn.")
    assert picture.value.startswith("<span hidden><img ")
    bundle = view._repr_mimebundle_()
    assert bundle["text/html"].startswith("<p>Nothing &lt; drawn.</p><img ")
    assert bundle["text/plain"] == "Nothing < drawn."
    picture.draw(Image.fromarray(PIXELS), "rising")
    assert "hidden" not in picture.value
    assert view._repr_mimebundle_()["text/html"].startswith("<img ")


def test_one_picture_a_second_is_said_in_the_singular(monkeypatch):
    canvas = Canvas()
    now = [time.monotonic()]
    monkeypatch.setattr("gancore.widgets.pace.time.monotonic", lambda: now[0])
    pace = Pace(canvas)
    for shown, words in ((0, ""), (1, "1 picture a second"), (3, "2 pictures a second")):
        now[0] += 1
        canvas.shown = shown
        assert pace.take() == words


def test_a_status_is_read_out_when_it_changes_and_html_in_it_does_not_come_alive():
    status = Status()
    status.say("step <b>3</b>")
    assert status.value == '<div role="status">step &lt;b&gt;3&lt;/b&gt;</div>'


class Shell:
    """As much of a notebook's kernel as a view asks for: which cell runs, and for the how manieth time."""

    def __init__(self) -> None:
        self.cell: str | None = None
        self.execution_count = 0

    def run(self, cell: str | None) -> None:
        self.cell = cell
        self.execution_count += 1

    def get_parent(self) -> dict:
        return {"metadata": {} if self.cell is None else {"cellId": self.cell}}


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell()
    monkeypatch.setattr("gancore.widgets.view.get_ipython", lambda: shell)
    return shell


def small_view() -> View:
    return View("a view", [IntSlider(description="n"), Status()], Picture())


def is_closed(view: View) -> bool:
    return view.comm is None and all(part.comm is None for part in view.children)


def test_a_view_is_closed_with_all_its_parts_when_its_cell_is_run_again(shell):
    shell.run("a")
    first, beside = small_view(), small_view()
    shell.run("b")
    other = small_view()
    assert not any(map(is_closed, (first, beside, other)))
    shell.run("a")
    again = small_view()
    assert is_closed(first)
    assert is_closed(beside)
    assert not is_closed(other)
    assert not is_closed(again)


def test_views_stay_where_cells_cannot_be_told_apart(shell):
    shell.run(None)
    first = small_view()
    shell.run(None)
    small_view()
    assert not is_closed(first)


# Callbacks on one thread


def in_a_session(session: Callable[[], Awaitable[None]]) -> None:
    """Run `session` as a kernel runs a cell: on a thread with an event loop."""
    asyncio.run(session())


def test_events_that_wait_are_served_by_one_call():
    seen = []

    async def session():
        handle = on_main_thread(lambda: seen.append("called"))
        for event in range(5):  # join: all five arrive before the loop gets a turn
            thread = threading.Thread(target=handle, args=(event,))
            thread.start()
            thread.join()
        assert seen == []
        await asyncio.sleep(0)
        assert len(seen) == 1
        await asyncio.to_thread(handle, "later")
        await asyncio.sleep(0)

    in_a_session(session)
    assert len(seen) == 2


def test_an_event_that_comes_while_one_is_served_is_served_too():
    state, shown = {"value": 1}, []

    def move_the_slider_again():
        state["value"] = 2
        handle("second")

    def show():
        shown.append(state["value"])
        if len(shown) == 1:
            thread = threading.Thread(target=move_the_slider_again)
            thread.start()
            thread.join()

    async def session():
        nonlocal handle
        handle = on_main_thread(show)
        await asyncio.to_thread(handle, "first")
        await asyncio.sleep(0.01)

    handle = None
    in_a_session(session)
    assert shown == [1, 2]


def test_an_error_in_a_callback_does_not_silence_the_next_event():
    seen, errors = [], []

    def fail_at_first():
        seen.append("called")
        if len(seen) == 1:
            raise ValueError("once")

    async def session():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.append(context["exception"]))
        handle = on_main_thread(fail_at_first)
        for event in ("first", "second"):
            await asyncio.to_thread(handle, event)
            await asyncio.sleep(0)

    in_a_session(session)
    assert len(seen) == 2
    assert [str(error) for error in errors] == ["once"]


def test_a_quiz_answers_the_choice_as_it_stands_when_clicks_come_faster_than_answers():
    options = tuple(Option(text, f"About {text}.") for text in ("one", "two", "three"))
    answers = []

    async def session():
        box = QuizBox(Quiz(99, (Question("Which?", "a", options),)))
        for choice in (0, 1, 2):
            thread = threading.Thread(target=setattr, args=(box.buttons[0], "index", choice))
            thread.start()
            thread.join()
        box.replies[0].observe(lambda change: answers.append(change["new"]), names="value")
        await asyncio.sleep(0)

    in_a_session(session)
    assert answers == ['<div role="status">✗ Not this one. About three.</div>']


# Background play


def nothing():
    pass


def test_a_ticker_ticks_no_faster_than_asked():
    ticks = []

    async def session():
        ticker = Ticker(lambda: ticks.append(time.perf_counter()), 50, Status(), nothing)
        ticker.start()
        await asyncio.sleep(0.2)
        ticker.stop()

    in_a_session(session)
    assert 2 <= len(ticks) <= 11
    assert min(np.diff(ticks)) > 0.9 / 50


def test_other_work_runs_between_ticks_however_slow_they_are():
    done, seen = [], []

    def tick():
        time.sleep(0.01)  # ten times the period
        seen.append(len(done))

    async def session():
        ticker = Ticker(tick, 1000, Status(), nothing)
        ticker.start()
        while len(seen) < 5:
            done.append("another cell")
            await asyncio.sleep(0)
        ticker.stop()

    in_a_session(session)
    assert min(np.diff(seen)) > 0


def test_a_ticker_started_twice_plays_once_and_stops_at_once():
    ticks = []

    async def session():
        ticker = Ticker(lambda: ticks.append("tick"), 1000, Status(), nothing)
        assert not ticker.playing
        ticker.start()
        ticker.start()
        assert ticker.playing
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert ticks == ["tick"]
        ticker.stop()
        assert not ticker.playing
        ticker.stop()
        await asyncio.sleep(0.03)

    in_a_session(session)
    assert ticks == ["tick"]


def test_a_tick_may_stop_its_own_ticker():
    ticks = []

    def tick():
        ticks.append("tick")
        if len(ticks) == 3:
            ticker.stop()

    async def session():
        ticker.start()
        await asyncio.sleep(0.1)
        assert not ticker.playing

    ticker = Ticker(tick, 1000, Status(), nothing)
    in_a_session(session)
    assert ticks == ["tick"] * 3


def test_an_error_stops_the_play_is_said_and_does_not_keep_it_from_starting_again():
    ticks, stops, status = [], [], Status()

    def tick():
        ticks.append("tick")
        if len(ticks) == 2:
            raise ValueError("no more")

    async def session():
        ticker = Ticker(tick, 1000, status, lambda: stops.append(ticker.playing))
        ticker.start()
        await asyncio.sleep(0.05)
        assert (ticks, stops, ticker.playing) == (["tick"] * 2, [False], False)
        assert "It stopped: no more" in status.value
        ticker.start()
        await asyncio.sleep(0.05)
        assert ticker.playing
        ticker.stop()

    in_a_session(session)
    assert stops == [False]
    assert len(ticks) > 2


def test_a_ticker_needs_a_running_event_loop():
    with pytest.raises(RuntimeError, match="no running event loop"):
        Ticker(lambda: None, 30, Status(), nothing).start()


# The way back


def play(trainer, rewind, frames):
    for _ in range(frames):
        rewind.remember()
        trainer.step()


@pytest.mark.parametrize("back", [1, 4])
def test_after_going_back_the_same_game_is_played_again(back):
    trainer = point_trainer(seed=3)
    rewind = Rewind(trainer)
    states = [trainer.state_dict()]
    for _ in range(6):
        play(trainer, rewind, 1)
        states.append(trainer.state_dict())
    assert rewind.back(back) == back
    assert same(trainer.state_dict(), states[6 - back])
    play(trainer, rewind, back)
    assert same(trainer.state_dict(), states[6])
    assert not same(states[6 - back], states[6])
    assert len(rewind) == 6


def test_going_back_ends_at_the_oldest_frame_that_is_remembered():
    trainer = point_trainer()
    rewind = Rewind(trainer, frames=3)
    play(trainer, rewind, 2)
    oldest = trainer.state_dict()
    play(trainer, rewind, 3)
    assert len(rewind) == 3
    assert rewind.back(100) == 3
    assert trainer.round == 2
    assert same(trainer.state_dict(), oldest)
    assert (len(rewind), rewind.back()) == (0, 0)
    assert same(trainer.state_dict(), oldest)


def test_a_reader_can_go_back_two_hundred_frames():
    trainer = point_trainer()
    rewind = Rewind(trainer)
    play(trainer, rewind, FRAMES + 5)
    assert rewind.back(FRAMES + 5) == FRAMES == 200
    assert trainer.round == 5
