"""Where boxes stand on a page: rank below rank, side by side where ways part, in strips where a page would be long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zoo.portraits._graph import Box
from zoo.portraits._ways import GAP, GUTTER, LANE, LINE, PADDING, RISE, WIDTH, Placed, Point, lanes_of, ways_of

TALLEST = 9.5  # inches of a strip


@dataclass(frozen=True)
class Layout:
    """Boxes in their places, the ways between them as corner points, and the size of the page in inches."""

    placed: tuple[Placed, ...]
    ways: tuple[tuple[Point, ...], ...]
    size: Point


def layout(boxes: Sequence[Box]) -> Layout:
    """Return where boxes stand, which come behind their parents."""
    ranks = ranks_of(boxes)
    columns = _columns(boxes, ranks)
    heights = [max(height_of(boxes[place]) for place in of_rank(ranks, rank)) for rank in range(max(ranks) + 1)]
    strips = strips_of(heights, _cuts(boxes, ranks))
    lanes = lanes_of(boxes, ranks, strips)
    widest = [max(columns[place] for place in range(len(boxes)) if ranks[place] in strip) + 1 for strip in strips]
    lefts, across = [], 0.0
    for strip, count in zip(strips, widest, strict=True):
        beside = max((1 + lane for place, lane in lanes.items() if ranks[place] in strip), default=0)
        lefts.append(across)
        across += count * WIDTH + (count - 1) * GAP + beside * LANE + GUTTER
    tall = max(sum(heights[rank] + RISE for rank in strip) for strip in strips)
    placed = []
    for place, box in enumerate(boxes):
        number = next(at for at, strip in enumerate(strips) if ranks[place] in strip)
        above = sum(heights[rank] + RISE for rank in strips[number] if rank < ranks[place])
        left = lefts[number] + columns[place] * (WIDTH + GAP)
        high = height_of(box)
        placed.append(Placed(box, (left, tall - above - high), (WIDTH, high), ranks[place], number, lefts[number]))
    return Layout(tuple(placed), tuple(ways_of(placed, lanes)), (across - GUTTER, tall))


def height_of(box: Box) -> float:
    """Return the inches that a box needs: a line for each layer, and one for its shape."""
    return LINE * (len(box.lines) + 1) + PADDING


def ranks_of(boxes: Sequence[Box]) -> list[int]:
    """Return how many boxes stand above each one, on the longest way to it."""
    ranks: list[int] = []
    for box in boxes:
        ranks.append(max((ranks[parent] + 1 for parent in box.parents), default=0))
    return ranks


def of_rank(ranks: Sequence[int], rank: int) -> list[int]:
    """Return the places of the boxes of one rank."""
    return [place for place, own in enumerate(ranks) if own == rank]


def strips_of(heights: Sequence[float], cuts: Sequence[int]) -> list[range]:
    """Return the ranks in strips of about equal height; `cuts` are the ranks at which a strip may begin."""
    total = sum(heights) + RISE * len(heights)
    count = max(1, -(-int(total * 100) // int(TALLEST * 100)))
    starts, filled = [0], 0.0
    for rank, height in enumerate(heights):
        if rank in cuts and filled + height / 2 >= total / count and len(starts) < count:
            starts.append(rank)
            filled = 0.0
        filled += height + RISE
    return [range(*ends) for ends in zip(starts, [*starts[1:], len(heights)], strict=True)]


def _cuts(boxes: Sequence[Box], ranks: Sequence[int]) -> list[int]:
    """Return the ranks at which all ways from above begin at one box, of the rank before."""
    edges = [(parent, ranks[place]) for place, box in enumerate(boxes) for parent in box.parents]
    found = []
    for rank in range(1, max(ranks) + 1):
        sources = {parent for parent, below in edges if ranks[parent] < rank <= below}
        if len(sources) == 1 and ranks[min(sources)] == rank - 1:
            found.append(rank)
    return found


def _columns(boxes: Sequence[Box], ranks: Sequence[int]) -> list[int]:
    """Return each box's column: its first parent's where that is free, else the next one to the right."""
    columns: list[int] = []
    taken: set[tuple[int, int]] = set()
    for place, box in enumerate(boxes):
        column = min((columns[parent] for parent in box.parents), default=0)
        while (ranks[place], column) in taken:
            column += 1
        taken.add((ranks[place], column))
        columns.append(column)
    return columns
