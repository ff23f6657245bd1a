"""Make series larger or smaller in height."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("series",), kinds=("classification",))
class Scaling(Augmentation):
    """Multiply each channel of a series by one number (Um 2017); strength is its standard deviation about 1."""

    def __init__(self, *, strength: Annotated[float, Float(0.0, 1.0, search=(0.0, 0.3)), Live] = 0.1) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return series (rows, time, channels), scaled."""
        return x * (1 + strength * self.normal((tf.shape(x)[0], 1, x.shape[-1])))
