"""The memory that TensorFlow Lite Micro's interpreter needs beside the tensors and buffers of its arena.

The sizes are those of its structures and of the plain kernels as of October 2026, with pointers of 64 bits, as the
interpreter on a computer has them; processors of 32 bits need less.
"""

from __future__ import annotations

from collections.abc import Iterator

from zoo.formats._arena import aligned, lifetimes
from zoo.formats._flatbuffer import Graph, Operator
from zoo.formats._scratch import scratch_bytes

# bytes that it keeps: for itself, and for each tensor, operator, input or output, and buffer that kernels work in
ITSELF, TENSOR, NODE, END, HANDLE = 640, 24, 64, 96, 8
KEPT = 144  # bytes that a kernel keeps at most, with its options, but for these
_LITTLE = """
    CAST DEQUANTIZE GATHER LOGISTIC MAXIMUM MINIMUM NEG PACK QUANTIZE RELU RESHAPE REVERSE_V2 RSQRT SPLIT TANH TRANSPOSE
    UNPACK
"""
_MUCH = {"UNIDIRECTIONAL_SEQUENCE_LSTM": 736, "ELU": 272}
KEPT_BY = {**dict.fromkeys(_LITTLE.split(), 64), **dict.fromkeys(("ADD", "MUL", "SUB"), 96), **_MUCH}
CHANNELS = {"CONV_2D": 0, "DEPTHWISE_CONV_2D": -1, "TRANSPOSE_CONV": 0, "FULLY_CONNECTED": 0}  # axes of the weights
MULTIPLIERS = 4  # bytes for each channel, in each of two tables that stay
LOOKED_UP = 2 * 1040  # bytes of the tables of a softmax of 16 bits
# bytes for each while the arena is planned: tensor or buffer, those that lie in it, buffers asked for, and at all
PLANNED, PLACED, ASKED, PLANNING = 32, 40, 16, 96
TEMPORARY, SCALE, MOST_ASKED = 96, 4, 12  # while a kernel is prepared: bytes of a tensor and a scale; buffers a kernel
STEP = 128  # bytes, to which the whole is rounded up


def interpreter_bytes(graph: Graph, arena: int) -> int:
    """Return about the most bytes that an interpreter with plain kernels needs for `graph` beside its `arena`.

    That is what it keeps, and what it takes once to prepare the kernels and to plan, where the arena is smaller.
    """
    once = max(_planning(graph), *_preparing(graph), arena) - arena
    return -(-(_kept(graph) + once) // STEP) * STEP


def _kept(graph: Graph) -> int:
    ends = END * (len(graph.inputs) + len(graph.outputs))
    variables = sum(aligned(tensor.bytes) for tensor in graph.tensors if tensor.variable)
    kernels = sum(NODE + KEPT_BY.get(one.name, KEPT) + _tables(graph, one) for one in graph.operators)
    return ITSELF + ends + TENSOR * len(graph.tensors) + variables + kernels + HANDLE * _asked(graph)


def _tables(graph: Graph, operator: Operator) -> int:
    """Return the bytes of tables that a kernel keeps: multipliers by channel, functions, and matrices turned round."""
    inputs = [graph.tensors[place] for place in operator.inputs if place >= 0]
    if operator.name == "SOFTMAX" and any(graph.tensors[place].kind == "int16" for place in operator.outputs):
        return LOOKED_UP
    if operator.name == "BATCH_MATMUL":
        is_turned = ("adjX" in operator.flags, "adjY" not in operator.flags)
        return sum(aligned(one.bytes) for one, turned in zip(inputs, is_turned, strict=False) if turned)
    return 2 * aligned(MULTIPLIERS * _channels(graph, operator))


def _planning(graph: Graph) -> int:
    placed, asked = len(lifetimes(graph)), _asked(graph)
    return PLANNING + PLANNED * (len(graph.tensors) + asked) + PLACED * placed + ASKED * asked


def _preparing(graph: Graph) -> Iterator[int]:
    """Yield the bytes that each kernel takes while it is prepared, beyond the tables of those that follow it."""
    asked, later = ASKED * (_asked(graph) + MOST_ASKED), 0
    for operator in reversed(graph.operators):
        yield asked + _temporary(graph, operator) - later
        later += _tables(graph, operator)


def _temporary(graph: Graph, operator: Operator) -> int:
    """Return the bytes of a kernel's tensors while it is prepared: convolutions read theirs twice."""
    is_convolution = operator.name in CHANNELS and operator.name != "FULLY_CONNECTED"
    stored = [graph.tensors[place] for place in operator.inputs if place >= 0 and graph.tensors[place].stored]
    scaled = (len(stored) + is_convolution) * _channels(graph, operator)
    tensors = (len(operator.inputs) + len(operator.outputs)) * (2 if is_convolution else 1)
    return TEMPORARY * tensors + SCALE * (scaled if any(one.kind != "float32" for one in stored) else 0)


def _asked(graph: Graph) -> int:
    return sum(len(scratch_bytes(graph, one)) for one in graph.operators)


def _channels(graph: Graph, operator: Operator) -> int:
    """Return for how many channels a kernel keeps multipliers; dense layers have such in integers only."""
    if operator.name not in CHANNELS:
        return 0
    weights = graph.tensors[operator.inputs[1]]
    is_plain = operator.name == "FULLY_CONNECTED" and weights.kind == "float32"
    return 0 if is_plain or not weights.shape else weights.shape[CHANNELS[operator.name]]
