"""The other operators of a LiteRT file as nodes of ONNX: functions of numbers, sums over axes, shapes and places."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from zoo.errors import Unsupported
from zoo.formats._onnx_graph import Call, Handler, renamed

END, START = 2**62, -(2**62)  # beyond any axis: as far as it goes
SAME_NAMES = {
    **{"ADD": "Add", "SUB": "Sub", "MUL": "Mul", "DIV": "Div", "POW": "Pow", "MAXIMUM": "Max", "MINIMUM": "Min"},
    **{"LESS": "Less", "LESS_EQUAL": "LessOrEqual", "GREATER": "Greater", "GREATER_EQUAL": "GreaterOrEqual"},
    **{"EQUAL": "Equal", "LOGICAL_AND": "And", "LOGICAL_OR": "Or", "LOGICAL_NOT": "Not"},
    **{"SELECT": "Where", "SELECT_V2": "Where", "RELU": "Relu", "PRELU": "PRelu", "ELU": "Elu", "TANH": "Tanh"},
    **{"LOGISTIC": "Sigmoid", "HARD_SWISH": "HardSwish", "EXP": "Exp", "LOG": "Log", "SQRT": "Sqrt", "ABS": "Abs"},
    **{"NEG": "Neg", "SIGN": "Sign", "SIN": "Sin", "COS": "Cos", "ROUND": "Round", "FLOOR": "Floor", "CEIL": "Ceil"},
}
FUSED = {1: "RELU", 2: "RELU_N1_TO_1", 3: "RELU6", 4: "TANH"}  # functions behind an operator, by the schema's number
INT64 = 7  # ONNX's number for it


def _clipped(low: float, high: float) -> Handler:
    return lambda call: clip(call, call.x(), low, high)


def clip(call: Call, x: str, low: float, high: float) -> str:
    """Return numbers kept from `low` to `high`."""
    return call.add("Clip", x, call.graph.constant(low), call.graph.constant(high))


def fused(call: Call, x: str, function: int) -> str:
    """Return what the function of a number in the schema makes of `x`."""
    match FUSED.get(function):
        case "RELU":
            return call.add("Relu", x)
        case "RELU_N1_TO_1":
            return clip(call, x, -1.0, 1.0)
        case "RELU6":
            return clip(call, x, 0.0, 6.0)
        case "TANH":
            return call.add("Tanh", x)
    raise Unsupported(f"the function number {function} behind {call.name} is not written as ONNX")


def _gelu(call: Call) -> str:
    """Return x P(X <= x) of a normal X (Hendrycks 2016), or its approximation by a hyperbolic tangent."""
    x, constant = call.x(), call.graph.constant
    if call.options is not None and call.options.approximate:
        cube = call.add("Mul", call.add("Mul", x, x), call.add("Mul", x, constant(0.044715)))
        inner = call.add("Tanh", call.add("Mul", call.add("Add", x, cube), constant(math.sqrt(2 / math.pi))))
    else:
        inner = call.add("Erf", call.add("Mul", x, constant(math.sqrt(0.5))))
    return call.add("Mul", call.add("Mul", x, constant(0.5)), call.add("Add", inner, constant(1.0)))


def _softmax(call: Call) -> str:
    beta = call.options.beta
    x = call.x() if beta == 1 else call.add("Mul", call.x(), call.graph.constant(beta))
    return call.add("Softmax", x, axis=-1)


def _squared_difference(call: Call) -> str:
    away = call.add("Sub", call.x(), call.x(1))
    return call.add("Mul", away, away)


def _reduced(kind: str) -> Handler:
    def reduce(call: Call) -> str:
        axes, keeps = call.axes(1), int(bool(call.options.keepDims))
        if kind == "ReduceSum":  # alone in having its axes as an input, in this opset
            return call.add(kind, call.x(), call.whole(axes), keepdims=keeps)
        return call.add(kind, call.x(), axes=axes, keepdims=keeps)

    return reduce


def _largest(call: Call) -> str:
    (axis,) = call.axes(1)
    return call.add("Cast", call.add("ArgMax", call.x(), axis=axis, keepdims=0), to=call.out_kind())


def _reshaped(call: Call) -> str:
    """Return rows in another shape; where both begin with one row, with as many rows as come in."""
    if len(call.inputs) > 1 and not call.graph.is_stored(call.inputs[1]):
        return call.add("Reshape", call.x(), call.add("Cast", call.x(1), to=INT64))
    target = call.axes(1) if len(call.inputs) > 1 else list(map(int, call.options.newShape))
    if target[:1] == [1] and call.shape()[:1] == (1,) and -1 not in target:
        target[0] = 0  # ONNX's word for the length that comes in
    return call.add("Reshape", call.x(), call.whole(target))


def _squeezed(call: Call) -> str:
    asked = call.options.squeezeDims
    found = [place for place, length in enumerate(call.sides(), 1) if length == 1]
    return call.add("Squeeze", call.x(), call.whole(found if asked is None or not len(asked) else list(asked)))


def _joined(call: Call) -> str:
    return call.add("Concat", *_all(call), axis=call.options.axis)


def _packed(call: Call) -> str:
    axes = call.whole([call.options.axis])
    return call.add("Concat", *(call.add("Unsqueeze", one, axes) for one in _all(call)), axis=call.options.axis)


def _unpacked(call: Call) -> Sequence[str]:
    axis, count = call.options.axis, len(call.outputs)
    parts = _parted(call, call.x(), [1] * count, axis)
    return [call.add("Squeeze", part, call.whole([axis])) for part in parts]


def _split(call: Call) -> Sequence[str]:
    (axis,) = call.axes(0)
    count = len(call.outputs)
    return _parted(call, call.x(1), [call.shape(1)[axis] // count] * count, axis)


def _split_as_told(call: Call) -> Sequence[str]:
    return _parted(call, call.x(), call.axes(1), call.axes(2)[0])


def _parted(call: Call, x: str, lengths: Sequence[int], axis: int) -> Sequence[str]:
    found = call.add("Split", x, call.whole(list(lengths)), axis=axis, outputs=len(lengths))
    return (found,) if len(lengths) == 1 else found


def _sliced(call: Call) -> str:
    starts, sizes = call.axes(1), call.axes(2)
    ends = [END if size < 0 else start + size for start, size in zip(starts, sizes, strict=True)]
    return _slice(call, starts, ends, [1] * len(starts))


def _strided(call: Call) -> str:
    options = call.options
    if options.ellipsisMask or options.newAxisMask or options.offset:
        raise Unsupported("a slice with new axes or an ellipsis is not written as ONNX")
    starts, ends, steps = (call.axes(place) for place in (1, 2, 3))
    for axis, step in enumerate(steps):
        if options.shrinkAxisMask >> axis & 1:
            ends[axis] = starts[axis] + 1 or END
            continue
        if options.beginMask >> axis & 1:
            starts[axis] = 0 if step > 0 else END
        if options.endMask >> axis & 1:
            ends[axis] = END if step > 0 else START
    found = _slice(call, starts, ends, steps)
    gone = [axis for axis in range(len(steps)) if options.shrinkAxisMask >> axis & 1]
    return call.add("Squeeze", found, call.whole(gone)) if gone else found


def _reversed(call: Call) -> str:
    axes = call.axes(1)
    return call.add("Slice", call.x(), *map(call.whole, ([END] * len(axes), [START] * len(axes), axes, [-1])))


def _slice(call: Call, starts: list[int], ends: list[int], steps: list[int]) -> str:
    return call.add("Slice", call.x(), *map(call.whole, (starts, ends, list(range(len(starts))), steps)))


def _padded(call: Call) -> str:
    around = call.numbers(1).T.ravel()  # all beginnings, then all ends
    filling = call.x(2) if call.has(2) else call.graph.constant(0.0)
    return call.add("Pad", call.x(), call.whole(around), filling)


def _into_rows(call: Call) -> str:
    """Return rows in blocks, each place of a block a row of its own, before a dilated convolution."""
    blocks, around = call.axes(1), call.numbers(2).T
    padded = [0, *around[0], 0, 0, *around[1], 0]
    x = call.add("Pad", call.x(), call.whole(padded), call.graph.constant(0.0))
    count, channels = len(blocks), call.shape()[-1]
    sides = [(side + sum(ends)) // block for side, ends, block in zip(call.sides(), around.T, blocks, strict=False)]
    apart = [length for pair in zip(sides, blocks, strict=True) for length in pair]
    x = call.add("Reshape", x, call.whole([-1, *apart, channels]))
    order = [*range(2, 2 * count + 1, 2), 0, *range(1, 2 * count, 2), 2 * count + 1]
    return call.add("Reshape", call.add("Transpose", x, perm=order), call.whole([-1, *sides, channels]))


def _out_of_rows(call: Call) -> str:
    """Return what `_into_rows` parted in one piece again, without its padding."""
    blocks, ends = call.axes(1), call.numbers(2)
    count, (*sides, channels) = len(blocks), call.sides()
    x = call.add("Reshape", call.x(), call.whole([*blocks, -1, *sides, channels]))
    paired = [place for axis in range(count) for place in (count + 1 + axis, axis)]
    x = call.add("Transpose", x, perm=[count, *paired, 2 * count + 1])
    whole = [side * block for side, block in zip(sides, blocks, strict=True)]
    x = call.add("Reshape", x, call.whole([-1, *whole, channels]))
    starts, stops = [0, *ends[:, 0]], [END, *(side - cut for side, cut in zip(whole, ends[:, 1], strict=True))]
    return call.add("Slice", x, *map(call.whole, (starts, stops, list(range(count + 1)), [1] * (count + 1))))


def _expanded(call: Call) -> str:
    return call.add("Expand", call.x(), _lengths(call, 1))


def _filled(call: Call) -> str:
    return call.add("Expand", call.x(1), _lengths(call, 0))


def _lengths(call: Call, place: int) -> str:
    """Return an input that holds a shape in 64 bits."""
    if call.graph.is_stored(call.inputs[place]):
        return call.whole(call.axes(place))
    return call.add("Cast", call.x(place), to=INT64)


def _gathered(call: Call) -> str:
    if call.options.batchDims:
        raise Unsupported("a look-up row by row is not written as ONNX")
    return call.add("Gather", call.x(), call.x(1), axis=call.options.axis)


def _summed_up(call: Call) -> str:
    options = call.options
    asked = {"exclusive": int(bool(options.exclusive)), "reverse": int(bool(options.reverse))}
    return call.add("CumSum", call.x(), call.x(1), **asked)


def _all(call: Call) -> list[str]:
    return [call.x(place) for place in range(len(call.inputs))]


def _kept(call: Call) -> str:
    return call.add("Cast", call.x(), to=call.out_kind())


def _leaky(call: Call) -> str:
    return call.add("LeakyRelu", call.x(), alpha=float(call.options.alpha))


def _turned(call: Call) -> str:
    return call.add("Transpose", call.x(), perm=call.axes(1))


OPERATORS: Mapping[str, Handler] = {
    **renamed(SAME_NAMES),
    "NOT_EQUAL": lambda call: call.add("Not", call.add("Equal", call.x(), call.x(1))),
    "RELU6": _clipped(0.0, 6.0),
    "RELU_N1_TO_1": _clipped(-1.0, 1.0),
    "RELU_0_TO_1": _clipped(0.0, 1.0),
    "LEAKY_RELU": _leaky,
    "GELU": _gelu,
    "SOFTMAX": _softmax,
    "LOG_SOFTMAX": lambda call: call.add("LogSoftmax", call.x(), axis=-1),
    "SQUARE": lambda call: call.add("Mul", call.x(), call.x()),
    "RSQRT": lambda call: call.add("Reciprocal", call.add("Sqrt", call.x())),
    "SQUARED_DIFFERENCE": _squared_difference,
    "MEAN": _reduced("ReduceMean"),
    "SUM": _reduced("ReduceSum"),
    "REDUCE_MAX": _reduced("ReduceMax"),
    "REDUCE_MIN": _reduced("ReduceMin"),
    "REDUCE_PROD": _reduced("ReduceProd"),
    "ARG_MAX": _largest,
    "CUMSUM": _summed_up,
    "RESHAPE": _reshaped,
    "SQUEEZE": _squeezed,
    "EXPAND_DIMS": lambda call: call.add("Unsqueeze", call.x(), call.whole(call.axes(1))),
    "TRANSPOSE": _turned,
    "CONCATENATION": _joined,
    "PACK": _packed,
    "UNPACK": _unpacked,
    "SPLIT": _split,
    "SPLIT_V": _split_as_told,
    "SLICE": _sliced,
    "STRIDED_SLICE": _strided,
    "REVERSE_V2": _reversed,
    "PAD": _padded,
    "PADV2": _padded,
    "SPACE_TO_BATCH_ND": _into_rows,
    "BATCH_TO_SPACE_ND": _out_of_rows,
    "BROADCAST_TO": _expanded,
    "FILL": _filled,
    "TILE": lambda call: call.add("Tile", call.x(), _lengths(call, 1)),
    "GATHER": _gathered,
    "SHAPE": lambda call: call.add("Cast", call.add("Shape", call.x()), to=call.out_kind()),
    "CAST": _kept,
}
