"""What is read from a LiteRT file's flatbuffer is what its interpreter says."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from zoo.formats._flatbuffer import Tensor, read_graphs

from ..profiling.crafted import Called, Drawn, Held, content_of


@pytest.fixture(params=["float32", "int8"])
def content(request, exports):
    return (exports["cnn", "tflite", request.param].path / "model.tflite").read_bytes()


def test_tensors_are_those_that_the_interpreter_names(content):
    (graph,) = read_graphs(content)
    known = {tensor["index"]: tensor for tensor in Interpreter(model_content=content).get_tensor_details()}
    for place, tensor in enumerate(graph.tensors):
        if place in known:
            assert tensor.shape == tuple(np.maximum(known[place]["shape"], 1))
            assert tensor.kind == known[place]["dtype"].__name__


def test_an_open_batch_counts_one_row_and_says_so(content):
    (graph,) = read_graphs(content)
    rows, answers = graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]
    assert (rows.shape, rows.any_batch, answers.shape, answers.any_batch) == ((1, 8, 8, 1), True, (1, 10), True)


def test_weights_are_stored_and_activations_are_not(content):
    (graph,) = read_graphs(content)
    convolution = next(operator for operator in graph.operators if operator.name == "CONV_2D")
    rows, kernel, bias = (graph.tensors[place] for place in convolution.inputs)
    assert (rows.stored, kernel.stored, bias.stored) == (False, True, True)


@pytest.mark.parametrize(
    ("shape", "kind", "expected"), [((3, 5), "float32", 60), ((3, 5), "int4", 8), ((7,), "int16", 14), ((), "int8", 1)]
)
def test_bytes_are_those_of_packed_elements(shape, kind, expected):
    assert Tensor(shape, kind).bytes == expected


def test_options_that_are_true_are_told_by_name():
    matrix = Held("float32", (1, 3, 3))
    product = Called("BATCH_MATMUL", (0, 1), (2,), schema.BatchMatMulOptionsT(adjX=False, adjY=True))
    (graph,) = read_graphs(content_of(Drawn([matrix] * 3, [product], (0, 1), (2,))))
    assert graph.operators[0].flags == ("adjY",)


def test_a_tensor_of_no_elements_takes_no_bytes():
    (graph,) = read_graphs(content_of(Drawn([Held("int8", (0,)), Held("int8", (-1, 3))], [], (0,), (1,))))
    assert [one.bytes for one in graph.tensors] == [0, 3]  # a length left open counts as one
