"""A way leads from a parent to its child, crosses no box and shares its lane with none beside it."""

from __future__ import annotations

from itertools import combinations

import pytest

from zoo.portraits._layout import layout
from zoo.portraits._ways import RISE, lanes_of

from .test__layout import ATTENDING, BLOCKS, PAGES, PARTED


def segments(way):
    """Return the straight parts of a way as (left, low, right, high)."""
    for (x, y), (x2, y2) in zip(way, way[1:], strict=False):
        yield min(x, x2), min(y, y2), max(x, x2), max(y, y2)


def crosses(segment, one):
    left, low, right, high = segment
    (x, y), (width, height), thin = one.corner, one.size, 1e-6
    return left < x + width - thin and right > x + thin and low < y + height - thin and high > y + thin


@pytest.mark.parametrize("boxes", PAGES.values(), ids=PAGES)
def test_every_way_begins_and_ends_at_the_edge_of_its_boxes(boxes):
    found = layout(boxes)
    pairs = [(found.placed[parent], one) for one in found.placed for parent in one.box.parents]
    assert len(found.ways) == len(pairs)
    for way, (above, below) in zip(found.ways, pairs, strict=True):
        for (x, y), one in ((way[0], above), (way[-1], below)):
            assert one.corner[0] <= x <= one.corner[0] + one.size[0]
            assert one.corner[1] <= y <= one.corner[1] + one.size[1]


@pytest.mark.parametrize("boxes", PAGES.values(), ids=PAGES)
def test_no_way_crosses_a_box(boxes):
    found = layout(boxes)
    for way in found.ways:
        assert not any(crosses(segment, one) for segment in segments(way) for one in found.placed)


def test_ways_at_the_same_height_have_lanes_of_their_own():
    found = layout(ATTENDING)
    parts = [part for way in found.ways if len(way) > 3 for part in segments(way)]
    upright = [(left, low, right, high) for left, low, right, high in parts if left == right and high - low > RISE]
    assert len(upright) == 2
    for one, other in combinations(upright, 2):
        assert one[0] != other[0] or one[1] >= other[3] or other[1] >= one[3]


def test_lanes_are_counted_from_the_innermost():
    strips = [range(10)]
    assert lanes_of(ATTENDING, [0, 1, 2, 2, 2, 3, 4, 5, 6], strips) == {4: 0, 0: 1}
    assert lanes_of(PARTED, [0, 1, 1, 1, 1, 1, 2, 3], strips) == {0: 0}
    blocks = lanes_of(BLOCKS[:9], [0, 1, 2, 1, 3, 4, 5, 4, 6], strips)
    assert set(blocks.values()) == {0}
