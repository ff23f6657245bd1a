"""Move images up and down, left and right."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("image",))
class Shift(Augmentation):
    """Move each image by whole pixels; strength is the longest way, as a share of its height and of its width.

    What comes from outside continues the nearest edge.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 0.5, search=(0.0, 0.2)), Live] = 0.1) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return images (rows, height, width, channels), moved."""
        height, width, channels = x.shape[1:]
        ways = self.uniform(x, 2, low=-strength, high=strength)
        down, across = _places(ways[:, :1], height), _places(ways[:, 1:], width)
        firsts = tf.range(tf.shape(x)[0])[:, tf.newaxis, tf.newaxis] * (height * width)
        pixels = firsts + down[:, :, tf.newaxis] * width + across[:, tf.newaxis]
        return tf.gather(tf.reshape(x, (-1, channels)), pixels)


def _places(ways: Any, size: int) -> Any:
    """Return (rows, size) int32: which of `size` pixels comes to stand at each place."""
    return tf.clip_by_value(tf.range(size) - tf.cast(tf.round(ways * size), "int32"), 0, size - 1)
