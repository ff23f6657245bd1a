"""Layers that round: they answer as stock layers with rounded weights, and learn as if nothing were rounded."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.compression._fake_quantized import FakeQuantized, FakeQuantizedOutput
from zoo.compression._sharing import sharing_of

layers = keras.layers
CASES = {
    "dense": (lambda: layers.Dense(3, activation="tanh"), (6,)),
    "convolution": (lambda: layers.Conv2D(4, 3), (5, 5, 2)),
    "convolution in time": (lambda: layers.Conv1D(4, 3), (7, 2)),
    "depthwise": (lambda: layers.DepthwiseConv2D(3, depth_multiplier=2), (5, 5, 2)),
    "separable": (lambda: layers.SeparableConv2D(4, 3), (5, 5, 2)),
    "lstm": (lambda: layers.LSTM(4), (6, 3)),
    "both ways": (lambda: layers.Bidirectional(layers.LSTM(4, return_sequences=True)), (6, 3)),
}


@pytest.fixture(params=CASES)
def case(request):
    """A layer, the same one on a grid of three bits, and rows for both."""
    keras.utils.set_random_seed(0)
    make, shape = CASES[request.param]
    stock = make()
    x = np.random.default_rng(0).normal(size=(4, *shape)).astype("float32")
    stock(x)
    rounding = FakeQuantized(make(), sharing_of(stock), bits=3)
    rounding(x)
    rounding.layer.set_weights(stock.get_weights())
    return stock, rounding, x


def test_answers_are_those_of_the_stock_layer_with_the_rounded_weights(case):
    stock, rounding, x = case
    before = stock.get_weights()
    stock.set_weights(rounding.baked())
    np.testing.assert_allclose(rounding(x), stock(x), rtol=1e-5, atol=1e-5)
    assert all(map(np.array_equal, rounding.layer.get_weights(), before))
    assert any(not np.array_equal(old, new) for old, new in zip(before, stock.get_weights(), strict=True))


def test_gradients_are_those_of_the_stock_layer_with_the_rounded_weights(case):
    stock, rounding, x = case
    stock.set_weights(rounding.baked())
    found = []
    for layer in (rounding, stock):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(layer(x)))
        found.append(tape.gradient(loss, [weight.value for weight in layer.trainable_weights]))
    for of_rounding, of_stock in zip(*found, strict=True):
        np.testing.assert_allclose(of_rounding, of_stock, rtol=1e-4, atol=1e-4)


def test_random_numbers_inside_a_layer_go_on_from_call_to_call():
    rounding = FakeQuantized(layers.LSTM(4, dropout=0.5, seed=1), {"kernel": "gate"}, bits=8)
    x = np.ones((2, 3, 4), "float32")
    first, second = (rounding(x, training=True).numpy() for _ in range(2))
    assert not np.array_equal(first, second)


def nearest_of_256(x, low, high):
    """Return numbers as an int8 tensor of that range holds them: zero is one of its points (Jacob 2018, equation 1)."""
    step = (high - low) / 255
    zero = np.rint(-low / step)
    return (np.clip(np.rint(x / step) + zero, 0, 255) - zero) * step


def test_answers_are_held_as_an_int8_file_holds_them():
    x = np.random.default_rng(2).normal(1, 2, (50, 8)).astype("float32")
    rounding = FakeQuantizedOutput()
    found = rounding(x, training=True).numpy()
    step = (x.max() - x.min()) / 255
    np.testing.assert_allclose(found, nearest_of_256(x.astype("float64"), x.min(), x.max()), atol=1.01 * step)
    assert np.abs(found - x).max() < step
    assert len(np.unique(found)) <= 256
    assert np.abs(rounding(np.zeros((1, 8), "float32"))).max() < 1e-6


def test_a_range_is_the_mean_of_the_first_batches_and_stays_at_inference():
    rounding = FakeQuantizedOutput()
    for least, most in ((-1, 2), (-3, 6)):
        rounding(np.array([[least, most]], "float32"), training=True)
    assert (float(rounding.low.value), float(rounding.high.value)) == pytest.approx((-2, 4))
    answers = rounding(np.array([[-50.0, 50.0]], "float32")).numpy()
    assert (float(rounding.low.value), float(rounding.high.value)) == pytest.approx((-2, 4))
    np.testing.assert_allclose(answers, [[-2, 4]], atol=6 / 255)


def test_gradients_end_where_the_range_ends():
    rounding = FakeQuantizedOutput()
    rounding(np.array([[-1.0, 1.0]], "float32"), training=True)
    x = tf.Variable([[-2.0, 0.3, 2.0]])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(rounding(x))
    assert tape.gradient(loss, x).numpy().tolist() == [[0.0, 1.0, 0.0]]
