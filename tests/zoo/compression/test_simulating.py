"""Simulations: a network with the roundings of a file in it, and the way back to the stock one."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.compression._fake_quantized import FakeQuantized, FakeQuantizedOutput
from zoo.compression._rounding import rounded_behind
from zoo.compression._simulating import bake, simulated
from zoo.task import Task

from .branching import branching

TEXT = Task("text", (6,), ("a", "b"), "int32", vocabulary=9)


@pytest.fixture
def network():
    return branching()


@pytest.fixture
def rows():
    return np.random.default_rng(1).normal(size=(5, 8, 8, 2)).astype("float32")


def sources_of_rounded(simulation):
    """Return the names of the layers behind which a simulation rounds."""
    rounding = (layer for layer in simulation.layers if isinstance(layer, FakeQuantizedOutput))
    return [layer.input._keras_history.operation.name for layer in rounding]


@pytest.mark.parametrize("bits", [2, 8])
def test_baked_it_answers_as_its_simulation(network, rows, bits):
    simulation = simulated(network, bits, integers_between=False)
    before = network.predict(rows, verbose=0)
    bake(simulation, network)
    after = network.predict(rows, verbose=0)
    np.testing.assert_allclose(simulation.predict(rows, verbose=0), after, rtol=1e-4)
    assert not np.allclose(before, after, rtol=1e-4)


def test_a_simulation_leaves_its_network_as_it_is(network, rows):
    before = network.predict(rows, verbose=0)
    simulation = simulated(network, 4, integers_between=True)
    simulation.set_weights([weight * 0.5 for weight in simulation.get_weights()])
    np.testing.assert_array_equal(network.predict(rows, verbose=0), before)


def test_rounded_are_the_input_and_what_an_int8_file_rounds(network):
    simulation = simulated(network, 8, integers_between=True)
    expected = [simulation.inputs[0]._keras_history.operation.name, *rounded_behind(network)]
    assert sorted(sources_of_rounded(simulation)) == sorted(expected)
    assert sum(isinstance(layer, FakeQuantized) for layer in simulation.layers) == 5


def test_floats_flow_where_they_are_asked_for(network):
    assert sources_of_rounded(simulated(network, 8, integers_between=False)) == []


def test_pixels_in_bytes_come_in_as_they_are():
    network = build("cnn", Task("image", (8, 8, 1), ("a", "b"), "uint8"), stages=1, filters=4)
    simulation = simulated(network, 8, integers_between=True)
    assert sorted(sources_of_rounded(simulation)) == sorted(rounded_behind(network))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "builder", "values"),
    [
        (TEXT, "lstm", {"units": 8, "direction": "bidirectional"}),
        (TEXT, "mlp", {"units": 8}),
        (Task("series", (6, 2), horizon=3), "lstm", {"units": 8, "layers": 2}),
    ],
)
def test_models_of_tokens_and_series_keep_their_answers_in_eight_bits(task, builder, values):
    keras.utils.set_random_seed(0)
    network = build(builder, task, **values)
    chance = np.random.default_rng(0)
    rows = chance.integers(0, 9, (20, 6), "int32") if task.vocabulary else chance.normal(size=(20, 6, 2))
    expected = network.predict(rows, verbose=0)
    found = simulated(network, 8, integers_between=False).predict(rows, verbose=0)
    np.testing.assert_allclose(found, expected, atol=0.05 * np.abs(expected).max())
    rounding = simulated(network, 8, integers_between=True)
    rounding(rows, training=True)
    found = rounding.predict(rows, verbose=0)
    np.testing.assert_allclose(found, expected, atol=0.1 * np.abs(expected).max())


def test_vectors_of_tokens_lie_on_grids_only_where_a_file_computes_in_floats():
    network = build("mlp", TEXT, units=8, depth=1)
    simulations = [simulated(network, 4, integers) for integers in (True, False)]
    counts = [sum(isinstance(layer, FakeQuantized) for layer in one.layers) for one in simulations]
    assert counts == [2, 3]
