"""Long short-term memory: the cell's equations, the way it reads rows, and that it stays a stock layer."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

SERIES = Task("series", (6, 3), ("a", "b"))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def final_state(x, kernel, recurrent, bias):
    """Run Hochreiter's cell with Gers's forget gate over x (steps, features) from a state of zeros, in float64."""
    h = c = np.zeros(recurrent.shape[0])
    for step in x:
        i, f, g, o = np.split(step @ kernel + h @ recurrent + bias, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return h


def test_one_layer_answers_with_the_papers_equations():
    model = build("lstm", SERIES, units=8)
    random = np.random.default_rng(0)
    weights = [random.normal(0, 0.5, weight.shape) for weight in model.get_weights()]
    model.set_weights(weights)
    x = random.normal(size=(5, 6, 3))
    expected = np.stack([final_state(row, *weights[:3]) for row in x]) @ weights[3] + weights[4]
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, atol=1e-5)


def test_reading_both_ways_joins_the_final_states_of_both():
    model = build("lstm", SERIES, units=8, direction="bidirectional")
    random = np.random.default_rng(1)
    weights = [random.normal(0, 0.5, weight.shape) for weight in model.get_weights()]
    model.set_weights(weights)
    x = random.normal(size=(5, 6, 3))
    states = [[final_state(r, *weights[:3]), final_state(r[::-1], *weights[3:6])] for r in x]
    expected = np.reshape(states, (5, 16)) @ weights[6] + weights[7]
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, atol=1e-5)


def test_an_image_is_read_row_by_row():
    image = Task("image", (6, 4, 2), ("a", "b"))
    model, rows = build("lstm", image, units=8), build("lstm", Task("series", (6, 8), ("a", "b")), units=8)
    rows.set_weights(model.get_weights())
    x = np.random.default_rng(2).normal(size=(5, 6, 4, 2)).astype("float32")
    expected = rows.predict(x.reshape(5, 6, 8), verbose=0)
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, atol=1e-6)


def test_layers_before_the_last_hand_on_their_whole_sequence():
    model = build("lstm", SERIES, layers=3, units=8)
    shapes = [layer.output.shape for layer in model.layers if isinstance(layer, keras.layers.LSTM)]
    assert shapes == [(None, 6, 8), (None, 6, 8), (None, 8)]


def test_forget_gates_start_open_and_every_cell_can_become_one_operator():
    model = build("lstm", SERIES, layers=2, units=8, direction="bidirectional")
    cells = [layer for layer in model._flatten_layers() if type(layer) is keras.layers.LSTM]
    assert len(cells) == 4
    for layer in cells:
        assert np.array_equal(layer.cell.bias.numpy(), np.repeat([0.0, 1.0, 0.0, 0.0], 8))
        functions = layer.activation, layer.recurrent_activation
        assert functions == (keras.activations.tanh, keras.activations.sigmoid)
        assert not layer.stateful


def test_the_defaults_on_digits_are_large_enough_to_be_worth_compressing(digits):
    assert build("lstm", digits.task).count_params() >= 15_000
