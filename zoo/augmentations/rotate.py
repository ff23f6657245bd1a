"""Turn images about their centre."""

from __future__ import annotations

from math import pi
from typing import Annotated, Any, ClassVar

import tensorflow as tf

from zoo.augmentations._affine import Moving, affine
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("image",), moves=True)
class Rotate(Moving):
    """Turn each image by an angle of its own; strength is the largest angle, in degrees, to either side.

    Pixels are read linearly from their four neighbours; what comes from outside continues the nearest edge.
    """

    turns: ClassVar[bool] = True

    def __init__(self, *, strength: Annotated[float, Float(0.0, 180.0, search=(0.0, 30.0)), Live] = 10.0) -> None:
        super().__init__(strength)

    def places(self, x: Any, strength: Any) -> Any:
        """Return where in images (rows, height, width, channels) each place of the turned ones is read."""
        angles = self.uniform(x, low=-strength, high=strength) * (pi / 180)
        cosine, sine = tf.cos(angles), tf.sin(angles)
        down, across = ((size - 1) / 2 for size in x.shape[1:3])
        to_column, to_row = across - cosine * across + sine * down, down - sine * across - cosine * down
        return affine((cosine, -sine, to_column), (sine, cosine, to_row))
