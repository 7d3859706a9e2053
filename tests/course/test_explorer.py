"""The latent explorer: every slider moves the latents as it says, and playing goes from seed to seed."""

import asyncio

import numpy as np
import pytest
import torch
from torch import Tensor

from gancore.analysis.latents import find_direction, lerp, slerp
from gancore.analysis.shapes import slant, thickness
from gancore.lessons.latent_mover import COUNT, LAST_SEED
from gancore.models.sampling import generate, seeded_latents
from gancore.pretrained import Pretrained, load_pretrained
from gancore.widgets.explorer import FRAMES_A_LEG, LatentExplorer, sheet

DIM = 64


@pytest.fixture(scope="module")
def modern() -> Pretrained:
    return load_pretrained("modern")


@pytest.fixture(scope="module")
def directions(modern: Pretrained) -> dict[str, Tensor]:
    z = seeded_latents(1000, DIM, 3)
    images = generate(modern.generator, z)
    return {"slant": find_direction(z, slant(images)), "thickness": find_direction(z, thickness(images))}


@pytest.fixture
def explorer(modern: Pretrained, directions: dict[str, Tensor]) -> LatentExplorer:
    return LatentExplorer(modern, directions, seed=4)


def test_it_begins_with_the_digits_of_its_seed(modern, explorer):
    assert torch.equal(explorer.latents, seeded_latents(COUNT, DIM, 4))
    assert torch.equal(explorer.images, modern.sample(COUNT, seed=4))


@pytest.mark.parametrize("name", ["slant", "thickness"])
def test_a_slider_moves_all_latents_along_its_direction(explorer, directions, name):
    before = explorer.latents
    explorer.moves[name].value = 2.5
    assert torch.allclose(explorer.latents - before, 2.5 * directions[name].expand(COUNT, -1), atol=1e-5)


@pytest.mark.parametrize(("name", "measure"), [("slant", slant), ("thickness", thickness)])
def test_a_slider_moves_what_it_is_called(explorer, name, measure):
    means = []
    for explorer.moves[name].value in (-3, -1.5, 0, 1.5, 3):
        means.append(measure(explorer.images).mean())
    assert (torch.stack(means).diff() > 0).all()


def test_truncation_shortens_all_latents_and_at_0_makes_all_digits_one(explorer):
    before = explorer.latents
    explorer.spread.value = 0.5
    assert torch.allclose(explorer.latents, before / 2)
    explorer.spread.value = 0
    assert torch.allclose(explorer.images, explorer.images[:1].expand_as(explorer.images), atol=1e-5)


@pytest.mark.parametrize(("name", "way"), [("great circle", slerp), ("straight line", lerp)])
def test_the_way_leads_to_the_latents_of_the_next_seed(explorer, name, way):
    explorer.way.value = name
    start, end = seeded_latents(COUNT, DIM, 4), seeded_latents(COUNT, DIM, 5)
    explorer.share.value = 0.5
    assert torch.allclose(explorer.latents, way(start, end, explorer.share.value), atol=1e-5)
    explorer.share.value = 1
    assert torch.allclose(explorer.latents, end, atol=1e-5)


def test_the_seed_after_the_last_is_the_first(explorer):
    explorer.seed.value, explorer.share.value = LAST_SEED, 1
    assert torch.allclose(explorer.latents, seeded_latents(COUNT, DIM, 0), atol=1e-5)


def test_words_say_what_is_measured(explorer):
    for explorer.moves["slant"].value in (0, 3):
        means = slant(explorer.images).mean(), thickness(explorer.images).mean()
        told = "Mean slant {:+.2f}, mean thickness {:.2f} pixels".format(*means)
        assert told in explorer.status.value
        assert told in explorer._repr_mimebundle_()["text/plain"]


def test_reset_brings_back_the_digits_of_the_seed(explorer):
    before = explorer.latents
    explorer.moves["slant"].value, explorer.spread.value, explorer.share.value = 2, 0.4, 0.7
    explorer.reset.click()
    assert torch.equal(explorer.latents, before)


def test_reset_while_playing_brings_back_the_digits_of_the_seed(explorer):
    async def session():
        before = explorer.latents
        explorer.play.click()
        while torch.equal(explorer.latents, before):
            await asyncio.sleep(0.01)
        explorer.reset.click()
        assert not explorer.play.playing
        assert torch.equal(explorer.latents, before)

    asyncio.run(asyncio.wait_for(session(), timeout=30))


def test_every_control_has_a_name(explorer):
    controls = (*explorer.moves.values(), explorer.spread, explorer.seed, explorer.share, explorer.way)
    assert all(control.description for control in (*controls, explorer.play, explorer.reset))


def test_the_sheet_has_the_digits_in_rows_of_four():
    images = torch.stack([torch.full((1, 28, 28), value) for value in torch.linspace(-1, 1, COUNT).tolist()])
    colours = sheet(images).data[::-1]  # rows from the top
    assert colours.shape == (60, 120, 4)
    centres = colours[15::30, 15::30]
    expected = ((images[:, 0, 0, 0] + 1) * 127.5).round().to(torch.uint8).view(2, 4).numpy()
    assert np.array_equal(centres[..., 0], expected)
    assert (centres[..., 3] == 255).all()


def test_what_is_shown_glides_to_where_the_sliders_are_and_rests(explorer):
    async def session():
        start = explorer.shown
        explorer.moves["slant"].value = 4
        distances = []
        while explorer.play.ticker.playing:
            distances.append((explorer.shown - explorer.latents).norm().item())
            await asyncio.sleep(0.01)
        assert not torch.equal(start, explorer.latents)
        assert distances == sorted(distances, reverse=True)
        assert len(set(distances)) > 3
        assert torch.equal(explorer.shown, explorer.latents)

    asyncio.run(asyncio.wait_for(session(), timeout=30))


def test_without_an_event_loop_it_jumps(explorer):
    explorer.moves["slant"].value = 4
    assert torch.equal(explorer.shown, explorer.latents)


def test_playing_moves_on_until_paused_and_passes_from_seed_to_seed(explorer):
    async def session():
        explorer.play.click()
        while explorer.share.value < 3 / FRAMES_A_LEG:
            await asyncio.sleep(0.01)
        explorer.share.value = 1
        while explorer.seed.value == 4:
            await asyncio.sleep(0.01)
        assert explorer.seed.value == 5
        assert explorer.share.value < 0.5
        explorer.play.click()
        place = explorer.share.value
        while explorer.play.ticker.playing:
            await asyncio.sleep(0.01)
        assert explorer.share.value == place
        assert torch.equal(explorer.shown, explorer.latents)

    asyncio.run(asyncio.wait_for(session(), timeout=30))
