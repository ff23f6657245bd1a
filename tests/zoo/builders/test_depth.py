"""Stochastic depth against Huang (2016): how often a block's branch goes, and that the mean stays."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.builders._depth import StochasticDepth
from zoo.live import live, live_values
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

IMAGES = Task("image", (8, 8, 1), ("a", "b"))
ROWS = np.ones((4000, 2, 2, 3), "float32")


def summed(depth, block):
    """Return a model of 2 (a branch) + 1 (its shortcut) for inputs of 1."""
    inputs = keras.Input(ROWS.shape[1:])
    return keras.Model(inputs, depth.added(keras.layers.Rescaling(2.0)(inputs), inputs, block))


@pytest.mark.parametrize("is_live", [False, True])
@pytest.mark.parametrize("block", [1, 4])
def test_later_branches_go_more_often_row_by_row_and_the_mean_stays(block, is_live):
    rate = 0.6
    with live_values() as values:
        depth = StochasticDepth.of(live("stochastic_depth", 0.0) if is_live else rate, 4)
        model = summed(depth, block)
    if is_live:
        values["stochastic_depth"].assign(rate)
    out = np.asarray(model(ROWS, training=True))
    gone, kept = rate * block / 4, 1 - rate * block / 4
    assert np.mean(out[:, 0, 0, 0] == 1) == pytest.approx(gone, abs=0.04)
    assert (out == out[:, :1, :1, :1]).all()
    np.testing.assert_allclose(np.unique(out), [1, 1 + 2 / kept], rtol=1e-5)
    assert out.mean() == pytest.approx(3, rel=0.05)
    np.testing.assert_array_equal(model(ROWS, training=False), 3 * ROWS)


def test_without_a_rate_nothing_but_the_sum_is_built():
    layers = summed(StochasticDepth.of(0.0, 4), 1).layers
    assert [type(layer).__name__ for layer in layers] == ["InputLayer", "Rescaling", "Add"]


def test_a_live_rate_of_zero_changes_no_number():
    with live_values():
        model = summed(StochasticDepth.of(live("stochastic_depth", 0.0), 4), 4)
    np.testing.assert_array_equal(model(ROWS, training=True), 3 * ROWS)


@pytest.mark.parametrize("pre_activation", [False, True])
def test_weights_stand_in_one_order_live_and_stock_and_with_a_rate_or_without(pre_activation):
    values = {"pre_activation": pre_activation, "blocks": 2, "filters": 4}
    with live_values():
        models = [build("resnet", IMAGES, **values)]
    models += [build("resnet", IMAGES, stochastic_depth=rate, **values) for rate in (0.0, 0.5)]
    found = [[(weight.name, tuple(weight.shape)) for weight in model.weights] for model in models]
    assert found[0] == found[1] == found[2]
