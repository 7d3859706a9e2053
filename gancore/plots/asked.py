"""Images that were drawn on request: in columns under what was asked for, with a frame around those misread."""

from PIL import Image, ImageDraw, ImageFont, ImageOps
from torch import Tensor

from gancore.data.pictures import GRID_GAP
from gancore.plots.images import picture

ZOOM = 3
HEADING = 24  # pixels above the grid
LETTERS = 18  # pixels high
WHITE, BLACK = 255, 0


def asked(images: Tensor, headings: tuple[str, ...], misread: Tensor) -> Image.Image:
    """Grey images `(rows, columns, 1, H, W)` in [-1, 1] under `headings`, and a frame where `misread` says so.

    `misread` is boolean `(rows, columns)`.
    """
    grid = picture(images.flatten(0, 1), len(headings), ZOOM)
    gap = GRID_GAP * ZOOM
    if misread.numel() == 1:
        grid = ImageOps.expand(grid, gap)  # which torchvision leaves out around a single image
    sheet = Image.new("L", (grid.width, grid.height + HEADING), WHITE)
    sheet.paste(grid, (0, HEADING))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=LETTERS)
    down, across = (side * ZOOM + gap for side in images.shape[-2:])
    for column, heading in enumerate(headings):
        middle = gap + column * across + (across - gap) / 2
        pen.text((middle, HEADING / 2), heading, BLACK, font, anchor="mm")
    for row, column in misread.nonzero().tolist():
        left, top = column * across, HEADING + row * down
        pen.rectangle((left + 1, top + 1, left + across + gap - 2, top + down + gap - 2), outline=WHITE, width=gap - 2)
    return sheet
