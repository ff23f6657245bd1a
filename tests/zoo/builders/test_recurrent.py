"""Recurrent networks of any cell: layers hand on whole sequences, and what answers is what `pooling` names."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

SERIES = Task("series", (6, 3), ("a", "b"))
TEXT = Task("text", (6,), ("a", "b"), "int32", vocabulary=9)
CELLS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "rnn": keras.layers.SimpleRNN}
TOKENS = np.array([[3, 4, 5, 0, 0, 0], [2, 1, 8, 7, 3, 4], [5, 0, 0, 0, 0, 0]], "int32")


def inside(model, name):
    """Return the answers of the layers of a kind as a model of their own."""
    kinds = (CELLS[name], keras.layers.Bidirectional)
    return keras.Model(model.input, [layer.output for layer in model.layers if isinstance(layer, kinds)])


@pytest.mark.parametrize("name", CELLS)
def test_layers_before_the_last_hand_on_their_whole_sequence(name):
    model = build(name, SERIES, layers=3, units=8, direction="bidirectional")
    assert [output.shape for output in inside(model, name).outputs] == [(None, 6, 16), (None, 6, 16), (None, 16)]


@pytest.mark.parametrize("name", CELLS)
def test_the_mean_over_all_steps_goes_to_the_dense_layer(name):
    model = build(name, SERIES, units=8, pooling="mean", direction="bidirectional")
    x = np.random.default_rng(0).normal(size=(5, 6, 3)).astype("float32")
    states = inside(model, name).predict(x, verbose=0)
    kernel, bias = model.get_weights()[-2:]
    np.testing.assert_allclose(model.predict(x, verbose=0), states.mean(axis=1) @ kernel + bias, atol=1e-5)


@pytest.mark.parametrize("name", CELLS)
def test_the_last_token_of_a_text_answers_where_that_is_asked(name):
    model = build(name, TEXT, units=8, pooling="last")
    whole = inside(model, name).predict(TOKENS, verbose=0)
    lengths = (TOKENS != 0).sum(axis=1)
    kernel, bias = model.get_weights()[-2:]
    expected = whole[np.arange(len(TOKENS)), lengths - 1] @ kernel + bias
    np.testing.assert_allclose(model.predict(TOKENS, verbose=0), expected, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("pooling", ["last", "mean", "max", "attention"])
def test_a_text_has_the_same_answer_in_a_longer_row(pooling):
    longer = build("gru", Task("text", (9,), ("a", "b"), "int32", vocabulary=9), units=8, pooling=pooling)
    model = build("gru", TEXT, units=8, pooling=pooling)
    longer.set_weights(model.get_weights())
    padded = np.pad(TOKENS, ((0, 0), (0, 3)))
    np.testing.assert_allclose(longer.predict(padded, verbose=0), model.predict(TOKENS, verbose=0), atol=1e-6)
