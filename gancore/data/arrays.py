"""Arrays of one's own, as NumPy, lists and strings hold them, as the tensors that ImageData keeps.

What can mean only one thing is converted. What could mean two is refused, with the call that converts it.
"""

import math
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
import torch
from torch import Tensor

from gancore.data.classes import in_order, number_classes
from gancore.errors import GancoreError

CHANNELS = (1, 3)  # grey and colour
MOST_CHANNELS = 4  # before height and width; more must be a height


def as_pixels(images: Any, name: str) -> Tensor:
    """`images` as uint8 `(N, C, H, W)`: whole numbers from 0 to 255, or bool, with channels first, last or left out."""
    tensor = _channels_first(_as_bytes(_as_tensor(images, f"The images of {name}"), name), name)
    if tensor.ndim != 4 or tensor.numel() == 0:
        _refuse(f"The images of {name} have the shape {_shape(tensor)}", "it must be (N, C, H, W), none of them 0")
    return tensor


def as_labels(
    labels: Any, classes: Sequence[str] | None, count: int, name: str
) -> tuple[Tensor, tuple[str, ...], tuple[str, ...]]:
    """`labels`, whole numbers or names, as int64 `(N,)` of `count` images, the names of the classes, and notes on it.

    Where there are no names yet they are the numbers, or the names themselves, in order.
    """
    classes = () if classes is None else tuple(map(str, classes))
    if not isinstance(labels, Tensor):
        labels = np.asarray(labels)
        if labels.size and all(isinstance(label, str) for label in labels.flat):
            labels, classes = _number_names(labels, classes, name)
    tensor = _as_tensor(labels, f"The labels of {name}")
    _check_labels(tensor, count, name)
    if not classes:
        numbers, classes, notes = number_classes(tensor.cpu().numpy(), name)
        return torch.from_numpy(numbers).to(tensor.device), classes, notes
    if tensor.device.type == "cpu":  # a look at values on a GPU, which makes it wait, is left to those who need them
        _check_range(tensor, len(classes), name)
    return tensor.long(), classes, ()


def _as_tensor(values: Any, what: str) -> Tensor:
    if isinstance(values, Tensor):
        return values
    try:
        array = values if isinstance(values, np.ndarray) else np.stack([np.asarray(value) for value in values])
    except (TypeError, ValueError, RuntimeError) as error:
        raise GancoreError(f"{what} cannot be one array ({error}); bring all of them to one size and type.") from error
    if array.dtype.kind not in "buif":
        _refuse(f"{what} are {array.dtype}", "they must be numbers")
    wide = array.dtype.kind == "u" and array.dtype.itemsize > 1  # of which torch can do little
    return torch.from_numpy(np.array(array, np.int64 if wide else array.dtype.newbyteorder("="), order="C"))


def _as_bytes(tensor: Tensor, name: str) -> Tensor:
    if tensor.dtype == torch.uint8 or tensor.numel() == 0:
        return tensor
    if tensor.dtype == torch.bool:
        return tensor.to(torch.uint8) * 255
    low, high = tensor.min().item(), tensor.max().item()
    whole = not tensor.is_floating_point()
    if whole and low >= 0 and 1 < high <= 255:
        return tensor.to(torch.uint8)
    kind = str(tensor.dtype).removeprefix("torch.")
    _refuse(f"The images of {name} are {kind} from {low:g} to {high:g}, and not uint8", _call(whole, low, high))


