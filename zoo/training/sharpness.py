"""Sharpness-aware minimisation: the gradient where the loss is highest nearby."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import tensorflow as tf


class Descent(NamedTuple):
    """A batch's mean loss, how many answers were right, and the gradients of the loss, one for each weight."""

    loss: Any
    right: Any
    gradients: list[Any]


def sharpest(descent: Callable[[], Descent], model: keras.Model, radius: Any) -> Descent:
    """Return the `descent` here, with the gradients at w + radius g / |g| (Foret 2021, equations 2 and 3).

    |g| is the norm of all gradients together, and penalties take no part in it, as in equation 1. The weights end as
    they were. Both passes draw the same dropout, and moving averages learn from the first one only.
    """
    weights, others = model.trainable_variables, model.non_trainable_variables
    here, before = _values(weights), _values(others)
    first = descent()
    after = _values(others)
    scale = tf.math.divide_no_nan(radius, tf.linalg.global_norm(first.gradients))
    _assign(weights, [weight + scale * gradient for weight, gradient in zip(here, first.gradients, strict=True)])
    _assign(others, before)
    second = descent()
    _assign(weights, here)
    _assign(others, after)
    return first._replace(gradients=second.gradients)


def _values(variables: list[keras.Variable]) -> list[Any]:
    return [tf.identity(variable.value) for variable in variables]


def _assign(variables: list[keras.Variable], values: list[Any]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.value.assign(value)
