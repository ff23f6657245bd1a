"""Operators in integers are counted the same by the file and by what a proof keeps of it."""

from __future__ import annotations

import pytest

from zoo.formats._flatbuffer import Graph, Operator, Tensor, read_graphs
from zoo.formats._kinds import by_kind
from zoo.formats._numbers import Tally, tallied
from zoo.formats._operators import integer_share

KINDS = {
    "int8": {"CONV_2D": 3, "CAST": 1},
    "int8 to int32": {"ARG_MAX": 1},
    "int32 to int8": {"GATHER": 1},
    "int16 with int8 weights": {"FULLY_CONNECTED": 2},
    "int16+int8": {"ADD": 1},
    "float32 with int4 weights": {"FULLY_CONNECTED": 5},
    "int32 to float32": {"GATHER": 1},
    "float32 to int8": {"QUANTIZE": 1},
    "int8 to float32": {"DEQUANTIZE": 1},
    "float16 to float32": {"DEQUANTIZE": 7},
    "int32": {"PACK": 9},
    "bool": {"LOGICAL_AND": 1},
}


def test_conversions_and_shapes_are_left_out_and_conversions_of_integers_counted_apart():
    assert tallied(KINDS) == Tally(integers=3 + 1 + 1 + 2 + 1, computing=8 + 5 + 1, converting=3)
    assert tallied({}) == Tally(0, 0, 0)


@pytest.mark.often("lstm-int8")
@pytest.mark.parametrize("precision", ["float32", "float16", "dynamic", "int8"])
@pytest.mark.parametrize("builder", ["mlp", *(pytest.param(name, marks=pytest.mark.slow) for name in ("cnn", "lstm"))])
def test_the_share_is_the_files_own(builder, precision, exports):
    graphs = read_graphs((exports[builder, "tflite", precision].path / "model.tflite").read_bytes())
    found = tallied(by_kind(graphs))
    assert found.integers / found.computing == integer_share(graphs)


def test_the_share_is_that_of_a_file_of_all_kinds():
    kinds = ("float32", "int8", "int32", "int16", "bool", "float16", "uint8")
    tensors = tuple(Tensor((4, 4), kind, stored=stored) for stored in (False, True) for kind in kinds)
    places = range(len(kinds))
    operators = [
        Operator(name, (one, len(kinds) + weights), (other,))
        for name in ("FULLY_CONNECTED", "QUANTIZE", "CAST")
        for one in places
        for other in places
        for weights in places
    ]
    graph = Graph(tensors, tuple(operators), (), ())
    found = tallied(by_kind([graph]))
    assert 0 < found.integers < found.computing
    assert found.integers / found.computing == integer_share([graph])
