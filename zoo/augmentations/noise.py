"""Add noise to the pixels of images."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import numpy as np
import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.augmentations._pixels import as_before, as_numbers, full_range
from zoo.registry import register
from zoo.space import Float, Live

PIECES, LENGTH = 2**14, 8  # of noise: looked up by random bits, which is many times as fast as computing it


@register(modalities=("image",))
class Noise(Augmentation):
    """Add normal noise to every pixel; strength is its standard deviation, as a share of the way from black to white.

    Each image's own deviation is drawn evenly between 0 and strength.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 1.0, search=(0.0, 0.2)), Live] = 0.05) -> None:
        super().__init__(strength)
        self.pieces = _pieces()

    def changed(self, x: Any, strength: Any) -> Any:
        """Return images (rows, height, width, channels), noisy."""
        deviations = self.uniform(x, 1, 1, 1, high=strength * full_range(x))
        return as_before(as_numbers(x) + deviations * self.normal(tf.shape(x)), x)

    def normal(self, shape: Any) -> Any:
        """Return numbers of that shape from the standard normal distribution, LENGTH at a time out of PIECES."""
        size, seed = tf.reduce_prod(shape), tf.cast(self.seed_generator.next(), "int32")
        count = -(-size // LENGTH)
        chosen = tf.random.stateless_uniform((count,), seed, minval=None, maxval=None, dtype="int32") & (PIECES - 1)
        return tf.reshape(tf.reshape(tf.gather(self.pieces, chosen), [-1])[:size], shape)


@cache
def _pieces() -> np.ndarray:
    """Return the quantiles of the normal distribution, float32 (PIECES, LENGTH), in an order that never changes."""
    count = PIECES * LENGTH
    quantiles = tf.cast(tf.math.ndtri((tf.range(count, dtype="float64") + 0.5) / count), "float32").numpy()
    return np.random.default_rng(0).permutation(quantiles).reshape(PIECES, LENGTH)
