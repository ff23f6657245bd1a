"""Mirror images."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("image",))
class Flip(Augmentation):
    """Mirror left and right; strength is the probability that an image is mirrored.

    Not for digits, letters or signs, which a mirror turns into other ones.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 1.0, search=(0.0, 0.5)), Live] = 0.5) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return images (rows, height, width, channels), some of them mirrored."""
        return tf.where(self.uniform(x, 1, 1, 1) < strength, tf.reverse(x, [2]), x)
