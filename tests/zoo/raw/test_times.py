"""Times out of cells: the ways in which tables write them, and what is none."""

import math
from datetime import UTC, datetime

import pytest

from zoo.raw.times import ISO, NUMBER, reader_of_times, seconds, twin, written


@pytest.mark.parametrize(
    ("cells", "way"),
    [
        (["1949-01", "1949-02"], "%Y-%m"),
        (["1981-01-01", "1981-01-02 10:00", "1981-01-03T10:00:00+02:00"], ISO),
        (["20240131", "20240201"], "%Y%m%d"),
        (["20240131", "20249999"], NUMBER),
        (["1950", "1951.5", "-3"], NUMBER),
        (["13/01/1981", "14/01/1981"], "%d/%m/%Y"),
        (["1/1/1981", "1/2/1981", "1/3/1981"], "%m/%d/%Y"),
        (["05/01/1981", "04/02/1981", "03/03/1981"], "%d/%m/%Y"),
        (["Jan 1949", "Feb 1949"], "%b %Y"),
        (["2020-Q1", "2020-Q4"], "%Y-Q%q"),
        (["2020-Q1", "2020-Q5"], None),
        (["1981-01-01", "soon"], None),
        (["1981-01-01", ""], None),
        (["inf"], None),
    ],
)
def test_the_first_way_that_fits_all_cells_is_taken(cells, way):
    assert reader_of_times(cells) == way


@pytest.mark.parametrize(
    ("cell", "way", "expected"),
    [
        ("1949-01", "%Y-%m", datetime(1949, 1, 1, tzinfo=UTC)),
        ("1981-01-03T10:00:00+02:00", ISO, datetime(1981, 1, 3, 8, tzinfo=UTC)),
        (" 14/01/1981 ", "%d/%m/%Y", datetime(1981, 1, 14, tzinfo=UTC)),
        ("2020-Q3", "%Y-Q%q", datetime(2020, 7, 1, tzinfo=UTC)),
        ("2024-02-29 23:59:30.5", ISO, datetime(2024, 2, 29, 23, 59, 30, 500_000, tzinfo=UTC)),
    ],
)
def test_dates_are_seconds_since_1970(cell, way, expected):
    assert seconds(cell, way) == expected.timestamp()


@pytest.mark.parametrize(("cell", "way"), [("", ISO), ("?", NUMBER), ("soon", "%Y-%m"), ("2023-02-29", ISO)])
def test_what_is_no_time_is_nan(cell, way):
    assert math.isnan(seconds(cell, way))


@pytest.mark.parametrize(
    ("cell", "way", "text"),
    [
        ("1960-12", "%Y-%m", "1960-12"),
        ("31.12.1990", "%d.%m.%Y", "1990-12-31"),
        ("2024-01-31 13:00", ISO, "2024-01-31 13:00:00"),
        ("17", NUMBER, "17"),
    ],
)
def test_a_time_is_written_as_it_is_read(cell, way, text):
    assert written(seconds(cell, way), way) == text


def test_day_and_month_can_be_exchanged_where_both_come_as_numbers():
    assert (twin("%m/%d/%Y %H:%M"), twin("%Y-%m-%d"), twin(ISO)) == ("%d/%m/%Y %H:%M", None, None)
