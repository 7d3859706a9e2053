"""Views that play: the same labels, the same sentence for an error, and an end when the view is closed."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from helpers.shown import VIEWS

from gancore.widgets.explorer import LatentExplorer
from gancore.widgets.lab import Lab
from gancore.widgets.line import LineLab
from gancore.widgets.player import Player
from gancore.widgets.view import View
from gancore.widgets.walk import InterpolationFilm

by_view = pytest.mark.parametrize(
    "kind", [InterpolationFilm, Lab, LatentExplorer, LineLab], ids=lambda kind: kind.__name__
)


def drive(kind: type[View], session: Callable[[View], Awaitable[None]]) -> None:
    """Runs `session(view)` where a loop runs, as in a notebook."""

    async def whole() -> None:
        view = VIEWS[kind]()
        await asyncio.wait_for(session(view), timeout=30)
        view.close()

    asyncio.run(whole())


async def rest(play: Player) -> None:
    while play.ticker.playing:
        await asyncio.sleep(0.01)


@by_view
def test_the_button_says_what_a_click_will_do(kind):
    async def session(view):
        assert (view.play.description, view.play.playing) == ("Play", False)
        for _ in range(2):
            view.play.click()
            assert (view.play.description, view.play.playing) == ("Pause", True)
            view.play.click()
            assert (view.play.description, view.play.playing) == ("Play", False)
            await rest(view.play)

    drive(kind, session)


@by_view
def test_an_error_while_playing_is_said_and_ends_the_play(kind):
    def stumble():
        raise RuntimeError("the floor is wet")

    async def session(view):
        tick, view.play.ticker.tick = view.play.ticker.tick, stumble
        view.play.click()
        await rest(view.play)
        assert (view.play.description, view.play.playing) == ("Play", False)
        assert "It stopped: the floor is wet" in view.status.value
        view.play.ticker.tick = tick
        view.play.click()
        assert view.play.playing

    drive(kind, session)


@by_view
def test_a_view_that_is_closed_plays_no_more(kind):
    async def session(view):
        view.play.click()
        await asyncio.sleep(0)
        view.close()
        assert not view.play.ticker.playing

    drive(kind, session)


@by_view
def test_without_an_event_loop_it_cannot_play(kind):
    view = VIEWS[kind]()
    with pytest.raises(RuntimeError, match="no running event loop"):
        view.play.start()
    assert (view.play.description, view.play.playing) == ("Play", False)
    view.close()
