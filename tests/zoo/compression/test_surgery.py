"""without: channels that nothing reads go without a trace, whatever they pass through."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest
from keras import layers

from zoo.compression._choosing import staying
from zoo.compression._surgery import replaced, unbuilt, without
from zoo.compression._tracing import traced

from .networks import MADE, made, rows_for

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread


def silenced(network, trace, stays):
    """Set to 0 all weights that read a channel which does not stay."""
    for name, marked in trace.layers.items():
        layer = network.get_layer(name)
        weights = layer.get_weights()
        for axis in marked.axes:
            if axis.reads:
                np.moveaxis(weights[axis.weight], axis.axis, 0)[~stays[trace.classes[axis.channels]]] = 0.0
        layer.set_weights(weights)


@pytest.mark.slow
@pytest.mark.parametrize("name", MADE)
def test_channels_that_nothing_reads_go_without_a_trace(name):
    network = made(name)
    trace, chance = traced(network), np.random.default_rng(2)
    stays = staying(trace, trace, chance.random(len(trace.held)), 0.5, "layer")
    silenced(network, trace, stays)
    x = rows_for(network)
    expected = network.predict(x, verbose=0)
    smaller = without(network, trace, stays)
    assert np.abs(smaller.predict(x, verbose=0) - expected).max() <= 1e-6 * max(1.0, np.abs(expected).max())
    assert smaller.count_params() < 0.75 * network.count_params()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["resnet", "joined", "lstm of text", "both ways"])
def test_a_network_is_taken_from_more_than_once_and_written_as_json(name):
    network = made(name)
    for _ in range(2):
        trace = traced(network)
        importance = np.random.default_rng(3).random(len(trace.held))
        network = without(network, trace, staying(trace, trace, importance, 0.7, "layer"))
    again = keras.models.model_from_json(json.dumps(json.loads(network.to_json())))
    again.set_weights(network.get_weights())
    x = rows_for(network)
    assert np.array_equal(again.predict(x, verbose=0), network.predict(x, verbose=0))


def test_without_any_loss_the_weights_are_those_of_before():
    network = made("joined")
    trace = traced(network)
    same = without(network, trace, np.ones(len(trace.held), bool))
    assert all(map(np.array_equal, same.get_weights(), network.get_weights()))


def test_the_layers_left_are_as_narrow_as_their_channels_are_few():
    inputs = keras.Input((4,))
    x = layers.LayerNormalization()(layers.Dense(6, name="wide")(inputs))
    network = keras.Model(inputs, layers.Dense(2, name="last")(x))
    trace = traced(network)
    importance = np.zeros(len(trace.held))
    importance[trace.classes[trace.writers["wide"]]] = [5, 0, 4, 0, 3, 0]
    smaller = without(network, trace, staying(trace, trace, importance, 0.5, "layer"))
    kernel = network.get_layer("wide").get_weights()[0]
    assert np.array_equal(smaller.get_layer("wide").get_weights()[0], kernel[:, [0, 2, 4]])
    assert np.array_equal(smaller.get_layer("last").get_weights()[0], network.get_layer("last").get_weights()[0][::2])


def test_a_value_deep_in_a_configuration_is_replaced_and_shapes_are_left_out():
    config = {"shape": (1, 2, 3), "layer": {"build_config": {"input_shape": [1]}, "config": {"units": 4}}}
    assert replaced(config, ("shape", 2), 7)["shape"] == [1, 2, 7]
    changed = replaced(unbuilt(config), ("layer", "config", "units"), 2)
    assert changed["layer"] == {"config": {"units": 2}}
    assert config["layer"]["config"]["units"] == 4
