"""An image beside what a layer of a network makes of it."""

import torch
from PIL import Image, ImageOps
from torch import Tensor

from gancore.data.pictures import image_grid
from gancore.plots.images import picture

COLUMNS = 12  # maps in a row
WIDEST, LARGEST_ZOOM = 600, 10  # pixels of all maps side by side; screen pixels for one number, at most
DIGIT_ZOOM, GAP = 5, 24
FRAME = 2  # screen pixels of black around the maps, so that a single white one shows on a white page


def beside(image: Tensor, maps: Tensor) -> Image.Image:
    """An image `(1, H, W)`, and beside it maps `(C, h, w)` in rows, each scaled by what is farthest from zero in it."""
    farthest = maps.abs().amax((1, 2), keepdim=True).clamp_min(torch.finfo(maps.dtype).tiny)
    tiles = (maps / farthest).unsqueeze(1)
    columns = min(COLUMNS, len(tiles))
    zoom = min(LARGEST_ZOOM, WIDEST // image_grid(tiles, columns).width)
    left, right = picture(image.unsqueeze(0), 1, DIGIT_ZOOM), ImageOps.expand(picture(tiles, columns, zoom), FRAME)
    both = Image.new("L", (left.width + GAP + right.width, max(left.height, right.height)), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width + GAP, 0))
    return both
