"""What every relative of the GAN shares: `fit` images, `sample` images, and the classes in between."""

import math
from abc import ABC, abstractmethod
from typing import Self

import numpy as np
import torch
from torch import Tensor

from gancore.errors import GancoreError

LARGEST_SEED = 2**63 - 1


class GenerativeModel(ABC):
    """A model that learns from images how to draw new ones.

    With labels at `fit` it learns every class, and `sample(count, label)` draws from one of them. Without, all
    images are one class. After `fit`, `shape` is the `(C, H, W)` of an image, `classes` the labels that occurred
    in ascending order, or None, and `prior` their shares, a float64 array `(K,)` that sums to 1.

    `seed` decides everything random in `fit`: the same seed, images and thread count give the same model.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.shape: tuple[int, int, int] | None = None
        self.classes: tuple[int, ...] | None = None
        self.prior = np.ones(1)

    def fit(self, images: Tensor, labels: Tensor | None = None) -> Self:
        """Learn from float images `(N, C, H, W)` in [-1, 1] and, where there are any, int64 labels `(N,)`.

        Returns the model itself. Raises GancoreError for images of another type, shape or range, for images
        that are all alike, and for labels that do not pair up with them.
        """
        check_images(images)
        if bool((images == images[0]).all()):
            raise GancoreError(f"All {len(images)} images are alike; learning how images vary takes two that differ.")
        classes, groups, counts = group(labels, len(images))
        self._learn(as_rows(images), groups)
        self.shape, self.classes, self.prior = tuple(images.shape[1:]), classes, counts / counts.sum()
        return self

    def sample(self, count: int, label: int | None = None, seed: int | None = None) -> Tensor:
        """`count` new images, float32 `(count, C, H, W)` in [-1, 1], the same ones for the same seed.

        All are of class `label`. Where that is None, each image's class is drawn from the shares the classes
        had at `fit`. A seed of None takes one from torch's global random numbers.
        Raises GancoreError before `fit`, and for a label that `fit` was not given.
        """
        rng = random_numbers(seed)
        groups = self._groups_to_draw(count, label, rng)
        return self._as_images(self._draw(groups, rng))

    @abstractmethod
    def _learn(self, rows: np.ndarray, groups: np.ndarray) -> None:
        """Learn from pixels `(N, D)` in [-1, 1] and the place of each image's class in `classes`, `(N,)`."""

    @abstractmethod
    def _draw(self, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Pixels `(len(groups), D)`, one image of each of the classes at the places `groups`."""

    def _as_images(self, rows: np.ndarray) -> Tensor:
        return torch.from_numpy(rows).float().clamp(-1, 1).unflatten(1, self.shape)

    def _rows(self, images: Tensor) -> np.ndarray:
        """Checked `images` as pixels `(N, D)`, once the model knows their shape."""
        self._check_fitted()
        check_images(images)
        if tuple(images.shape[1:]) != self.shape:
            raise GancoreError(
                f"Images are {tuple(images.shape[1:])}, but this model was fitted to {self.shape}; "
                "give it images of that shape, or fit it to these."
            )
        return as_rows(images)

    def _check_fitted(self) -> None:
        if self.shape is None:
            raise GancoreError(f"This {type(self).__name__} has learnt nothing yet; call fit(images) first.")

    def _place(self, label: int) -> int:
        """Where `label` stands in `classes`."""
        if self.classes is None:
            raise GancoreError(
                f"Label {label} means nothing to a model fitted without labels; call fit(images, labels), "
                "or leave the label out."
            )
        if label not in self.classes:
            known = ", ".join(map(str, self.classes))
            raise GancoreError(f"Label {label} is not among those this model was fitted with; choose one of {known}.")
        return self.classes.index(label)

    def _groups_to_draw(self, count: int, label: int | None, rng: np.random.Generator) -> np.ndarray:
        """The place in `classes` of each of `count` images to come, `(count,)`."""
        self._check_fitted()
        if count < 1:
            raise GancoreError(f"count is {count}; draw at least 1 image.")
        if label is not None:
            return np.full(count, self._place(label))
        return rng.choice(len(self.prior), count, p=self.prior)


def random_numbers(seed: int | None) -> np.random.Generator:
    """A stream of random numbers from `seed`, or from torch's global random numbers where that is None."""
    return np.random.default_rng(int(torch.randint(LARGEST_SEED, ())) if seed is None else seed)


def as_rows(images: Tensor) -> np.ndarray:
    """Images `(N, C, H, W)` to float64 rows of pixels `(N, C·H·W)`, which is what scikit-learn computes in."""
    return images.detach().flatten(1).double().cpu().numpy()


def group(labels: Tensor | None, count: int) -> tuple[tuple[int, ...] | None, np.ndarray, np.ndarray]:
    """The labels that occur, the place `(N,)` of each image's label among them, and how often each occurs `(K,)`.

    Without labels there are no classes, and all `count` images are in one group.
    """
    if labels is None:
        return None, np.zeros(count, int), np.array([count])
    labels = torch.as_tensor(labels)
    if labels.shape != (count,) or labels.is_floating_point() or labels.dtype == torch.bool:
        raise GancoreError(
            f"Labels are {labels.dtype} of shape {tuple(labels.shape)}; {count} images need whole numbers ({count},)."
        )
    classes, groups, counts = np.unique(labels.cpu().numpy(), return_inverse=True, return_counts=True)
    return tuple(classes.tolist()), groups, counts


def check_images(images: Tensor) -> None:
    """Raise GancoreError unless `images` are finite floats `(N, C, H, W)` in [-1, 1], at least one of them."""
    if images.ndim != 4 or images.numel() == 0:
        raise GancoreError(f"Images have shape {tuple(images.shape)}; expected (N, C, H, W) with nothing empty.")
    if not images.is_floating_point():
        raise GancoreError(f"Images are {images.dtype}, expected floats in [-1, 1]; gancore.data.to_float makes them.")
    low, high = (float(bound) for bound in images.aminmax())  # NaN anywhere makes both NaN
    if not (math.isfinite(low) and math.isfinite(high) and low >= -1 and high <= 1):
        raise GancoreError(
            f"Images range from {low:.3g} to {high:.3g}, expected [-1, 1]; clamp them, "
            "or make pixels of 0..255 floats with gancore.data.to_float."
        )
