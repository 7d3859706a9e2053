"""The adversarial game without labels, whose players are told groups that it has found for itself."""

from dataclasses import replace

import torch
from torch import Tensor

from gancore.data.batch import Batch
from gancore.models.groups import ImageGroups, LatentGroups
from gancore.training.gan import GAN


class SelfConditionedGAN(GAN):
    """A `GAN` whose players are told which group an image belongs to, as they would be told its class.

    Liu et al. (2020, Diverse Image Generation via Self-Conditioned GANs), section 3, without finding the groups again
    while it is played. Both players bring a part called `groups`: the discriminator's finds the group of an image, the
    generator's that of a latent. `look_at` shows them the data, and they keep what they saw with their weights. To all
    others the game has no classes: samples come at the groups' shares, and a player that is not told a group finds it.
    """

    capturable = True

    @property
    def of_images(self) -> ImageGroups:
        groups = self.discriminator.groups
        assert isinstance(groups, ImageGroups)
        return groups

    @property
    def of_latents(self) -> LatentGroups:
        groups = self.generator.groups
        assert isinstance(groups, LatentGroups)
        return groups

    @property
    def labels_told(self) -> int:
        return len(self.of_images.bias)

    def look_at(self, images: Tensor, seed: int) -> None:
        """Find groups among uint8 `images` `(N, C, H, W)`, and give each its share of the latents."""
        self.of_latents.fit(*self.of_images.fit(images, seed), seed)

    def discriminator_loss(self, batch: Batch) -> Tensor:
        return super().discriminator_loss(self.grouped(batch))

    def generator_loss(self, batch: Batch) -> Tensor:
        return super().generator_loss(batch if self.shared else self.grouped(batch))

    def grouped(self, batch: Batch) -> Batch:
        """The same examples with their groups for labels."""
        return replace(batch, labels=self.of_images(batch.real))

    def other_labels(self, batch: Batch) -> Tensor:
        """For each example of a batch a group that is not its own, drawn uniformly: of few images, mostly one of those
        that have none. Drawn among the others alone, digits came no closer (100 to 1,000 of them, two seeds)."""
        assert batch.labels is not None
        return (batch.labels + torch.randint_like(batch.labels, 1, self.labels_told)) % self.labels_told
