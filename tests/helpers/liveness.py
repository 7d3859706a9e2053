"""How many pictures a second make a view live, on a quiet machine and on a busy one."""

import os

import pytest

FEWEST_ON_A_BUSY_MACHINE = 2  # pictures a second of what should be live; the cores may have several times as much to do


def fewest_a_second(pictures: int) -> pytest.MarkDecorator:
    """Hands a test the `fewest` pictures a second to see: as many as wanted where the machine does nothing else."""
    busy = pytest.param(FEWEST_ON_A_BUSY_MACHINE, id="busy machine")
    return pytest.mark.parametrize("fewest", [busy, pytest.param(pictures, id="quiet machine", marks=pytest.mark.long)])


def load() -> str:
    """How busy the machine has been in the last minute, in words."""
    return f"with {os.getloadavg()[0] / os.cpu_count():.1f} times as much to do as there are cores"
