"""Examples as a picture: images in a grid, and numbers of any other shape as lines."""

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import adaptive_max_pool1d

from gancore.data.images import to_uint8

GRID_GAP = 2  # pixels between the images of a grid
LINE_HEIGHT, LINE_WIDTH = 32, 128  # pixels that the line of one example takes


def are_images(examples: Tensor) -> bool:
    """Whether `examples` have the shape of images `(N, C, H, W)`, grey or in colour."""
    return examples.ndim == 4 and examples.shape[1] in (1, 3)


def image_grid(images: Tensor, columns: int | None = None) -> Image.Image:
    """Images `(N, C, H, W)` in [-1, 1] side by side, as square as it goes or with `columns` in a row."""
    from torchvision.utils import make_grid

    columns = columns or max(1, round(len(images) ** 0.5))
    sheet = to_uint8(make_grid(images.detach().cpu(), nrow=columns, padding=GRID_GAP, pad_value=-1.0))
    grey = images.shape[1] == 1
    return Image.fromarray(sheet[0].numpy() if grey else sheet.permute(1, 2, 0).numpy())


def line_grid(examples: Tensor, columns: int | None = None) -> Image.Image:
    """The numbers of each of `examples` `(N, …)`, from first to last, as a white line from -1 below to 1 above."""
    numbers = examples.detach().float().cpu().flatten(1)[:, None].clamp(-1, 1)
    high, low = adaptive_max_pool1d(numbers, LINE_WIDTH), -adaptive_max_pool1d(-numbers, LINE_WIDTH)
    # A line and no row of dots: each column of pixels reaches as far as the one before it.
    joined = torch.maximum(high[..., 1:], low[..., :-1]), torch.minimum(low[..., 1:], high[..., :-1])
    high[..., 1:], low[..., 1:] = joined
    levels = torch.linspace(1, -1, LINE_HEIGHT)[:, None]
    reach = 1 / (LINE_HEIGHT - 1)  # half the way from one row of pixels to the next
    white = (levels <= high + reach) & (levels >= low - reach)
    return image_grid(2.0 * white[:, None] - 1, columns)
