"""Grids: where weights of few bits may lie, and how gradients pass the rounding to them."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

GATES = 4  # of an LSTM, side by side on a kernel's last axis
FEW_BITS = 2  # up to which a finer grid is worth more than its outermost weights, once trained on it
SHRINKS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
OWN_AXES = {"channel": 1, "filter": 2}  # how many of a kernel's last axes tell its grids apart


def highest(bits: int) -> int:
    """Return the highest integer of a grid that lies evenly around 0: 127 of 8 bits, 7 of 4, 1 of 2."""
    return 2 ** (bits - 1) - 1


def rounded(weights: Any, sharing: str, bits: int) -> tf.Tensor:
    """Return each of `weights` at the nearest point of its grid: a whole number, at most `highest`, times a step.

    `sharing` says which weights have one step (Jacob 2018, section 2.1): those of a `channel`, the last axis
    (Krishnamoorthi 2018); of a `filter` of a depthwise convolution, the last two; of an LSTM's `gate`. These are the
    groups that LiteRT's operators have one step for. The largest weight of a grid lies at its end, so that who
    divides it by `highest` finds the step. Of few bits the step is the one of SHRINKS that leaves the least squared
    error, and weights beyond are clipped.
    """
    shape = tuple(weights.shape)
    values = tf.reshape(weights, (*shape[:-1], GATES, shape[-1] // GATES)) if sharing == "gate" else weights
    axes = _shared_axes(sharing, len(shape))
    widest = tf.reduce_max(tf.abs(values), axes, keepdims=True) * (1 / highest(bits))
    steps = tf.where(widest > 0, widest, 1.0)
    if bits <= FEW_BITS:
        steps *= _best_shrinks(values, steps, axes, bits)
    return tf.reshape(_levels(values, steps, bits) * steps, shape)


def straight_through(weights: Any, exact: Any) -> tf.Tensor:
    """Return `exact`, bit for bit, whose gradient goes to `weights` as if nothing had been rounded (Bengio 2013)."""
    return tf.stop_gradient(exact) + (weights - tf.stop_gradient(weights))


def _shared_axes(sharing: str, rank: int) -> tuple[int, ...]:
    if sharing == "gate":
        return *range(rank - 1), rank
    return tuple(range(rank - OWN_AXES[sharing]))


def _levels(values: Any, steps: Any, bits: int) -> Any:
    return tf.clip_by_value(tf.round(values / steps), -highest(bits), highest(bits))


def _best_shrinks(values: Any, steps: Any, axes: tuple[int, ...], bits: int) -> Any:
    """Return what to multiply each of `steps` by so that the sum of squared errors on its grid is least."""
    shrinks = tf.constant(SHRINKS)
    tried = tf.reshape(shrinks, (-1, *[1] * len(steps.shape))) * steps
    errors = tf.square(_levels(values, tried, bits) * tried - values)
    return tf.gather(shrinks, tf.argmin(tf.reduce_sum(errors, [axis + 1 for axis in axes], keepdims=True)))
