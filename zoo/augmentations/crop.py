"""Show a part of images in the size of the whole."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.augmentations._pixels import as_before, as_numbers
from zoo.augmentations._separable import interpolation, resampled
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("image",))
class Crop(Augmentation):
    """Cut off up to a share `strength` of height and width, at a place of its own, and stretch the rest to the size.

    Height and width lose the same share, so that shapes keep their proportions.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.3)), Live] = 0.1) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return images (rows, height, width, channels), cropped and stretched linearly."""
        cut, starts = self.uniform(x, 1, high=strength), self.uniform(x, 2)
        down, across = (_window(cut, starts[:, axis : axis + 1], x.shape[1 + axis]) for axis in (0, 1))
        return as_before(resampled(as_numbers(x), down, across), x)


def _window(cut: Any, start: Any, size: int) -> Any:
    """Return the matrices that read a window of 1 - `cut` of `size` pixels, `start` of the way to its last place."""
    return interpolation(cut * start * (size - 1) + tf.range(size, dtype="float32") * (1 - cut), size)
