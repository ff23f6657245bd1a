"""Focal loss."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from zoo.registry import register


@register(kinds=("classification",))
def focal(y: Any, scores: Any, *, focal_gamma: Any = 2.0) -> Any:
    """Return (1 - p_y)^gamma times -ln p_y for each row (rows,), p = softmax(scores) (Lin 2017, equation 4).

    Rows that are recognised well count little: at gamma 2 one with p .9 a hundredth. At gamma 0 it is cross_entropy.
    The power is taken by the logarithm of 1 - p, from the other classes' scores, so that gradients are finite at p 1.
    """
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores)
    is_own = tf.one_hot(y, scores.shape[-1], on_value=True, off_value=False, dtype=tf.bool)
    others = tf.where(is_own, tf.cast(scores.dtype.min, scores.dtype), scores)
    missed = tf.reduce_logsumexp(others, axis=-1) - tf.reduce_logsumexp(scores, axis=-1)
    return tf.exp(focal_gamma * missed) * losses
