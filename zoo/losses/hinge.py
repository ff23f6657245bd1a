"""Hinge loss."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from zoo.registry import register


@register(kinds=("classification",))
def hinge(y: Any, scores: Any) -> Any:
    """Return max(0, 1 + largest other score - own score) for each row (rows,) (Crammer 2001, multiclass margin).

    It rests once the own class leads by 1, so scores are no logits: probabilities that follow from them are rough.
    """
    is_own = tf.one_hot(y, scores.shape[-1], on_value=True, off_value=False, dtype=tf.bool)
    own = tf.reduce_sum(tf.where(is_own, scores, tf.zeros_like(scores)), axis=-1)
    other = tf.reduce_max(tf.where(is_own, tf.cast(scores.dtype.min, scores.dtype), scores), axis=-1)
    return tf.nn.relu(1 + other - own)
