"""Small pieces that several models share."""

from torch import Tensor, nn
from torch.nn.utils import parametrizations

from gancore.data.images import SIZES
from gancore.errors import GancoreError
from gancore.system.device import CHANNELS_LAST


def add_spectral_norm(network: nn.Module) -> None:
    """Divide each weight of `network` by its largest singular value from now on (Miyato et al., 2018, section 2.1)."""
    for layer in list(network.modules()):
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.Embedding)):
            parametrizations.spectral_norm(layer)


def one_logit(scores: Tensor) -> Tensor:
    """`(N, 1)` or `(N, 1, 1, 1)` to `(N,)`, in fp32 so that losses are exact under autocast."""
    return scores.float().flatten()


def upsampling_stages(shape: tuple[int, int, int]) -> int:
    """How many doublings lead to images of `shape` (C, H, W): 28 = 7·2², 32 = 4·2³, 64 = 4·2⁴.

    Raises GancoreError for other sizes, and where height and width differ.
    """
    stages = dict(zip(SIZES, (2, 3, 4), strict=True))
    _, height, width = shape
    if height != width or height not in stages:
        sizes = ", ".join(f"{size}×{size}" for size in stages)
        raise GancoreError(f"Images are {height}×{width} pixels; the convolutional players are built for {sizes}.")
    return stages[height]


class Project(nn.Module):
    """Vectors `(N, inputs)` to coarse pictures `(N, channels, side, side)`, by one matrix product.

    The same as a transposed convolution with a kernel of the picture's size, and several times as fast.
    """

    def __init__(self, inputs: int, channels: int, side: int, bias: bool = True) -> None:
        super().__init__()
        self.side = side
        self.linear = nn.Linear(inputs, channels * side**2, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        # Places before channels is how channels_last lies in memory, so the permutation moves nothing.
        picture = self.linear(x).unflatten(1, (self.side, self.side, -1)).permute(0, 3, 1, 2)
        return picture if x.device.type in CHANNELS_LAST else picture.contiguous()


class OneHot(nn.Module):
    """Labels int64 `(N,)` to float one-hot vectors `(N, classes)`."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes

    def forward(self, labels: Tensor) -> Tensor:
        return nn.functional.one_hot(labels, self.classes).float()
