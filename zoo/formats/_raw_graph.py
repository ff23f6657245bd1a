"""The steps of a preparation as a TensorFlow graph; in Python NumPy does them (zoo.preparation)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from zoo.preparation.grey import BLUE, GREEN, RED

Step = Callable[[Mapping[str, Any], Any], Any]


def prepared(preparation: Mapping[str, Any], rows: Any) -> Any:
    """Return raw `rows` (n, *raw_shape) prepared, by what `Preparation.to_json` tells of its steps and its dtype.

    A cell that is not finite once prepared stays so, where Python would refuse the row.
    """
    for values in preparation["steps"]:
        rows = GRAPHS[values["name"]](values, rows)
    return tf.cast(rows, preparation["dtype"])


def _grey(values: Mapping[str, Any], rows: Any) -> Any:
    if values["channels"] != 3:
        return rows
    red, green, blue = tf.unstack(tf.cast(rows, tf.float32), axis=-1)
    luma = np.float32(RED) * red + np.float32(GREEN) * green + np.float32(BLUE) * blue
    return (tf.cast(tf.round(luma), tf.uint8) if rows.dtype == tf.uint8 else luma)[..., tf.newaxis]


def _impute(values: Mapping[str, Any], rows: Any) -> Any:
    numbers = tf.cast(rows, tf.float64)
    gaps = tf.math.is_nan(numbers)
    filled = tf.where(gaps, tf.constant(values["medians"], tf.float64), numbers)
    marks = tf.gather(tf.cast(gaps, tf.float64), np.asarray(values["marked"], np.int32), axis=1)
    return tf.concat([filled, marks], axis=1)


def _logarithm(values: Mapping[str, Any], rows: Any) -> Any:
    numbers = tf.cast(rows, tf.float64)
    is_chosen = np.isin(np.arange(rows.shape[1]), values["columns"])
    return tf.where(is_chosen, tf.sign(numbers) * tf.math.log1p(tf.abs(numbers)), numbers)


def _standardise(values: Mapping[str, Any], rows: Any) -> Any:
    means, deviations = (tf.constant(values[name], tf.float64) for name in ("means", "deviations"))
    return (tf.cast(rows, tf.float64) - means) / deviations


def _normalise(values: Mapping[str, Any], rows: Any) -> Any:
    numbers = _standardise(values, rows)
    if numbers.shape.rank < 3:
        return numbers
    missing = tf.cast(tf.math.is_nan(numbers), tf.int32)
    has_ended = tf.math.cumprod(missing, axis=1, reverse=True) > 0
    return tf.where(has_ended, tf.zeros_like(numbers), numbers)


def _piecewise(values: Mapping[str, Any], rows: Any) -> Any:
    columns = zip(tf.unstack(tf.cast(rows, tf.float64), axis=1), values["edges"], strict=True)
    return tf.concat([_filled(cells, edges) for cells, edges in columns], axis=1)


def _filled(cells: Any, edges: list[float]) -> Any:
    if not edges:
        return cells[:, tf.newaxis]
    low, high = np.asarray(edges[:-1], np.float64), np.asarray(edges[1:], np.float64)
    shares = (cells[:, tf.newaxis] - low) / (high - low)
    least, most = np.zeros(len(low)), np.ones(len(low))
    least[0], most[-1] = -np.inf, np.inf
    return tf.minimum(tf.maximum(shares, least), most)


def _pool(values: Mapping[str, Any], rows: Any) -> Any:
    steps, length = values["steps"], values["length"]
    starts = np.arange(length) * steps // length
    stretches = np.searchsorted(starts, np.arange(steps), side="right") - 1
    there = ~tf.math.is_nan(rows)
    sums = _summed(tf.where(there, tf.cast(rows, tf.float64), tf.zeros_like(rows, tf.float64)), stretches)
    counts = _summed(tf.cast(there, tf.float64), stretches)
    return tf.where(counts > 0, sums / tf.maximum(counts, 1.0), tf.constant(np.nan, tf.float64))


def _summed(numbers: Any, stretches: np.ndarray) -> Any:
    """Return the sums of numbers (n, time, channels) over stretches of time."""
    return tf.transpose(tf.math.segment_sum(tf.transpose(numbers, (1, 0, 2)), stretches), (1, 0, 2))


def _quantile(values: Mapping[str, Any], rows: Any) -> Any:
    facts = zip(tf.unstack(tf.cast(rows, tf.float64), axis=1), values["knots"], values["values"], strict=True)
    return tf.stack([_between(cells, knots, at) if knots else cells for cells, knots, at in facts], axis=1)


def _between(cells: Any, knots: list[float], values: list[float]) -> Any:
    """Return the straight lines between knots at `cells` (n,), as numpy.interp does."""
    x, y = np.asarray(knots, np.float64), np.asarray(values, np.float64)
    slopes = np.append(np.diff(y) / np.diff(x), 0.0)
    inside = tf.clip_by_value(cells, x[0], x[-1])
    place = tf.maximum(tf.searchsorted(x, inside, side="right") - 1, 0)
    found = tf.gather(y, place) + tf.gather(slopes, place) * (inside - tf.gather(x, place))
    return tf.where(tf.math.is_finite(cells), found, cells)


def _rescale(values: Mapping[str, Any], rows: Any) -> Any:
    return tf.cast(rows, tf.float32) / np.float32(values["largest"])


GRAPHS: Mapping[str, Step] = {
    "grey": _grey,
    "impute": _impute,
    "logarithm": _logarithm,
    "normalise": _normalise,
    "piecewise": _piecewise,
    "pool": _pool,
    "quantile": _quantile,
    "rescale": _rescale,
    "standardise": _standardise,
}
