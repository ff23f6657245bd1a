"""Parts of times, against Python's own calendar."""

from datetime import UTC, datetime, timedelta
from math import cos, pi, sin

import numpy as np
import pytest

from zoo.preparation.dates import Dates

BEGIN = datetime(1968, 2, 27, 22, 15, tzinfo=UTC)
TIMES = [BEGIN + timedelta(hours=1000 * step + step) for step in range(60)]
ROWS = np.column_stack([np.arange(60.0), [time.timestamp() for time in TIMES]])


def parts_of(time):
    hour = time.hour + time.minute / 60
    turns = ((time.month - 1) / 12, (time.day - 1) / 31, time.weekday() / 7, hour / 24)
    return [time.year, *(round_(2 * pi * turn) for turn in turns for round_ in (sin, cos))]


def test_a_time_becomes_its_year_and_points_on_circles_behind_the_other_columns():
    step = Dates.fit(ROWS, (1,))
    expected = [[row, *parts_of(time)] for row, time in enumerate(TIMES)]
    np.testing.assert_allclose(step.apply(ROWS), expected, atol=1e-9)


def test_parts_that_never_vary_over_the_training_rows_are_dropped():
    days = np.array([[datetime(2024, 5, day, tzinfo=UTC).timestamp()] for day in (1, 8, 15)])
    step = Dates.fit(days, (0,))
    assert step.parts == (("day",),)
    assert step.apply(days).shape == (3, 2)


def test_a_missing_time_lies_in_the_middle_and_is_marked():
    rows = ROWS.copy()
    rows[3, 1] = np.nan
    step = Dates.fit(rows, (1,))
    years = [time.year for place, time in enumerate(TIMES) if place != 3]
    np.testing.assert_array_equal(step.apply(rows)[3], [3, np.median(years), *[0] * 8, 1])
    assert not step.apply(rows)[:3, -1].any()


def test_a_gap_that_training_rows_never_show_has_no_mark():
    assert Dates.fit(ROWS, (1,)).apply(np.array([[0, np.nan]])).shape == (1, 10)


@pytest.mark.parametrize("time", [1e300, -1e300, np.inf])
def test_a_time_beyond_all_calendars_stops_nothing(time):
    assert Dates.fit(ROWS, (1,)).apply(np.array([[0, time]])).shape == (1, 10)
