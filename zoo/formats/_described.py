"""What became of each weight matrix of a float LiteRT file that was put on grids of a few bits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from zoo.bits import StoredMatrix
from zoo.formats._flatbuffer import operator_name
from zoo.formats._rewrite import taken_apart, values_of
from zoo.formats._weights import TYPES, Matrix, matrices

BITS = {kind: bits for bits, kind in TYPES.items()}


def described(content: bytes, small: bytes, away: Mapping[int, float] | None = None) -> tuple[StoredMatrix, ...]:
    """Return what of the matrices of a float file's `content` became in `small`, made of it by `with_weights`.

    `away` is what a scan found of each, by the tensor's place.
    """
    floats, integers = taken_apart(content), taken_apart(small)
    return tuple(_described(floats, integers, one, (away or {}).get(one.tensor)) for one in matrices(floats))


def _described(floats: Any, integers: Any, matrix: Matrix, away: float | None) -> StoredMatrix:
    before, after = (model.subgraphs[0].tensors[matrix.tensor] for model in (floats, integers))
    scale, bits = np.asarray(after.quantization.scale), BITS[after.type]
    largest = np.abs(np.moveaxis(values_of(floats, before), matrix.axis, 0)).reshape(len(scale), -1).max(axis=1)
    clipped = int((np.rint(largest / scale) > 2 ** (bits - 1) - 1).sum())
    (name, operator), shape = _named(floats, matrix.tensor), tuple(map(int, before.shape))
    finite = None if away is None or not np.isfinite(away) else float(away)
    return StoredMatrix(name, operator, shape, bits, len(scale), clipped, finite)


def _named(model: Any, place: int) -> tuple[str, str]:
    """Return what a stored tensor is called, or, where it bears no layer's name, its reader; and its first reader."""
    graph = model.subgraphs[0]
    reader = next(one for one in graph.operators if place in one.inputs)
    names = [graph.tensors[place].name, *(graph.tensors[int(output)].name for output in reader.outputs)]
    told = [
        (name or b"").decode("utf-8", "replace").partition(";")[0] for name in names
    ]  # of what was fused, the first
    return next((name for name in told if "/" in name), told[0]), operator_name(model.operatorCodes[reader.opcodeIndex])
