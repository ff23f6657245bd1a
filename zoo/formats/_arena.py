"""The memory that a LiteRT model's tensors and kernels need while it runs, planned from the file alone."""

from __future__ import annotations

from typing import NamedTuple

from zoo.formats._flatbuffer import Graph
from zoo.formats._scratch import scratch_bytes

ALIGNMENT = 16  # bytes
START = -1  # before the first operator
UNUSED = -2  # when those are there that no operator makes, before all others


class Lifetime(NamedTuple):
    """The bytes of what lies in the arena, aligned, and the operators between which it must be kept.

    `place` is that of a tensor of the graph; those beyond its tensors are the buffers that kernels work in.
    """

    bytes: int
    place: int
    first: int
    last: int

    def meets(self, other: Lifetime) -> bool:
        """Return whether both are needed at the same time."""
        return self.first <= other.last and other.first <= self.last


def planned_arena(graph: Graph) -> int:
    """Return the bytes of one arena for what comes and goes in `graph` for one row: tensors, and what kernels work in.

    What an interpreter keeps for itself is not in it, nor the variables, which outlast a row.
    """
    return max((start + one.bytes for start, one in placements(graph)), default=0)


def placements(graph: Graph) -> list[tuple[int, Lifetime]]:
    """Return at which byte of the arena each of the `lifetimes` of `graph` begins.

    Greedy by size (Pisarchyk and Lee 2020, section 5.2, as TensorFlow Lite Micro's GreedyMemoryPlanner has it): the
    largest first, of equal ones the last, each into the lowest gap beside those that are needed at the same time.
    """
    placed: list[tuple[int, Lifetime]] = []
    for one in sorted(lifetimes(graph), reverse=True):
        neighbours = sorted((start, other) for start, other in placed if other.meets(one))
        placed.append((_lowest_gap(one.bytes, neighbours), one))
    return placed


def lifetimes(graph: Graph) -> list[Lifetime]:
    """Return when each tensor that is neither stored nor a variable is made and read last, and each kernel's buffers.

    Inputs are there from the start; outputs are read after the last operator. A tensor that nobody makes has its bytes
    all the same.
    """
    spans = _spans(graph)
    found = [
        Lifetime(aligned(tensor.bytes), place, *spans.get(place, (UNUSED, UNUSED)))
        for place, tensor in enumerate(graph.tensors)
        if tensor.bytes and not tensor.stored and not tensor.variable
    ]
    asked = [(step, size) for step, one in enumerate(graph.operators) for size in scratch_bytes(graph, one)]
    buffers = enumerate(asked, len(graph.tensors))
    return found + [Lifetime(aligned(size), place, step, step) for place, (step, size) in buffers]


def _spans(graph: Graph) -> dict[int, tuple[int, int]]:
    """Return the first and the last operator that need each tensor which one of them, or the graph's ends, name."""
    first = dict.fromkeys((*graph.inputs, *graph.outputs), START)
    last = dict(first)
    for step, operator in enumerate(graph.operators):
        first |= dict.fromkeys(operator.outputs, step)
        last |= dict.fromkeys((*operator.inputs, *operator.outputs), step)
    last |= dict.fromkeys(graph.outputs, len(graph.operators))
    return {place: (first.get(place, UNUSED), last[place]) for place in last}


def _lowest_gap(size: int, neighbours: list[tuple[int, Lifetime]]) -> int:
    """Return the lowest start with `size` free bytes between `neighbours`, which are sorted by their start."""
    start = 0
    for taken, other in neighbours:
        if start + size <= taken:
            break
        start = max(start, taken + other.bytes)
    return start


def aligned(size: int) -> int:
    """Return the bytes that something of `size` bytes takes where all begins at a multiple of ALIGNMENT."""
    return -(-size // ALIGNMENT) * ALIGNMENT
