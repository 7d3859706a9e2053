"""Where things are."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
REPOSITORY = TESTS.parent
COURSE = REPOSITORY / "course"
BANKS = REPOSITORY / "gancore" / "lessons" / "banks"
