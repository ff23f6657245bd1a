"""What is particular to LiteRT files."""

from __future__ import annotations

from collections import Counter

import pytest
from ai_edge_litert.interpreter import Interpreter

from zoo.errors import ConversionFailed
from zoo.formats.tflite import require_int8


@pytest.fixture
def content(exports):
    return {
        precision: (exports["cnn", "tflite", precision].path / "model.tflite").read_bytes() for precision in PRECISIONS
    }


PRECISIONS = ("float32", "int8")


def test_a_float_file_does_not_pass_for_int8(content):
    with pytest.raises(ConversionFailed, match="left float32 in an int8 file"):
        require_int8(content["float32"])


def test_an_int8_file_computes_in_integers_between_float_ends(content):
    require_int8(content["int8"])
    tensors = Interpreter(model_content=content["int8"]).get_tensor_details()
    kinds = Counter(tensor["dtype"].__name__ for tensor in tensors)
    assert kinds["float32"] == 2
    assert kinds["int8"] > 8


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_batch_stays_dynamic(content, precision):
    (tensor,) = Interpreter(model_content=content[precision]).get_input_details()
    assert list(tensor["shape_signature"]) == [-1, 8, 8, 1]
    assert tensor["dtype"].__name__ == "float32"
