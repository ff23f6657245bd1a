"""Mirror images."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._affine import Moving, affine
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("image",), moves=True)
class Flip(Moving):
    """Mirror left and right; strength is the probability that an image is mirrored.

    Not for digits, letters or signs, which a mirror turns into other ones.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 1.0, search=(0.0, 0.5)), Live] = 0.5) -> None:
        super().__init__(strength)

    def places(self, x: Any, strength: Any) -> Any:
        """Return where in images (rows, height, width, channels) each place of the mirrored ones is read."""
        is_mirrored = self.uniform(x, 1, 1, 1)[:, 0, 0, 0] < strength
        return affine(
            (tf.where(is_mirrored, -1.0, 1.0), 0.0, tf.where(is_mirrored, x.shape[2] - 1.0, 0.0)), (0.0, 1.0, 0.0)
        )
