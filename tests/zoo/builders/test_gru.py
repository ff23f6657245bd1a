"""Gated recurrent units: both forms of the equations, and how many weights they take."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.builders import build
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

SERIES = Task("series", (6, 3), ("a", "b"))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def after(step, h, kernel, recurrent, bias):
    """The reset gate acts on U h + c, as cuDNN has it; gates in Keras's order: update, reset, candidate."""
    given, kept = np.split(step @ kernel + bias[0], 3), np.split(h @ recurrent + bias[1], 3)
    update, reset = sigmoid(given[0] + kept[0]), sigmoid(given[1] + kept[1])
    return update * h + (1 - update) * np.tanh(given[2] + reset * kept[2])


def before(step, h, kernel, recurrent, bias):
    """The reset gate acts on h (Cho 2014, equations 5 to 8)."""
    units = len(h)
    given = np.split(step @ kernel + bias, 3)
    update, reset = (sigmoid(x + y) for x, y in zip(given, np.split(h @ recurrent[:, : 2 * units], 2), strict=False))
    return update * h + (1 - update) * np.tanh(given[2] + (reset * h) @ recurrent[:, 2 * units :])


def final_state(cell, row, weights):
    h = np.zeros(weights[1].shape[0])
    for step in row:
        h = cell(step, h, *weights)
    return h


@pytest.mark.parametrize("cell", [after, before])
@pytest.mark.parametrize("direction", ["forward", "bidirectional"])
def test_one_layer_answers_with_the_equations_of_either_form(cell, direction):
    model = build("gru", SERIES, units=8, reset=cell.__name__, direction=direction)
    random = np.random.default_rng(0)
    weights = [random.normal(0, 0.5, weight.shape) for weight in model.get_weights()]
    model.set_weights(weights)
    x = random.normal(size=(5, 6, 3))
    states = [final_state(cell, row, weights[:3]) for row in x]
    if direction == "bidirectional":
        states = [np.r_[h, final_state(cell, row[::-1], weights[3:6])] for h, row in zip(states, x, strict=True)]
    expected = np.stack(states) @ weights[-2] + weights[-1]
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, atol=1e-5)


def test_a_cell_has_three_quarters_of_the_kernels_of_an_lstm():
    sizes = {name: build(name, SERIES, units=64).layers[1].cell.kernel.shape[1] for name in ("gru", "lstm", "rnn")}
    assert sizes == {"gru": 3 * 64, "lstm": 4 * 64, "rnn": 64}
