"""Categorical cross entropy."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from zoo.losses._rows import smoothed
from zoo.registry import register


@register(kinds=("classification",))
def cross_entropy(y: Any, scores: Any, *, label_smoothing: Any = 0.0) -> Any:
    """Return -sum_k t_k ln p_k for each row (rows,), p = softmax(scores), by the logarithm of a sum of exponentials.

    The target t is 1 for the row's class; with `label_smoothing` e it is 1 - e for it and e / K more for each of the K
    classes (Szegedy 2016, section 7).
    """
    return smoothed(tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores), scores, label_smoothing)
