"""A LiteRT file as TensorFlow Lite Micro runs it: what its kernels do not take is left out where nothing is lost."""

from __future__ import annotations

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from zoo.formats._graph import code_of, drop_operators, drop_tensors, makers_of, readers_of, replace_tensor
from zoo.formats._rewrite import put_together, taken_apart, values_of

_CODES, _TYPES = schema.BuiltinOperator, schema.TensorType
_CHOICES = (_CODES.SELECT, _CODES.SELECT_V2)
_PLAIN = (_CODES.CAST, _CODES.LESS, _CODES.ADD, *_CHOICES)  # those that may go when nobody reads what they compute


def for_micro(content: bytes) -> bytes:
    """Return a LiteRT file's `content` that takes bytes and tokens by operators that TensorFlow Lite Micro has.

    An input of bytes is not cast to floats: where these are quantized next, the bytes are instead, as integers of scale
    1; elsewhere the input becomes floats. Tokens are looked up as they are: what Keras does for negative ones is left
    out, since there are none. No tensor stays that nothing reads, for it would take memory. Signatures go.
    """
    model = taken_apart(content)
    graph = model.subgraphs[0]
    model.signatureDefs = None
    _uncast(model, graph)
    _unwrap(model, graph)
    drop_operators(model, graph, _PLAIN)
    drop_tensors(graph)
    return put_together(model)


def _uncast(model: Any, graph: Any) -> None:
    """Take away the operator that casts an input of bytes to floats."""
    entry = int(graph.inputs[0])
    casts = [one for one in readers_of(graph, entry) if code_of(model, one) == _CODES.CAST]
    if graph.tensors[entry].type != _TYPES.UINT8 or len(casts) != 1:
        return
    floats = int(casts[0].outputs[0])
    if [code_of(model, one) for one in readers_of(graph, floats)] == [_CODES.QUANTIZE]:
        graph.tensors[entry].quantization = _of_scale_1()
        replace_tensor(graph, floats, entry)
        return
    graph.tensors[floats].shapeSignature = graph.tensors[entry].shapeSignature
    casts[0].inputs = np.array([-1], np.int32)  # it goes with the operators that nobody reads
    casts[0].outputs = np.array([entry], np.int32)
    graph.inputs = np.array([floats], np.int32)
    replace_tensor(graph, entry, floats)


def _of_scale_1() -> Any:
    grid = schema.QuantizationParametersT()
    grid.scale, grid.zeroPoint = np.array([1.0], np.float32), np.array([0], np.int64)
    return grid


def _unwrap(model: Any, graph: Any) -> None:
    """Let what reads `tokens < 0 ? tokens + count : tokens` read the tokens."""
    makers = makers_of(graph)
    for one in graph.operators:
        if code_of(model, one) not in _CHOICES:
            continue
        condition, wrapped, tokens = map(int, one.inputs)
        less, add = makers.get(condition), makers.get(wrapped)
        is_sign = less and code_of(model, less) == _CODES.LESS and int(less.inputs[0]) == tokens
        is_sum = add and code_of(model, add) == _CODES.ADD and tokens in map(int, add.inputs)
        if is_sign and is_sum and _is_zero(model, graph.tensors[int(less.inputs[1])]):
            replace_tensor(graph, int(one.outputs[0]), tokens)


def _is_zero(model: Any, tensor: Any) -> bool:
    is_stored = model.buffers[tensor.buffer].data is not None
    return is_stored and tensor.type == _TYPES.INT32 and not values_of(model, tensor, "int32").any()
