"""Turn images about their centre."""

from __future__ import annotations

from math import pi
from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.augmentations._pixels import as_before, as_numbers
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("image",))
class Rotate(Augmentation):
    """Turn each image by an angle of its own; strength is the largest angle, in degrees, to either side.

    Pixels are read linearly from their four neighbours; what comes from outside continues the nearest edge.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 180.0, search=(0.0, 30.0)), Live] = 10.0) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return images (rows, height, width, channels), turned."""
        size = x.shape[1:3]
        turned = tf.raw_ops.ImageProjectiveTransformV3(
            images=as_numbers(x),
            transforms=_turns(self.uniform(x, low=-strength, high=strength) * (pi / 180), *size),
            output_shape=size,
            fill_value=0.0,
            interpolation="BILINEAR",
            fill_mode="NEAREST",
        )
        return as_before(turned, x)


def _turns(angles: Any, height: int, width: int) -> Any:
    """Return (rows, 8): where in an image, turned by `angles` (rows,), each place of the answer is read."""
    cosine, sine, zero = tf.cos(angles), tf.sin(angles), tf.zeros_like(angles)
    down, across = (height - 1) / 2, (width - 1) / 2
    to_x = across - cosine * across + sine * down
    to_y = down - sine * across - cosine * down
    return tf.stack([cosine, -sine, to_x, sine, cosine, to_y, zero, zero], axis=1)
