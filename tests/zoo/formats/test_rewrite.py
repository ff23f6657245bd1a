"""A file put together again says and answers the same, with every stored tensor at a place that kernels can read."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from zoo.formats._flatbuffer import read_graphs
from zoo.formats._rewrite import put_together, taken_apart, values_of
from zoo.formats.tflite import TFLite


@pytest.fixture(params=["float32", "int8"])
def content(request, exports):
    return (exports["cnn", "tflite", request.param].path / "model.tflite").read_bytes()


@pytest.fixture
def again(content):
    return put_together(taken_apart(content))


def test_it_says_and_answers_the_same(content, again, digits):
    assert read_graphs(again) == read_graphs(content)
    x = digits.validation.x[:20]
    np.testing.assert_array_equal(TFLite.of(again).predict(x), TFLite.of(content).predict(x))


def test_stored_tensors_begin_at_multiples_of_sixteen_bytes(again):
    model = schema.Model.GetRootAs(again, 0)
    starts = []
    for buffer in map(model.Buffers, range(model.BuffersLength())):
        if not buffer.DataIsNone():
            starts.append(buffer._tab.Vector(buffer._tab.Offset(4)))
    assert starts
    assert [start % 16 for start in starts] == [0] * len(starts)


def test_it_is_known_as_a_litert_file(again):
    assert again[4:8] == b"TFL3"


def test_stored_numbers_come_out_in_their_shape(exports, champions):
    content = (exports["mlp", "tflite", "float32"].path / "model.tflite").read_bytes()
    model = taken_apart(content)
    stored = [one for one in model.subgraphs[0].tensors if len(one.shape) == 2 and one.shape[0] == 10]
    last = next(weight for weight in reversed(champions["mlp"].weights) if weight.ndim == 2)
    kernels = [values_of(model, one) for one in stored if model.buffers[one.buffer].data is not None]
    assert any(np.array_equal(kernel, last.T) for kernel in kernels)
