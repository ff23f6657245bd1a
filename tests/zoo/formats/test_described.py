"""Each matrix on a grid is told by its name, its bits and the channels whose largest weights are clipped."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.formats._described import described
from zoo.formats._flatbuffer import read_graphs
from zoo.formats._grid import on_grid
from zoo.formats._rewrite import put_together, taken_apart, values_of
from zoo.formats._weights import matrices, sizes, with_weights


@pytest.fixture(scope="module")
def content(exports):
    return (exports["cnn", "tflite", "float32"].path / "model.tflite").read_bytes()


def test_bits_and_shapes_are_those_that_the_file_stores(content):
    first, *others = sizes(content)
    small = with_weights(content, {first: 8, **dict.fromkeys(others, 4)})
    (graph,) = read_graphs(small)
    stored = [graph.tensors[place] for place in (first, *others)]
    told = described(content, small)
    assert [one.bits for one in told] == [8, *[4] * len(others)]
    assert [(f"int{one.bits}", one.shape) for one in told] == [(one.kind, one.shape) for one in stored]


def test_a_matrix_is_called_by_the_layer_that_reads_it(content):
    told = described(content, with_weights(content, dict.fromkeys(sizes(content), 4)))
    assert [one.operator for one in told].count("CONV_2D") == sum("conv" in one.name for one in told) > 0
    assert all(one.name.startswith("cnn") for one in told)


def test_a_matrix_without_a_layers_name_is_called_by_what_reads_it(content):
    model, first = taken_apart(content), min(sizes(content))
    graph = model.subgraphs[0]
    reader = next(one for one in graph.operators if first in one.inputs)
    graph.tensors[first].name, graph.tensors[int(reader.outputs[0])].name = b"arith.constant", b"net/gru/MatMul;net/add"
    renamed = put_together(model)
    assert described(renamed, with_weights(renamed, dict.fromkeys(sizes(content), 4)))[0].name == "net/gru/MatMul"


@pytest.mark.parametrize("bits", [4, 8])
def test_channels_are_clipped_where_their_largest_weight_lies_beyond_the_grid(content, bits):
    model = taken_apart(content)
    told = described(content, with_weights(content, dict.fromkeys(sizes(content), bits)))
    for one, matrix in zip(told, matrices(model), strict=True):
        weights = values_of(model, model.subgraphs[0].tensors[matrix.tensor])
        grid = on_grid(weights, matrix.axis, bits)
        others = tuple(axis for axis in range(weights.ndim) if axis != matrix.axis)
        short = np.abs(weights).max(axis=others) - np.abs(grid.weights()).max(axis=others)
        assert (one.channels, one.clipped) == (len(grid.scale), (short > 0.5001 * grid.scale).sum())


def test_what_a_scan_found_is_told_of_each_and_null_where_answers_were_not_finite(content):
    first, *others = sizes(content)
    small = with_weights(content, dict.fromkeys((first, *others), 4))
    told = described(content, small, {first: np.inf, **dict.fromkeys(others, np.float32(0.5))})
    assert [one.away for one in told] == [None, *[0.5] * len(others)]
