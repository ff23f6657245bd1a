"""Flattening takes no arithmetic on shapes in a file, for any number of rows."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from keras import layers

from zoo.formats._flatbuffer import read_graphs
from zoo.formats._operators import counted
from zoo.formats._reshapes import with_constant_shapes
from zoo.formats.tflite import TFLite

OF_SHAPES = {"SHAPE", "STRIDED_SLICE", "PACK"}


@pytest.fixture(scope="module")
def model():
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    inputs = keras.Input((6, 4, 2))
    wide = layers.Reshape((4, 12))(layers.Conv2D(2, 3, padding="same")(inputs))
    return keras.Model(inputs, layers.Dense(3)(layers.Flatten()(wide)))


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).normal(size=(9, 6, 4, 2)).astype("float32")


@pytest.mark.parametrize("precision", ["float32", pytest.param("int8", marks=pytest.mark.slow)])
def test_a_file_reshapes_by_constants_and_answers_any_number_of_rows(model, x, precision, tmp_path):
    TFLite.write(model, precision, tmp_path / "model.tflite", x)
    found = TFLite.open(tmp_path / "model.tflite")
    assert OF_SHAPES.isdisjoint(counted(read_graphs((tmp_path / "model.tflite").read_bytes())))
    for rows in (0, 1, 5, 9):
        expected = model.predict(x[:rows], verbose=0) if rows else np.zeros((0, 3))
        np.testing.assert_allclose(found.predict(x[:rows]), expected, atol=1e-5 if precision == "float32" else 0.1)


@pytest.mark.slow
def test_it_is_called_by_its_signature_as_well(model, x, tmp_path):
    TFLite.write(model, "float32", tmp_path / "model.tflite", x)
    runner = Interpreter(str(tmp_path / "model.tflite")).get_signature_runner()
    ((entry, _),) = runner.get_input_details().items()
    (answers,) = runner(**{entry: x}).values()
    np.testing.assert_allclose(answers, model.predict(x, verbose=0), atol=1e-5)


@pytest.mark.slow
def test_it_is_smaller_than_what_the_converter_makes(model, x, tmp_path, monkeypatch):
    TFLite.write(model, "float32", tmp_path / "ours.tflite", x)
    monkeypatch.setattr("zoo.formats._conversion.with_constant_shapes", lambda content: content)
    TFLite.write(model, "float32", tmp_path / "theirs.tflite", x)
    ours, theirs = ((tmp_path / f"{name}.tflite").read_bytes() for name in ("ours", "theirs"))
    assert set(counted(read_graphs(theirs))) >= OF_SHAPES
    assert len(ours) < len(theirs) - 300
    assert TFLite.of(ours).predict(x).tobytes() == TFLite.of(theirs).predict(x).tobytes()


def test_a_file_without_such_shapes_stays_byte_for_byte(model, x, tmp_path):
    TFLite.write(model, "float32", tmp_path / "model.tflite", x)
    content = (tmp_path / "model.tflite").read_bytes()
    assert with_constant_shapes(content) == content
