"""The floor under the recipe `mlp`: the matrix products that a step cannot do without, and nothing else.

A layer's forward pass is one product, the gradient of its weights another, the gradient of its input a third.
Not needed are the gradients of what no player learns: the latents, the images, and in each move the other
player's weights.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from benchmarks.timing import Advance
from gancore.models.mlp import DISCRIMINATOR_WIDTHS, GENERATOR_WIDTHS
from gancore.training.recipes import get_recipe

PIXELS = 28 * 28
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


@dataclass(frozen=True)
class Product:
    """One matrix product of a layer: `kind` is "forward", "weight gradient" or "input gradient"."""

    kind: str
    batch: int
    inputs: int
    outputs: int

    @property
    def multiply_adds(self) -> int:
        return self.batch * self.inputs * self.outputs

    def ready(self, dtype: torch.dtype) -> Callable[[], Tensor]:
        """A function that multiplies, with its matrices already in memory and laid out as `nn.Linear` has them."""
        x = torch.randn(self.batch, self.inputs).to(dtype)
        weight = torch.randn(self.outputs, self.inputs).to(dtype)
        y = torch.randn(self.batch, self.outputs).to(dtype)
        left, right = {
            "forward": (x, weight.t()),
            "weight gradient": (y.t(), x),
            "input gradient": (y, weight),
        }[self.kind]
        return lambda: left @ right


def step_products() -> list[Product]:
    """The products of one step: D's move, then G's. D judges real and generated images together."""
    recipe = get_recipe("mlp")
    d_batch, g_batch = recipe.settings.batch_size, recipe.settings.generator_batch_size
    generator = (recipe.latent_dim, *GENERATOR_WIDTHS, PIXELS)
    discriminator = (PIXELS, *DISCRIMINATOR_WIDTHS, 1)
    d_move = [
        *layers("forward", d_batch, generator),
        *layers("forward", 2 * d_batch, discriminator),
        *layers("weight gradient", 2 * d_batch, discriminator),
        *layers("input gradient", 2 * d_batch, discriminator)[1:],  # images are not learnt
    ]
    g_move = [
        *layers("forward", g_batch, generator),
        *layers("forward", g_batch, discriminator),
        *layers("input gradient", g_batch, discriminator),
        *layers("weight gradient", g_batch, generator),
        *layers("input gradient", g_batch, generator)[1:],  # nor are latents
    ]
    return d_move + g_move


def layers(kind: str, batch: int, sizes: tuple[int, ...]) -> list[Product]:
    """A product of this kind in each layer of a perceptron with `sizes`, from the first to the last."""
    return [Product(kind, batch, inputs, outputs) for inputs, outputs in pairwise(sizes)]


def floor_loop(precision: str) -> Advance:
    """The products of a step, in "fp32" or "bf16"."""
    products = [product.ready(DTYPES[precision]) for product in step_products()]

    def advance(steps: int) -> None:
        for _ in range(steps):
            for multiply in products:
                multiply()

    return advance
