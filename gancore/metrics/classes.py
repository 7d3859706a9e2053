"""What the classifier sees in the samples: how evenly classes occur, and whether they are those asked for."""

import torch
from torch import Tensor

from gancore.errors import GancoreError


def class_shares(logits: Tensor) -> Tensor:
    """The share `(classes,)` of images that the classifier takes for each class, from `(N, classes)` logits."""
    counts = torch.bincount(logits.argmax(1).cpu(), minlength=logits.shape[1])
    return counts.double() / len(logits)


def class_fidelity(logits: Tensor, labels: Tensor) -> float:
    """The share, 0..1, of images `(N, classes)` logits that the classifier takes for the class asked for.

    `labels` are int64 `(N,)`. It is GAN-test of Shmelkov et al. (2018), section 3. Raises GancoreError for
    labels of another count or of classes that the classifier does not know.
    """
    images, classes = logits.shape
    labels = torch.as_tensor(labels)
    if labels.shape != (images,) or labels.is_floating_point():
        raise GancoreError(
            f"Labels are {labels.dtype} of shape {tuple(labels.shape)}, expected int64 ({images},), one for each image."
        )
    if not 0 <= int(labels.min()) <= int(labels.max()) < classes:
        raise GancoreError(
            f"Labels run from {int(labels.min())} to {int(labels.max())}, "
            f"but the classifier knows 0 to {classes - 1}; "
            "use an extractor trained on the same classes."
        )
    return float((logits.argmax(1).cpu() == labels.cpu()).double().mean())
