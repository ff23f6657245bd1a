"""Pinball loss."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from zoo.losses._rows import errors, of_each_row
from zoo.registry import register


@register(kinds=("regression",))
def quantile(y: Any, scores: Any, *, quantile: Any = 0.5) -> Any:
    """Return q (y - answer) for each row where y is more and (1 - q) (answer - y) elsewhere (Koenker 1978), (rows,).

    It asks for the number that part q of all targets stay below; at .5 it is half the absolute error.
    """
    missing = -errors(y, scores)
    return of_each_row(tf.maximum(quantile * missing, (quantile - 1) * missing))
