"""Which operators TensorFlow Lite Micro takes, by its lists and by the kinds of numbers."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema

from zoo.formats._flatbuffer import Graph, Operator, Tensor, read_graphs
from zoo.formats._micro import _CUSTOM, ADDERS, hybrid_kind, refusal

FLOAT, INTEGER, GRID, PACKED, HALF, TEXT, STORED, STATE, WIDE, COUNT = range(10)
TENSORS = (
    *(Tensor((1, 4), "float32"), Tensor((1, 4), "int8"), Tensor((4, 4), "int8", stored=True)),
    *(Tensor((4, 4), "int4", stored=True), Tensor((4, 4), "float16", stored=True), Tensor((1,), "string")),
    *(Tensor((4, 4), "float32", stored=True), Tensor((1, 4), "int16", variable=True)),
    *(Tensor((1,), "int64"), Tensor((1,), "int32")),
)

RUNNING = """
import pathlib, sys, numpy
from tflite_micro import runtime
interpreter = runtime.Interpreter.from_bytes(pathlib.Path(sys.argv[1]).read_bytes(), arena_size=2**16)
interpreter.set_input(numpy.ones((1, 4), "float32"), 0)
interpreter.invoke()
"""


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
        ("SQRT", (FLOAT,), FLOAT),
        ("ARG_MAX", (INTEGER,), COUNT),
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
        ("SQRT", (INTEGER,), INTEGER, "its SQRT knows no int8"),
        ("ARG_MAX", (FLOAT,), WIDE, "its ARG_MAX knows no int64"),
        ("FlexErf", (FLOAT,), FLOAT, "it has no operator FlexErf"),
        ("BIDIRECTIONAL_SEQUENCE_LSTM", (FLOAT, STORED), FLOAT, "it has no operator BIDIRECTIONAL_SEQUENCE_LSTM"),
    ],
)
def test_what_its_kernels_do_not_know_is_refused_with_the_reason(name, inputs, output, words):
    assert words in refused(name, inputs, output)


@pytest.mark.parametrize(("name", "step", "words"), [("GREATER", 1.0, "its GREATER aborts.*which are 1 here")])
def test_a_comparison_of_integers_in_wide_steps_is_refused(name, step, words):
    def refused_at(scale, kind="int8"):
        tensors = (Tensor((1, 4), kind, scale=scale), Tensor((1, 4), "bool"))
        return refusal(Graph(tensors, (), (), ()), Operator(name, (0, 0), (1,)))

    assert re.search(words, refused_at(step))
    assert refused_at(np.nextafter(step, 0)) == refused_at(2 * step, "float32") == ""


@pytest.mark.parametrize(("top", "aborts"), [(200.0, False), (400.0, True)])
def test_its_interpreter_aborts_at_the_steps_that_are_refused(top, aborts, tmp_path):
    pytest.importorskip("tflite_micro", reason="needs the package tflite-micro")
    content = in_integers(lambda x: tf.where(tf.abs(x) > 0.5, x, 0.0), top)
    (graph,) = read_graphs(content)
    assert any("aborts" in refusal(graph, one) for one in graph.operators) is aborts
    (tmp_path / "model.tflite").write_bytes(content)
    ended = subprocess.run([sys.executable, "-c", RUNNING, tmp_path / "model.tflite"], capture_output=True)
    assert ended.returncode == (-signal.SIGABRT if aborts else 0)


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "abs"])
def test_its_interpreter_refuses_the_integers_that_the_lists_refuse(name):
    runtime = pytest.importorskip("tflite_micro", reason="needs the package tflite-micro").runtime
    content = in_integers(getattr(tf.math, name))
    (graph,) = read_graphs(content)
    refused = any(refusal(graph, operator) for operator in graph.operators)
    try:
        interpreter = runtime.Interpreter.from_bytes(content, arena_size=2**16)
        interpreter.set_input(np.ones((1, 4), "float32"), 0)
        interpreter.invoke()
        ran = True
    except RuntimeError:
        ran = False
    assert ran is not refused and refused is (name != "abs")


def in_integers(function, top=2.0):
    """Return an int8 file that computes `function` of four numbers between 0.1 and `top`."""
    computed = tf.function(lambda x: function(x), input_signature=[tf.TensorSpec((1, 4), tf.float32)])
    converter = tf.lite.TFLiteConverter.from_concrete_functions([computed.get_concrete_function()], computed)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    rows = np.linspace(0.1, top, 40, dtype="float32").reshape(10, 1, 4)
    converter.representative_dataset = lambda: ([row] for row in rows)
    return converter.convert()


def test_a_lookup_in_an_integer_table_multiplies_nothing():
    operator = Operator("EMBEDDING_LOOKUP", (INTEGER, GRID), (FLOAT,))
    assert hybrid_kind(Graph(TENSORS, (operator,), (), ()), operator) == ""
