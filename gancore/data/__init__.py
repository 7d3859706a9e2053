"""Everything that makes a batch: images in memory, the places that they come from, and toys whose density is known."""

from gancore.data.batch import Batch, Spec
from gancore.data.images import Batches, ImageData, to_float, to_uint8
from gancore.data.sources import load

__all__ = ["Batch", "Batches", "ImageData", "Spec", "load", "to_float", "to_uint8"]
