"""Add noise to series."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("series",))
class Jitter(Augmentation):
    """Add normal noise to every number of a series (Um 2017); strength is its standard deviation.

    The unit is the standard deviation of a channel over the training rows, by which series are prepared.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 1.0, search=(0.0, 0.2)), Live] = 0.05) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return series (rows, time, channels), noisy."""
        return x + strength * self.normal(tf.shape(x))
