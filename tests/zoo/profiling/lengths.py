"""Small LiteRT files whose inputs are as long as somebody likes."""

from __future__ import annotations

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from .crafted import Called, Drawn, Held, content_of

FILTERS, CHANNELS, KERNEL = 4, 3, 3
WEIGHTS = np.linspace(-1, 1, FILTERS * KERNEL * KERNEL * CHANNELS, dtype="float32")


def convolution() -> bytes:
    """Return a 3x3 convolution of pictures of any size, and the mean of each filter; one pixel is too small for it."""
    tensors = [
        Held("float32", (1, 1, 1, CHANNELS), signature=(-1, -1, -1, CHANNELS)),
        Held("float32", (FILTERS, KERNEL, KERNEL, CHANNELS), WEIGHTS),
        Held("float32", (FILTERS,), np.zeros(FILTERS, "float32")),
        Held("float32", (1, 1, 1, FILTERS), signature=(-1, -1, -1, FILTERS)),
        Held("int32", (2,), np.array([1, 2], "int32")),
        Held("float32", (1, FILTERS), signature=(-1, FILTERS)),
    ]
    moves = schema.Conv2DOptionsT(padding=schema.Padding.VALID, strideW=1, strideH=1)
    moves.dilationWFactor = moves.dilationHFactor = 1
    convolved = Called("CONV_2D", (0, 1, 2), (3,), moves)
    mean = Called("MEAN", (3, 4), (5,), schema.ReducerOptionsT(keepDims=False))
    return content_of(Drawn(tensors, [convolved, mean], (0,), (5,)))


def sum_of_two() -> bytes:
    """Return the sum of two inputs of four numbers in any number of rows."""
    rows = Held("float32", (1, 4), signature=(-1, 4))
    return content_of(Drawn([rows] * 3, [Called("ADD", (0, 1), (2,), schema.AddOptionsT())], (0, 1), (2,)))


def repeated() -> bytes:
    """Return numbers repeated as often as a second input says, which only a run tells."""
    tensors = [Held("float32", (1,), signature=(-1,)), Held("int32", (1,)), Held("float32", (1,), signature=(-1,))]
    return content_of(Drawn(tensors, [Called("TILE", (0, 1), (2,), schema.TileOptionsT())], (0, 1), (2,)))
