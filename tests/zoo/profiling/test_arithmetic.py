"""What an operator computes in, by the kinds of what it takes and gives, and what is said of it."""

from __future__ import annotations

import pytest

from zoo.formats._flatbuffer import Graph, Operator, Tensor
from zoo.profiling._arithmetic import arithmetic, findings
from zoo.profiling._composing import composed
from zoo.profiling._reading import described

from .crafted import dense, halves, hybrid

FLOAT, INTEGER, INDEX, GRID, HALF = range(5)
TENSORS = (
    *(Tensor((1, 4), "float32"), Tensor((1, 4), "int8"), Tensor((4,), "int32")),
    *(Tensor((4, 4), "int8", stored=True), Tensor((4, 4), "float16", stored=True)),
)


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        (Operator("ADD", (FLOAT, FLOAT), (FLOAT,)), "floats"),
        (Operator("FULLY_CONNECTED", (INTEGER, GRID), (INTEGER,)), "integers"),
        (Operator("FULLY_CONNECTED", (FLOAT, GRID), (FLOAT,)), "hybrid"),
        (Operator("EMBEDDING_LOOKUP", (INDEX, GRID), (FLOAT,)), "floats"),
        (Operator("QUANTIZE", (FLOAT,), (INTEGER,)), "border"),
        (Operator("QUANTIZE", (INTEGER,), (INTEGER,)), "integers"),
        (Operator("DEQUANTIZE", (HALF,), (FLOAT,)), "border"),
        (Operator("PACK", (INDEX, INDEX), (INDEX,)), "indices"),
        (Operator("SHAPE", (FLOAT,), (INDEX,)), "indices"),
    ],
)
def test_an_operator_computes_in_what_flows_through_it(operator, expected):
    assert arithmetic(Graph(TENSORS, (operator,), (), ()), operator) == expected


def found(content, tmp_path):
    file = tmp_path / "model.tflite"
    file.write_bytes(content)
    return composed(file, described(content), {"calls": 0, "reason": "nothing was run"}, {}).findings


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (dense, [("float arithmetic", ("FULLY_CONNECTED", "SOFTMAX"))]),
        (hybrid, [("integer weights, float arithmetic", ("FULLY_CONNECTED",))]),
        (halves, [("weights stored in float16", ("DEQUANTIZE",)), ("float arithmetic", ("FULLY_CONNECTED",))]),
    ],
)
def test_what_is_not_integer_is_named_with_its_operators(made, expected, tmp_path):
    assert [(one.what, one.operators) for one in found(made(), tmp_path)] == expected


def test_an_int8_export_is_integer_but_for_its_ends(exports, tmp_path):
    content = (exports["cnn", "tflite", "int8"].path / "model.tflite").read_bytes()
    (ends,) = found(content, tmp_path)
    assert (ends.what, ends.operators) == ("float ends", ("QUANTIZE", "DEQUANTIZE"))


def test_nothing_is_found_where_nothing_runs():
    assert list(findings([])) == []
