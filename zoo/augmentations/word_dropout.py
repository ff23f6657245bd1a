"""Texts that lack some of their words."""

from __future__ import annotations

from typing import Annotated, Any

import tensorflow as tf

from zoo.augmentations._layer import Augmentation
from zoo.preparation.tokenise import PADDING, UNKNOWN
from zoo.registry import register
from zoo.space import Float, Live


@register(modalities=("text",))
class WordDropout(Augmentation):
    """Make tokens unknown; strength is the probability of each, padding apart (Iyyer 2015, section 3.1)."""

    def __init__(self, *, strength: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.3) -> None:
        super().__init__(strength)

    def changed(self, x: Any, strength: Any) -> Any:
        """Return tokens (rows, length), some of them unknown."""
        drawn = self.uniform(x, x.shape[1])
        return tf.where((drawn < strength) & (x != PADDING), tf.constant(UNKNOWN, x.dtype), x)
