"""The ways between boxes: straight down, around those between on lanes of their own, or up into the next strip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zoo.portraits._graph import Box

WIDTH, GAP, GUTTER = 2.35, 0.28, 0.55  # inches: of a box, between boxes side by side, between strips
LANE, BESIDE = 0.14, 0.3  # inches: between ways side by side, from the middle of a box to a second way into it
LINE, PADDING, RISE = 0.165, 0.1, 0.26  # inches: a line of words, above and below them, between ranks

Point = tuple[float, float]


@dataclass(frozen=True)
class Placed:
    """A box, its lower left corner and size in inches, its rank, the strip that it stands in and where that begins."""

    box: Box
    corner: Point
    size: Point
    rank: int
    strip: int
    strip_left: float

    @property
    def top(self) -> Point:
        """Where an arrow comes in."""
        return self.corner[0] + self.size[0] / 2, self.corner[1] + self.size[1]

    @property
    def foot(self) -> Point:
        """Where an arrow goes out."""
        return self.corner[0] + self.size[0] / 2, self.corner[1]

    @property
    def way_out(self) -> Point:
        """Where, on the right, a way past other boxes begins."""
        return self.corner[0] + self.size[0], self.corner[1] + self.size[1] / 4

    @property
    def way_in(self) -> Point:
        """Where, on the right, such a way ends."""
        return self.corner[0] + self.size[0], self.corner[1] + 3 * self.size[1] / 4


def lanes_of(boxes: Sequence[Box], ranks: Sequence[int], strips: Sequence[range]) -> dict[int, int]:
    """Return, by the place of a box, the lane that ways from it take past others: 0 is the innermost.

    Boxes that nothing leads around from have none. Two ways share a lane where they are at different heights.
    """
    ends: dict[int, int] = {}
    for place, box in enumerate(boxes):
        for parent in box.parents:
            together = any(ranks[place] in strip and ranks[parent] in strip for strip in strips)
            if together and ranks[place] - ranks[parent] > 1:
                ends[parent] = max(ends.get(parent, 0), ranks[place])
    found: dict[int, int] = {}
    for place in sorted(ends, key=lambda one: (ends[one] - ranks[one], one)):
        crossing = {lane for one, lane in found.items() if ranks[one] < ends[place] and ranks[place] < ends[one]}
        found[place] = next(lane for lane in range(len(found) + 1) if lane not in crossing)
    return found


def ways_of(placed: Sequence[Placed], lanes: Mapping[int, int]) -> list[tuple[Point, ...]]:
    """Return the corners of every way, from a parent to its child."""
    found: list[tuple[Point, ...]] = []
    for one in placed:
        for parent in one.box.parents:
            other = placed[parent]
            if other.strip != one.strip:
                found.append(_next_strip(other, one))
            elif one.rank - other.rank > 1:
                found.append(_around(other, one, placed, LANE * (lanes[parent] + 1)))
            else:
                found.append(_down(other, one))
    return found


def _down(above: Placed, below: Placed) -> tuple[Point, ...]:
    """Return the way to the next rank, by the middle between both where it leads sideways."""
    (x, y), (x2, y2) = above.foot, below.top
    middle = y2 + RISE / 2
    return ((x, y), (x2, y2)) if x == x2 else ((x, y), (x, middle), (x2, middle), (x2, y2))


def _around(above: Placed, below: Placed, placed: Sequence[Placed], aside: float) -> tuple[Point, ...]:
    """Return the way past the boxes of the ranks between, `aside` on their right.

    It leaves and enters on the right, or below and above where other boxes stand on the right.
    """
    passed = [one for one in placed if one.strip == above.strip and above.rank < one.rank < below.rank]
    is_free = [_is_rightmost(one, placed) for one in (above, below)]
    ends = [one for one, free in zip((above, below), is_free, strict=True) if free]
    far = max(one.way_out[0] for one in (*passed, *ends)) + aside
    (x, y), (x2, y2) = above.foot, below.top
    begin = [above.way_out, (far, above.way_out[1])]
    if not is_free[0]:
        begin = [(x + BESIDE, y), (x + BESIDE, y - RISE / 4), (far, y - RISE / 4)]
    end = [(far, below.way_in[1]), below.way_in]
    if not is_free[1]:
        end = [(far, y2 + 3 * RISE / 4), (x2 + BESIDE, y2 + 3 * RISE / 4), (x2 + BESIDE, y2)]
    return *begin, *end


def _is_rightmost(one: Placed, placed: Sequence[Placed]) -> bool:
    """Return whether no box of its rank stands on the right of a box."""
    return not any(other.rank == one.rank and other.corner[0] > one.corner[0] for other in placed)


def _next_strip(above: Placed, below: Placed) -> tuple[Point, ...]:
    """Return the way from the foot of a strip into the next one, through the gutter between.

    It comes in from above, or, at a box that stands at the gutter further down, from the left.
    """
    (x, y), (x2, y2) = above.foot, below.top
    gutter = below.strip_left - GUTTER / 2
    down = (x, y), (x, y - RISE / 2), (gutter, y - RISE / 2)
    if below.rank > above.rank + 1 and below.corner[0] == below.strip_left:
        middle = y2 - below.size[1] / 2
        return *down, (gutter, middle), (below.corner[0], middle)
    return *down, (gutter, y2 + RISE / 2), (x2, y2 + RISE / 2), (x2, y2)
