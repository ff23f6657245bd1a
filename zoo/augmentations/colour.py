"""Change the brightness, the contrast and the saturation of images."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.augmentations._pixels import as_before, as_numbers, full_range
from zoo.registry import register
from zoo.space import Float, Live

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


@register(modalities=("image",))
class Colour(Augmentation):
    """Draw brightness, contrast and, of three channels, saturation anew; strength is the largest change of each.

    Saturation multiplies a pixel's distance from its own grey, contrast that from the image's mean, both by a number
    between 1 - strength and 1 + strength; brightness adds up to strength of the way from black to white, or takes it.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 1.0, search=(0.0, 0.4)), Live] = 0.1) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return images (rows, height, width, channels) in other light."""
        height, width = x.shape[1:3]
        numbers, drawn = as_numbers(x), self.uniform(x, 1, 1, 3, low=-strength, high=strength)
        saturation, contrast, brightness = tf.split(drawn, 3, axis=-1)
        if x.shape[-1] == len(LUMA):
            numbers = tf.reshape(
                tf.matmul(tf.reshape(numbers, (-1, height * width, 3)), _mixture(saturation)), tf.shape(x)
            )
        mean = tf.reduce_mean(numbers, axis=(1, 2, 3), keepdims=True)
        return as_before(mean + (1 + contrast) * (numbers - mean) + brightness * full_range(x), x)


def _mixture(saturation: Any) -> Any:
    """Return (rows, 3, 3), which makes of red, green and blue their grey and 1 + saturation of their distance to it."""
    own, grey = tf.eye(3), tf.tile(tf.constant(LUMA)[:, tf.newaxis], (1, 3))
    return grey + (1 + saturation[:, 0]) * (own - grey)
