"""Transformer encoder: a block in NumPy, what positions change, and heads that must divide the width."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.builders import build
from zoo.errors import Infeasible
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

SERIES = Task("series", (5, 3), ("a", "b"))
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(4, 5, 3))


def normalized(x, gamma, beta):
    """Layer norm (Ba 2016) over the last axis."""
    return gamma * (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-3) + beta


def attended(x, asking, asking_bias, keys, values, values_bias, joining, joining_bias):
    """Vaswani's equation 1 with one head."""
    scores = (x @ asking + asking_bias) @ (x @ keys).T / np.sqrt(x.shape[-1])
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    return (shares / shares.sum(-1, keepdims=True)) @ (x @ values + values_bias) @ joining + joining_bias


def test_a_block_adds_attention_and_two_dense_layers_each_behind_a_normalisation():
    model = build("transformer", SERIES, blocks=1, width=8, heads=1, positions="none")
    model.set_weights([RANDOM.normal(0, 0.5, weight.shape) for weight in model.get_weights()])
    w = iter(model.get_weights())

    def take(count):
        return [next(w).astype("float64") for _ in range(count)]

    entry, norm, attending, second, dense, third, out = take(2), take(2), take(7), take(2), take(4), take(2), take(2)
    expected = []
    for row in X:
        x = row @ entry[0] + entry[1]
        x = x + attended(normalized(x, *norm), *attending)
        x = x + np.maximum(normalized(x, *second) @ dense[0] + dense[1], 0) @ dense[2] + dense[3]
        expected.append(normalized(x, *third).mean(axis=0) @ out[0] + out[1])
    np.testing.assert_allclose(model.predict(X, verbose=0), expected, atol=1e-4)


@pytest.mark.parametrize(("positions", "matters"), [("none", False), ("sinusoidal", True), ("learned", True)])
def test_the_order_of_the_steps_matters_only_with_positions(positions, matters):
    model = build("transformer", SERIES, blocks=1, width=8, heads=2, positions=positions)
    moved = np.abs(model.predict(X, verbose=0) - model.predict(X[:, ::-1], verbose=0)).max()
    assert (moved > 1e-4) == matters


def test_learned_positions_are_a_vector_for_each_step():
    model = build("transformer", SERIES, width=16, positions="learned")
    assert (5, 16) in [tuple(weight.shape) for weight in model.weights]


@pytest.mark.parametrize(("width", "heads", "most"), [(12, 8, 4), (10, 4, 2), (9, 2, 1)])
def test_heads_that_do_not_divide_the_width_are_infeasible(width, heads, most):
    with pytest.raises(Infeasible, match=f"transformer.heads is {heads}, .*{width}. Try {most}"):
        build("transformer", SERIES, width=width, heads=heads)
    assert build("transformer", SERIES, width=width, heads=most).output_shape == (None, 2)


@pytest.mark.parametrize("activation", ["maxout", "gelu"])
def test_the_hidden_layer_is_four_times_as_wide_whatever_its_activation(activation):
    model = build("transformer", SERIES, blocks=1, width=8, heads=2, activation=activation)
    assert (32, 8) in [tuple(weight.shape) for weight in model.weights]
