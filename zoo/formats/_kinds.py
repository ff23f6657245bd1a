"""In which kinds of numbers the operators of a LiteRT model compute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zoo.formats._flatbuffer import Graph, Operator, Tensor
from zoo.formats._numbers import FLOATS, INTEGERS

NUMBERS = (*INTEGERS, *FLOATS)  # others are shapes, indices and conditions


def by_kind(graphs: Iterable[Graph]) -> Mapping[str, Mapping[str, int]]:
    """Return how often each operator occurs, by the kinds of numbers it computes in, then by name.

    A kind is a dtype, `float32 to int8` where one goes in and the other comes out, or `float32 with int4 weights`.
    """
    found: dict[str, dict[str, int]] = {}
    for graph in graphs:
        for operator in graph.operators:
            counts = found.setdefault(kind_of(graph, operator), {})
            counts[operator.name] = counts.get(operator.name, 0) + 1
    return {kind: dict(sorted(found[kind].items())) for kind in sorted(found)}


def kind_of(graph: Graph, operator: Operator) -> str:
    """Return the kinds of numbers that go into an operator and come out, and those of its weights where they differ."""
    inputs = [graph.tensors[place] for place in operator.inputs if place >= 0]
    outputs = [graph.tensors[place] for place in operator.outputs if place >= 0]
    data = [one for one in inputs if not one.stored and not one.variable]
    before, after = _numbers(data or inputs), _numbers(outputs)
    flow = before if before == after else f"{before} to {after}"
    weights = {one.kind for one in inputs if data and one.stored and len(one.shape) > 1 and one.kind in NUMBERS}
    others = sorted(weights - {*before.split("+")})
    return f"{flow} with {'+'.join(others)} weights" if others else flow


def _numbers(tensors: Iterable[Tensor]) -> str:
    kinds = {one.kind for one in tensors}
    return "+".join(sorted(kinds & {*NUMBERS} or kinds))
