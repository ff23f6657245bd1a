"""What a LiteRT model computes: its operators counted, those in integers, and its multiply-accumulates."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from zoo.formats._flatbuffer import Graph, Operator, Tensor
from zoo.formats._numbers import BORDER, FLOATS, INTEGERS

LSTM_MATRICES = (*range(1, 9), 16)  # among an LSTM's inputs: four gates' weights twice, and the projection
STEPS = {  # operators that multiply the same matrices at every step, and where these stand among the inputs
    "UNIDIRECTIONAL_SEQUENCE_LSTM": LSTM_MATRICES,
    "BIDIRECTIONAL_SEQUENCE_LSTM": (*LSTM_MATRICES, *(place + 17 for place in LSTM_MATRICES)),
    "UNIDIRECTIONAL_SEQUENCE_RNN": (1, 2),
}
ROWS = {"LSTM": LSTM_MATRICES, "RNN": (1, 2), "SVDF": (1, 2)}  # and those that do so once a row


def counted(graphs: Iterable[Graph]) -> Mapping[str, int]:
    """Return how often each operator occurs, by name."""
    return dict(sorted(Counter(operator.name for graph in graphs for operator in graph.operators).items()))


def integer_share(graphs: Iterable[Graph]) -> float | None:
    """Return the part of the operators on numbers, not on shapes, whose data goes in and comes out as integers.

    Conversions between integers and floats do not count; None where nothing is computed.
    """
    flows = [_data(graph, one) for graph in graphs for one in graph.operators if one.name not in BORDER]
    computing = [kinds for kinds in flows if kinds & {*INTEGERS, *FLOATS}]
    return sum(not kinds & {*FLOATS} for kinds in computing) / len(computing) if computing else None


def macs(graph: Graph) -> int:
    """Return the multiply-accumulates for one row of convolutions, matrix products and recurrent layers, by shapes.

    Element-wise operators, poolings and the gates' products are left out.
    """
    return sum(_macs(graph, operator) for operator in graph.operators)


def _data(graph: Graph, operator: Operator) -> set[str]:
    """Return the kinds of what flows in and out of an operator, its stored weights left aside."""
    tensors = [graph.tensors[place] for place in (*operator.inputs, *operator.outputs) if place >= 0]
    return {tensor.kind for tensor in tensors if not tensor.stored and not tensor.variable}


def _macs(graph: Graph, operator: Operator) -> int:
    inputs = [graph.tensors[place] if place >= 0 else Tensor((0,), "none") for place in operator.inputs]
    outputs = [graph.tensors[place] for place in operator.outputs]
    if operator.name in STEPS:  # input (batch, steps, features)
        return math.prod(inputs[0].shape[:2]) * sum(inputs[place].size for place in STEPS[operator.name])
    if operator.name in ROWS:  # input (batch, features)
        return math.prod(inputs[0].shape[:1]) * sum(inputs[place].size for place in ROWS[operator.name])
    match operator.name:
        case "CONV_2D" | "FULLY_CONNECTED":  # weights (out, height, width, in) or (out, in)
            return outputs[0].size * math.prod(inputs[1].shape[1:])
        case "DEPTHWISE_CONV_2D":  # weights (1, height, width, out)
            return outputs[0].size * math.prod(inputs[1].shape[1:3])
        case "TRANSPOSE_CONV":  # weights (out, height, width, in), the data behind them
            return inputs[2].size * math.prod(inputs[1].shape[:3])
        case "CONV_3D":  # weights (depth, height, width, in, out)
            return outputs[0].size * math.prod(inputs[1].shape[:4])
        case "BATCH_MATMUL":  # (..., rows, shared), or transposed
            rows, columns = inputs[0].shape[-2:]
            return outputs[0].size * (columns if rows == outputs[0].shape[-2] else rows)
    return 0
