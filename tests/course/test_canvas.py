"""The canvas sends what the page can take and no more, and hears what is drawn by hand."""

import asyncio
import re
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from gancore.widgets import canvas as canvas_module
from gancore.widgets.canvas import MOST_UNDER_WAY, Arrows, Canvas, Crosses, Dots, Heat, Line, Words

EDGES = (-1.0, 1.0, -1.0, 1.0)
SCRIPT = Path(canvas_module.__file__).with_name("canvas.js").read_text(encoding="utf-8")


class Watched(Canvas):
    """A canvas that keeps what it sends, and a page that answers when it is told to."""

    def __init__(self) -> None:
        self.pictures: list[tuple[dict, list[bytes]]] = []
        self.threads: set[threading.Thread] = set()
        super().__init__()

    def send(self, content: dict, buffers: list[bytes]) -> None:
        self.pictures.append((content, buffers))
        self.threads.add(threading.current_thread())

    def draw_number(self, number: int) -> None:
        """A picture that can be told from others by its words."""
        self.draw([Dots(torch.zeros(1, 2), "black")], EDGES, f"picture {number}")

    @property
    def seen(self) -> list[str]:
        return [content["alt"] for content, _ in self.pictures]

    def answer(self, place: int) -> None:
        """The page has shown the picture that was sent at `place`, counted from 0."""
        self._handle_custom_msg({"shown": self.pictures[place][0]["number"]}, [])


def test_a_page_that_keeps_up_is_sent_every_picture():
    canvas = Watched()
    for number in range(10):
        canvas.draw_number(number)
        canvas.answer(number)
    assert canvas.seen == [f"picture {number}" for number in range(10)]
    assert canvas.shown == 10


def test_a_page_that_answers_every_second_picture_is_sent_every_one_and_all_are_counted():
    canvas = Watched()
    for number in range(10):
        canvas.draw_number(number)
        if number % 2:
            canvas.answer(number)
    assert canvas.seen == [f"picture {number}" for number in range(10)]
    assert canvas.shown == 10


def test_a_page_that_does_not_answer_is_sent_only_a_few():
    canvas = Watched()
    for number in range(1000):
        canvas.draw_number(number)
    assert canvas.seen == [f"picture {number}" for number in range(MOST_UNDER_WAY)]


def test_of_those_that_had_to_wait_only_the_newest_is_sent():
    canvas = Watched()
    for number in range(100):
        canvas.draw_number(number)
    canvas.answer(0)
    assert canvas.seen[MOST_UNDER_WAY:] == ["picture 99"]
    for place in range(1, MOST_UNDER_WAY + 1):
        canvas.answer(place)
    assert len(canvas.seen) == MOST_UNDER_WAY + 1  # nothing old comes afterwards


def test_an_answer_stands_for_the_pictures_before_it():
    canvas = Watched()
    for number in range(MOST_UNDER_WAY):
        canvas.draw_number(number)
    canvas.answer(MOST_UNDER_WAY - 1)
    for number in range(MOST_UNDER_WAY):
        canvas.draw_number(10 + number)
    assert len(canvas.seen) == 2 * MOST_UNDER_WAY


def test_a_new_page_is_sent_the_newest_picture_although_the_old_one_never_answered():
    canvas = Watched()
    for number in range(20):
        canvas.draw_number(number)
    canvas._handle_custom_msg({"new": True}, [])
    assert canvas.seen[-1] == "picture 19"
    canvas._handle_custom_msg({"new": True}, [])
    assert canvas.seen[MOST_UNDER_WAY:] == ["picture 19", "picture 19"]


def test_a_new_page_before_the_first_picture_is_sent_nothing():
    canvas = Watched()
    canvas._handle_custom_msg({"new": True}, [])
    assert canvas.pictures == []
    canvas.draw_number(1)
    assert canvas.seen == ["picture 1"]


def test_an_answer_on_another_thread_sends_from_the_main_thread():
    async def session() -> Watched:
        canvas = Watched()
        for number in range(10):
            canvas.draw_number(number)
        await asyncio.to_thread(canvas.answer, 0)
        await asyncio.sleep(0)
        return canvas

    canvas = asyncio.run(session())
    assert canvas.seen[-1] == "picture 9"
    assert canvas.threads == {threading.main_thread()}


def test_layers_arrive_in_order_with_their_numbers():
    canvas = Watched()
    points = torch.tensor([[0.5, -0.25], [float("nan"), 1.0]])
    layers = [
        Heat(np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)),
        Dots(points, "red", 2.0),
        Crosses(points, "blue"),
        Arrows(torch.tensor([[[0.0, 0.0], [1.0, 2.0]]]), "green"),
        Line(points, "black", 1.0, (2.0, 3.0)),
        Words(points, ("a", "b"), "grey"),
    ]
    canvas.draw(layers, EDGES, "all of them")
    content, buffers = canvas.pictures[0]
    told = content["layers"]
    assert [layer["kind"] for layer in told] == ["heat", "dots", "crosses", "arrows", "line", "words"]
    assert told[0] == {"kind": "heat", "rows": 2, "columns": 3}
    assert told[1] == {"kind": "dots", "colour": "red", "size": 2.0}
    assert told[4] == {"kind": "line", "colour": "black", "width": 1.0, "dash": (2.0, 3.0)}
    assert told[5] == {"kind": "words", "texts": ("a", "b"), "colour": "grey", "size": 12.0}
    assert list(buffers[0]) == [*range(12, 24), *range(12)]  # the page counts rows from the top
    np.testing.assert_array_equal(np.frombuffer(buffers[1], "<f4"), [0.5, -0.25, np.nan, 1.0])
    assert np.frombuffer(buffers[3], "<f4").tolist() == [0, 0, 1, 2]
    assert content["limits"] == EDGES


def test_every_kind_of_layer_has_its_painter_in_the_page():
    painters = re.findall(r"^  (\w+)\(context, layer, buffer", SCRIPT, re.MULTILINE)
    assert sorted(painters) == ["arrows", "crosses", "dots", "heat", "line", "words"]


def test_what_the_page_draws_becomes_points_and_the_other_way_round():
    canvas = Canvas()
    seen = []
    canvas.observe(lambda change: seen.append(len(canvas.points)), names="strokes")
    assert canvas.points.shape == (0, 2)
    drawn = np.array([[0.5, -0.5], [0.25, 1.0]], dtype="<f4")
    canvas.set_state({"strokes": memoryview(drawn.tobytes())})  # as a message from the page does
    assert canvas.points.tolist() == drawn.tolist()
    canvas.points = torch.zeros(3, 2)
    assert canvas.points.tolist() == [[0, 0]] * 3
    assert seen == [2, 3]


def test_one_point_is_one_point():
    canvas = Canvas()
    canvas.points = torch.zeros(1, 2)
    assert canvas.drawn == "1 point"
    canvas.points = torch.zeros(3, 2)
    assert canvas.drawn == "3 points"


@pytest.mark.parametrize("name", ["width", "height", "drawing", "strokes", "most_points", "pen"])
def test_what_the_page_asks_of_its_model_is_there(name):
    assert f'"{name}"' in SCRIPT
    assert Canvas().trait_metadata(name, "sync")
