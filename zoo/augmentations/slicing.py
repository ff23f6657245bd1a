"""Show a window of series in the length of the whole."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("series",), kinds=("classification",))
class Slicing(Augmentation):
    """Cut a window, at a place of its own, out of each series (Le Guennec 2016) and stretch it to the old length.

    Strength is the share of the time that is cut off; 0.1 leaves the paper's windows of 90 %.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.3)), Live] = 0.1) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return series (rows, time, channels), each its own window, read linearly between two times."""
        last = x.shape[1] - 1
        times = self.uniform(x, 1) * strength * last + tf.range(last + 1, dtype="float32") * (1 - strength)
        before = tf.clip_by_value(tf.floor(times), 0.0, float(last))
        earlier = tf.gather(x, tf.cast(before, "int32"), batch_dims=1)
        later = tf.gather(x, tf.minimum(tf.cast(before, "int32") + 1, last), batch_dims=1)
        return earlier + (times - before)[:, :, tf.newaxis] * (later - earlier)
