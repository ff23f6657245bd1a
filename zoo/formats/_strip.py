"""A LiteRT file without what no interpreter needs: names, notes, signatures, ranges, buffers of nothing."""

from __future__ import annotations

from typing import Any

from zoo.formats._rewrite import EMPTY, is_filled, put_together, taken_apart


def stripped(content: bytes) -> bytes:
    """Return a LiteRT file's `content` without names, metadata, signatures and unused buffers.

    Operators, weights and the grids of integers stay as they are, and so do the lengths that an input or output may
    take. It is called by the places of its inputs and outputs from then on, not by their names.
    """
    model = taken_apart(content)
    model.description = model.metadata = model.metadataBuffer = model.signatureDefs = None
    for graph in model.subgraphs:
        ends = {*map(int, graph.inputs), *map(int, graph.outputs)}
        graph.name = None
        for place, tensor in enumerate(graph.tensors):
            _strip_tensor(tensor, is_end=place in ends)
        for operator in graph.operators or ():
            operator.debugMetadataIndex = -1
    _drop_unused_buffers(model)
    return put_together(model)


def _strip_tensor(tensor: Any, is_end: bool) -> None:
    tensor.name = None
    if not is_end:
        tensor.shapeSignature = None
    grid = tensor.quantization
    if grid is None:
        return
    grid.min = grid.max = None
    if grid.details is None and (grid.scale is None or len(grid.scale) == 0):
        tensor.quantization = None


def _drop_unused_buffers(model: Any) -> None:
    """Keep the first buffer, which the schema wants empty, and those that tensors store their numbers in."""
    tensors = [tensor for graph in model.subgraphs for tensor in graph.tensors]
    used = sorted({tensor.buffer for tensor in tensors if is_filled(model.buffers[tensor.buffer])} - {EMPTY})
    places = {old: new for new, old in enumerate((EMPTY, *used))}
    for tensor in tensors:
        tensor.buffer = places.get(tensor.buffer, EMPTY)
    model.buffers = [model.buffers[old] for old in places]
