"""Recurrent layers that LiteRT has no operator for are exported step by step, up to a length that is stated."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.errors import Unsupported
from zoo.formats._flatbuffer import read_graphs
from zoo.formats._operators import counted
from zoo.formats._unrolled import MOST_STEPS, unrolled
from zoo.formats.tflite import TFLite

from .networks import RECURRENT, network

layers = keras.layers
READERS = {
    "gru": lambda: layers.GRU(12),
    "plain": lambda: layers.SimpleRNN(12),
    "bidirectional": lambda: layers.Bidirectional(layers.GRU(6)),
    "other functions": lambda: layers.LSTM(12, activation="relu"),
}


def model_of(reader, steps=6):
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    inputs = keras.Input((steps, 5))
    return keras.Model(inputs, layers.Dense(3)(reader(inputs)))


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).normal(size=(40, 6, 5)).astype("float32")


@pytest.mark.parametrize(
    "reader", ["gru", *(pytest.param(name, marks=pytest.mark.slow) for name in READERS if name != "gru")]
)
def test_the_file_answers_as_keras_does_without_a_loop_for_any_number_of_rows(reader, x, tmp_path):
    model = model_of(READERS[reader]())
    TFLite.write(model, "float32", tmp_path / "model.tflite", x)
    assert "WHILE" not in counted(read_graphs((tmp_path / "model.tflite").read_bytes()))
    found = TFLite.open(tmp_path / "model.tflite").predict(x)
    np.testing.assert_allclose(found, model.predict(x, verbose=0), atol=1e-5)
    assert TFLite.facts(tmp_path / "model.tflite").batch is None


def test_layers_are_as_they_were_afterwards(x, tmp_path):
    model = model_of(layers.Bidirectional(layers.GRU(6)))
    inside = [model.layers[1].forward_layer, model.layers[1].backward_layer]
    with pytest.raises(KeyError), unrolled(model) as found:
        assert list(found) == inside
        assert all(layer.unroll for layer in inside)
        raise KeyError
    assert not any(layer.unroll for layer in inside)


def test_fused_layers_are_left_alone():
    model = model_of(layers.LSTM(8))
    with unrolled(model, (model.layers[1],)) as found:
        assert found == ()


@pytest.mark.slow
@pytest.mark.parametrize(("steps", "words"), [(MOST_STEPS + 1, "129 steps"), (None, "any number of steps")])
def test_a_sequence_that_is_too_long_is_refused_with_the_nearest_layer_that_is_served(steps, words):
    model = model_of(layers.GRU(8, name="reader"), steps)
    with pytest.raises(Unsupported, match=f"GRU 'reader' reads {words}.*Use an LSTM"), unrolled(model):
        pass


@pytest.mark.often("stacked grus-int8", "bidirectional lstm-float32", "plain recurrent-int8")
@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "int8"])
@pytest.mark.parametrize("name", RECURRENT)
def test_stacked_and_two_way_networks_answer_as_keras_does(name, precision, tmp_path):
    model, rows = network(name)
    TFLite.write(model, precision, tmp_path / "model.tflite", rows)
    operators = counted(read_graphs((tmp_path / "model.tflite").read_bytes()))
    assert "WHILE" not in operators
    assert not [one for one in operators if one.startswith("Flex")]
    expected = model.predict(rows, verbose=0)
    assert TFLite.facts(tmp_path / "model.tflite").batch == (1 if "lstm" in name else None)
    away = np.abs(TFLite.open(tmp_path / "model.tflite").predict(rows) - expected)
    assert away.mean() <= {"float32": 1e-5, "int8": 0.05}[precision] * (expected.std() + np.abs(expected).mean())
