"""Take the sharpness out of images."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.augmentations._pixels import as_before, as_numbers
from zoo.augmentations._separable import resampled
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("image",))
class Blur(Augmentation):
    """Blur each image with a Gaussian; strength is its largest standard deviation, in pixels.

    Each image's own deviation is drawn evenly between 0 and strength. At an edge the weights of the pixels that are
    there add up to 1.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 5.0, search=(0.0, 1.0)), Live] = 0.5) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return images (rows, height, width, channels), blurred."""
        deviations = self.uniform(x, 1, 1, high=strength)
        down, across = (_gaussian(deviations, size) for size in x.shape[1:3])
        return as_before(resampled(as_numbers(x), down, across), x)


def _gaussian(deviations: Any, size: int) -> Any:
    """Return matrices (rows, size, size) whose rows are normal densities about the diagonal, of sum 1."""
    places = tf.range(size, dtype="float32")
    distances = (places[:, tf.newaxis] - places) / tf.maximum(deviations, 1e-3)
    return tf.nn.softmax(-tf.square(distances) / 2)
