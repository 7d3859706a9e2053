"""The game on the line: known divergences, densities that are carried forward exactly, and a game that rewinds."""

import asyncio
import math
import time

import pytest
import torch
from helpers.small import same
from torch import nn

from gancore.data.toys import Mixture, bumps, gaussian
from gancore.lessons.line import CELLS, WIDTH, LineState, line_state, places
from gancore.lessons.line_game import DATA, ROUNDS, LineGame
from gancore.models import PointDiscriminator
from gancore.plots.line import Panels
from gancore.training.gan import GAN
from gancore.training.losses import Minimax
from gancore.widgets.line import FAR_BACK, LineLab

AT = places().unsqueeze(1)


def affine(mean: float, std: float) -> nn.Linear:
    """A generator whose density is a Gaussian: G(z) = std · z + mean."""
    generator = nn.Linear(1, 1)
    nn.init.constant_(generator.weight, std)
    nn.init.constant_(generator.bias, mean)
    return generator


def game_of(generator: nn.Module, discriminator: nn.Module | None = None) -> GAN:
    return GAN(generator, discriminator or PointDiscriminator(dim=1), Minimax(), latent_dim=1)


def seen(real: Mixture, fake: Mixture, logits: torch.Tensor | None = None) -> LineState:
    """A look at two known densities."""
    none = torch.zeros(0, dtype=torch.double)
    flat = torch.zeros(CELLS, dtype=torch.double)
    return LineState(real.density(AT), fake.density(AT), flat if logits is None else logits, none, none)


# What is measured


@pytest.mark.parametrize("std", [0.3, -0.3])
def test_an_affine_generator_brings_about_its_gaussian(std):
    found = line_state(game_of(affine(-0.1, std)), bumps()).fake
    torch.testing.assert_close(found, gaussian(-0.1, 0.3).density(AT), rtol=0, atol=2e-3)


def test_a_generator_that_folds_the_line_puts_both_halves_in_one_place():
    class Fold(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.tensor(0.4))

        def forward(self, z: torch.Tensor) -> torch.Tensor:
            return self.scale * z.abs()

    expected = torch.where(AT[:, 0] > 0, 2 * gaussian(0, 0.4).density(AT), 0.0)
    torch.testing.assert_close(line_state(game_of(Fold()), bumps()).fake, expected, rtol=0, atol=4e-3)


@pytest.mark.parametrize(("mean", "std"), [(0.0, 0.0), (9.0, 0.1), (0.0, 5.0)])
def test_no_generated_mass_is_lost(mean, std):
    found = line_state(game_of(affine(mean, std)), bumps())
    assert float(found.fake.sum()) * WIDTH == pytest.approx(1)
    assert (found.fake >= 0).all()
    assert 0 <= found.divergence <= math.log(2) + 1e-9


def test_the_lines_carry_equal_shares_of_z_to_where_the_generator_puts_them():
    found = line_state(game_of(affine(0.2, 0.5)), bumps())
    torch.testing.assert_close(found.x, 0.5 * found.z + 0.2)
    shares = torch.special.ndtr(found.z).diff()
    torch.testing.assert_close(shares, torch.full_like(shares, float(shares[0])))


def test_the_divergence_is_zero_for_equals_and_log_two_for_strangers():
    assert seen(gaussian(), gaussian()).divergence == pytest.approx(0, abs=1e-12)
    far_apart = seen(gaussian(-1.2, 0.05), gaussian(1.2, 0.05))
    assert far_apart.divergence == pytest.approx(math.log(2))
    assert far_apart.best_value == pytest.approx(0, abs=1e-9)


def test_the_divergence_of_uneven_bumps_is_that_of_two_outcomes():
    """Bumps that never meet are outcomes: only their weights count."""
    real, fake = bumps(std=0.05, weights=(0.5, 0.5)), bumps(std=0.05, weights=(0.2, 0.8))
    by_hand = sum(w * math.log(w / m) / 2 for w, m in ((0.5, 0.35), (0.5, 0.65), (0.2, 0.35), (0.8, 0.65)))
    assert seen(real, fake).divergence == pytest.approx(by_hand, rel=1e-5)


def test_the_best_discriminator_reaches_the_best_value_and_no_other_exceeds_it():
    real, fake = bumps(), gaussian(-0.1, 0.4)
    logit = real.log_density(AT) - fake.log_density(AT)
    best = seen(real, fake, logit)
    assert best.value == pytest.approx(best.best_value, abs=1e-7)
    assert best.error < 1e-6
    for off in (logit + 0.1, 0.9 * logit, torch.zeros(CELLS)):
        other = seen(real, fake, off)
        assert other.value < best.value
        assert other.error > 0.01


def test_a_discriminator_that_guesses_makes_the_value_of_the_equilibrium():
    guess = seen(gaussian(), gaussian())
    assert guess.value == pytest.approx(-math.log(4))
    assert guess.error == pytest.approx(0, abs=1e-12)
    assert torch.allclose(guess.best[guess.judged], torch.tensor(0.5, dtype=torch.double))


