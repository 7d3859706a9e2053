"""Small pieces that several models share."""

from torch import Tensor, nn
from torch.nn.utils import parametrizations

from gancore.errors import GancoreError


def add_spectral_norm(network: nn.Module) -> None:
    """Divide each weight of `network` by its largest singular value from now on (Miyato et al., 2018, section 2.1)."""
    for layer in list(network.modules()):
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.Embedding)):
            parametrizations.spectral_norm(layer)


def one_logit(scores: Tensor) -> Tensor:
    """`(N, 1)` or `(N, 1, 1, 1)` to `(N,)`, in fp32 so that losses are exact under autocast."""
    return scores.float().flatten()


def upsampling_stages(size: int) -> int:
    """How many doublings lead to `size` pixels: 28 = 7·2², 32 = 4·2³, 64 = 4·2⁴. Raises GancoreError for others."""
    stages = {28: 2, 32: 3, 64: 4}
    if size not in stages:
        raise GancoreError(f"Images are {size} pixels wide; the convolutional players are built for 28, 32 or 64.")
    return stages[size]


class OneHot(nn.Module):
    """Labels int64 `(N,)` to float one-hot vectors `(N, classes)`."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes

    def forward(self, labels: Tensor) -> Tensor:
        return nn.functional.one_hot(labels, self.classes).float()
