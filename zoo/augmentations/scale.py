"""Make what images show larger or smaller."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.augmentations._pixels import as_before, as_numbers
from zoo.augmentations._separable import interpolation, resampled
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("image",))
class Scale(Augmentation):
    """Zoom each image about its centre by a factor between 1 - strength and 1 + strength, the size staying.

    Where a smaller picture leaves room, it continues its nearest edge.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.3)), Live] = 0.1) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return images (rows, height, width, channels), zoomed."""
        factors = self.uniform(x, 1, low=1 - strength, high=1 + strength)
        down, across = (_zoom(factors, size) for size in x.shape[1:3])
        return as_before(resampled(as_numbers(x), down, across), x)


def _zoom(factors: Any, size: int) -> Any:
    centre = (size - 1) / 2
    return interpolation(centre + (tf.range(size, dtype="float32") - centre) / factors, size)
