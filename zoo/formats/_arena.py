"""The memory that a LiteRT model's tensors need while it runs, planned from the file alone."""

from __future__ import annotations

from typing import NamedTuple

from zoo.formats._flatbuffer import Graph

ALIGNMENT = 16  # bytes


class Lifetime(NamedTuple):
    """The bytes of one tensor, aligned, its place in the graph, and the operators between which it must be kept."""

    bytes: int
    tensor: int
    first: int
    last: int

    def meets(self, other: Lifetime) -> bool:
        """Return whether both are needed at the same time."""
        return self.first <= other.last and other.first <= self.last


def planned_arena(graph: Graph) -> int:
    """Return the bytes of one arena for all tensors of `graph` that the file does not store, for one row.

    What an interpreter keeps for itself, and scratch memory that its kernels ask for, are in no file and not counted.
    """
    return max((start + one.bytes for start, one in placements(graph)), default=0)


def placements(graph: Graph) -> list[tuple[int, Lifetime]]:
    """Return at which byte of the arena each tensor of `graph` that is not stored begins, and when it is there.

    Greedy by size (Pisarchyk and Lee 2020, section 5.2, as TensorFlow Lite Micro's GreedyMemoryPlanner has it): the
    largest tensor first, each into the lowest gap beside those that are needed at the same time.
    """
    placed: list[tuple[int, Lifetime]] = []
    for one in sorted(lifetimes(graph), reverse=True):
        neighbours = sorted((start, other) for start, other in placed if other.meets(one))
        placed.append((_lowest_gap(one.bytes, neighbours), one))
    return placed


def lifetimes(graph: Graph) -> list[Lifetime]:
    """Return when each tensor that is not stored is written first and read last; inputs are there from the start.

    Variables keep their value between calls, so they live all the time; outputs are read after the last operator.
    """
    end = len(graph.operators)
    first, last = dict.fromkeys(graph.inputs, -1), dict.fromkeys(graph.inputs, -1)
    for step, operator in enumerate(graph.operators):
        for place in (*operator.inputs, *operator.outputs):
            if place >= 0 and not graph.tensors[place].stored:
                first.setdefault(place, step)
                last[place] = step
    last |= dict.fromkeys(graph.outputs, end)
    for place in first:
        if graph.tensors[place].variable:
            first[place], last[place] = -1, end
    return [Lifetime(_aligned(graph.tensors[place].bytes), place, first[place], last[place]) for place in first]


def _lowest_gap(size: int, neighbours: list[tuple[int, Lifetime]]) -> int:
    """Return the lowest start with `size` free bytes between `neighbours`, which are sorted by their start."""
    start = 0
    for taken, other in neighbours:
        if start + size <= taken:
            break
        start = max(start, taken + other.bytes)
    return start


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
