"""Operators are told by the numbers they compute in."""

from __future__ import annotations

import pytest

from zoo.formats._flatbuffer import Graph, Operator, Tensor, read_graphs
from zoo.formats._kinds import by_kind, kind_of

TENSORS = (
    Tensor((1, 8), "float32"),
    Tensor((1, 8), "int8"),
    Tensor((1, 8), "int16"),
    Tensor((4, 8), "int4", stored=True),
    Tensor((4, 8), "int8", stored=True),
    Tensor((4, 8), "float32", stored=True),
    Tensor((4,), "int32", stored=True),
    Tensor((2,), "int32"),
)
FLOAT, BYTE, SHORT, FOUR, EIGHT, FLOATS, BIAS, SHAPE = range(8)
KINDS = {
    ("ADD", (FLOAT, FLOAT), FLOAT): "float32",
    ("QUANTIZE", (FLOAT,), BYTE): "float32 to int8",
    ("CONV_2D", (BYTE, EIGHT, BIAS), BYTE): "int8",
    ("CONV_2D", (SHORT, EIGHT, BIAS), SHORT): "int16 with int8 weights",
    ("FULLY_CONNECTED", (FLOAT, FOUR, -1), FLOAT): "float32 with int4 weights",
    ("FULLY_CONNECTED", (FLOAT, FLOATS, -1), FLOAT): "float32",
    ("DEQUANTIZE", (FOUR,), FLOAT): "int4 to float32",
    ("RESHAPE", (BYTE, SHAPE), BYTE): "int8",
    ("SHAPE", (FLOAT,), SHAPE): "float32 to int32",
    ("PACK", (SHAPE,), SHAPE): "int32",
}


@pytest.mark.parametrize("case", KINDS, ids=lambda case: f"{case[0]} {KINDS[case]}")
def test_a_kind_is_what_flows_and_what_it_is_multiplied_with(case):
    name, inputs, output = case
    assert kind_of(Graph(TENSORS, (), (), ()), Operator(name, inputs, (output,))) == KINDS[case]


@pytest.mark.parametrize("precision", ["float32", "dynamic", "int8", "int4"])
def test_every_operator_of_a_file_has_one_kind(precision, exports):
    graphs = read_graphs((exports["cnn", "tflite", precision].path / "model.tflite").read_bytes())
    counts = by_kind(graphs)
    assert sum(sum(one.values()) for one in counts.values()) == sum(len(graph.operators) for graph in graphs)
    expected = {"float32": "float32", "dynamic": "float32 with int8 weights", "int8": "int8"}
    assert "CONV_2D" in counts[expected.get(precision, "float32 with int4 weights")]
