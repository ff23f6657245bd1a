"""Reshaping without arithmetic on shapes: where the number of rows alone is open, the shape is a constant."""

from __future__ import annotations

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from zoo.formats._graph import code_of, drop_codes, drop_operators, drop_tensors, makers_of, renumber_signatures
from zoo.formats._rewrite import EMPTY, put_together, stored, taken_apart, values_of

_CODES, _TYPES = schema.BuiltinOperator, schema.TensorType
_OF_SHAPES = (_CODES.SHAPE, _CODES.STRIDED_SLICE, _CODES.PACK)


def with_constant_shapes(content: bytes) -> bytes:
    """Return a LiteRT file's `content` in which each RESHAPE that keeps the rows names their number by -1.

    TensorFlow's converter reads the number of rows off a tensor, and packs it with the other lengths, by three
    operators that run in every call; the files are some 500 bytes smaller without. The answers stay.
    """
    model = taken_apart(content)
    found = [_fix(model, graph, one) for graph in model.subgraphs for one in graph.operators]
    if not any(found):
        return content
    for number, graph in enumerate(model.subgraphs):
        drop_operators(model, graph, _OF_SHAPES)
        renumber_signatures(model, number, drop_tensors(graph))
    drop_codes(model)
    return put_together(model, sharing=False)


def _fix(model: Any, graph: Any, operator: Any) -> bool:
    """Give a RESHAPE that reads a computed shape a constant one; return whether it could be."""
    if code_of(model, operator) != _CODES.RESHAPE or len(operator.inputs) < 2:
        return False
    pack = makers_of(graph).get(int(operator.inputs[1]))
    if pack is None or code_of(model, pack) != _CODES.PACK:
        return False
    lengths = [_constant(model, graph.tensors[int(place)]) for place in pack.inputs[1:]]
    if None in lengths or 0 in lengths:  # of the numbers to be parted, the first length is what is left
        return False
    rows, tensor = np.array([-1, *lengths], np.int32), schema.TensorT()
    tensor.shape, tensor.type, tensor.buffer = np.array([len(rows)], np.int32), _TYPES.INT32, len(model.buffers)
    tensor.name, tensor.quantization = "shape", None
    model.buffers.append(stored(rows))
    graph.tensors.append(tensor)
    operator.inputs = np.array([operator.inputs[0], len(graph.tensors) - 1], np.int32)
    return True


def _constant(model: Any, tensor: Any) -> int | None:
    """Return the whole number that a scalar tensor stores; None where it is computed."""
    if tensor.buffer == EMPTY or model.buffers[tensor.buffer].data is None or tensor.type != _TYPES.INT32:
        return None
    return int(values_of(model, tensor, "int32").reshape(-1)[0])
