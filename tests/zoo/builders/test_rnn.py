"""Plain recurrent network: its equation with either activation, and the start that keeps gradients."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.builders import build
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

SERIES = Task("series", (6, 3), ("a", "b"))
FUNCTIONS = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_each_state_is_the_activation_of_the_step_and_the_state_before(activation):
    model = build("rnn", SERIES, units=8, activation=activation)
    random = np.random.default_rng(0)
    weights = [random.normal(0, 0.3, weight.shape) for weight in model.get_weights()]
    model.set_weights(weights)
    x, h = random.normal(size=(5, 6, 3)), np.zeros((5, 8))
    for step in np.moveaxis(x, 1, 0):
        h = FUNCTIONS[activation](step @ weights[0] + h @ weights[1] + weights[2])
    np.testing.assert_allclose(model.predict(x, verbose=0), h @ weights[3] + weights[4], atol=1e-5)


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_the_weights_from_state_to_state_start_without_growing_or_shrinking_any(activation):
    recurrent = build("rnn", SERIES, units=8, activation=activation).get_weights()[1]
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(8), atol=1e-5)
    assert np.array_equal(recurrent, np.eye(8)) == (activation == "relu")
