"""The integers that a LiteRT file stores as weights, for tests that know what they must be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from ai_edge_litert import schema_py_generated as schema


class Weights(NamedTuple):
    """One stored matrix of int8: its operator's place in the file, its place among the inputs, and the integers."""

    operator: int
    place: int
    values: np.ndarray


def integers_in(path: Path) -> Iterator[Weights]:
    """Yield every int8 matrix that the operators of a LiteRT file's first graph take, as they run."""
    model = schema.ModelT.InitFromPackedBuf(path.read_bytes(), 0)
    graph = model.subgraphs[0]
    for number, operator in enumerate(graph.operators):
        for place, index in enumerate(operator.inputs):
            tensor = graph.tensors[index] if index >= 0 else None
            if tensor is None or tensor.type != schema.TensorType.INT8 or len(tensor.shape) < 2:
                continue
            data = model.buffers[tensor.buffer].data
            if data is not None and len(data):
                values = np.asarray(data, np.uint8).view(np.int8).reshape(tensor.shape)
                yield Weights(number, place, values.astype(int))
