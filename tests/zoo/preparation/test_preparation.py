"""Preparation: fitted steps over raw rows, checked at the edge, the same after a trip through JSON."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from zoo.errors import BadData, BadValue
from zoo.preparation import Preparation, fit_preparation

CELLS = st.one_of(st.floats(-1e6, 1e6), st.just(np.nan))


def table(rows=30, columns=3):
    return np.random.default_rng(0).normal(5.0, 3.0, size=(rows, columns))


@settings(deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(1, 12), st.integers(1, 4)), elements=CELLS))
def test_a_table_survives_json_and_prepares_to_the_same_bits(rows):
    rows[0] = 1.0
    preparation = fit_preparation("table", rows, tuple("abcd")[: rows.shape[1]])
    again = Preparation.from_json(json.loads(json.dumps(preparation.to_json())))
    assert again == preparation
    np.testing.assert_array_equal(again.apply(rows), preparation.apply(rows))


def test_a_table_equals_scikit_learns_median_imputer_and_standard_scaler():
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    train, other = table(), table(7) + 1
    train[[1, 4], [0, 2]] = other[0, 1] = np.nan
    oracle = make_pipeline(SimpleImputer(strategy="median"), StandardScaler()).fit(train)
    np.testing.assert_allclose(fit_preparation("table", train).apply(other), oracle.transform(other), rtol=1e-6)


def test_a_constant_column_becomes_zero_and_is_not_divided_by_its_rounding_error():
    train = np.full((30, 1), 0.1)
    prepared = fit_preparation("table", train).apply([[0.1], [1.1]])
    np.testing.assert_allclose(prepared, [[0], [1]], atol=1e-7)


def test_large_numbers_close_together_keep_their_differences():
    seconds = np.array([[1_700_000_000.0], [1_700_000_001.0], [1_700_000_002.0]])
    prepared = fit_preparation("table", seconds).apply(seconds)
    np.testing.assert_allclose(prepared.ravel(), [-(1.5**0.5), 0, 1.5**0.5], rtol=1e-6)


def test_images_are_divided_by_the_largest_absolute_value_of_the_training_rows():
    images = np.array([-8.0, 4.0, 0.0, 2.0], np.float32).reshape(1, 2, 2, 1)
    preparation = fit_preparation("image", images)
    np.testing.assert_array_equal(preparation.apply(images * 2).ravel(), [-2, 1, 0, 0.5])


def test_images_without_light_stay_black():
    black = np.zeros((2, 3, 3, 1), np.float32)
    np.testing.assert_array_equal(fit_preparation("image", black).apply(black), black)


def test_images_of_bytes_stay_bytes_whether_they_come_as_images_or_as_flat_numbers():
    images = np.arange(32, dtype=np.uint8).reshape(2, 4, 4, 1)
    preparation = fit_preparation("image", images)
    assert (preparation.steps, preparation.dtype) == ((), "uint8")
    for rows in (images, images.reshape(2, 16).astype(np.float64)):
        prepared = preparation.apply(rows)
        assert prepared.dtype == np.uint8
        np.testing.assert_array_equal(prepared, images)


def test_flat_rows_are_prepared_as_shaped_ones_are():
    images = np.random.default_rng(0).uniform(0, 16, (5, 4, 4, 2)).astype(np.float32)
    preparation = fit_preparation("image", images)
    prepared = preparation.apply(images)
    assert prepared.dtype == np.float32
    np.testing.assert_array_equal(preparation.apply(images.reshape(5, 32).astype(np.float64)), prepared)


@pytest.mark.parametrize("value", [-1, 0.5, 256, np.nan])
def test_a_pixel_that_is_no_byte_is_refused(value):
    preparation = fit_preparation("image", np.zeros((2, 2, 2, 1), np.uint8))
    with pytest.raises(BadData, match="0 to 255"):
        preparation.apply(np.full((1, 4), value))


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
        fit_preparation("table", table(), tuple("abc")).apply(rows)


def test_a_column_without_a_value_in_training_is_refused_by_name():
    rows = table()
    rows[:, 1] = np.nan
    with pytest.raises(BadData, match="column 'b' has no value in any training row"):
        fit_preparation("table", rows, tuple("abc"))


def test_numbers_too_large_to_average_are_refused():
    with pytest.raises(BadData, match="cannot be averaged"):
        fit_preparation("table", np.array([[1e300], [-1e300]]))


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"schema": 2}, "schema is 2"), ({"steps": [{}]}, "not a preparation"), ({"dtype": None}, None)],
)
def test_json_of_another_schema_or_shape_is_refused(changes, words):
    values = {**fit_preparation("table", table()).to_json(), **changes}
    if words is None:
        del values["dtype"]
    with pytest.raises(BadValue, match=words or "not a preparation"):
        Preparation.from_json(values)
