"""Layers without a grid are refused by name, each with the nearest one that has one."""

from __future__ import annotations

import keras
import pytest

from zoo.compression._sharing import require_served
from zoo.errors import Unsupported

from .branching import branching

layers = keras.layers


def test_every_kernel_of_a_convolutional_network_has_a_grid():
    require_served(branching())


@pytest.mark.parametrize(
    ("layer", "shape", "text"),
    [
        (lambda: layers.GRU(4, name="memory"), (6, 3), "the layer memory, a GRU; the nearest that it does is LSTM"),
        (lambda: layers.Bidirectional(layers.GRU(4), name="ways"), (6, 3), "ways, a Bidirectional; .* is LSTM"),
        (lambda: layers.Conv2DTranspose(4, 3, name="wider"), (6, 6, 3), "wider, a Conv2DTranspose; .* is Conv2D"),
        (lambda: keras.Sequential([layers.Dense(2)], name="inner"), (6,), "inner, a Sequential; .* is Dense"),
    ],
)
def test_a_layer_without_a_grid_is_refused_with_the_nearest_that_has_one(layer, shape, text):
    inputs = keras.Input(shape)
    with pytest.raises(Unsupported, match=text):
        require_served(keras.Model(inputs, layer()(inputs)))


def test_an_lstm_that_is_given_its_states_is_refused():
    inputs, state = keras.Input((6, 3)), keras.Input((4,))
    network = keras.Model([inputs, state], layers.LSTM(4, name="memory")(inputs, initial_state=[state, state]))
    with pytest.raises(Unsupported, match="the layer memory with given states"):
        require_served(network)
