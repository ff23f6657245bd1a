"""Files of one operator each, whose kernel in TensorFlow Lite Micro works in memory of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from .crafted import Called, Drawn, Held, content_of

IMAGE = (1, 5, 4, 3)
VALID = schema.Padding.VALID


def reduced(name: str, kind: str) -> bytes:
    """Return a reduction of an image over its rows and columns."""
    values = Held(kind, IMAGE, scale=_scale(kind))
    axes = Held("int32", (2,), np.array([1, 2], "int32"))
    options = schema.ReducerOptionsT(keepDims=False)
    return _alone(name, [values, axes], Held(kind, (1, 3), scale=_scale(kind)), options)


def transposed(kind: str) -> bytes:
    """Return a transposed convolution of five filters; its sums are wider than its integers."""
    values = Held(kind, IMAGE, scale=_scale(kind))
    shape = Held("int32", (4,), np.array([1, 11, 9, 5], "int32"))
    weights = _stored("float32" if kind == "float32" else "int8", (5, 3, 3, 3))
    bias = _stored({"float32": "float32", "int8": "int32", "int16": "int64"}[kind], (5,))
    options = schema.TransposeConvOptionsT(padding=VALID, strideW=2, strideH=2)
    return _alone("TRANSPOSE_CONV", [shape, weights, values, bias], Held(kind, (1, 11, 9, 5), scale=0.5), options)


def filtered(kind: str) -> bytes:
    """Return an SVDF of two units of rank two, with six numbers of memory for each filter."""
    is_integer = kind == "int8"
    values = Held(kind, (1, 3), scale=_scale(kind))
    weights = [_stored(kind, (4, 3)), _stored("int16" if is_integer else kind, (4, 6))]
    bias = _stored("int32" if is_integer else kind, (2,), 0.25)
    state = Held("int16" if is_integer else kind, (1, 24), scale=_scale(kind), variable=True)
    options = schema.SVDFOptionsT(rank=2, fusedActivationFunction=0)
    return _alone("SVDF", [values, *weights, bias, state], Held(kind, (1, 2), scale=_scale(kind)), options)


def mirrored(kind: str) -> bytes:
    """Return an image with mirrored borders."""
    borders = Held("int32", (4, 2), np.array([[0, 0], [1, 1], [1, 1], [0, 0]], "int32"))
    values = Held(kind, IMAGE, scale=_scale(kind))
    options = schema.MirrorPadOptionsT(mode=schema.MirrorPadMode.REFLECT)
    return _alone("MIRROR_PAD", [values, borders], Held(kind, (1, 7, 6, 3), scale=_scale(kind)), options)


def gathered(kind: str) -> bytes:
    """Return the sum of five rows."""
    row = Held(kind, (1, 7), scale=_scale(kind))
    return _alone("ADD_N", [row] * 5, row, schema.AddNOptionsT())


def unpacked(name: str) -> bytes:
    """Return a convolution of int8 pixels with weights of four bits."""
    depthwise = name == "DEPTHWISE_CONV_2D"
    shape = (1, 3, 3, 3) if depthwise else (3, 3, 3, 3)
    weights = Held("int4", shape, np.arange((np.prod(shape) + 1) // 2, dtype="uint8"), 0.5)
    maker = schema.DepthwiseConv2DOptionsT if depthwise else schema.Conv2DOptionsT
    more = {"depthMultiplier": 1} if depthwise else {}
    options = maker(padding=VALID, strideW=1, strideH=1, dilationWFactor=1, dilationHFactor=1, **more)
    tensors = [Held("int8", IMAGE, scale=0.5), weights, _stored("int32", (3,), 0.25)]
    return _alone(name, tensors, Held("int8", (1, 3, 2, 3), scale=0.5), options)


def idle() -> bytes:
    """Return a file with two tensors that no operator names, the larger of which is larger than all others."""
    row = Held("float32", (1, 3))
    unused = [Held("float32", (1, 50)), Held("float32", (1, 9))]
    return content_of(Drawn([row, *unused, row], [Called("ABS", (0,), (3,))], (0,), (3,)))


def _alone(name: str, inputs: list[Held], output: Held, options: Any) -> bytes:
    places = tuple(range(len(inputs)))
    ends = tuple(place for place, one in enumerate(inputs) if one.values is None and not one.variable)
    called = Called(name, places, (len(inputs),), options)
    return content_of(Drawn([*inputs, output], [called], ends, (len(inputs),)))


def _stored(kind: str, shape: tuple[int, ...], scale: float = 0.5) -> Held:
    return Held(kind, shape, np.ones(shape, kind), None if kind == "float32" else scale)


def _scale(kind: str) -> float | None:
    return None if kind == "float32" else 0.5
