"""The players: a file for each pair of generator and discriminator."""

from gancore.models.conditional import (
    ConditionalDCGANGenerator,
    ConditionalMLPDiscriminator,
    ConditionalMLPGenerator,
    ProjectionDiscriminator,
)
from gancore.models.dcgan import DCGANDiscriminator, DCGANGenerator
from gancore.models.mlp import MLPDiscriminator, MLPGenerator

__all__ = [
    "ConditionalDCGANGenerator",
    "ConditionalMLPDiscriminator",
    "ConditionalMLPGenerator",
    "DCGANDiscriminator",
    "DCGANGenerator",
    "MLPDiscriminator",
    "MLPGenerator",
    "ProjectionDiscriminator",
]
