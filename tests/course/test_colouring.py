"""A sheet to draw on: what is drawn becomes an outline, and each hand colours it."""

import pytest
import torch
from torch import Tensor

from gancore.lessons.outlines import outline_of, together
from gancore.widgets.colouring import EMPTY, Colouring

SIDE = 48


class Red:
    """A painter that fills everything with one colour, but for the lines."""

    def __init__(self, red: float) -> None:
        self.red = red

    def paint(self, given: Tensor) -> Tensor:
        colour = torch.tensor([self.red, -1.0, -1.0]).view(1, 3, 1, 1)
        return torch.minimum(colour.expand(len(given), 3, *given.shape[2:]), given)


def line(start: tuple[float, float], end: tuple[float, float]) -> Tensor:
    steps = torch.linspace(0, 1, 100)[:, None]
    return torch.lerp(torch.tensor(start), torch.tensor(end), steps)


@pytest.fixture
def sheets() -> dict[str, Tensor]:
    return {"a bar": outline_of(line((-0.5, 0.5), (0.5, 0.5)), SIDE)[0]}


@pytest.fixture
def colouring(sheets: dict[str, Tensor]) -> Colouring:
    """With an empty sheet."""
    made = Colouring({"L1": Red(0.2), "the game": Red(1.0)}, sheets)
    made.sheet.value = EMPTY
    return made


def test_the_first_outline_lies_there_at_first(sheets: dict[str, Tensor]) -> None:
    made = Colouring({"L1": Red(0.2)}, sheets)
    assert torch.equal(made.outline, sheets["a bar"][None])


def test_an_outline_is_black_where_it_was_drawn_and_white_elsewhere() -> None:
    drawn = outline_of(line((-0.5, 0.25), (0.5, 0.25)), SIDE)
    assert drawn.shape == (1, 1, SIDE, SIDE)
    dark = (drawn[0, 0] < 0).nonzero()
    assert dark[:, 0].unique().tolist() == [17, 18]  # 0.25 above the middle of 48 rows from the top
    assert (dark[:, 1].min(), dark[:, 1].max()) == (12, 35)
    assert drawn[0, 0, 24:].min() == 1


def test_nothing_drawn_is_a_white_sheet() -> None:
    assert (outline_of(torch.zeros(0, 2), SIDE) == 1).all()


def test_two_outlines_lie_on_one_sheet() -> None:
    one, other = (outline_of(line((-0.5, y), (0.5, y)), SIDE) for y in (0.5, -0.5))
    both = together(one, other)
    assert (both < 0).sum() == (one < 0).sum() + (other < 0).sum()


def test_an_empty_sheet_is_coloured_too(colouring: Colouring) -> None:
    assert (colouring.outline == 1).all()
    assert list(colouring.painted) == ["L1", "the game"]
    assert EMPTY in colouring.status.value


def test_what_is_drawn_is_coloured_at_once(colouring: Colouring) -> None:
    before = colouring.picture.value
    colouring.pad.points = line((-0.5, 0.0), (0.5, 0.0))
    assert torch.equal(colouring.outline, outline_of(colouring.pad.points, SIDE))
    assert torch.equal(colouring.painted["the game"], Red(1.0).paint(colouring.outline))
    assert colouring.picture.value != before
    assert "100 points drawn by hand" in colouring.picture.alt


def test_one_may_begin_with_an_outline_and_draw_on(colouring: Colouring, sheets: dict[str, Tensor]) -> None:
    colouring.sheet.value = "a bar"
    assert torch.equal(colouring.outline, sheets["a bar"][None])
    colouring.pad.points = line((-0.5, -0.5), (0.5, -0.5))
    assert (colouring.outline < 0).sum() > (sheets["a bar"] < 0).sum()
    assert "a bar, and 100 points" in colouring.picture.alt


def test_clear_takes_back_what_was_drawn_and_leaves_the_sheet(colouring: Colouring, sheets: dict[str, Tensor]) -> None:
    colouring.sheet.value = "a bar"
    colouring.pad.points = line((-0.5, -0.5), (0.5, -0.5))
    colouring.clear.click()
    assert len(colouring.pad.points) == 0
    assert torch.equal(colouring.outline, sheets["a bar"][None])
