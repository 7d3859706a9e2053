"""All snapshots of a run on one sheet."""

from collections.abc import Sequence
from math import ceil

from PIL import Image

from gancore.training.recorders import Snapshot

ACROSS = 8  # snapshots in a row
GREYS = 16  # four bits, and half the size of 256


def contact_sheet(snapshots: Sequence[Snapshot]) -> Image.Image:
    """Every snapshot as a grid, `ACROSS` grids in a row; grey pictures in `GREYS` greys from black to white."""
    grids = [snapshot.picture() for snapshot in snapshots]
    width, height = grids[0].size
    sheet = Image.new(grids[0].mode, (ACROSS * width, ceil(len(grids) / ACROSS) * height))
    for place, grid in enumerate(grids):
        row, column = divmod(place, ACROSS)
        sheet.paste(grid, (column * width, row * height))
    if sheet.mode == "L":
        sheet = sheet.point([round(value * (GREYS - 1) / 255) for value in range(256)])
        sheet.putpalette([255 * grey // (GREYS - 1) for grey in range(GREYS) for _ in "RGB"])
    return sheet
