"""Columns of data frames, read as the cells of their text would be."""

import numpy as np
import pandas as pd
import pytest

from zoo.raw.frames import categories, is_frame, names_of, numbers, times


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1.5, None, 1]),
        pd.Series(["1.5", "NA", "True"]),
        pd.Series([1.5, None, True], dtype=object),
        pd.Series(pd.array([1.5, None, 1], dtype="Float64")),
    ],
)
def test_numbers_are_float64_with_nan_for_gaps(column):
    values, is_text = numbers(column)
    np.testing.assert_array_equal(values, [1.5, np.nan, 1])
    assert values.dtype == np.float64
    assert not is_text.any()


def test_texts_among_numbers_are_pointed_at():
    values, is_text = numbers(pd.Series(["1", "two", None]))
    np.testing.assert_array_equal(values, [1, np.nan, np.nan])
    assert is_text.tolist() == [False, True, False]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["a b", None, "7"]),
        pd.Series([" a\nb", "?", 7.0], dtype=object),
        pd.Series(pd.Categorical(["a b", None, "7"])),
        pd.Series(["a b", None, "7.0"], dtype="string"),
    ],
)
def test_categories_are_text_on_one_line_with_none_for_gaps(column):
    assert categories(column).tolist() == ["a b", None, "7"]


def test_a_frame_is_known_by_what_it_offers_and_its_names_are_text_on_one_line():
    frame = pd.DataFrame({" a\nb": [1], 7: [2]})
    assert is_frame(frame)
    assert not is_frame(np.eye(2))
    assert names_of(frame) == ["a b", "7"]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["1970-01-02", "?", "soon"]),
        pd.Series(pd.to_datetime(["1970-01-02", None, None]))
        .astype(object)
        .where([True, False, False], ["", "", "soon"]),
    ],
)
def test_times_are_seconds_with_gaps_and_strange_cells_told_apart(column):
    values, is_strange = times(column, "iso")
    np.testing.assert_array_equal(values, [86_400, np.nan, np.nan])
    assert is_strange.tolist() == [False, False, True]


def test_stamps_with_a_zone_are_seconds_in_utc():
    values, _ = times(pd.Series(pd.to_datetime(["1970-01-01 02:00+01:00"])), "iso")
    assert values.tolist() == [3600]
