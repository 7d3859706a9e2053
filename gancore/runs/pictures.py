"""The pictures in a run folder: grids of samples, and a film of them."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from torch import Tensor

from gancore.data.images import to_uint8
from gancore.system.files import write_atomically

FRAME_MS = 120  # of the film; its last frame stays longer
LAST_FRAME_MS = 2000
GRID_GAP = 2  # pixels between the images of a grid


def image_grid(images: Tensor, columns: int | None = None) -> Image.Image:
    """Images `(N, C, H, W)` in [-1, 1] side by side, as square as it goes or with `columns` in a row."""
    from torchvision.utils import make_grid

    columns = columns or max(1, round(len(images) ** 0.5))
    sheet = to_uint8(make_grid(images, nrow=columns, padding=GRID_GAP, pad_value=-1.0))
    grey = images.shape[1] == 1
    return Image.fromarray(sheet[0].numpy() if grey else sheet.permute(1, 2, 0).numpy())


def save_film(frames: Sequence[Image.Image], path: Path) -> None:
    """Write `frames`, one size all of them, as an endless GIF that rests on the last one.

    Raises GancoreError where the file system does not take it.
    """
    durations = [FRAME_MS] * (len(frames) - 1) + [LAST_FRAME_MS]

    def write(temporary: Path) -> None:
        frames[0].save(temporary, save_all=True, append_images=frames[1:], duration=durations, loop=0)

    write_atomically(path, write)
