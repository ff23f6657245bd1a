"""importance: each criterion against its own formula."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from zoo.compression._importance import Examples, importance
from zoo.compression._tracing import traced
from zoo.dataset import Split
from zoo.training.feeding import data_of

from .networks import made, rows_for

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread


def examples_for(network, count=24):
    y = np.random.default_rng(0).integers(0, 3, count).astype("int32")
    return Examples(data_of(Split(rows_for(network, count), y)), "classification", seed=0)


def of_layer(found, trace, name):
    return found[trace.classes[trace.writers[name]]]


def narrow():
    inputs = keras.Input((4,))
    x = layers.Dense(5, activation="tanh", name="hidden")(inputs)
    return keras.Model(inputs, layers.Dense(3, name="last")(x))


def test_l2_is_the_size_of_all_weights_that_leave_with_a_channel():
    network = narrow()
    trace = traced(network)
    (kernel, bias), (outgoing, _) = (network.get_layer(name).get_weights() for name in ("hidden", "last"))
    size = np.sqrt(np.square(kernel).sum(axis=0) + np.square(bias) + np.square(outgoing).sum(axis=1))
    found = importance("l2", network, trace, examples_for(network))
    assert np.allclose(of_layer(found, trace, "hidden"), size / size.mean(), rtol=1e-5)


def test_scale_is_what_batch_norm_multiplies_a_channel_by():
    network = made("cnn")
    trace = traced(network)
    found = importance("scale", network, trace, examples_for(network))
    convolution = next(layer for layer in network.layers if isinstance(layer, layers.Conv2D))
    norm = next(layer for layer in network.layers if isinstance(layer, layers.BatchNormalization))
    gamma = np.abs(norm.get_weights()[0])
    assert np.allclose(of_layer(found, trace, convolution.name), gamma / gamma.mean(), rtol=1e-5)


def test_scale_of_layers_without_any_is_the_size_of_their_weights():
    network = narrow()
    trace, examples = traced(network), examples_for(network)
    scale, size = (of_layer(importance(by, network, trace, examples), trace, "hidden") for by in ("scale", "l2"))
    assert np.array_equal(scale, size)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mlp", "joined", "lstm"])
def test_taylor_is_the_square_of_what_the_loss_loses_with_a_channel_to_first_order(name):
    network = made(name)
    trace, examples = traced(network), examples_for(network)
    found = importance("taylor", network, trace, examples)
    for one in np.flatnonzero(~trace.held)[:4]:
        change = (_loss(network, trace, examples, one, 1.001) - _loss(network, trace, examples, one, 0.999)) / 0.002
        assert found[one] == pytest.approx(np.sum(change**2), rel=0.05, abs=1e-7)


def _loss(network, trace, examples, one, factor):
    """Return each row's loss, in float64, with `factor` times the weights that read the class `one`."""
    before = network.get_weights()
    for name, marked in trace.layers.items():
        layer = network.get_layer(name)
        weights = layer.get_weights()
        for axis in marked.axes:
            if axis.reads:
                np.moveaxis(weights[axis.weight], axis.axis, 0)[trace.classes[axis.channels] == one] *= factor
        layer.set_weights(weights)
    scores = network.predict(examples.data.x.numpy(), verbose=0).astype(np.float64)
    network.set_weights(before)
    right = scores[np.arange(len(scores)), examples.data.y.numpy()]
    return np.log(np.exp(scores).sum(axis=1)) - right


def test_taylor_sees_what_weighs_nothing_in_an_answer():
    network = narrow()
    outgoing, bias = network.get_layer("last").get_weights()
    outgoing[[1, 3]] = 0.0
    network.get_layer("last").set_weights([outgoing, bias])
    trace = traced(network)
    found = of_layer(importance("taylor", network, trace, examples_for(network)), trace, "hidden")
    assert np.flatnonzero(found == 0).tolist() == [1, 3]
