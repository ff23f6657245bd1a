"""Small LiteRT files, written table by table with the schema: what no converter need be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

RNG = np.random.default_rng(7)
WEIGHTS = RNG.normal(size=(3, 4)).astype("float32")
BIAS = np.array([0.5, -0.25, 0.125], "float32")
GRID = np.round(127 * WEIGHTS / abs(WEIGHTS).max()).astype("int8")


class Held(NamedTuple):
    """A tensor: its kind and shape, its values where the file holds them, and the scale of its integers.

    A variable keeps its value from one call to the next.
    """

    kind: str
    shape: tuple[int, ...]
    values: np.ndarray | None = None
    scale: float | None = None
    signature: tuple[int, ...] | None = None
    variable: bool = False


class Called(NamedTuple):
    """An operator: its name, the places of its inputs and outputs, and its options."""

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Any = None


class Drawn(NamedTuple):
    """A graph."""

    tensors: Sequence[Held]
    operators: Sequence[Called]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def content_of(*graphs: Drawn, signatures: Sequence[Any] = ()) -> bytes:
    """Return the content of a file that holds these graphs."""
    model = schema.ModelT(version=3, operatorCodes=[], subgraphs=[], buffers=[schema.BufferT()], description="crafted")
    for graph in graphs:
        model.subgraphs.append(
            schema.SubGraphT(
                tensors=[_tensor(model, number, one) for number, one in enumerate(graph.tensors)],
                inputs=list(graph.inputs),
                outputs=list(graph.outputs),
                operators=[_operator(model, one) for one in graph.operators],
                name="main",
            )
        )
    model.signatureDefs = list(signatures) or None
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _tensor(model: Any, number: int, one: Held) -> Any:
    buffer = 0
    if one.values is not None:
        buffer = len(model.buffers)
        model.buffers.append(schema.BufferT(data=np.frombuffer(one.values.tobytes(), np.uint8)))
    scale = None if one.scale is None else schema.QuantizationParametersT(scale=[one.scale], zeroPoint=[0])
    kind = getattr(schema.TensorType, one.kind.upper())
    table = schema.TensorT(shape=list(one.shape), type=kind, buffer=buffer, name=f"tensor_{number}", hasRank=True)
    table.quantization, table.shapeSignature = scale, None if one.signature is None else list(one.signature)
    table.isVariable = one.variable
    return table


def _operator(model: Any, one: Called) -> Any:
    number = getattr(schema.BuiltinOperator, one.name, schema.BuiltinOperator.CUSTOM)
    custom = one.name if number == schema.BuiltinOperator.CUSTOM else None
    code = schema.OperatorCodeT(min(number, 127), custom, 1, number)
    model.operatorCodes.append(code)
    table = schema.OperatorT(len(model.operatorCodes) - 1, list(one.inputs), list(one.outputs))
    if one.options is not None:
        table.builtinOptionsType = getattr(schema.BuiltinOptions, type(one.options).__name__.removesuffix("T"))
        table.builtinOptions = one.options
    return table


def dense() -> bytes:
    """Return a dense layer of three units on four numbers, any number of rows, and its softmax."""
    tensors = [
        Held("float32", (1, 4), signature=(-1, 4)),
        Held("float32", (3, 4), WEIGHTS),
        Held("float32", (3,), BIAS),
        Held("float32", (1, 3), signature=(-1, 3)),
        Held("float32", (1, 3), signature=(-1, 3)),
    ]
    softmax = Called("SOFTMAX", (3,), (4,), schema.SoftmaxOptionsT(beta=1.0))
    return content_of(Drawn(tensors, [_dense((0, 1, 2), 3), softmax], (0,), (4,)))


def halves() -> bytes:
    """Return a dense layer whose weights are stored in float16 and unpacked before it."""
    tensors = [
        Held("float32", (1, 4)),
        Held("float16", (3, 4), WEIGHTS.astype("float16")),
        Held("float32", (3, 4)),
        Held("float32", (1, 3)),
    ]
    unpacked = Called("DEQUANTIZE", (1,), (2,), schema.DequantizeOptionsT())
    return content_of(Drawn(tensors, [unpacked, _dense((0, 2, -1), 3)], (0,), (3,)))


def hybrid() -> bytes:
    """Return a dense layer of int8 weights and float data."""
    scale = float(abs(WEIGHTS).max() / 127)
    tensors = [Held("float32", (1, 4)), Held("int8", (3, 4), GRID, scale), Held("float32", (1, 3))]
    return content_of(Drawn(tensors, [_dense((0, 1, -1), 2)], (0,), (2,)))


def packed() -> bytes:
    """Return a dense layer of int4 weights, two a byte, and int8 data."""
    tensors = [
        Held("int8", (1, 4), scale=0.1),
        Held("int4", (3, 4), np.arange(0x11, 0x17, dtype="uint8"), 0.05),
        Held("int32", (3,), np.array([1, 2, 3], "int32"), 0.005),
        Held("int8", (1, 3), scale=0.2),
    ]
    return content_of(Drawn(tensors, [_dense((0, 1, 2), 3)], (0,), (3,)))


def sums() -> bytes:
    """Return the sum of two inputs, with a signature that names them."""
    tensors = [Held("float32", (1, 3))] * 3
    added = Called("ADD", (0, 1), (2,), schema.AddOptionsT())
    named = [[schema.TensorMapT(name, place) for name, place in side] for side in ([("x", 0), ("y", 1)], [("sum", 2)])]
    signature = schema.SignatureDefT(*named, "add", 0)
    return content_of(Drawn(tensors, [added], (0, 1), (2,)), signatures=[signature])


def loop() -> bytes:
    """Return a count from the input up to five, by a loop."""
    number = Held("int32", (1,))
    main = Drawn([number, number], [Called("WHILE", (0,), (1,), schema.WhileOptionsT(1, 2))], (0,), (1,))
    five, one = (Held("int32", (1,), np.array([value], "int32")) for value in (5, 1))
    less = Drawn([number, five, Held("bool", (1,))], [Called("LESS", (0, 1), (2,), schema.LessOptionsT())], (0,), (2,))
    more = Drawn([number, one, number], [Called("ADD", (0, 1), (2,), schema.AddOptionsT())], (0,), (2,))
    return content_of(main, less, more)


def custom() -> bytes:
    """Return a file with an operator of somebody's own making."""
    tensors = [Held("float32", (1, 3))] * 2
    return content_of(Drawn(tensors, [Called("MyOwn", (0,), (1,))], (0,), (1,)))


def texts() -> bytes:
    """Return a file that takes strings and gives their shape."""
    tensors = [Held("string", (2,)), Held("int32", (1,))]
    return content_of(Drawn(tensors, [Called("SHAPE", (0,), (1,), schema.ShapeOptionsT(outType=2))], (0,), (1,)))


def _dense(inputs: tuple[int, ...], output: int) -> Called:
    return Called("FULLY_CONNECTED", inputs, (output,), schema.FullyConnectedOptionsT())
