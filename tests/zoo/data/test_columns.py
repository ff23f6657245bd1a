"""Columns of times, and the texts that look like some."""

import numpy as np
import pandas as pd
import pytest

from zoo.data import load_data
from zoo.errors import BadData


def of_days(days, **options):
    rows = len(days)
    frame = pd.DataFrame({"age": np.arange(rows) % 7, "day": days, "y": ["a", "b"] * (rows // 2)})
    return load_data(frame, target="y", **options)


def seconds(*texts):
    return [pd.Timestamp(text).timestamp() for text in texts]


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (["2024-01-31", "2024-02-01"], ("2024-01-31", "2024-02-01")),
        (["2024-01-31 10:30", "2024-02-01T11:00"], ("2024-01-31 10:30", "2024-02-01 11:00")),
        (["2024-01-31T10:30:00+02:00", "2024-02-01T11:00:00Z"], ("2024-01-31 08:30", "2024-02-01 11:00")),
        (["31.01.2024", "01.02.2024"], ("2024-01-31", "2024-02-01")),
        (["1/31/2024", "2/1/2024"], ("2024-01-31", "2024-02-01")),
        (["31/1/2024", "1/2/2024"], ("2024-01-31", "2024-02-01")),
        (["2024/01/31", "2024/02/01"], ("2024-01-31", "2024-02-01")),
        (["1949-01", "1949-02"], ("1949-01-01", "1949-02-01")),
        (["1/31/2024 9:30 AM", "2/1/2024 12:05 PM"], ("2024-01-31 09:30", "2024-02-01 12:05")),
        (["31 Jan 2024", "01 Feb 2024"], ("2024-01-31", "2024-02-01")),
    ],
)
def test_times_are_found_in_the_usual_ways_to_write_them(days, first):
    dataset = of_days([*days * 15])
    assert dataset.dates == ("day",)
    np.testing.assert_array_equal(dataset.x[:2, 1], seconds(*first))


def test_stamps_of_a_data_frame_are_times_with_gaps_counted():
    days = pd.Series(pd.date_range("2024-01-01", periods=30)).where(np.arange(30) != 3)
    dataset = of_days(days)
    assert (dataset.dates, dataset.missing) == (("day",), {"day": 1})


def test_days_that_may_be_months_are_said_aloud():
    (told,) = of_days(["01/02/2024", "02/03/2024", "01/02/2024"] * 10).warnings
    assert told.startswith("column 'day' is read with the month first; if that is wrong, write days as 2024-01-31")


def test_days_that_cannot_be_months_raise_no_doubt():
    assert not of_days(["01/02/2024", "02/03/2024", "31/03/2024"] * 10).warnings


@pytest.mark.parametrize("place", [0, 7])
def test_a_few_texts_among_times_are_refused(place):
    days = [f"2024-01-{1 + row % 28:02}" for row in range(30)]
    days[place] = "soon"
    with pytest.raises(BadData, match=rf"column 'day' holds text \('soon' in data row {place + 1}\) among times"):
        of_days(days)


def test_texts_of_which_some_are_times_stay_texts():
    dataset = of_days(["2024-01-31", "later", "soon"] * 10)
    assert (dataset.dates, dataset.categories["day"]) == ((), ("2024-01-31", "later", "soon"))


def test_numbers_of_eight_digits_stay_numbers():
    assert of_days([20_240_131, 20_240_201] * 15).dates == ()


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (["01234", "90210", ""], True),
        (["1234", "90210", ""], False),
        (["05", "12", "07"], False),
        (["000", "100", "200"], False),
        (["01234", "9.5", "90210"], False),
    ],
)
def test_numbers_written_as_codes_are_said_aloud(tmp_path, cells, says):
    rows = "".join(f"{cell},{place},{'ab'[place % 2]}\n" for place, cell in enumerate(cells * 8))
    (tmp_path / "homes.csv").write_text("zip,n,y\n" + rows)
    told = load_data(tmp_path / "homes.csv", "y").warnings
    code = "column 'zip' is read as numbers: if cells such as '01234' are codes, write them as text ('id 7')"
    assert (code in told) == says
