"""What was given, what each hand made of it, and the truth, side by side."""

import torch
from PIL import Image
from torch import Tensor

from gancore.plots.images import picture
from gancore.training.pix2pix import as_pictures


def beside(given: Tensor, *pictures: Tensor, across: int = 2, zoom: int = 2) -> Image.Image:
    """Groups of what is `given` `(N, G, H, W)` and of `pictures` `(N, C, H, W)` each, `across` groups in a row."""
    parts = [as_pictures(given, pictures[0].shape[1]), *pictures]
    groups = torch.stack([part.clamp(-1, 1) for part in parts], dim=1)
    return picture(groups.flatten(0, 1), columns=across * len(parts), zoom=zoom)
