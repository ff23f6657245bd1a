"""Preparation: fitted steps over raw rows, checked at the edge, the same after a trip through JSON."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from zoo.errors import BadData, BadValue
from zoo.plans import narrowed
from zoo.preparation import Preparation

from ..prepared import prepared_by

CELLS = st.one_of(st.floats(-1e6, 1e6), st.just(np.nan))


def table(rows=30, columns=3):
    return np.random.default_rng(0).normal(5.0, 3.0, size=(rows, columns))


@settings(deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(1, 12), st.integers(1, 4)), elements=CELLS))
def test_a_table_survives_json_and_prepares_to_the_same_bits(rows):
    rows[0] = 1.0
    preparation = prepared_by("table", rows, tuple("abcd")[: rows.shape[1]])
    again = Preparation.from_json(json.loads(json.dumps(preparation.to_json())))
    assert again == preparation
    np.testing.assert_array_equal(again.apply(rows), preparation.apply(rows))


def test_a_table_equals_scikit_learns_median_imputer_and_standard_scaler_with_marks_of_gaps_behind():
    from sklearn.impute import MissingIndicator, SimpleImputer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.preprocessing import StandardScaler

    train, other = table(), table(7) + 1
    train[[1, 4], [0, 2]] = other[0, :2] = np.nan
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    oracle = make_union(numbers, MissingIndicator(error_on_new=False)).fit(train)
    np.testing.assert_allclose(prepared_by("table", train).apply(other), oracle.transform(other), rtol=1e-6)


def test_columns_of_0_and_1_stay_as_they_are():
    train = np.array([[0.0, 5.0]] * 9 + [[1.0, 7.0]])
    np.testing.assert_array_equal(prepared_by("table", train).apply(train)[:, 0], train[:, 0])


def test_a_constant_column_becomes_zero_and_is_not_divided_by_its_rounding_error():
    train = np.full((30, 1), 0.1)
    prepared = prepared_by("table", train).apply([[0.1], [1.1]])
    np.testing.assert_allclose(prepared, [[0], [1]], atol=1e-7)


def test_large_numbers_close_together_keep_their_differences():
    seconds = np.array([[1_700_000_000.0], [1_700_000_001.0], [1_700_000_002.0]])
    prepared = prepared_by("table", seconds).apply(seconds)
    np.testing.assert_allclose(prepared.ravel(), [-(1.5**0.5), 0, 1.5**0.5], rtol=1e-6)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (table(2, 4), r"shape \(2, 4\); this model takes \(n, 3\)"),
        (np.zeros(3), r"shape \(3,\)"),
        (np.float64(1), r"shape \(\)"),
        (np.array([["a", "b", "c"]]), "must be numbers"),
        (np.array([[0, 1, np.inf]]), "row 1: column 'c' is not finite"),
        (np.array([[0, 1e300, 0]]), "row 1: column 'b' is not finite"),
    ],
)
def test_rows_that_cannot_be_prepared_are_refused(rows, words):
    with pytest.raises(BadData, match=words):
        prepared_by("table", table(), tuple("abc")).apply(rows)


def test_a_column_without_a_value_in_training_is_refused_by_name():
    rows = table()
    rows[:, 1] = np.nan
    with pytest.raises(BadData, match="column 'b' has no value in any training row"):
        prepared_by("table", rows, tuple("abc"))


def test_numbers_too_large_to_average_are_refused():
    with pytest.raises(BadData, match="cannot be averaged"):
        prepared_by("table", np.array([[1e300], [-1e300]]))


def test_a_preparation_written_before_text_and_targets_were_known_is_read():
    values = prepared_by("table", table()).to_json()
    old = {key: value for key, value in values.items() if key not in ("categories", "target")}
    del old["steps"][0]["marked"]
    assert Preparation.from_json(old) == prepared_by("table", table())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schema": 3}, "schema is 3"),
        ({"steps": [{}]}, "not a preparation"),
        ({"categories": [1]}, "not a preparation"),
        ({"dtype": None}, None),
        ({"dtype": "int7"}, "dtype is 'int7'"),
        ({"raw_shape": "abc"}, "raw_shape is"),
        ({"columns": ["a"]}, "columns do not name"),
        ({"categories": {"a": ["b"]}}, "columns that there are not"),
        ({"target": {"mean": 0, "deviation": 0}}, "deviation is 0"),
        ({"steps": [{"name": "standardise", "means": [1, 2, 3, 4, 5, 6, 7], "deviations": [1]}]}, "not a preparation"),
    ],
)
def test_json_of_another_schema_or_shape_is_refused(changes, words):
    values = {**prepared_by("table", table()).to_json(), **changes}
    if words is None:
        del values["dtype"]
    with pytest.raises(BadValue, match=words or "not a preparation"):
        Preparation.from_json(values)


@pytest.mark.parametrize("values", [[], None, "text", 1])
def test_json_that_is_no_object_is_refused(values):
    with pytest.raises(BadValue, match="not a preparation"):
        Preparation.from_json(values)


def test_a_preparation_without_text_is_narrow_already():
    preparation = prepared_by("table", table())
    assert narrowed(preparation) is preparation
