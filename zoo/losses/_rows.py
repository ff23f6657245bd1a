"""What several losses share: errors of quantities, and the value of a row."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def errors(y: Any, scores: Any) -> Any:
    """Return answers minus targets, shaped as the targets: (rows,), or (rows, horizon) of forecasts."""
    return scores - y if len(y.shape) > 1 else scores[:, 0] - y


def of_each_row(losses: Any) -> Any:
    """Return (rows,): the loss of a forecast is the mean over its horizon."""
    return tf.reduce_mean(losses, axis=-1) if len(losses.shape) > 1 else losses


def is_off(value: Any) -> bool:
    """Return whether a setting is the number 0, whose operations a program does without; a variable is not."""
    return isinstance(value, (int, float)) and value == 0


def smoothed(losses: Any, scores: Any, label_smoothing: Any) -> Any:
    """Return (1 - e) losses + e times the mean over all classes of -ln p: part e of each label is for any class."""
    if is_off(label_smoothing):
        return losses
    for_any = -tf.reduce_mean(tf.nn.log_softmax(scores), axis=-1)
    return (1 - label_smoothing) * losses + label_smoothing * for_any
