"""DCGAN: the convolutional pair of Radford et al. (2015), for 28, 32 and 64 pixels.

The generator lays its latent out as a coarse picture and doubles its side by strided transposed convolutions, the
discriminator halves the side by strided convolutions; batch normalisation in between, weights from
N(0, 0.02²) (sections 3 and 4). The 4×4 kernels, and batch norm's weights from N(1, 0.02²), are those of the version
of it that PyTorch's users share.
"""

from itertools import pairwise

from torch import Tensor, nn

from gancore.models.layers import Project, add_spectral_norm, one_logit, upsampling_stages

WIDTH = 64  # channels beside the image; doubles with every halving of the side
SLOPE = 0.2
START_DEVIATION = 0.02


def start_as_dcgan(module: nn.Module) -> None:
    """Weights of convolutions, linear layers and embeddings from N(0, 0.02²), of batch norms from N(1, 0.02²)."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear, nn.Embedding)):
        nn.init.normal_(module.weight, 0.0, START_DEVIATION)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, START_DEVIATION)
        nn.init.zeros_(module.bias)


class DCGANGenerator(nn.Module):
    """Latents `(N, latent_dim)` to images `(N, C, H, W)` in [-1, 1]; H = W is 28, 32 or 64, C is 1 or 3."""

    def __init__(self, latent_dim: int = 100, shape: tuple[int, int, int] = (1, 28, 28), width: int = WIDTH) -> None:
        super().__init__()
        channels, size, _ = shape
        stages = upsampling_stages(shape)
        widths = [width * 2**stage for stage in reversed(range(stages))]
        layers = [Project(latent_dim, widths[0], size >> stages, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()]
        for inputs, outputs in pairwise(widths):
            layers += [nn.ConvTranspose2d(inputs, outputs, kernel_size=4, stride=2, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(outputs), nn.ReLU()]
        layers += [nn.ConvTranspose2d(widths[-1], channels, kernel_size=4, stride=2, padding=1), nn.Tanh()]
        self.layers = nn.Sequential(*layers)
        self.apply(start_as_dcgan)

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(z)


def discriminator_features(shape: tuple[int, int, int], width: int = WIDTH, batch_norm: bool = True) -> nn.Sequential:
    """Images to features `(N, width·2^(stages-1), k, k)`: strided convolutions, batch norm in all but the first."""
    channels = shape[0]
    layers: list[nn.Module] = []
    for stage in range(upsampling_stages(shape)):
        outputs = width * 2**stage
        normalised = batch_norm and stage > 0
        layers += [nn.Conv2d(channels, outputs, kernel_size=4, stride=2, padding=1, bias=not normalised)]
        layers += [nn.BatchNorm2d(outputs)] if normalised else []
        layers += [nn.LeakyReLU(SLOPE)]
        channels = outputs
    return nn.Sequential(*layers)


class DCGANDiscriminator(nn.Module):
    """Images `(N, C, H, W)` to logits `(N,)`.

    Spectral normalisation takes the place of batch normalisation, as in Miyato et al. (2018), table 3.
    """

    def __init__(
        self, shape: tuple[int, int, int] = (1, 28, 28), width: int = WIDTH, spectral_norm: bool = False
    ) -> None:
        super().__init__()
        stages = upsampling_stages(shape)
        self.features = discriminator_features(shape, width, batch_norm=not spectral_norm)
        self.head = nn.Conv2d(width * 2 ** (stages - 1), 1, kernel_size=shape[1] >> stages)
        self.apply(start_as_dcgan)
        if spectral_norm:
            add_spectral_norm(self)

    def forward(self, images: Tensor) -> Tensor:
        return one_logit(self.head(self.features(images)))