def _call(whole: bool, low: float, high: float) -> str:
    """What makes pixels of numbers of which nobody can tell where black and white lie."""
    images = "torch.as_tensor(images)"
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"take out what is not finite, such as by {images}.nan_to_num(0, 1, 0)"
    if not whole and -1 <= low < 0 and high <= 1:
        return f"gancore.data.to_uint8({images}) converts them if black is -1 and white 1"
    if not whole and low >= 0 and high <= 1:
        return f"gancore.data.to_uint8(2 * {images} - 1) converts them if black is 0 and white 1"
    if not whole and low >= 0 and high <= 255:
        return f"{images}.round().to(torch.uint8) converts them if white is 255"
    above, range_ = (f"({images}.double() + {-low!r})", high - low) if low < 0 else (f"{images}.double()", high)
    black = min(low, 0)
    return (
        f"({above} * (255 / {range_!r})).round().to(torch.uint8) converts them if black is {black:g} and white {high:g}"
    )


def _channels_first(tensor: Tensor, name: str) -> Tensor:
    shape = tensor.shape
    if tensor.ndim == 3 and (shape[0] in CHANNELS or shape[2] in CHANNELS):
        _refuse(
            f"The images of {name} have the shape {_shape(tensor)}",
            "torch.as_tensor(images)[:, None] makes greys of them, and [None] one image",
        )
    if tensor.ndim == 3:
        return tensor.unsqueeze(1)
    if tensor.ndim == 4 and shape[1] > MOST_CHANNELS and shape[3] in CHANNELS:
        return tensor.permute(0, 3, 1, 2).contiguous()
    if tensor.ndim == 4 and shape[1] > MOST_CHANNELS and shape[3] <= MOST_CHANNELS:
        _refuse(
            f"The images of {name} have the shape {_shape(tensor)}, which is {shape[3]} channels",
            f"torch.as_tensor(images)[..., :{shape[3] - 1}] leaves the last out, if it is transparency",
        )
    if tensor.ndim == 2:
        _refuse(f"The images of {name} have the shape {_shape(tensor)}, which is one row each", _unflatten(shape[1]))
    return tensor


def _unflatten(length: int) -> str:
    channels = next((channels for channels in CHANNELS if math.isqrt(length // channels) ** 2 * channels == length), 0)
    side = math.isqrt(length // channels) if channels else 0
    call = f"torch.as_tensor(images).reshape(-1, {channels}, {side}, {side})" if channels else ".reshape(-1, C, H, W)"
    return f"{call} makes images of them"


def _number_names(labels: np.ndarray, classes: tuple[str, ...], name: str) -> tuple[np.ndarray, tuple[str, ...]]:
    known = classes or in_order(map(str, labels.flat))
    unknown = set(labels.flat) - set(known)
    if unknown:
        _refuse(f"{name} has a label {str(min(unknown))!r}", f"its classes are called {', '.join(known)}")
    places = {known_name: place for place, known_name in enumerate(known)}
    return np.array([places[label] for label in labels.flat]).reshape(labels.shape), known


def _check_labels(labels: Tensor, count: int, name: str) -> None:
    if labels.ndim == 2 and labels.shape[1] > 1:
        _refuse(
            f"The labels of {name} have the shape {_shape(labels)}", "torch.as_tensor(labels).argmax(1) numbers them"
        )
    if labels.ndim != 1:
        _refuse(f"The labels of {name} have the shape {_shape(labels)}", "torch.as_tensor(labels).reshape(-1) is a row")
    if len(labels) != count:
        _refuse(f"{name} has {count} images and {len(labels)} labels", "each image needs one")
    if labels.is_floating_point() or labels.dtype == torch.bool:
        kind = str(labels.dtype).removeprefix("torch.")
        _refuse(f"The labels of {name} are {kind}", "torch.as_tensor(labels).long() makes whole numbers of them")


def _check_range(labels: Tensor, classes: int, name: str) -> None:
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= classes:
        way = "labels - 1 begins at 0" if (low, high) == (1, classes) else f"they must be 0 to {classes - 1}"
        _refuse(f"The labels of {name} run from {low} to {high}, and it has {classes} classes", way)


def _shape(tensor: Tensor) -> str:
    return str(tuple(tensor.shape))


def _refuse(what: str, way: str) -> NoReturn:
    raise GancoreError(f"{what}; {way}.")
