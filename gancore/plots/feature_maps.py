"""An image beside what a layer of a network makes of it."""

import torch
from PIL import Image, ImageOps
from torch import Tensor

from gancore.data.pictures import image_grid
from gancore.plots.images import picture

COLUMNS = 12  # maps in a row
WIDEST, LARGEST_ZOOM = 600, 10  # pixels of all maps side by side; screen pixels for one number, at most
DIGIT_ZOOM, GAP = 5, 24
FRAME, GREY = 2, 128  # screen pixels around the maps, so that a single one shows whether it is white or black
SMALLEST = 7  # numbers side by side; a map of fewer is drawn as large as one of so many


def beside(image: Tensor, maps: Tensor) -> Image.Image:
    """An image `(1, H, W)` and maps `(C, h, w)` in rows on black, each scaled by what is farthest from zero in it."""
    farthest = maps.abs().amax((1, 2), keepdim=True).clamp_min(torch.finfo(maps.dtype).tiny)
    tiles = (maps / farthest).unsqueeze(1)
    enlarged = max(1, SMALLEST // tiles.shape[-1])
    tiles = tiles.repeat_interleave(enlarged, -1).repeat_interleave(enlarged, -2)
    columns = min(COLUMNS, len(tiles))
    zoom = min(LARGEST_ZOOM, WIDEST // image_grid(tiles, columns).width)
    left = picture(image.unsqueeze(0), 1, DIGIT_ZOOM)
    right = ImageOps.expand(picture(tiles, columns, zoom), FRAME, GREY)
    both = Image.new("L", (left.width + GAP + right.width, max(left.height, right.height)))
    both.paste(left, (0, 0))
    both.paste(right, (left.width + GAP, 0))
    return both
