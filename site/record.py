"""Plays the failure lab's games and keeps how they went: `python site/record.py` writes site/failures.json anew.

The games with every remedy take minutes, and so are not played when the site is built. What is kept is what the page
shows: with seed 0, where 100 of the latents have got to at nine times, how many modes are reached at 25, and every
tenth round both losses and how often D is right. Places and curves are kept in 256 steps, a byte each.
"""

import base64
import dataclasses
import json
from pathlib import Path

import numpy as np

from gancore.lessons.failure_game import FailureGame, compare, count
from gancore.lessons.failures import FAILURES, HEALTHY, SYMPTOMS
from gancore.lessons.ring_run import Run
from gancore.lessons.ring_setting import Setting
from gancore.plots.failures import REACH
from gancore.plots.training import smooth

RECORDED = Path(__file__).resolve().parent / "failures.json"
SEED = 0
POINTS, EVERY = 100, 3  # of the points of a snapshot, and of the snapshots, one in three
STEPS = 255
LOSSES, SHARES = (-3.1, 3.1), (0.0, 1.0)  # what a byte reaches from and to; a loss beyond is drawn at the edge
ALL = 10_000  # rounds, more than any game has


def main() -> None:
    """Plays all games and stores them."""
    recorded = {"seed": SEED, "symptoms": SYMPTOMS, "failures": {name: record(name) for name in FAILURES}}
    RECORDED.write_text(json.dumps(recorded, ensure_ascii=False) + "\n", encoding="utf-8")


def record(name: str) -> dict:
    """A broken game, and each remedy that changes it: what is said of it, and how it went."""
    game = FailureGame(name, SEED)
    game.reveal(game.failure.symptom)
    game.advance(ALL)
    runs = {"": as_it_went(game.runs[0]) | {"told": count(game.outcomes[0])}}
    for remedy in game.remedies:
        game.repair(remedy)
        game.advance(ALL)
        before, after = game.outcomes
        runs[remedy] = as_it_went(game.runs[1]) | {"told": count(after), "compared": compare(before, after)}
    return {"symptom": game.failure.symptom, "cause": game.cause(), "runs": runs}


def as_it_went(run: Run) -> dict:
    """The numbers of a run that has been played."""
    column = run.history.column
    curves = [in_bytes(column(name), LOSSES) for name in ("d_loss", "g_loss")]
    curves += [in_bytes(smooth(column(name)), SHARES) for name in ("d_real", "d_fake")]
    taken = run.snapshots.taken
    points = [snapshot.points[:POINTS].numpy() / run.setting.scale for snapshot in taken[::EVERY]]
    return {
        "setting": differences(run.setting),
        "rounds": [snapshot.round for snapshot in taken],
        "modes": [snapshot.coverage.covered for snapshot in taken],
        "curves": as_words(curves),
        "points": as_words([in_bytes(each.ravel(), (-REACH, REACH)) for each in points]),
    }


def differences(setting: Setting) -> dict:
    """What a setting has that one that works has not: a record that is not of today's setting is known by it."""
    healthy = dataclasses.asdict(HEALTHY)
    return {name: value for name, value in dataclasses.asdict(setting).items() if value != healthy[name]}


def in_bytes(values: object, limits: tuple[float, float]) -> np.ndarray:
    """Each number as the nearest of 256 steps between the limits; what lies beyond is at a limit."""
    low, high = limits
    shares = (np.asarray(values, dtype=float) - low) / (high - low)
    return (STEPS * np.clip(np.nan_to_num(shares, nan=1.0), 0, 1)).round().astype(np.uint8)


def as_words(parts: list[np.ndarray]) -> str:
    return base64.b64encode(np.concatenate(parts).tobytes()).decode()


if __name__ == "__main__":
    main()
