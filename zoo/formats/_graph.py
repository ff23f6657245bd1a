"""The graph of a LiteRT file that was taken apart: who reads a tensor, and what nobody needs any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np


def code_of(model: Any, operator: Any) -> int:
    """Return which of the schema's builtin operators an operator is."""
    code = model.operatorCodes[operator.opcodeIndex]
    return max(code.builtinCode, code.deprecatedBuiltinCode)


def makers_of(graph: Any) -> dict[int, Any]:
    """Return the operator that makes each tensor, by the tensor's place."""
    return {int(place): one for one in graph.operators for place in one.outputs}


def readers_of(graph: Any, place: int) -> list[Any]:
    """Return the operators that read the tensor at `place`."""
    return [one for one in graph.operators if place in map(int, one.inputs)]


def replace_tensor(graph: Any, old: int, new: int) -> None:
    """Let every operator that reads the tensor `old` read `new`."""
    for one in readers_of(graph, old):
        one.inputs = np.where(np.asarray(one.inputs) == old, new, one.inputs).astype(np.int32)


def drop_operators(model: Any, graph: Any, plain: Collection[int]) -> None:
    """Drop operators of the `plain` kinds, which do nothing but compute, where nobody reads what they compute."""
    needed, kept = {*map(int, graph.outputs)}, []
    for one in reversed(graph.operators):
        if code_of(model, one) in plain and needed.isdisjoint(map(int, one.outputs)):
            continue
        needed.update(map(int, one.inputs))
        kept.insert(0, one)
    graph.operators = kept


def drop_tensors(graph: Any) -> dict[int, int]:
    """Drop the tensors that no operator and no end names, and number the others anew; return the new by the old."""
    named = [*graph.inputs, *graph.outputs]
    named += [place for one in graph.operators for field in _fields(one).values() for place in field]
    places = {old: new for new, old in enumerate(sorted({int(place) for place in named if place >= 0}))}
    graph.tensors = [graph.tensors[old] for old in places]
    graph.inputs, graph.outputs = _renumbered(graph.inputs, places), _renumbered(graph.outputs, places)
    for one in graph.operators:
        for name, field in _fields(one).items():
            setattr(one, name, _renumbered(field, places))
    return places


def renumber_signatures(model: Any, subgraph: int, places: Mapping[int, int]) -> None:
    """Let the signatures of one graph call its ends by their new `places`."""
    for signature in model.signatureDefs or ():
        if signature.subgraphIndex == subgraph:
            for end in (*(signature.inputs or ()), *(signature.outputs or ())):
                end.tensorIndex = places[end.tensorIndex]


def drop_codes(model: Any) -> None:
    """Drop the kinds of operators that no graph of the model holds any more."""
    operators = [one for graph in model.subgraphs for one in graph.operators]
    used = sorted({one.opcodeIndex for one in operators})
    for one in operators:
        one.opcodeIndex = used.index(one.opcodeIndex)
    model.operatorCodes = [model.operatorCodes[place] for place in used]


def _fields(operator: Any) -> dict[str, Any]:
    """Return the fields of an operator that name tensors, but for those that are empty."""
    fields = {name: getattr(operator, name) for name in ("inputs", "outputs", "intermediates")}
    return {name: field for name, field in fields.items() if field is not None}


def _renumbered(places: Iterable[int], new: Mapping[int, int]) -> np.ndarray:
    return np.array([new.get(int(place), -1) for place in places], np.int32)
