"""Pareto fronts against their definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.choosing.fronts import dominates, front, hypervolume

POINTS = st.lists(st.tuples(*[st.integers(0, 6).map(float)] * 2), max_size=25)


@given(POINTS)
def test_the_front_is_what_no_point_dominates_each_place_once(points):
    among = {points[place] for place in front(points)}
    assert among == {point for point in points if not any(dominates(other, point) for other in points)}
    assert len(among) == len(front(points))


@given(st.lists(st.tuples(*[st.integers(0, 3).map(float)] * 3), max_size=25))
def test_of_three_parts_too_and_by_the_first_part(points):
    found = [points[place] for place in front(points)]
    assert set(found) == {point for point in points if not any(dominates(other, point) for other in points)}
    assert found == sorted(found)


def test_a_point_dominates_neither_itself_nor_what_is_better_somewhere():
    assert not dominates((1, 2), (1, 2))
    assert not dominates((1, 2), (0, 9))
    assert dominates((1, 2), (1, 3))


def test_of_equal_points_the_first_one_is_kept():
    assert front([(2.0, 1.0), (1.0, 2.0), (1.0, 2.0)]) == (1, 0)


@given(POINTS)
def test_the_hypervolume_is_the_area_that_is_dominated_counted_square_by_square(points):
    grid = np.arange(6) + 0.5
    squares = sum(any(x < a and y < b for x, y in points) for a in grid for b in grid)
    assert hypervolume(points, (6.0, 6.0)) == pytest.approx(squares)
