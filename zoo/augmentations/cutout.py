"""Hide a square of images."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.augmentations._pixels import as_before, as_numbers
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("image",))
class Cutout(Augmentation):
    """Fill a square with the image's mean colour (DeVries 2017); strength is its side, as a share of the shorter one.

    The centre is any pixel, so that a part of the square may lie outside.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 1.0, search=(0.0, 0.5)), Live] = 0.25) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return images (rows, height, width, channels), each without a square."""
        height, width, channels = x.shape[1:]
        half, centres = strength * min(height, width) / 2, self.uniform(x, 2)
        down, across = _near(centres[:, :1], height, half), _near(centres[:, 1:], width, half)
        hidden = down[:, :, tf.newaxis] & tf.repeat(across, channels, axis=1)[:, tf.newaxis]
        columns = tf.reduce_mean(tf.reshape(as_numbers(x), (-1, height, width * channels)), axis=1)
        mean = tf.reduce_mean(tf.reshape(columns, (-1, 1, width, channels)), axis=2, keepdims=True)
        lines = tf.reshape(tf.tile(as_before(mean, x), (1, height, width, 1)), (-1, height, width * channels))
        return tf.reshape(tf.where(hidden, lines, tf.reshape(x, tf.shape(lines))), tf.shape(x))


def _near(centres: Any, size: int, half: Any) -> Any:
    """Return (rows, size): which of `size` pixels lie within `half` a side of the pixel that `centres` fall on."""
    distances = tf.range(size, dtype="float32") - tf.floor(centres * size)
    return (distances >= -half) & (distances < half)
