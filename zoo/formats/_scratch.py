"""The memory that TensorFlow Lite Micro's kernels work in, as each asks for it while it is prepared.

It lies in the arena while its operator runs. The sizes are those of the plain kernels in tensorflow/lite/micro/kernels
as of October 2026; those that are written for one kind of processor may ask for more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from zoo.formats._flatbuffer import Graph, Operator, Tensor

WORD, LONG = 4, 8  # bytes of the kernels' whole numbers
POINTER = 8  # bytes, of the widest processor
QUANTIZED = ("int8", "int16")
NOTHING = Tensor((0,), "none")
CELL_STATE = 19  # among an LSTM's inputs
UNTOLD = ("TFLite_Detection_PostProcess",)  # operators that work in memory of which the file does not tell


def scratch_bytes(graph: Graph, operator: Operator) -> tuple[int, ...]:
    """Return the bytes of each buffer that the kernel of an operator of `graph` works in, as it asks for them."""
    asked = KERNELS.get(operator.name)
    return () if asked is None else asked(graph, operator)


def _sums(graph: Graph, operator: Operator) -> tuple[int, ...]:
    """Return those of means and sums (reduce_common.cc): sums of integers, an index and the axes."""
    values, axes = _inputs(graph, operator, 2)
    sums = (WORD * _output(graph, operator).size,) if values.kind in QUANTIZED else ()
    return (*sums, WORD * len(values.shape), WORD * axes.size)


def _extremes(graph: Graph, operator: Operator) -> tuple[int, ...]:
    """Return those of the largest and the least (reduce_common.cc): an index and the axes."""
    values, axes = _inputs(graph, operator, 2)
    return (WORD * len(values.shape), WORD * axes.size)


def _gates(graph: Graph, operator: Operator) -> tuple[int, ...]:
    """Return those of an LSTM (unidirectional_sequence_lstm.cc): four as large as its cell state."""
    return (_inputs(graph, operator, CELL_STATE + 1)[CELL_STATE].bytes,) * 4


def _accumulated(graph: Graph, operator: Operator) -> tuple[int, ...]:
    """Return those of a transposed convolution (transpose_conv.cc): a wide sum for each integer that comes out."""
    _, _, values, bias = _inputs(graph, operator, 4)
    outputs = _output(graph, operator).size
    if values.kind == "int16":
        return (LONG * outputs, *((LONG * bias.size,) if bias.kind == "int16" else ()))
    return (WORD * outputs,) if values.kind == "int8" else ()


def _unpacked(graph: Graph, operator: Operator) -> tuple[int, ...]:
    """Return those of weights of 4 bits, a byte each (conv_common.cc, depthwise_conv_common.cc, fully_connected.cc)."""
    weights = _inputs(graph, operator, 2)[1]
    return (weights.size,) if weights.kind == "int4" else ()


def _filtered(graph: Graph, operator: Operator) -> tuple[int, ...]:
    """Return those of an SVDF (svdf_common.cc): a number a filter, and of integers the sums that come out."""
    values, filters = _inputs(graph, operator, 2)
    one_a_filter = WORD * math.prod(filters.shape[:1]) * math.prod(values.shape[:1])
    return (one_a_filter, *((WORD * _output(graph, operator).size,) if values.kind == "int8" else ()))


def _mirrored(graph: Graph, operator: Operator) -> tuple[int, ...]:
    """Return those of mirrored borders (mirror_pad.cc): the strides on both sides."""
    return (WORD * len(_inputs(graph, operator, 1)[0].shape),) * 2


def _gathered(graph: Graph, operator: Operator) -> tuple[int, ...]:
    """Return those of a sum of many (add_n.cc): a pointer to each."""
    return (POINTER * len(operator.inputs),)


def _inputs(graph: Graph, operator: Operator, count: int) -> list[Tensor]:
    """Return the first `count` inputs, with empty ones for those that are left out."""
    places = (*operator.inputs, *(-1,) * count)[:count]
    return [graph.tensors[place] if place >= 0 else NOTHING for place in places]


def _output(graph: Graph, operator: Operator) -> Tensor:
    return graph.tensors[operator.outputs[0]] if operator.outputs else NOTHING


KERNELS: Mapping[str, Callable[[Graph, Operator], tuple[int, ...]]] = {
    **dict.fromkeys(("MEAN", "SUM"), _sums),
    **dict.fromkeys(("REDUCE_ALL", "REDUCE_MAX", "REDUCE_MIN"), _extremes),
    **dict.fromkeys(("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"), _unpacked),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": _gates,
    "TRANSPOSE_CONV": _accumulated,
    "SVDF": _filtered,
    "MIRROR_PAD": _mirrored,
    "ADD_N": _gathered,
}
