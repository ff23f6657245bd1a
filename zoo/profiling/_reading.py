"""What a LiteRT file says of itself, as plain values; nothing of it is run."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from ai_edge_litert import schema_py_generated as schema

from zoo.formats._arena import Lifetime, placements
from zoo.formats._flatbuffer import Graph, Operator, read_graphs
from zoo.formats._micro import refusal
from zoo.formats._operators import integer_share, macs
from zoo.formats._scratch import UNTOLD
from zoo.profiling._arithmetic import arithmetic
from zoo.profiling.profiles import Slot

NESTING = ("IF", "WHILE", "CALL", "CALL_ONCE", "STABLEHLO_COMPOSITE", "STABLEHLO_WHILE", "STABLEHLO_CASE")
TORN = (struct.error, IndexError, KeyError, TypeError, AttributeError, UnicodeDecodeError, OverflowError)
LEFT_OUT = -1  # where an operator has an input that it may do without


class Read(NamedTuple):
    """A file's tables as the schema has them, and its graphs as plain values."""

    model: Any
    graphs: tuple[Graph, ...]


def read(content: bytes) -> Read:
    """Return what the file of `content` holds; raise ValueError for what cannot be."""
    try:
        model = schema.ModelT.InitFromPackedBuf(content, 0)
        if not model.subgraphs or not model.buffers:
            raise ValueError("it holds no graph")
        for graph in model.subgraphs:
            _require_sound(graph, len(model.operatorCodes or ()), len(model.buffers))
        return Read(model, read_graphs(content))
    except TORN as error:
        raise ValueError("its tables lead outside it, or to what this version does not know") from error


def described(content: bytes) -> dict[str, Any]:
    """Return a profile's plain values of a file's `content`, all but times and what other interpreters say."""
    held = read(content)
    main, nested = held.graphs[0], _is_nested(held)
    slots = [] if nested else list(_slots(held))
    return {
        "graphs": len(held.graphs),
        "inputs": [_shaped(held, 0, place) for place in main.inputs],
        "outputs": [_shaped(held, 0, place) for place in main.outputs],
        "signatures": [_signature(one) for one in held.model.signatureDefs or ()],
        "steps": [step for number in range(len(held.graphs)) for step in _steps(held, number)],
        "macs": None if nested else macs(main),
        "weight_bytes": _weight_bytes(held),
        "arena_bytes": None if nested else max((one.start + one.bytes for one in slots), default=0),
        "arena": [list(slot) for slot in slots],
        "integer_share": integer_share(held.graphs),
        "custom": sorted({_text(one.customCode) for one in held.model.operatorCodes or () if one.customCode}),
        "notes": list(_notes(held, nested)),
    }


def _require_sound(graph: Any, codes: int, buffers: int) -> None:
    """Raise ValueError where a graph names what is not there: Python would count from the end, kernels would crash."""
    count = len(graph.tensors or ())
    for tensor in graph.tensors or ():
        if tensor.buffer >= buffers:
            raise ValueError(f"a tensor lies in buffer {tensor.buffer}, and there are {buffers}")
    taken: list[int] = []
    for operator in graph.operators or ():
        taken += [*_ints(operator.inputs), *_ints(operator.outputs)]
        if operator.opcodeIndex >= codes:
            raise ValueError(f"an operator has number {operator.opcodeIndex}, and there are {codes}")
    places = [*_ints(graph.inputs), *_ints(graph.outputs), *(place for place in taken if place != LEFT_OUT)]
    strange = [place for place in places if not 0 <= place < count]
    if strange:
        raise ValueError(f"it names tensor {strange[0]}, and there are {count}")


def _ints(places: Any) -> list[int]:
    return [] if places is None else [int(place) for place in places]


def _is_nested(held: Read) -> bool:
    """Return whether the model calls further graphs, as loops do; further signatures alone do not count."""
    return any(operator.name in NESTING for operator in held.graphs[0].operators)


def _steps(held: Read, number: int) -> Iterator[dict[str, Any]]:
    graph = held.graphs[number]
    for place, operator in enumerate(graph.operators):
        yield {
            **{"graph": number, "place": place, "operator": operator.name},
            "inputs": [_shaped(held, number, one) for one in operator.inputs if one >= 0],
            "outputs": [_shaped(held, number, one) for one in operator.outputs if one >= 0],
            "macs": macs(Graph(graph.tensors, (operator,), (), ())),
            "weight_bytes": sum(_stored(held, number, operator).values()),
            "arithmetic": arithmetic(graph, operator),
            "refusal": refusal(graph, operator) or _sparse(held, number, operator),
        }


def _shaped(held: Read, number: int, place: int) -> list[Any]:
    """Return a tensor's name, dtype, shape with None for what is left open, and whether the file stores it."""
    table, tensor = held.model.subgraphs[number].tensors[place], held.graphs[number].tensors[place]
    shape: list[int | None] = list(tensor.shape)
    for axis, length in enumerate(_ints(table.shapeSignature)[: len(shape)]):
        shape[axis] = None if length < 0 else shape[axis]
    return [(table.name or b"").decode("utf-8", "replace"), tensor.kind, shape, tensor.stored]


def _stored(held: Read, number: int, operator: Operator) -> dict[int, int]:
    """Return the bytes of the buffers that hold an operator's stored inputs, by the buffer's number."""
    tensors = held.model.subgraphs[number].tensors
    numbers = {tensors[place].buffer for place in operator.inputs if place >= 0}
    return {one: _size(held.model.buffers[one]) for one in numbers}


def _size(buffer: Any) -> int:
    """Return the bytes that a buffer holds; those of files beyond 2 GB lie behind the tables."""
    return buffer.size if buffer.data is None else len(buffer.data)


def _weight_bytes(held: Read) -> int:
    found: dict[int, int] = {}
    for number, graph in enumerate(held.graphs):
        for operator in graph.operators:
            found |= _stored(held, number, operator)
    return sum(found.values())


def _slots(held: Read) -> Iterator[Slot]:
    for start, one in sorted(placements(held.graphs[0])):
        is_scratch = one.place >= len(held.graphs[0].tensors)
        told = _worked_in(held, one) if is_scratch else _shaped(held, 0, one.place)[:3]
        yield Slot(*told, start, one.bytes, one.first, one.last, is_scratch)


def _worked_in(held: Read, one: Lifetime) -> list[Any]:
    """Return name, dtype and shape of a buffer that an operator works in."""
    return [f"scratch of {held.graphs[0].operators[one.first].name}", "uint8", [one.bytes]]


def _signature(table: Any) -> list[Any]:
    names = [[_text(one.name) for one in side or ()] for side in (table.inputs, table.outputs)]
    return [_text(table.signatureKey), table.subgraphIndex, *names]


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def _sparse(held: Read, number: int, operator: Operator) -> str:
    tensors = held.model.subgraphs[number].tensors
    sparse = any(tensors[place].sparsity is not None for place in operator.inputs if place >= 0)
    return "it does not unpack sparse weights" if sparse else ""


def _notes(held: Read, nested: bool) -> Iterator[str]:
    if nested:
        yield "memory and work of the whole cannot be told: the model calls further graphs, as often as the data says"
    elif len(held.graphs) > 1:
        yield f"{len(held.graphs)} graphs; memory, work and time are those of the first, graph 0"
    open_axes = [shape for _, _, shape, _ in (_shaped(held, 0, one) for one in held.graphs[0].inputs) if None in shape]
    if open_axes:
        yield "lengths left open (?) are counted as one"
    for name in sorted({one.name for one in held.graphs[0].operators} & {*UNTOLD}):
        yield f"the arena is without what {name} works in: only its kernel can tell"
