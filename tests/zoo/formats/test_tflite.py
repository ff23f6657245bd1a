"""What is particular to LiteRT files."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from zoo.formats.tflite import TFLite

PRECISIONS = ("float32", "float16", "dynamic", "int8", "int16x8", "int4", "mixed")
OF_LSTMS = tuple(name for name in PRECISIONS if name != "int16x8")  # the converter leaves them in floats


def content(exports, builder, precision):
    return (exports[builder, "tflite", precision].path / "model.tflite").read_bytes()


def test_an_int8_file_computes_in_integers_between_float_ends(exports):
    tensors = Interpreter(model_content=content(exports, "cnn", "int8")).get_tensor_details()
    kinds = Counter(tensor["dtype"].__name__ for tensor in tensors)
    assert kinds["float32"] == 2
    assert kinds["int8"] > 8


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_batch_stays_dynamic(exports, precision):
    (tensor,) = Interpreter(model_content=content(exports, "cnn", precision)).get_input_details()
    assert list(tensor["shape_signature"]) == [-1, 8, 8, 1]
    assert tensor["dtype"].__name__ == "float32"


@pytest.mark.parametrize("precision", OF_LSTMS)
def test_an_lstm_takes_one_row_at_a_time_and_the_reader_of_the_file_sees_to_it(exports, precision, digits):
    file = exports["lstm", "tflite", precision].path / "model.tflite"
    (tensor,) = Interpreter(str(file)).get_input_details()
    assert list(tensor["shape"]) == list(tensor["shape_signature"]) == [1, 8, 8, 1]
    assert TFLite.open(file).predict(digits.test.x[:5]).shape == (5, 10)


@pytest.mark.parametrize("precision", OF_LSTMS)
def test_an_lstm_forgets_one_row_before_it_reads_the_next(exports, precision, digits):
    model, x = TFLite.open(exports["lstm", "tflite", precision].path / "model.tflite"), digits.test.x[:12]
    first = model.predict(x)
    np.testing.assert_array_equal(model.predict(x), first)
    np.testing.assert_array_equal(model.predict(x[::-1])[::-1], first)
    np.testing.assert_array_equal(model.predict(np.repeat(x[:1], 3, axis=0)), np.repeat(first[:1], 3, axis=0))


def test_an_lstm_that_would_stay_in_floats_is_no_int16x8_file(exports):
    skipped = exports["lstm", "tflite", "int16x8"].skipped
    assert "left float32 in an int16x8 file" in skipped
    assert "Take int8" in skipped
