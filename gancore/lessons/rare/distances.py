"""How far pictures that were made are from those that they were made of."""

import torch
from torch import Tensor


def nearest(made: Tensor, originals: Tensor) -> tuple[Tensor, Tensor]:
    """For each picture `(N, …)` the place of the nearest of `originals` `(M, …)`, and how far it is, both `(N,)`."""
    distances, places = torch.cdist(made.flatten(1), originals.flatten(1)).min(1)
    return places, distances


def apart(originals: Tensor) -> Tensor:
    """How far each of `originals` `(M, …)` is from the nearest other one, `(M,)`."""
    return torch.cdist(originals.flatten(1), originals.flatten(1)).fill_diagonal_(torch.inf).amin(1)


def near_copies(made: Tensor, originals: Tensor) -> Tensor:
    """Which of the pictures `(N, …)` are nearer to one of `originals` `(M, …)` than any two of these are: `(N,)`."""
    return nearest(made, originals)[1] < apart(originals).min()
