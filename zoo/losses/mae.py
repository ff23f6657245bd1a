"""Absolute error."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from zoo.losses._rows import errors, of_each_row
from zoo.registry import register


@register(kinds=("regression",))
def mae(y: Any, scores: Any) -> Any:
    """Return |answer - y| for each row (rows,), the mean over the horizon of a forecast; it asks for the median."""
    return of_each_row(tf.abs(errors(y, scores)))