def test_the_best_discriminator_is_left_open_where_there_is_nothing_to_judge():
    apart = seen(gaussian(-0.8, 0.05), gaussian(0.8, 0.05))
    middle = apart.best[CELLS // 2]
    assert middle.isnan()
    assert not apart.judged[CELLS // 2]
    assert math.isfinite(apart.error)


def test_looking_disturbs_neither_the_game_nor_the_random_numbers():
    game = LineGame("two bumps", seed=1)
    before, stream = game.trainer.state_dict(), torch.get_rng_state()
    game.look()
    assert same(game.trainer.state_dict(), before)
    assert torch.equal(torch.get_rng_state(), stream)


# The picture


def test_a_picture_drawn_anew_equals_one_drawn_at_once():
    first, second = line_state(game_of(affine(-0.3, 0.2)), bumps()), line_state(game_of(affine(0.4, 0.1)), gaussian())
    drawing = Panels()
    old = drawing.draw(first).tobytes()
    new = drawing.draw(second).tobytes()
    assert old != new
    assert new == Panels().draw(second).tobytes()
    assert drawing.draw(first).tobytes() == old


# The game


@pytest.mark.parametrize("data", DATA)
def test_the_same_seed_plays_the_same_game_and_another_seed_another_one(data):
    games = [LineGame(data, seed) for seed in (3, 3, 4)]
    for game in games:
        game.play()
        game.step_discriminator(2)
        game.step_generator(3)
    states = [game.trainer.state_dict() for game in games]
    assert same(states[0], states[1])
    assert not same(states[0], states[2])


def test_a_step_moves_one_player_and_leaves_the_other():
    game = LineGame("one bump")

    def weights():
        return [player.state_dict() for player in (game.trainer.game.generator, game.trainer.game.discriminator)]

    before = game.trainer.state_dict()
    game.step_discriminator(2)
    generator, discriminator = weights()
    assert same(generator, before["generator"])
    assert not same(discriminator, before["discriminator"])
    assert game.moves == (2, 0)
    before = game.trainer.state_dict()
    game.step_generator(3)
    generator, discriminator = weights()
    assert not same(generator, before["generator"])
    assert same(discriminator, before["discriminator"])
    assert game.moves == (2, 3)


def test_going_back_restores_the_game_and_its_counts_and_it_plays_on_the_same():
    game = LineGame("two bumps")
    game.play()
    middle, moves = game.trainer.state_dict(), game.moves
    game.play()
    game.step_generator(5)
    end = game.trainer.state_dict()
    assert game.back(2) == 2
    assert same(game.trainer.state_dict(), middle)
    assert game.moves == moves
    game.play()
    game.step_generator(5)
    assert same(game.trainer.state_dict(), end)
    assert game.back(99) == 3
    assert game.moves == (0, 0)
    assert game.back(1) == 0


# The widget, without a browser


@pytest.fixture
def lab():
    return LineLab("one bump", seed=2)


def test_every_control_of_the_lab_has_a_name(lab):
    controls = (lab.data, lab.seed, lab.moves, lab.step_d, lab.step_g, lab.play, lab.back, lab.far_back, lab.reset)
    assert all(control.description for control in controls)
    assert lab.title


def test_steps_of_the_lab_count_moves_redraw_and_say_so(lab):
    lab.moves.value = 25
    for button, words in ((lab.step_d, "D has moved 25 times, G 0 times"), (lab.step_g, "D has moved 25 times, G 25")):
        shown = lab.panels.value
        button.click()
        assert lab.panels.value != shown
        assert words in lab.status.value
        assert words in lab.panels.alt


def test_back_and_reset_of_the_lab_show_what_was_shown(lab):
    first = lab.panels.value
    lab.step_d.click()
    second = lab.panels.value
    lab.step_g.click()
    lab.back.click()
    assert lab.panels.value == second
    lab.far_back.click()
    assert lab.panels.value == first
    assert "Went back 1 frame." in lab.status.value
    lab.far_back.click()
    assert "This is the first frame kept." in lab.status.value
    lab.step_g.click()
    lab.reset.click()
    assert lab.panels.value == first


@pytest.mark.parametrize("control", ["data", "seed"])
def test_other_data_or_another_seed_begin_another_game(lab, control):
    lab.step_d.click()
    shown = lab.panels.value
    getattr(lab, control).value = {"data": "two bumps", "seed": 7}[control]
    assert lab.panels.value != shown
    assert lab.game.moves == (0, 0)
    assert "A new game." in lab.status.value


def test_the_lab_plays_in_the_background_until_it_is_paused(lab):
    async def session():
        lab.play.click()
        while lab.game.moves[1] < 2 * ROUNDS:
            await asyncio.sleep(0.01)
        lab.play.click()
        assert "Paused." in lab.status.value
        stopped = lab.game.moves
        await asyncio.sleep(0.2)
        assert lab.game.moves == stopped

    asyncio.run(asyncio.wait_for(session(), timeout=30))


def test_while_it_plays_it_says_how_it_stands_by_the_clock(lab, monkeypatch):
    now = [time.monotonic()]
    monkeypatch.setattr("gancore.widgets.line.time.monotonic", lambda: now[0])
    lab._play_frame()
    said = lab.status.value
    lab._play_frame()
    assert lab.status.value == said
    now[0] += 0.6
    lab._play_frame()
    assert f"G {3 * ROUNDS} times" in lab.status.value


def test_a_step_pauses_the_lab(lab):
    async def session():
        for button in (lab.step_d, lab.back, lab.reset):
            lab.play.click()
            button.click()
            assert not lab.play.playing

    asyncio.run(session())


def test_the_lab_remembers_far_enough_to_go_far_back(lab):
    for _ in range(FAR_BACK + 1):
        lab.game.step_discriminator(1)
    lab.far_back.click()
    assert lab.game.moves == (1, 0)
