"""A Game: two players and what each of them wants. `Trainer` plays any of them."""

from collections.abc import Mapping
from typing import Any

from PIL import Image
from torch import Tensor, nn

from gancore.data.batch import Batch
from gancore.data.pictures import are_images, image_grid, line_grid
from gancore.errors import GancoreError


class Game:
    """Two players and what each of them wants.

    A game of your own defines the two losses, and `sample` if it is to be looked at. Random numbers inside them may
    come from plain `torch.randn`: the trainer makes them part of its own stream.
    """

    generator: nn.Module
    discriminator: nn.Module
    moves: int = 0  # of the discriminator so far; the trainer counts and saves them
    classes: int = 0  # that `sample` can be asked for by label
    examples: Batch | None = None  # what `sample` is asked about by itself, in a game whose players are given something
    shared: Any = None  # examples that the generator learns from next, where the discriminator has judged them already
    # Whether a CUDA graph may repeat its rounds: they ask nothing of the numbers that they compute, leave nothing to
    # the next but weights and buffers, and are the same each time but for `has_penalty`. A class says so for itself.
    capturable: bool = False
    # Which columns of the history are drawn together. Shares, from 0 to 1, are written as percentages.
    curves: Mapping[str, tuple[str, ...]] = {"loss": ("d_loss", "g_loss"), "share": ("d_real", "d_fake")}

    def discriminator_loss(self, batch: Batch) -> Tensor:
        """A scalar to minimise; its gradients reach the discriminator only."""
        raise NotImplementedError

    def generator_loss(self, batch: Batch) -> Tensor:
        """A scalar to minimise; its gradients reach the generator only."""
        raise NotImplementedError

    def has_penalty(self, move: int) -> bool:
        """Whether the discriminator computes a gradient penalty in its move number `move`, counted from 0."""
        return False

    def report(self) -> dict[str, Tensor]:
        """Scalars, still on the device, that the history records beside the losses."""
        return {}

    def guessing(self) -> float | None:
        """The discriminator's loss where it tells nothing apart, or None where that is not known."""
        return None

    def compile(self, **options: object) -> None:
        """Compile both players where they stand, with `options` for `torch.compile`."""
        self.generator.compile(**options)
        self.discriminator.compile(**options)

    def sample(self, generator: nn.Module, count: int, condition: Tensor | None = None, seed: int = 0) -> Tensor:
        """`count` examples by `generator`, the player itself or its average.

        `condition` `(count, …)` is what they are to be examples of: labels, or what else the players are given. Where
        there is none, the game asks for some of everything: each class in turn, or what is given in `examples`.
        """
        raise NotImplementedError

    def given(self, condition: Tensor | None) -> Tensor:
        """What `sample` is asked about: `condition`, or else what is given in `examples`.

        Raises GancoreError where there is neither.
        """
        if condition is not None:
            return condition
        if self.examples is None or self.examples.given is None:
            raise GancoreError("This game draws for what it is given; give some as condition, or set its examples.")
        return self.examples.given

    def show(self, samples: Tensor, condition: Tensor | None = None, columns: int | None = None) -> Image.Image:
        """A picture of `samples` that were drawn under `condition`, with `columns` in a row.

        Images are laid out in a grid, and numbers of any other shape are drawn as lines.
        """
        return image_grid(samples, columns) if are_images(samples) else line_grid(samples, columns)

    def sounds(self, samples: Tensor) -> Tensor | None:
        """`samples` as sounds `(N, T)` in [-1, 1], 8,000 numbers a second; None in a game that makes none."""
        return None

    def state_dict(self) -> dict[str, Any]:
        """What the game itself must remember to go on: a pool of images, the strength of an augmentation.

        Tensors, numbers, text, and dicts, lists and tuples of them; the players are saved without it. Of several
        processes each has its own, and when they resume, all of them have that of the first.
        """
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from `state`, which `state_dict` gave. Its tensors may be on the CPU, wherever they were before."""
