"""Soft macro F1 score as a loss."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from zoo.registry import register

EPSILON = 1e-7  # beside counts of rows


@register(kinds=("classification",), whole_batch=True)
def soft_f1(y: Any, scores: Any, weights: Any) -> Any:
    """Return 1 - mean over the classes k of 2 TP_k / (2 TP_k + FP_k + FN_k), one number for the batch.

    Probabilities, weighted by the rows' `weights` (rows,), stand for counts. A class that is not in the batch counts
    as missed, without a gradient, so batches should hold some rows of each.
    """
    weighed = weights[:, tf.newaxis]
    found = tf.nn.softmax(scores) * weighed
    wanted = tf.one_hot(y, scores.shape[-1], dtype=scores.dtype)
    hits = tf.reduce_sum(found * wanted, axis=0)
    both = tf.reduce_sum(found, axis=0) + tf.reduce_sum(wanted * weighed, axis=0)  # 2 TP + FP + FN
    return 1 - tf.reduce_mean(2 * hits / (both + EPSILON))
