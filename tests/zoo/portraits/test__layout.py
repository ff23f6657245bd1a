"""Boxes stand apart, under their parents, on a page that is never much taller than a screen."""

from __future__ import annotations

from itertools import combinations

import pytest

from zoo.portraits._graph import Box
from zoo.portraits._layout import TALLEST, layout, ranks_of
from zoo.portraits._ways import RISE


def box(*parents, lines=1):
    return Box(["layer"] * lines, "", "4", 0, list(parents))


CHAIN = [box(), *(box(place) for place in range(60))]
BLOCKS = [box()]
for _ in range(30):  # residual blocks whose way around is projected
    top = len(BLOCKS) - 1
    BLOCKS += [box(top, lines=3), box(top + 1, lines=2), box(top, lines=2), box(top + 2, top + 3)]
PARTED = [box(), *(box(0, lines=2) for _ in range(5)), box(1, 2, 3, 4, 5), box(6, 0)]
# attention: the values pass two boxes, what is added at the end passes all
ATTENDING = [box(), box(0), box(1), box(1), box(1), box(2, 3), box(5, 4), box(6, 0), box(7)]
PAGES = {"attention": ATTENDING, "chain": CHAIN, "blocks": BLOCKS, "parted": PARTED}


def overlaps(one, other):
    return all(
        one.corner[axis] < other.corner[axis] + other.size[axis]
        and other.corner[axis] < one.corner[axis] + one.size[axis]
        for axis in (0, 1)
    )


@pytest.mark.parametrize("boxes", PAGES.values(), ids=PAGES)
def test_no_two_boxes_overlap_and_all_are_on_the_page(boxes):
    found = layout(boxes)
    assert not any(overlaps(*pair) for pair in combinations(found.placed, 2))
    corners = [point for one in found.placed for point in (one.corner, (one.top[0], one.top[1]))]
    points = [*corners, *(point for way in found.ways for point in way)]
    assert min(x for x, _ in points) >= 0
    assert max(x for x, _ in points) <= found.size[0] + 0.5
    assert min(y for _, y in corners) >= 0
    assert max(y for _, y in points) <= found.size[1] + RISE


@pytest.mark.parametrize("boxes", PAGES.values(), ids=PAGES)
def test_a_box_stands_below_its_parents_or_in_a_later_strip(boxes):
    found = layout(boxes)
    for one in found.placed:
        for parent in one.box.parents:
            above = found.placed[parent]
            assert above.strip < one.strip or (above.strip == one.strip and above.corner[1] > one.top[1])


@pytest.mark.parametrize("name", ["chain", "blocks"])
def test_a_long_network_is_parted_into_strips(name):
    found = layout(PAGES[name])
    assert found.size[1] < 1.3 * TALLEST
    assert max(one.strip for one in found.placed) >= 1


def test_ranks_count_the_longest_way():
    assert ranks_of([box(), box(0), box(1), box(0), box(2, 3)]) == [0, 1, 2, 1, 3]
