"""A network some of whose weights are masked: 0 wherever their mask is, whatever training makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np


class Masked(keras.layers.Layer):
    """Answers as `network` with each of `variables` times its mask of 0 and 1; it may be of any layer.

    It holds the network's own weights, which no gradient reaches where they are masked.
    """

    def __init__(self, network: keras.Model, variables: Sequence[keras.Variable], masks: Sequence[np.ndarray]) -> None:
        super().__init__()
        self.network = network
        pairs = tuple(zip(variables, masks, strict=True))
        self.read_masks = lambda: pairs  # a list of variables would become weights of this layer once more

    def call(self, x: Any, training: bool = False) -> Any:
        """Return the network's scores; averages and random states that it moves in training are moved."""
        values = [(variable, variable.value * mask) for variable, mask in self.read_masks()]
        with keras.StatelessScope(values) as scope:
            scores = self.network(x, training=training)
        for variable in self.network.non_trainable_variables:
            moved = scope.get_current_value(variable)
            if moved is not None:
                variable.assign(moved)
        return scores

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> Any:
        """Return the network's."""
        return self.network.compute_output_shape(input_shape)


def masked(network: keras.Model, variables: Sequence[keras.Variable], masks: Sequence[np.ndarray]) -> keras.Model:
    """Return a model that trains the weights of `network` and leaves those of `variables` 0 whose mask is 0."""
    inputs = keras.Input(batch_shape=network.input.shape, dtype=network.input.dtype)
    return keras.Model(inputs, Masked(network, variables, masks)(inputs))
