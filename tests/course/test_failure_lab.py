"""The failure lab without a browser: what it begins, what it says, and that it plays in the background."""

import asyncio

import pytest

from gancore.errors import GancoreError
from gancore.lessons.failure_game import FailureGame, compare, is_well
from gancore.lessons.failures import BY_HEART, COLLAPSE, FAILURES, FEW, REMEDIES, SYMPTOMS, Failure
from gancore.lessons.ring_run import Outcome
from gancore.metrics import ModeCoverage
from gancore.widgets import failure
from gancore.widgets.failure import ROUNDS, FailureLab

QUICK = "G learns thirty times as fast as D"
WELL = Outcome(ModeCoverage(8, 8, 0.7, 1000), 0.5)
COLLAPSED = Outcome(ModeCoverage(1, 8, 0.3, 1000), 0.5)
BLURRED = Outcome(ModeCoverage(8, 8, 0.15, 1000), 0.5)
KNOWN_BY_HEART = Outcome(ModeCoverage(8, 8, 0.9, 1000), 0.85)


@pytest.fixture
def quick(monkeypatch):
    """The first failure, over after twenty rounds."""
    monkeypatch.setitem(FAILURES, QUICK, Failure(COLLAPSE.change(rounds=20), FEW))


def finish(game: FailureGame) -> None:
    while game.advance(7):
        pass


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (COLLAPSED, WELL, "Repaired."),
        (COLLAPSED, COLLAPSED, "That did not help here."),
        (COLLAPSED, BLURRED, "Better, and not yet well."),
        (WELL, WELL, "Still well."),
        (WELL, COLLAPSED, "Worse than before."),
        (KNOWN_BY_HEART, KNOWN_BY_HEART, "That did not help here."),
        (KNOWN_BY_HEART, WELL, "Repaired."),
    ],
)
def test_a_remedy_is_judged_by_what_it_does(before, after, said):
    assert compare(before, after) == said


def test_a_discriminator_that_knows_its_points_is_not_well():
    assert is_well(WELL)
    assert not is_well(KNOWN_BY_HEART)


def test_nothing_is_revealed_without_a_prediction_and_nothing_repaired_before_that():
    game = FailureGame(QUICK)
    with pytest.raises(GancoreError, match="Predict first"):
        game.reveal(None)
    with pytest.raises(GancoreError, match="First reveal"):
        game.repair("five D steps")
    assert game.runs == []


def test_only_remedies_that_change_something_are_offered():
    assert "more data" not in FailureGame(QUICK).remedies
    assert "LeakyReLU" not in FailureGame("data ten times as large, and a hasty D").remedies
    assert FailureGame("two training points for each mode").remedies[-1] == "more data"


@pytest.mark.parametrize("name", FAILURES)
def test_the_cause_is_told_in_words_and_never_the_symptom(name):
    said = FailureGame(name).cause()
    assert not any(symptom in said for symptom in SYMPTOMS)
    assert ("instead of" in said) == (name != "nothing is wrong")


def test_a_game_is_revealed_then_repaired_with_the_same_seed(quick):
    game = FailureGame(QUICK, seed=3)
    game.reveal(BY_HEART)
    assert game.busy
    finish(game)
    assert game.revealed
    assert f"✗ You predicted “{BY_HEART}”" in game.in_words()
    game.repair("five D steps")
    assert game.busy
    finish(game)
    assert [run.seed for run in game.runs] == [3, 3]
    assert game.runs[1].setting == REMEDIES["five D steps"].apply(game.runs[0].setting)
    assert "With five D steps" in game.in_words()


def test_a_second_remedy_takes_the_place_of_the_first(quick):
    game = FailureGame(QUICK)
    game.reveal(FEW)
    finish(game)
    for remedy in ("dropout in D", "moving average"):
        game.repair(remedy)
        finish(game)
    assert len(game.runs) == len(game.outcomes) == 2
    assert "dropout" not in game.in_words()
    assert "✓ You predicted" in game.in_words()


def drive(session) -> None:
    """Runs `session(lab)` where a loop runs, as in a notebook."""

    async def whole() -> None:
        lab = FailureLab()
        try:
            await session(lab)
        finally:
            lab.ticker.stop()

    asyncio.run(whole())


def test_the_lab_plays_in_the_background_and_other_code_runs_meanwhile(quick, monkeypatch):
    monkeypatch.setattr(failure, "SLICE", 0.0)  # five rounds at a time, however fast the machine is

    async def session(lab):
        lab.prediction.value = FEW
        lab.reveal.click()
        assert "Playing" in lab.status.value
        assert lab.repair.disabled
        turns = 0
        while lab.ticker.playing:
            await asyncio.sleep(0)
            turns += 1
        assert turns >= 20 / ROUNDS
        assert "✓ You predicted" in lab.status.value

    drive(session)


def test_repair_waits_for_a_remedy_and_for_the_end_of_a_game(quick):
    async def session(lab):
        lab.prediction.value = FEW
        lab.reveal.click()
        lab.remedy.value = "five D steps"
        assert lab.repair.disabled
        await lab.finished()
        assert not lab.repair.disabled
        lab.remedy.value = None
        assert lab.repair.disabled
        lab.remedy.value = "dropout in D"
        lab.repair.click()
        assert lab.repair.disabled
        await lab.finished()
        assert not lab.repair.disabled

    drive(session)


def test_repairing_draws_both_games(quick):
    async def session(lab):
        lab.prediction.value = FEW
        lab.reveal.click()
        await lab.finished()
        before = lab.picture.value
        lab.remedy.value = "five D steps"
        lab.repair.click()
        await lab.finished()
        assert lab.picture.value != before
        assert "with the remedy" in lab.picture.alt
        assert "With five D steps" in lab.status.value

    drive(session)


def test_revealing_without_a_prediction_is_told(quick):
    async def session(lab):
        lab.reveal.click()
        assert "Predict first" in lab.status.value
        assert not lab.ticker.playing

    drive(session)


def test_another_setting_or_seed_stops_the_game_and_begins_anew(quick):
    async def session(lab):
        for change in (lambda: setattr(lab.seed, "value", 4), lambda: setattr(lab.setting, "index", 4)):
            lab.prediction.value = FEW
            lab.reveal.click()
            change()
            assert not lab.ticker.playing
            assert lab.prediction.value is None
            assert lab.game.runs == []
            assert lab.repair.disabled
        assert (lab.game.name, lab.game.seed) == ("two training points for each mode", 4)
        assert "more data" in lab.remedy.options

    drive(session)


def test_an_error_while_playing_is_told(quick, monkeypatch):
    def fail(self, rounds):
        raise GancoreError("it blew up")

    async def session(lab):
        monkeypatch.setattr(failure.FailureGame, "advance", fail)
        lab.prediction.value = FEW
        lab.reveal.click()
        await lab.finished()
        assert "It stopped: it blew up" in lab.status.value

    drive(session)


def test_every_control_has_a_label_and_nothing_is_predicted_for_the_reader(quick):
    async def session(lab):
        controls = (lab.setting, lab.seed, lab.prediction, lab.reveal, lab.remedy, lab.repair)
        assert all(control.description for control in controls)
        assert lab.prediction.value is None

    drive(session)
