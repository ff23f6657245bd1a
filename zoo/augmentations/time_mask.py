"""Hide a stretch of time of sound."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.augmentations._masks import hidden
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("audio",))
class TimeMask(Augmentation):
    """Put each band's mean in place of a stretch of frames (SpecAugment, Park 2019, section 2).

    Strength is the longest stretch as a share of the clip's length; its length is drawn evenly, and so is its place.
    """

    def __init__(self, *, strength: Annotated[float, Float(0.0, 1.0, search=(0.0, 0.4)), Live] = 0.2) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return clips (rows, frames, bands, 1), each without a stretch of time."""
        mask = hidden(self.uniform(x, 2), x.shape[1], strength)
        return tf.where(mask[:, :, tf.newaxis, tf.newaxis], tf.zeros((), x.dtype), x)
