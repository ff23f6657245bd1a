"""Which operators TensorFlow Lite Micro takes, by its lists and by the kinds of numbers."""

from __future__ import annotations

import pytest
from ai_edge_litert import schema_py_generated as schema

from zoo.formats._flatbuffer import Graph, Operator, Tensor
from zoo.formats._micro import _CUSTOM, ADDERS, hybrid_kind, refusal

FLOAT, INTEGER, GRID, PACKED, HALF, TEXT, STORED, STATE = range(8)
TENSORS = (
    *(Tensor((1, 4), "float32"), Tensor((1, 4), "int8"), Tensor((4, 4), "int8", stored=True)),
    *(Tensor((4, 4), "int4", stored=True), Tensor((4, 4), "float16", stored=True), Tensor((1,), "string")),
    *(Tensor((4, 4), "float32", stored=True), Tensor((1, 4), "int16", variable=True)),
)


def refused(name, inputs, output):
    operator = Operator(name, inputs, (output,))
    return refusal(Graph(TENSORS, (operator,), (), ()), operator)


def test_each_name_is_an_operator_of_the_schema():
    assert {*ADDERS} - {*_CUSTOM} <= {*vars(schema.BuiltinOperator)}


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("CONV_2D", "AddConv2D"),
        ("FULLY_CONNECTED", "AddFullyConnected"),
        ("SPACE_TO_BATCH_ND", "AddSpaceToBatchNd"),
        ("L2_POOL_2D", "AddL2Pool2D"),
        ("RELU6", "AddRelu6"),
        ("PADV2", "AddPadV2"),
        ("ADD_N", "AddAddN"),
        ("UNIDIRECTIONAL_SEQUENCE_LSTM", "AddUnidirectionalSequenceLSTM"),
    ],
)
def test_the_method_that_registers_an_operator_is_spelled_as_the_resolver_has_it(name, method):
    assert ADDERS[name] == method


@pytest.mark.parametrize(
    ("name", "inputs", "output"),
    [
        ("FULLY_CONNECTED", (FLOAT, STORED, -1), FLOAT),
        ("FULLY_CONNECTED", (INTEGER, GRID, -1), INTEGER),
        ("FULLY_CONNECTED", (INTEGER, PACKED), INTEGER),
        ("UNIDIRECTIONAL_SEQUENCE_LSTM", (INTEGER, GRID, STATE), INTEGER),
        ("DEQUANTIZE", (INTEGER,), FLOAT),
        ("DEQUANTIZE", (GRID,), FLOAT),
    ],
)
def test_floats_and_integers_by_themselves_are_taken(name, inputs, output):
    assert refused(name, inputs, output) == ""


@pytest.mark.parametrize(
    ("name", "inputs", "output", "words"),
    [
        ("FULLY_CONNECTED", (FLOAT, GRID), FLOAT, "does not multiply int8 weights with floats"),
        ("FULLY_CONNECTED", (FLOAT, PACKED), FLOAT, "does not multiply int4 weights with floats"),
        ("DEQUANTIZE", (HALF,), FLOAT, "its kernels know no float16"),
        ("BATCH_MATMUL", (INTEGER, PACKED), INTEGER, "its BATCH_MATMUL does not unpack int4"),
        ("SHAPE", (TEXT,), INTEGER, "its kernels know no string"),
        ("FlexErf", (FLOAT,), FLOAT, "it has no operator FlexErf"),
        ("BIDIRECTIONAL_SEQUENCE_LSTM", (FLOAT, STORED), FLOAT, "it has no operator BIDIRECTIONAL_SEQUENCE_LSTM"),
    ],
)
def test_what_its_kernels_do_not_know_is_refused_with_the_reason(name, inputs, output, words):
    assert words in refused(name, inputs, output)


def test_a_lookup_in_an_integer_table_multiplies_nothing():
    operator = Operator("EMBEDDING_LOOKUP", (INTEGER, GRID), (FLOAT,))
    assert hybrid_kind(Graph(TENSORS, (operator,), (), ()), operator) == ""
