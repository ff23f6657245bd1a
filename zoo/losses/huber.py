"""Huber's loss."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from zoo.losses._rows import errors, of_each_row
from zoo.registry import register


@register(kinds=("regression",))
def huber(y: Any, scores: Any, *, huber_delta: Any = 1.0) -> Any:
    """Return e^2 / 2 for each row up to |e| = delta and delta (|e| - delta / 2) beyond (Huber 1964), (rows,).

    e is the answer minus y in standard deviations of the target, and so is `huber_delta`. Outliers pull no harder
    than what lies at delta.
    """
    error = tf.abs(errors(y, scores))
    near = tf.minimum(error, huber_delta)
    return of_each_row(near * (error - near / 2))
