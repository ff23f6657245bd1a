"""Shared parts: batch norm and dropout as their papers have them, bytes as numbers from 0 to 1."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders._blocks import LiveDropout, batch_norm, convolution, dropout, entrance, logits, normalized
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


@pytest.mark.parametrize(("together", "drawn"), [("channels", (200, 1, 1, 30)), ("row", (200, 1, 1, 1))])
def test_dropout_takes_whole_channels_or_rows_at_once(together, drawn):
    with live_values():
        layer = LiveDropout(live("dropout", 0.25), together)
    out = np.asarray(layer(np.ones((200, 4, 5, 30), "float32"), training=True))
    np.testing.assert_array_equal(out, np.broadcast_to(out[tuple(slice(size) for size in drawn)], out.shape))
    assert np.mean(out == 0) == pytest.approx(0.25, abs=0.12 if together == "row" else 0.02)
    np.testing.assert_allclose(out[out > 0], 4 / 3, rtol=1e-6)


@pytest.mark.parametrize("shape", [(5, 4), (3, 3, 4)])
def test_dropout_of_channels_by_a_number_is_keras_own(shape):
    inputs = keras.Input(shape)
    layer = keras.Model(inputs, dropout(inputs, 0.5, "channels")).layers[-1]
    assert type(layer) is (keras.layers.SpatialDropout1D if len(shape) == 2 else keras.layers.SpatialDropout2D)
    out = np.asarray(layer(np.ones((8, *shape), "float32"), training=True))
    assert (out == out.max(axis=tuple(range(1, out.ndim - 1)), keepdims=True)).all()


def test_numbers_that_another_layer_draws_from_are_counted_behind_its_own():
    draws = keras.random.SeedGenerator(7)
    with live_values():
        drawing, counting = LiveDropout(0.5, draws=draws), LiveDropout(live("dropout", 0.5), counted=draws)
    assert drawing._seed_generators == []
    assert counting._seed_generators == [counting.seed_generator, draws]


def test_layer_norm_takes_mean_and_variance_over_the_channels_of_each_place():
    inputs = keras.Input((3, 2, 5))
    model = keras.Model(inputs, normalized(inputs, "layer"))
    gamma, beta, x = RANDOM.normal(size=5), RANDOM.normal(size=5), RANDOM.normal(3, 2, (4, 3, 2, 5))
    model.set_weights([gamma, beta])
    deviation = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-3)
    expected = gamma * (x - x.mean(axis=-1, keepdims=True)) / deviation + beta
    np.testing.assert_allclose(model(x.astype("float32")), expected, atol=1e-5)


def test_a_convolution_is_a_sum_over_channels_and_taps_of_a_kernel_that_is_not_turned_round():
    inputs = keras.Input((6, 2))
    model = keras.Model(inputs, convolution(inputs, 3, 3, stride=2, normalization="none", activation="relu"))
    kernel, bias = (weight.astype("float64") for weight in model.get_weights())
    bias[:] = RANDOM.normal(size=3)
    model.set_weights([kernel, bias])
    x = RANDOM.normal(size=(4, 6, 2))
    padded = np.pad(x, ((0, 0), (0, 1), (0, 0)))  # of 6 steps every second one: the one that lacks stands behind
    windows = np.stack([padded[:, at : at + 3] for at in (0, 2, 4)], axis=1)
    expected = np.maximum(np.einsum("rwkc,kcf->rwf", windows, kernel) + bias, 0)
    np.testing.assert_allclose(model(x.astype("float32")), expected, atol=1e-5)


@pytest.mark.parametrize(("normalization", "biases"), [("batch", 0), ("later", 0), ("layer", 1), ("none", 1)])
def test_a_convolution_has_a_bias_unless_batch_norm_makes_it_idle(normalization, biases):
    inputs = keras.Input((6, 6, 2))
    model = keras.Model(inputs, convolution(inputs, 4, 3, normalization=normalization))
    assert sum(weight.name == "bias" for weight in model.weights) == biases


def test_an_activation_of_several_pieces_gets_as_many_filters_for_each_that_leaves():
    inputs = keras.Input((6, 6, 2))
    model = keras.Model(inputs, convolution(inputs, 4, 3, activation="maxout"))
    assert model.output_shape == (None, 6, 6, 4)
    assert model.weights[0].shape[-1] == 8


def test_bytes_come_in_as_numbers_from_zero_to_one_and_floats_as_they_are():
    for dtype, white in (("uint8", 255), ("float32", 1.0)):
        inputs, x = entrance(Task("image", (2, 2, 1), ("a",), dtype))
        answer = keras.Model(inputs, x)(np.full((1, 2, 2, 1), white, dtype)) if x is not inputs else np.ones(1)
        np.testing.assert_allclose(answer, 1, rtol=1e-6)


@pytest.mark.parametrize(("classes", "width"), [(("a", "b", "c"), 3), ((), 1)])
def test_the_way_out_has_a_score_for_each_class_or_one_number(classes, width):
    assert logits(keras.Input((4,)), Task("table", (4,), classes)).shape == (None, width)
