"""Kullback-Leibler divergence."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from zoo.losses._rows import is_off, smoothed
from zoo.registry import register


@register(kinds=("classification",))
def kl_divergence(y: Any, scores: Any, *, label_smoothing: Any = 0.0) -> Any:
    """Return sum_k t_k ln(t_k / p_k) for each row (rows,), p = softmax(scores) (Kullback 1951).

    It is the cross entropy less the entropy of the targets t, which are smoothed as there: 0 for who answers just
    them. Without `label_smoothing` both are the same.
    """
    losses = smoothed(tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores), scores, label_smoothing)
    return losses if is_off(label_smoothing) else losses - _entropy(label_smoothing, scores.shape[-1])


def _entropy(label_smoothing: Any, classes: int) -> Any:
    other = label_smoothing / classes
    own = 1 - label_smoothing + other
    return -tf.math.xlogy(own, own) - (classes - 1) * tf.math.xlogy(other, other)
