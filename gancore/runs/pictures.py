"""The film in a run folder: the pictures of its samples, one after another."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from gancore.system.files import write_atomically

FRAME_MS = 120  # of the film; its last frame stays longer
LAST_FRAME_MS = 2000


def save_film(frames: Sequence[Image.Image], path: Path) -> None:
    """Write `frames`, one size all of them, as an endless GIF that rests on the last one.

    Raises GancoreError where the file system does not take it.
    """
    durations = [FRAME_MS] * (len(frames) - 1) + [LAST_FRAME_MS]

    def write(temporary: Path) -> None:
        frames[0].save(temporary, save_all=True, append_images=frames[1:], duration=durations, loop=0)

    write_atomically(path, write)
