"""Channels out of cells: marks beside digits, and gaps that are filled forward."""

import numpy as np
import pytest

from zoo.errors import BadData
from zoo.raw.channels import continued, unmarked

CELLS = ["20.7", "?0.2", *["5"] * 18]
VALUES = np.array([20.7, np.nan, *[5.0] * 18])
IS_TEXT = np.array([False, True, *[False] * 18])


def test_digits_beside_marks_are_read_and_told():
    values, said = unmarked(VALUES, IS_TEXT, CELLS, "data.csv: column 'Temp'")
    np.testing.assert_array_equal(values, [20.7, 0.2, *[5] * 18])
    assert said == "1 of 20 cells hold marks beside the digits, such as '?0.2' in data row 2: read as 0.2"
    assert np.isnan(VALUES[1])


@pytest.mark.parametrize(
    ("cells", "is_text", "words"),
    [
        (["1", "cold", "2"], [0, 1, 0], r"column 'Temp' holds text \('cold'\) in data row 2"),
        (["1", "?2", "?3"], [0, 1, 1], "2 of 3 cells hold marks .* write plain numbers"),
    ],
)
def test_text_and_many_marks_are_refused(cells, is_text, words):
    values = np.where(is_text, np.nan, 1.0)
    with pytest.raises(BadData, match=words):
        unmarked(values, np.array(is_text, bool), cells, "data.csv: column 'Temp'")


def test_gaps_take_the_last_number_before_and_those_at_the_start_stay():
    values = np.array([np.nan, 1, np.nan, np.nan, *range(2, 40)])
    filled, gaps, said = continued(values, "here")
    np.testing.assert_array_equal(filled, [np.nan, 1, 1, 1, *range(2, 40)])
    assert (np.flatnonzero(gaps).tolist(), said) == ([2, 3], "2 of 41 cells are missing: filled with the last before")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1.0, *[np.nan] * 6, *[2.0] * 90], "missing in 6 of 97 rows, 6 of them in succession up to data row 7"),
        ([1.0, np.nan] * 10, "missing in 10 of 20 rows, 1 of them"),
    ],
)
def test_long_and_many_gaps_are_refused(values, words):
    with pytest.raises(BadData, match=words):
        continued(np.array(values), "here")
