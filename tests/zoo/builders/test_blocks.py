"""Shared parts: batch norm and dropout as their papers have them, bytes as numbers from 0 to 1."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders._blocks import LiveDropout, batch_norm, dropout, entrance, logits
from zoo.live import live, live_values
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

RANDOM = np.random.default_rng(0)


def test_batch_norm_divides_by_the_batchs_deviation_and_its_averages_follow_within_some_twenty_steps():
    inputs = keras.Input((3,))
    model = keras.Model(inputs, batch_norm(inputs))
    gamma, beta = RANDOM.normal(size=3), RANDOM.normal(size=3)
    model.set_weights([gamma, beta, np.zeros(3), np.ones(3)])
    x = RANDOM.normal(5, 2, (40, 3))
    expected = gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-3) + beta
    np.testing.assert_allclose(model(x.astype("float32"), training=True), expected, atol=1e-5)
    for _ in range(40):
        model(x.astype("float32"), training=True)
    np.testing.assert_allclose(model(x.astype("float32"), training=False), expected, atol=0.2)


def test_dropout_by_a_number_is_the_stock_layer_and_by_a_variable_a_live_one():
    inputs = keras.Input((3,))
    with live_values():
        model = keras.Model(inputs, dropout(inputs, live("dropout", 0.5)))
    assert isinstance(model.layers[-1], LiveDropout)
    assert type(keras.Model(inputs, dropout(inputs, 0.5)).layers[-1]) is keras.layers.Dropout


def test_a_live_dropout_keeps_with_the_rate_of_the_moment_and_scales_what_it_keeps():
    with live_values() as values:
        layer = LiveDropout(live("dropout", 0.25))
    for rate in (0.25, 0.75, 0.0):
        values["dropout"].assign(rate)
        out = np.asarray(layer(np.ones((200, 500), "float32"), training=True))
        assert np.mean(out == 0) == pytest.approx(rate, abs=0.01)
        np.testing.assert_allclose(out[out > 0], 1 / (1 - rate), rtol=1e-6)
    assert np.array_equal(layer(np.ones((2, 3), "float32"), training=False), np.ones((2, 3)))


def test_bytes_come_in_as_numbers_from_zero_to_one_and_floats_as_they_are():
    for dtype, white in (("uint8", 255), ("float32", 1.0)):
        inputs, x = entrance(Task("image", (2, 2, 1), ("a",), dtype))
        answer = keras.Model(inputs, x)(np.full((1, 2, 2, 1), white, dtype)) if x is not inputs else np.ones(1)
        np.testing.assert_allclose(answer, 1, rtol=1e-6)


@pytest.mark.parametrize(("classes", "width"), [(("a", "b", "c"), 3), ((), 1)])
def test_the_way_out_has_a_score_for_each_class_or_one_number(classes, width):
    assert logits(keras.Input((4,)), Task("table", (4,), classes)).shape == (None, width)
