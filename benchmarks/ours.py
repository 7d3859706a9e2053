"""This package as a contender: a recipe, trained as `gancore train` trains it, but for the recorders."""

from benchmarks.timing import Advance
from gancore.data import load
from gancore.training.recipes import get_recipe


def gancore_loop(recipe: str, precision: str) -> Advance:
    """`recipe` on the digits, in "fp32" or "bf16"."""
    trainer = get_recipe(recipe).trainer(load(), device="cpu", precision=precision)
    return lambda steps: trainer.run(steps=steps)
