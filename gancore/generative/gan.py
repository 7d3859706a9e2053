"""A generative adversarial network behind the protocol of its relatives: the course's conditional GAN, a short game."""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from gancore.data.images import SIZES, ImageData, to_uint8
from gancore.errors import GancoreError
from gancore.generative.model import GenerativeModel
from gancore.models.sampling import generate
from gancore.training.recipes import PLAYERS, RECIPES

ROUNDS = 600  # of the game: by then digits are read as those asked for, and more rounds change little
BLACK = -1.0


class GenerativeAdversarialNetwork(GenerativeModel):
    """Goodfellow et al. (2014), played by the recipe "cmodern", or by "modern" where there is but one class.

    `players` "mlp" makes it "cmlp" or "mlp" instead: two perceptrons. It has neither a `log_prob` nor a bound that
    could stand in for it: all that it learns is how to draw. The game takes `rounds` rounds, or `seconds` where they
    are given, on the device that PyTorch finds, in pixels of 256 levels. Its players are built for squares of 28, 32
    or 64 pixels, so other images get a black margin, which `sample` cuts off again.
    Raises GancoreError for less than one round, and for players that no recipe has.
    """

    def __init__(
        self, rounds: int = ROUNDS, seed: int = 0, players: str = "modern", seconds: float | None = None
    ) -> None:
        super().__init__(seed)
        if rounds < 1:
            raise GancoreError(f"rounds is {rounds}; a game has at least 1.")
        if players not in PLAYERS:
            raise GancoreError(f"players is {players!r}; choose one of {', '.join(PLAYERS)}.")
        self.rounds, self.players, self.seconds = rounds, players, seconds

    def fit(self, images: Tensor, labels: Tensor | None = None) -> "GenerativeAdversarialNetwork":
        """Learn from float images `(N, C, H, W)` in [-1, 1] and, where there are any, int64 labels `(N,)`.

        Returns the model itself. Raises GancoreError as its relatives do, and for images above 64 pixels.
        """
        self._shape_to_learn = tuple(images.shape[1:])  # `_learn` gets rows, and a convolution needs neighbours
        return super().fit(images, labels)

    def _learn(self, rows: np.ndarray, groups: np.ndarray) -> None:
        classes = tuple(str(place) for place in range(groups.max() + 1))
        pixels = to_uint8(framed(torch.from_numpy(rows).unflatten(1, self._shape_to_learn)))
        data = ImageData("images", pixels, torch.from_numpy(groups).long(), classes)
        # Augmentation, which few images would get by themselves, costs more in a short game than it saves.
        recipe = RECIPES[("c" if len(classes) > 1 else "") + self.players].change(augment=())
        until = {"steps": self.rounds} if self.seconds is None else {"seconds": self.seconds}
        trainer = recipe.trainer(data, seed=self.seed).run(**until)
        self.generator, self.latent_dim = trainer.average.module, recipe.latent_dim

    def _draw(self, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        z = torch.from_numpy(rng.standard_normal((len(groups), self.latent_dim), dtype=np.float32))
        told = torch.from_numpy(groups) if len(self.prior) > 1 else None
        _, height, width = self.shape
        return generate(self.generator, z, told)[..., :height, :width].flatten(1).cpu().double().numpy()


def framed(images: Tensor) -> Tensor:
    """Images `(N, C, H, W)` with black below and on the right, up to the next size that the players are built for.

    Raises GancoreError where there is none.
    """
    height, width = images.shape[2:]
    side = next((size for size in SIZES if size >= max(height, width)), None)
    if side is None:
        raise GancoreError(f"Images are {height}×{width} pixels, and the largest this model takes is {SIZES[-1]}.")
    return pad(images, (0, side - width, 0, side - height), value=BLACK)
