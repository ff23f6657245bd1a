"""Weights of a float LiteRT file put on grids of four or eight bits, while it goes on computing in floats."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from zoo.errors import ConversionFailed
from zoo.formats._flatbuffer import operator_name
from zoo.formats._grid import on_grid, packed
from zoo.formats._operators import LSTM_MATRICES
from zoo.formats._rewrite import is_filled, put_together, stored, taken_apart, values_of

CONVOLUTIONS = {"CONV_2D": 0, "FULLY_CONNECTED": 0}  # take integer weights as they are: by name the channels' axis
# of others, whose weights LiteRT turns back into floats once: by name the places of these, and their channels' axis
OTHERS: Mapping[str, tuple[tuple[int, ...], int]] = {
    "DEPTHWISE_CONV_2D": ((1,), 3),
    "TRANSPOSE_CONV": ((1,), 0),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": (LSTM_MATRICES, 0),
    "GATHER": ((0,), 1),
    "BATCH_MATMUL": ((1,), 1),
}
TYPES = {4: schema.TensorType.INT4, 8: schema.TensorType.INT8}
VERSION = 6  # of DEQUANTIZE, the first that takes integers of four bits


class Matrix(NamedTuple):
    """One weight matrix: the place of its tensor, its channels' axis, and whether its operators take integers."""

    tensor: int
    axis: int
    taken: bool


def matrices(model: Any) -> tuple[Matrix, ...]:
    """Return the float weight matrices of the first graph of a file taken apart, in the order of its tensors."""
    graph, names = model.subgraphs[0], [operator_name(code) for code in model.operatorCodes]
    found: dict[int, Matrix] = {}
    for operator in graph.operators:
        name = names[operator.opcodeIndex]
        places, axis = ((1,), CONVOLUTIONS[name]) if name in CONVOLUTIONS else OTHERS.get(name, ((), 0))
        takes_integers = name in CONVOLUTIONS and not _is_grouped(graph, operator, name)
        for place in places:
            tensor = int(operator.inputs[place]) if place < len(operator.inputs) else -1
            if tensor >= 0 and _is_float_matrix(model, graph.tensors[tensor]):
                before = found.get(tensor, Matrix(tensor, axis, True))
                found[tensor] = before._replace(taken=before.taken and takes_integers)
    return tuple(found[tensor] for tensor in sorted(found))


def sizes(content: bytes) -> dict[int, int]:
    """Return how many numbers each float weight matrix of a LiteRT file's `content` has, by the tensor's place."""
    model = taken_apart(content)
    tensors = model.subgraphs[0].tensors
    return {one.tensor: int(np.prod(tensors[one.tensor].shape)) for one in matrices(model)}


def with_weights(content: bytes, bits: Mapping[int, int]) -> bytes:
    """Return a float LiteRT file's `content` with the matrices at the places `bits` on grids of so many bits, 4 or 8.

    Convolutions and dense layers take integers as they are; for other operators a DEQUANTIZE goes before them. Raises
    ConversionFailed for a file that has none of these matrices.
    """
    model = taken_apart(content)
    wanted = [one for one in matrices(model) if one.tensor in bits]
    if not wanted:
        raise ConversionFailed("the model has no weight matrix that LiteRT can store in four bits")
    before = {model.subgraphs[0].tensors[one.tensor].buffer for one in wanted}
    for one in wanted:
        _store(model, one, bits[one.tensor])
    _empty(model, before)
    _quantize_data_by_its_range(model)
    back = {one.tensor: _as_float(model, one.tensor) for one in wanted if not one.taken}
    if back:
        _read_instead(model, back)
    return put_together(model)


def _store(model: Any, matrix: Matrix, bits: int) -> None:
    """Put one matrix on its grid."""
    tensor = model.subgraphs[0].tensors[matrix.tensor]
    grid = on_grid(values_of(model, tensor), matrix.axis, bits)
    model.buffers.append(stored(packed(grid.codes, bits)))
    tensor.buffer, tensor.type = len(model.buffers) - 1, TYPES[bits]
    tensor.quantization = schema.QuantizationParametersT(
        scale=grid.scale, zeroPoint=np.zeros(len(grid.scale), np.int64), quantizedDimension=matrix.axis
    )


def _empty(model: Any, buffers: set[int]) -> None:
    """Empty those `buffers` that no tensor reads any more."""
    read = {tensor.buffer for graph in model.subgraphs for tensor in graph.tensors}
    for place in buffers - read:
        model.buffers[place].data = None


def _as_float(model: Any, place: int) -> int:
    """Return the place of a new tensor for the floats that a matrix of integers stands for."""
    tensors = model.subgraphs[0].tensors
    tensors.append(schema.TensorT(shape=tensors[place].shape, type=schema.TensorType.FLOAT32, name="weights"))
    return len(tensors) - 1


def _read_instead(model: Any, back: Mapping[int, int]) -> None:
    """Let operators read the floats at the places `back` instead of their integers, which DEQUANTIZE makes first."""
    graph = model.subgraphs[0]
    for operator in graph.operators:
        operator.inputs = np.asarray([back.get(int(place), int(place)) for place in operator.inputs], np.int32)
    code = schema.BuiltinOperator.DEQUANTIZE
    model.operatorCodes.append(schema.OperatorCodeT(deprecatedBuiltinCode=code, builtinCode=code, version=VERSION))
    operator = partial(schema.OperatorT, opcodeIndex=len(model.operatorCodes) - 1)
    made = [operator(inputs=_one(integers), outputs=_one(floats)) for integers, floats in back.items()]
    graph.operators = [*made, *graph.operators]


def _quantize_data_by_its_range(model: Any) -> None:
    """Let dense layers that multiply integers put what comes in on a grid from its least to its largest number.

    Otherwise the grid is symmetric, of which behind a ReLU one half is lost.
    """
    for operator in model.subgraphs[0].operators:
        if isinstance(operator.builtinOptions, schema.FullyConnectedOptionsT):
            operator.builtinOptions.asymmetricQuantizeInputs = True


def _is_grouped(graph: Any, operator: Any, name: str) -> bool:
    """Return whether an operator is a convolution in groups, which LiteRT does in floats only."""
    data, weights = (graph.tensors[int(place)] for place in operator.inputs[:2])
    return name == "CONV_2D" and data.shape[-1] != weights.shape[-1]


def _is_float_matrix(model: Any, tensor: Any) -> bool:
    is_matrix = tensor.type == schema.TensorType.FLOAT32 and len(tensor.shape) > 1
    return is_matrix and is_filled(model.buffers[tensor.buffer])


def _one(place: int) -> np.ndarray:
    return np.asarray([place], np.int32)
