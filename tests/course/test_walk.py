"""The interpolation film: its ends are the digits of its seeds, and what is saved can be opened again."""

import asyncio

import pytest
import torch
from PIL import Image

from gancore.lessons.interpolation import COUNT, FRAMES, Interpolation
from gancore.models.sampling import seeded_latents
from gancore.pretrained import Pretrained, load_pretrained
from gancore.widgets.walk import InterpolationFilm


@pytest.fixture(scope="module")
def modern() -> Pretrained:
    return load_pretrained("modern")


@pytest.fixture
def film(modern, tmp_path) -> InterpolationFilm:
    return InterpolationFilm(modern, first=2, last=9, folder=tmp_path / "films")


def test_both_ways_begin_and_end_at_the_digits_of_the_seeds(modern):
    way = Interpolation(modern, 2, 9)
    for number, seed in ((0, 2), (FRAMES - 1, 9)):
        digits = modern.sample(COUNT, seed=seed)
        assert torch.allclose(way.images[number], torch.cat([digits, digits]), atol=1e-4)
    assert not torch.allclose(*way.images[FRAMES // 2].chunk(2), atol=0.1)


def test_lengths_shrink_on_the_line_and_not_on_the_circle(modern):
    lengths = Interpolation(modern, 2, 9).lengths
    usual = torch.stack([seeded_latents(COUNT, 64, seed).norm(dim=1).mean() for seed in (2, 9)])
    line, circle = lengths[FRAMES // 2]
    assert torch.allclose(lengths[[0, -1]], usual[:, None].expand(2, 2), rtol=1e-4)
    assert line < 0.8 * usual.min()
    assert circle > 0.95 * usual.min()


def test_a_saved_film_opens_and_has_all_frames(film):
    film.save.click()
    assert film.path.name == "from-2-to-9.gif"
    with Image.open(film.path) as saved:
        assert saved.format == "GIF"
        assert saved.n_frames == FRAMES
        assert saved.size == film.picture.content.size
    assert f"Saved {film.path.as_posix()}: {FRAMES} frames." in film.status.value


def test_a_film_that_cannot_be_saved_is_said(film):
    film.folder.write_text("not a folder")
    film.save.click()
    assert f"{film.path} cannot be written" in film.status.value


def test_the_frame_slider_moves_the_picture_and_the_words(film):
    first = film.picture.value
    film.frame.value = FRAMES // 2
    assert film.picture.value != first
    assert f"Frame {FRAMES // 2 + 1} of {FRAMES}." in film.status.value
    line, circle = film.film.lengths[FRAMES // 2]
    assert f"{line:.2f} on the line, {circle:.2f} on the circle" in film.status.value
    film.frame.value = 0
    assert film.picture.value == first


@pytest.mark.parametrize("end", ["first", "last"])
def test_another_seed_makes_another_film(film, end):
    film.frame.value = FRAMES // 2
    shown = film.picture.value
    getattr(film, end).value = 30
    assert film.picture.value != shown
    assert "30" in film.path.name


def test_every_control_has_a_name(film):
    assert all(control.description for control in (film.first, film.last, film.frame, film.play, film.save))


def test_it_plays_in_a_circle_until_stopped(film):
    async def session():
        film.frame.value = FRAMES - 2
        film.play.click()
        assert "Playing." in film.status.value
        while film.frame.value != 1:
            await asyncio.sleep(0.01)
        assert "Playing." in film.status.value
        film.play.click()
        assert f"Frame {film.frame.value + 1} of {FRAMES}." in film.status.value
        place = film.frame.value
        await asyncio.sleep(0.3)
        assert film.frame.value == place

    asyncio.run(asyncio.wait_for(session(), timeout=30))
