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
        numbers, drawn = as_numbers(x), self.uniform(x, 1, 1, 3, low=-strength, high=strength)
        saturation, contrast, brightness = tf.split(drawn, 3, axis=-1)
        if x.shape[-1] == len(LUMA):
            grey = tf.reduce_sum(numbers * tf.constant(LUMA), axis=-1, keepdims=True)
            numbers = grey + (1 + saturation) * (numbers - grey)
        mean = tf.reduce_mean(numbers, axis=(1, 2, 3), keepdims=True)
        return as_before(mean + (1 + contrast) * (numbers - mean) + brightness * full_range(x), x)
