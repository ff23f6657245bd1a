"""Move images up and down, left and right."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._affine import Moving, affine
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("image",), moves=True)
class Shift(Moving):
    """Move each image by whole pixels; strength is the longest way, as a share of its height and of its width.

    What comes from outside continues the nearest edge.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 0.5, search=(0.0, 0.2)), Live] = 0.1) -> None:
        super().__init__(strength)

    def places(self, x: Any, strength: Any) -> Any:
        """Return where in images (rows, height, width, channels) each place of the moved ones is read."""
        ways = self.uniform(x, 2, low=-strength, high=strength)
        down, across = (tf.round(ways[:, axis] * size) for axis, size in enumerate(x.shape[1:3]))
        return affine((1.0, 0.0, -across), (0.0, 1.0, -down))
