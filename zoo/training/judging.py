"""What answers to validation rows are worth: sums that a compiled function takes, and the metrics that follow."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from zoo.dataset import Split
from zoo.metrics import LEAST
from zoo.training.loss import TARGET_DTYPES
from zoo.training.traced import Traced


class Sums(NamedTuple):
    """Sums over the rows judged so far, float64; `right` counts each class's rows that were recognised, (classes,).

    Of classes `loss` is that of -ln(probability of the right class); of quantities, in standard deviations, it is the
    squared error and `right` the absolute one, a scalar.
    """

    loss: np.ndarray
    right: np.ndarray


@cache
def judge(kind: str, horizon: int) -> Traced:
    """Return the compiled function from scores (rows, outputs) and targets to Sums; all structures share it."""
    targets = tf.TensorSpec((None, horizon) if horizon > 1 else (None,), TARGET_DTYPES[kind])
    signature = tf.TensorSpec((None, None), "float32"), targets
    return Traced(_of_classes if kind == "classification" else _of_quantities, signature)


def _of_classes(scores: Any, labels: Any) -> tuple[Any, Any]:
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, tf.cast(scores, "float64"))
    within = tf.clip_by_value(losses, -np.log1p(-LEAST), -np.log(LEAST))
    within = tf.where(tf.math.is_finite(losses), within, losses)  # a score that is not finite must stay to be seen
    right = tf.cast(tf.argmax(scores, -1, "int32") == labels, "float64")
    return tf.reduce_sum(within), tf.math.unsorted_segment_sum(right, labels, tf.shape(scores)[1])


def _of_quantities(answers: Any, targets: Any) -> tuple[Any, Any]:
    targets = tf.cast(targets, "float64")
    error = tf.cast(tf.reshape(answers, tf.shape(targets)), "float64") - targets
    return tf.reduce_sum(tf.square(error)), tf.reduce_sum(tf.abs(error))


def metrics_of(sums: Sums, split: Split) -> dict[str, float]:
    """Return every metric of zoo.metrics that the sums over all rows of `split` amount to, in its own units."""
    if split.scale is None:
        return _metrics_of_classes(sums, split.y)
    truth, deviation = split.scale.undo(split.y), split.scale.deviation
    rmse, variance = float(np.sqrt(sums.loss / split.y.size)) * deviation, float(np.var(truth))
    return {
        "rmse": rmse,
        "mae": float(sums.right) / split.y.size * deviation,
        "r2": 1 - rmse**2 / variance if variance else 0.0,
    }


def _metrics_of_classes(sums: Sums, labels: np.ndarray) -> dict[str, float]:
    rows = np.bincount(labels, minlength=len(sums.right))
    shares = sums.right[rows > 0] / rows[rows > 0]
    return {
        "accuracy": float(sums.right.sum() / len(labels)),
        "balanced_accuracy": float(shares.mean()),
        "log_loss": float(sums.loss / len(labels)),
    }
