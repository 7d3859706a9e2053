"""The players: a file for each pair of generator and discriminator."""

from gancore.models.conditional import (
    ConditionalDCGANGenerator,
    ConditionalMLPDiscriminator,
    ConditionalMLPGenerator,
    ProjectionDiscriminator,
)
from gancore.models.dcgan import DCGANDiscriminator, DCGANGenerator
from gancore.models.mlp import MLPDiscriminator, MLPGenerator
from gancore.models.modern import ModernDiscriminator, ModernGenerator
from gancore.models.points import PointDiscriminator, PointGenerator

__all__ = [
    "ConditionalDCGANGenerator",
    "ConditionalMLPDiscriminator",
    "ConditionalMLPGenerator",
    "DCGANDiscriminator",
    "DCGANGenerator",
    "MLPDiscriminator",
    "MLPGenerator",
    "ModernDiscriminator",
    "ModernGenerator",
    "PointDiscriminator",
    "PointGenerator",
    "ProjectionDiscriminator",
]
