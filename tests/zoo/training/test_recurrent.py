"""Quicker LSTMs answer, learn and are saved as Keras's own."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.training.recurrent import SHORT, WIDE, quicken

ROWS, FEATURES = 5, 3


def _pair(steps, layers):
    """Return two equal models; the second one's layers are quickened."""
    models = []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        x = inputs = keras.Input((steps, FEATURES))
        for layer in layers():
            x = layer(x)
        models.append(keras.Model(inputs, keras.layers.Dense(2)(x)))
    models[1].set_weights(models[0].get_weights())
    quicken(models[1]._flatten_layers())
    return models


def _learned(model, x, y):
    """Return the answers to `x`, and the gradients of their squared distance to `y` by the weights and by `x`."""

    @tf.function
    def run(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            answers = model(x, training=True)
            loss = tf.reduce_mean((answers - y) ** 2)
        return answers, *tape.gradient(loss, [x, *(weight.value for weight in model.trainable_weights)])

    return [found.numpy() for found in run(tf.constant(x))]


def _rows(steps):
    draws = np.random.default_rng(0)
    return draws.normal(size=(ROWS, steps, FEATURES)).astype("float32"), draws.normal(size=(ROWS, 2)).astype("float32")


LSTM = keras.layers.LSTM
STACKS = {
    "one": lambda: [LSTM(8)],
    "two": lambda: [LSTM(8, return_sequences=True), LSTM(4)],
    "backwards": lambda: [LSTM(8, return_sequences=True, go_backwards=True), LSTM(4, go_backwards=True)],
    "both ways": lambda: [
        keras.layers.Bidirectional(LSTM(8, return_sequences=True)),
        keras.layers.Bidirectional(LSTM(4)),
    ],
    "wide": lambda: [LSTM(WIDE + 1)],
    "plain forget gate": lambda: [LSTM(8, unit_forget_bias=False, bias_initializer="random_normal")],
}


@pytest.mark.parametrize("steps", [7, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, SHORT + 1))])
@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_answers_and_gradients_are_those_of_keras(stack, steps):
    ours, theirs = (_learned(model, *_rows(steps)) for model in reversed(_pair(steps, stack)))
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=2e-7)


def test_states_that_are_asked_for_are_those_of_keras():
    inputs = keras.Input((6, FEATURES))
    layer = LSTM(8, return_sequences=True, return_state=True)
    model = keras.Model(inputs, layer(inputs))
    x, _ = _rows(6)
    before = [part.numpy() for part in model(x)]
    quicken([layer])
    for ours, theirs in zip(model(x), before, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)


def test_an_lstm_of_few_units_is_one_operation_and_a_wide_one_of_few_steps_has_no_loop():
    def operations(model, steps):
        graph = tf.function(model).get_concrete_function(tf.TensorSpec((None, steps, FEATURES))).graph
        names = {node.op for node in graph.as_graph_def().node}
        return names & {"BlockLSTM", "While"}

    assert operations(_pair(40, STACKS["one"])[1], 40) == {"BlockLSTM"}
    assert operations(_pair(SHORT, STACKS["wide"])[1], SHORT) == set()
    assert operations(_pair(SHORT + 1, STACKS["wide"])[1], SHORT + 1) == {"While"}
    assert operations(_pair(7, STACKS["one"])[0], 7) == {"While"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "layer",
    [
        lambda: LSTM(8, activation="relu"),
        lambda: LSTM(8, recurrent_activation="hard_sigmoid"),
        lambda: LSTM(8, use_bias=False),
        lambda: keras.layers.GRU(8),
    ],
)
def test_what_the_operation_does_not_compute_stays_as_it_is(layer):
    ours, theirs = (_learned(model, *_rows(7)) for model in reversed(_pair(7, lambda: [layer()])))
    assert all(np.array_equal(one, other) for one, other in zip(ours, theirs, strict=True))


def test_masked_steps_are_left_out_as_by_keras():
    ours, theirs = (
        _learned(model, np.where(np.arange(7)[:, None] > 4, 0, _rows(7)[0]).astype("float32"), _rows(7)[1])
        for model in reversed(_pair(7, lambda: [keras.layers.Masking(), LSTM(8)]))
    )
    assert all(np.array_equal(one, other) for one, other in zip(ours, theirs, strict=True))
