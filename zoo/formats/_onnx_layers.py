"""Layers with weights, and poolings, of a LiteRT file as nodes of ONNX, which has channels before height and width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from zoo.errors import Unsupported
from zoo.formats._onnx_graph import Call, Handler

FIRST, LAST = (0, 3, 1, 2), (0, 2, 3, 1)  # channels first, and last as LiteRT has them
GATES = (0, 3, 1, 2)  # ONNX's order input, output, forget, candidate among LiteRT's input, forget, candidate, output
PEEPHOLES_AND_PROJECTION = (9, 10, 11, 16, 17)  # among an LSTM's inputs


def _convolution(call: Call) -> str:
    weights = call.numbers(1)  # (out, height, width, in)
    return _convolved(call, weights.transpose(0, 3, 1, 2), call.shape()[3] // weights.shape[3])


def _depthwise(call: Call) -> str:
    weights = call.numbers(1)  # (1, height, width, out)
    return _convolved(call, weights.transpose(3, 0, 1, 2), call.shape()[3])


def _convolved(call: Call, weights: np.ndarray, groups: int) -> str:
    options = call.options
    dilations = [max(options.dilationHFactor, 1), max(options.dilationWFactor, 1)]
    reach = [(side - 1) * step + 1 for side, step in zip(weights.shape[2:], dilations, strict=True)]
    inputs = [_moved(call, call.x(), FIRST), call.graph.constant(weights)]
    if call.has(2):
        inputs.append(call.x(2))
    found = call.add("Conv", *inputs, group=groups, dilations=dilations, **_window(call, reach))
    return _moved(call, found, LAST)


def _pooled(kind: str, **attributes: Any) -> Handler:
    def pool(call: Call) -> str:
        sides = [call.options.filterHeight, call.options.filterWidth]
        window = _window(call, sides)
        found = call.add(kind, _moved(call, call.x(), FIRST), kernel_shape=sides, **window, **attributes)
        return _moved(call, found, LAST)

    return pool


def _window(call: Call, reach: Sequence[int]) -> dict[str, list[int]]:
    """Return strides, and the padding of a window that reaches over so many rows and columns."""
    strides = [call.options.strideH, call.options.strideW]
    if call.options.padding == schema.Padding.VALID:
        return {"strides": strides, "pads": [0, 0, 0, 0]}
    sides = call.sides()[:2]
    wanted = [
        max((-(-side // stride) - 1) * stride + far - side, 0)
        for side, stride, far in zip(sides, strides, reach, strict=True)
    ]
    before = [total // 2 for total in wanted]
    return {"strides": strides, "pads": [*before, *(total - part for total, part in zip(wanted, before, strict=True))]}


def _moved(call: Call, name: str, order: Sequence[int]) -> str:
    return call.add("Transpose", name, perm=list(order))


def _dense(call: Call) -> str:
    rows, rank = call.x(), len(call.shape())
    if rank != 2 and not call.options.keepNumDims:
        rows = call.add("Reshape", rows, call.whole([-1, call.shape(1)[1]]))
    if call.graph.is_stored(call.inputs[1]):
        weights = call.graph.constant(call.numbers(1).T)
    else:
        weights = call.add("Transpose", call.x(1), perm=[1, 0])
    found = call.add("MatMul", rows, weights)
    return call.add("Add", found, call.x(2)) if call.has(2) else found


def _product(call: Call) -> str:
    sides = zip((call.options.adjX, call.options.adjY), range(2), strict=True)
    return call.add("MatMul", *(_turned(call, place) if turn else call.x(place) for turn, place in sides))


def _turned(call: Call, place: int) -> str:
    """Return an input with its last two axes exchanged."""
    *rest, row, column = range(len(call.shape(place)))
    return call.add("Transpose", call.x(place), perm=[*rest, column, row])


def _lstm(call: Call) -> str:
    """Return all states of an LSTM, (rows, steps, units), that begins with zeros."""
    options = call.options
    is_odd = options.timeMajor or options.cellClip or options.projClip or any(map(call.has, PEEPHOLES_AND_PROJECTION))
    if is_odd or options.fusedActivationFunction != schema.ActivationFunctionType.TANH:
        raise Unsupported("one with peepholes, a projection, a clipped cell or other functions is not written as ONNX")
    kernel, recurrent = (np.concatenate([call.numbers(first + gate) for gate in GATES]) for first in (1, 5))
    bias = np.concatenate([call.numbers(12 + gate) for gate in GATES])
    weights = [call.graph.constant(one[np.newaxis]) for one in (kernel, recurrent, np.append(bias, 0 * bias))]
    steps = call.add("Transpose", call.x(), perm=[1, 0, 2])
    states = call.add("LSTM", steps, *weights, hidden_size=recurrent.shape[1])  # (steps, directions, rows, units)
    return call.add("Transpose", call.add("Squeeze", states, call.whole([1])), perm=[1, 0, 2])


LAYERS: Mapping[str, Handler] = {
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _depthwise,
    "MAX_POOL_2D": _pooled("MaxPool"),
    "AVERAGE_POOL_2D": _pooled("AveragePool", count_include_pad=0),
    "FULLY_CONNECTED": _dense,
    "BATCH_MATMUL": _product,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": _lstm,
}
