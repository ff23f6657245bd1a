"""Gradients by differences, of functions that answer each row by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from zoo.contracts import require

STEP = 1e-2  # in float32; a smaller one leaves rounding only
NEAR, AGREEING = 0.02, 0.9  # of rows, some of which lie where the function bends


def require_finite(function: Callable[[Any], Any], x: np.ndarray, where: str) -> np.ndarray:
    """Return the answers to `x`; raise Broken where one, or a gradient, is not a finite number."""
    with tf.GradientTape() as tape:
        given = tf.constant(x)
        tape.watch(given)
        answers = function(given)
        total = tf.reduce_sum(answers)
    slopes = tape.gradient(total, given)
    require(slopes is not None, "it has no gradient: what it does to its input cannot be differentiated.")
    for what, found in (("an answer", np.asarray(answers)), ("a gradient", np.asarray(slopes))):
        row = _first_odd(found, x)
        require(row is None, f"{what} is not a finite number at {where}, for {_words(row)}.")
    return np.asarray(answers)


def require_slopes(function: Callable[[Any], Any], x: np.ndarray) -> None:
    """Raise Broken unless the gradient of each row's answers is their central difference, for nearly all rows."""
    random = np.random.default_rng(3)
    way = tf.constant(random.normal(size=x.shape).astype("float32"))
    with tf.GradientTape() as tape:
        given = tf.constant(x)
        tape.watch(given)
        answers = function(given)
        pull = tf.constant(random.normal(size=answers.shape).astype("float32"))
        total = tf.reduce_sum(answers * pull)
    found = _of_rows(tape.gradient(total, given) * way)
    ahead, behind = function(given + STEP * way), function(given - STEP * way)
    expected = _of_rows((tf.cast(ahead, "float64") - tf.cast(behind, "float64")) * tf.cast(pull, "float64"))
    expected = expected / (2 * STEP)
    if not expected.ndim:
        found = found.sum()
    scale = np.abs(expected) + np.sqrt(np.mean(expected**2)) + 1e-6
    agreeing = float(np.mean(np.abs(found - expected) <= NEAR * scale))
    require(
        agreeing >= AGREEING,
        f"its gradient is the central difference in {agreeing:.0%} of rows only; {AGREEING:.0%} must agree.",
    )


def _first_odd(found: np.ndarray, x: np.ndarray) -> Any:
    """Return the first number of `x`, or row of it, for which something found is not finite; None without one."""
    odd = ~np.isfinite(found)
    if not odd.any():
        return None
    if found.shape == x.shape:
        return x[odd][:1]
    return x[odd.reshape(len(found), -1).any(axis=1)][0] if found.ndim else x[0]


def _of_rows(values: Any) -> np.ndarray:
    """Return the sum of each row, float64; of one number for all rows that number."""
    found = np.asarray(values, "float64")
    return found.reshape(len(found), -1).sum(axis=1) if found.ndim else found


def _words(row: Any) -> str:
    return "" if row is None else ", ".join(f"{value:g}" for value in np.ravel(row)[:4])
