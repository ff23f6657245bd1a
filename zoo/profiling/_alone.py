"""One operator of a LiteRT file as a file of its own, so that it can be timed alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from zoo.formats._flatbuffer import Graph
from zoo.profiling._reading import LEFT_OUT, NESTING, Read

IDENTIFIER = b"TFL3"
ALIGNMENT = 16  # bytes, that the schema asks of stored values and Python's packing does not keep
FOLDED = ("DEQUANTIZE", "DENSIFY", "VAR_HANDLE")  # make weights ready once, where they read nothing but stored values


class Stored(schema.BufferT):
    """Stored values that begin at a multiple of 16 bytes, as kernels read them fastest."""

    def Pack(self, builder: flatbuffers.Builder) -> int:  # noqa: N802 the name is the schema's
        """Write the values and return where."""
        values = None if self.data is None else _aligned(builder, self.data)
        schema.BufferStart(builder)
        if values is not None:
            schema.BufferAddData(builder, values)
        return schema.BufferEnd(builder)


def alone(held: Read, place: int | None) -> bytes:
    """Return the content of a file that runs the operator at `place` of the model only; None runs none at all.

    Its inputs are the tensors that other operators, or the caller, hand to this one, in the order of `fed`; its
    outputs are the operator's. Operators that only unpack weights for it come along.
    """
    main, graph = held.model.subgraphs[0], held.graphs[0]
    wanted = [] if place is None else [*_unpacking(graph, place), place]
    operators = [main.operators[one] for one in wanted]
    fed_places = fed(graph, place)
    given = fed_places if place is None else [one for one in graph.operators[place].outputs if one != LEFT_OUT]
    nested = any(graph.operators[one].name in NESTING for one in wanted)
    kept = range(len(main.tensors)) if nested else sorted({*fed_places, *given, *_touched(operators)})
    new = {old: number for number, old in enumerate(kept)} | {LEFT_OUT: LEFT_OUT}
    small = schema.SubGraphT(
        tensors=[main.tensors[one] for one in kept],
        inputs=[new[one] for one in fed_places],
        outputs=[new[one] for one in given],
        operators=[_renumbered(one, new) for one in operators],
        name=main.name,
    )
    return _packed(held.model, [small, *(held.model.subgraphs[1:] if nested else ())])


def fed(graph: Graph, place: int | None) -> list[int]:
    """Return the tensors that must be handed to an operator when it runs alone; with None those of the whole model."""
    if place is None:
        return list(graph.inputs)
    made = {output for one in _unpacking(graph, place) for output in graph.operators[one].outputs}
    taken = dict.fromkeys(one for one in graph.operators[place].inputs if one != LEFT_OUT)
    return [one for one in taken if one not in made and not _is_held(graph, one)]


def _unpacking(graph: Graph, place: int) -> list[int]:
    """Return the operators before `place` that make its weights out of stored values alone."""
    makers = {output: number for number, one in enumerate(graph.operators[:place]) for output in one.outputs}
    found = {makers[one] for one in graph.operators[place].inputs if one in makers}
    return sorted(number for number in found if is_folded(graph, number))


def is_folded(graph: Graph, number: int) -> bool:
    """Return whether an operator only unpacks stored weights, which interpreters do once."""
    operator = graph.operators[number]
    reads_stored = all(graph.tensors[one].stored for one in operator.inputs if one != LEFT_OUT)
    return operator.name in FOLDED and reads_stored


def _is_held(graph: Graph, place: int) -> bool:
    return graph.tensors[place].stored or graph.tensors[place].variable


def _touched(operators: Sequence[Any]) -> Iterator[int]:
    """Return the tensors that operators name; an integer LSTM keeps the scales of its gates in `intermediates`."""
    for one in operators:
        for places in (one.inputs, one.outputs, one.intermediates):
            yield from (int(place) for place in (() if places is None else places) if place != LEFT_OUT)


def _renumbered(operator: Any, new: dict[int, int]) -> Any:
    moved = copy(operator)
    for name in ("inputs", "outputs", "intermediates"):
        places = getattr(operator, name)
        setattr(moved, name, None if places is None else [new[int(place)] for place in places])
    return moved


def _packed(model: Any, graphs: Sequence[Any]) -> bytes:
    """Return the content of a file with these graphs, and with the values that their tensors have."""
    used = {tensor.buffer for graph in graphs for tensor in graph.tensors}
    numbers = {old: new for new, old in enumerate(sorted({0, *used}))}
    moved = copy(model)
    moved.buffers = [Stored(model.buffers[old].data) for old in numbers]
    moved.subgraphs = [_rebuffered(graph, numbers) for graph in graphs]
    moved.signatureDefs = moved.metadata = moved.metadataBuffer = None
    return filed(moved)


def filed(model: Any) -> bytes:
    """Return the content of a file of these tables; their buffers must be `Stored`."""
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=IDENTIFIER)
    return bytes(builder.Output())


def _rebuffered(graph: Any, numbers: dict[int, int]) -> Any:
    moved = copy(graph)
    moved.tensors = [copy(tensor) for tensor in graph.tensors]
    for tensor in moved.tensors:
        tensor.buffer = numbers[tensor.buffer]
    return moved


def _aligned(builder: flatbuffers.Builder, values: np.ndarray) -> int:
    content = values.tobytes()
    builder.StartVector(1, len(content), ALIGNMENT)
    builder.head -= len(content)
    builder.Bytes[builder.head : builder.head + len(content)] = content
    return builder.EndVector()
