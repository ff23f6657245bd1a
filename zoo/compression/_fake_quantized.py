"""Layers that compute in floats what an integer file will compute: for training only, never in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from zoo.compression._grid import rounded, straight_through

MOMENTUM = 0.9  # of ranges: as batch norm's, they follow within some 20 steps
NARROWEST = 1e-6  # range of answers that are all alike


class FakeQuantized(keras.layers.Wrapper):
    """A layer that answers as if the weights that `sharing` names lay on grids of `bits`; they learn as they are.

    `sharing` says, by a weight's name, what of it shares a step, as `zoo.compression._grid.rounded` has it.
    """

    def __init__(self, layer: keras.layers.Layer, sharing: Mapping[str, str], bits: int, **named: Any) -> None:
        super().__init__(layer, **named)
        self._sharing, self._bits = dict(sharing), bits

    def call(self, x: Any, mask: Any = None) -> Any:
        """Return the answers of the layer whose weights are rounded; a `mask` is Keras's own, of steps to leave out."""
        mapped = [(weight, straight_through(weight.value, exact)) for weight, exact in self._rounded()]
        with keras.StatelessScope(mapped, initialize_variables=False) as scope:
            answers = self.layer(x) if mask is None else self.layer(x, mask=mask)
        self._keep_moved(scope, {id(weight) for weight, _ in mapped})
        return answers

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the layer's answers."""
        return self.layer.compute_output_shape(input_shape)

    def baked(self) -> list[np.ndarray]:
        """Return all weights of the layer, in Keras's order, those that are rounded on their grids."""
        exact = {id(weight): values.numpy() for weight, values in self._rounded()}
        return [exact.get(id(weight), weight.numpy()) for weight in self.layer.weights]

    def _rounded(self) -> Iterator[tuple[keras.Variable, tf.Tensor]]:
        for weight in self.layer.weights:
            if weight.name in self._sharing:
                yield weight, rounded(tf.convert_to_tensor(weight), self._sharing[weight.name], self._bits)

    def _keep_moved(self, scope: keras.StatelessScope, rounded_ones: set[int]) -> None:
        """Let what the layer has moved, such as the state of its random numbers, stay moved outside the scope."""
        for variable in self.layer.variables:
            moved = scope.get_current_value(variable)
            if moved is not None and id(variable) not in rounded_ones:
                variable.assign(moved)


class FakeQuantizedOutput(keras.layers.Layer):
    """Answers at the nearest of 256 points that span their range, 0 among them, as int8 files hold them.

    The range is a moving average of the batches' smallest and largest answers (Jacob 2018, section 3.1), of all batches
    alike at first. Gradients pass within it and end beyond.
    """

    def build(self, input_shape: Any) -> None:
        """Make the range, and the number of batches that it has seen."""
        for name in ("low", "high", "batches"):
            setattr(self, name, self.add_weight(name=name, shape=(), initializer="zeros", trainable=False))

    def call(self, x: Any, training: bool = False) -> Any:
        """Return the rounded answers; in training the range follows them."""
        if training:
            self._follow(x)
        low, high = tf.minimum(self.low.value, 0.0), tf.maximum(self.high.value, NARROWEST)
        return tf.quantization.fake_quant_with_min_max_vars(x, low, high, num_bits=8)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of what comes in."""
        return input_shape

    def _follow(self, x: Any) -> None:
        low, high, batches = self.low.value, self.high.value, self.batches.value
        share = tf.maximum(1 - MOMENTUM, 1 / (batches + 1))
        self.low.assign(low + share * (tf.reduce_min(x) - low))
        self.high.assign(high + share * (tf.reduce_max(x) - high))
        self.batches.assign(batches + 1)
