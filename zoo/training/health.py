"""Training health: signs, taken inside the compiled program, that a model learns badly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
import tensorflow as tf

HALF_LINES = ("relu", "relu6")  # a unit whose answer is 0 to every row learns no more
LIMITS = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0), "hard_sigmoid": (0.0, 1.0)}  # near them gradients vanish
NEAR = 0.01  # of the distance between the limits


class Units(NamedTuple):
    """The outputs of a model's layers that can be dead, and of those that can be saturated, with their limits."""

    half_lines: tuple[Any, ...]
    bounded: tuple[tuple[Any, tuple[float, float]], ...]

    @classmethod
    def of(cls, model: keras.Model) -> Units:
        """Return those of a functional model's layers that answer with one tensor.

        A recurrent layer counts by its answers, which tanh bounds.
        """
        single = [layer for layer in model.layers if isinstance(getattr(layer, "output", None), keras.KerasTensor)]
        named = [(getattr(getattr(layer, "activation", None), "__name__", ""), layer) for layer in single]
        half_lines = tuple(layer.output for name, layer in named if name in HALF_LINES)
        return cls(half_lines, tuple((layer.output, LIMITS[name]) for name, layer in named if name in LIMITS))

    @property
    def outputs(self) -> list[Any]:
        """The tensors to watch, in the order in which `signs` takes their values."""
        return [*self.half_lines, *(output for output, _ in self.bounded)]

    def signs(self, values: Sequence[Any]) -> tuple[Any, Any]:
        """Return which units are alive, (units,), and the share of bounded answers that are near a limit (a scalar).

        `values` are the outputs for one batch. A unit of a convolution is one of its filters.
        """
        alive = [_alive(value) for value in values[: len(self.half_lines)]]
        limits = [limits for _, limits in self.bounded]
        near = [_near(value, *ends) for value, ends in zip(values[len(self.half_lines) :], limits, strict=True)]
        sizes = [tf.cast(tf.size(value), "float64") for value in values[len(self.half_lines) :]]
        share = tf.add_n(near) / tf.add_n(sizes) if near else tf.constant(0.0, "float64")
        return tf.concat(alive, 0) if alive else tf.zeros((0,), "bool"), share


def _alive(value: Any) -> Any:
    return tf.reduce_any(value > 0, axis=list(range(len(value.shape) - 1)))


def _near(value: Any, low: float, high: float) -> Any:
    margin = NEAR * (high - low)
    return tf.math.count_nonzero((value < low + margin) | (value > high - margin), dtype="float64")


def flat(variables: Sequence[keras.Variable]) -> Any:
    """Return all numbers of `variables` as one vector."""
    return tf.concat([tf.reshape(variable.value, (-1,)) for variable in variables], 0)
