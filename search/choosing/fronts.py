"""Pareto fronts: what nothing else beats, of points whose every part is better when it is less."""

from __future__ import annotations

from collections.abc import Sequence

Point = Sequence[float]


def dominates(one: Point, other: Point) -> bool:
    """Return whether `one` is nowhere worse than `other` and somewhere better; less is better."""
    pairs = list(zip(one, other, strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def covers(one: Point, other: Point) -> bool:
    """Return whether `one` is nowhere worse than `other`."""
    return all(a <= b for a, b in zip(one, other, strict=True))


def front(points: Sequence[Point]) -> tuple[int, ...]:
    """Return the places of the points that none dominates, by their first part; of equals the first one only.

    Sorted by all parts, no point is dominated by a later one (Kung 1975), so each is held against the front so far.
    """
    found: list[int] = []
    for place in sorted(range(len(points)), key=lambda place: (*points[place], place)):
        if not any(covers(points[kept], points[place]) for kept in found):
            found.append(place)
    return tuple(found)


def hypervolume(points: Sequence[Point], reference: Point) -> float:
    """Return the area that points of two parts dominate below `reference` (Zitzler 1999); more is better."""
    corners = sorted(tuple(point) for point in points if all(a < b for a, b in zip(point, reference, strict=True)))
    area, height = 0.0, reference[1]
    for x, y in corners:
        if y < height:
            area += (reference[0] - x) * (height - y)
            height = y
    return area
