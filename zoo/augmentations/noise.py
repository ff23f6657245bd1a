"""Add noise to the pixels of images."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.augmentations._pixels import as_before, as_numbers, full_range
from zoo.registry import register
from zoo.space import Float, Live

LEVELS = 2**16  # of noise: its quantiles are looked up by 16 random bits, which is thrice as fast as computing them


@register(modalities=("image",))
class Noise(Augmentation):
    """Add normal noise to every pixel; strength is its standard deviation, as a share of the way from black to white.

    Each image's own deviation is drawn evenly between 0 and strength.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 1.0, search=(0.0, 0.2)), Live] = 0.05) -> None:
        super().__init__(strength)
        middles = (tf.range(LEVELS, dtype="float64") + 0.5) / LEVELS
        self.quantiles = tf.cast(tf.math.ndtri(middles), "float32").numpy()

    def changed(self, x: Any, strength: Any) -> Any:
        """Return images (rows, height, width, channels), noisy."""
        deviations = self.uniform(x, 1, 1, 1, high=strength * full_range(x))
        return as_before(as_numbers(x) + deviations * self.normal(tf.shape(x)), x)

    def normal(self, shape: Any) -> Any:
        """Return numbers of that shape from the standard normal distribution, each the middle of one of LEVELS."""
        size, seed = tf.reduce_prod(shape), tf.cast(self.seed_generator.next(), "int32")
        pairs = tf.random.stateless_uniform(((size + 1) // 2,), seed, minval=None, maxval=None, dtype="int32")
        levels = tf.reshape(tf.bitcast(pairs, "uint16"), [-1])[:size]
        return tf.reshape(tf.gather(self.quantiles, tf.cast(levels, "int32")), shape)
