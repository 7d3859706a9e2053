"""A Game: two players and what each of them wants. `Trainer` plays any of them."""

from torch import Tensor, nn

from gancore.data.batch import Batch


class Game:
    """Two players and what each of them wants.

    A game of your own defines the two losses. Random numbers inside them may come from plain `torch.randn`:
    the trainer makes them part of its own stream.
    """

    generator: nn.Module
    discriminator: nn.Module
    moves: int = 0  # of the discriminator so far; the trainer counts and saves them

    def discriminator_loss(self, batch: Batch) -> Tensor:
        """A scalar to minimise; its gradients reach the discriminator only."""
        raise NotImplementedError

    def generator_loss(self, batch: Batch) -> Tensor:
        """A scalar to minimise; its gradients reach the generator only."""
        raise NotImplementedError

    def report(self) -> dict[str, Tensor]:
        """Scalars, still on the device, that the history records beside the losses."""
        return {}

    def sample(self, generator: nn.Module, count: int, labels: Tensor | None = None, seed: int = 0) -> Tensor:
        """`count` examples by `generator`, the player itself or its average: what snapshots show."""
        raise NotImplementedError
