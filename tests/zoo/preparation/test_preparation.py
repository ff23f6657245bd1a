"""Preparation: fitted steps over raw rows, checked at the edge, the same after a trip through JSON."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from zoo.errors import BadData, BadValue
from zoo.plans import narrowed
from zoo.preparation import Preparation
from zoo.preparation.encode import MOST
from zoo.preparation.resize import Resize
from zoo.preparation.tokenise import Tokenise
from zoo.scale import Scale

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


def test_images_are_divided_by_the_largest_absolute_value_of_the_training_rows():
    images = np.array([-8.0, 4.0, 0.0, 2.0], np.float32).reshape(1, 2, 2, 1)
    preparation = prepared_by("image", images)
    np.testing.assert_array_equal(preparation.apply(images * 2).ravel(), [-2, 1, 0, 0.5])


def test_images_without_light_stay_black():
    black = np.zeros((2, 3, 3, 1), np.float32)
    np.testing.assert_array_equal(prepared_by("image", black).apply(black), black)


def test_images_of_bytes_stay_bytes_whether_they_come_as_images_or_as_flat_numbers():
    images = np.arange(32, dtype=np.uint8).reshape(2, 4, 4, 1)
    preparation = prepared_by("image", images)
    assert (preparation.steps, preparation.dtype) == ((), "uint8")
    for rows in (images, images.reshape(2, 16).astype(np.float64)):
        prepared = preparation.apply(rows)
        assert prepared.dtype == np.uint8
        np.testing.assert_array_equal(prepared, images)


def test_flat_rows_are_prepared_as_shaped_ones_are():
    images = np.random.default_rng(0).uniform(0, 16, (5, 4, 4, 2)).astype(np.float32)
    preparation = prepared_by("image", images)
    prepared = preparation.apply(images)
    assert prepared.dtype == np.float32
    np.testing.assert_array_equal(preparation.apply(images.reshape(5, 32).astype(np.float64)), prepared)


@pytest.mark.parametrize("value", [-1, 0.5, 256, np.nan])
def test_a_pixel_that_is_no_byte_is_refused(value):
    preparation = prepared_by("image", np.zeros((2, 2, 2, 1), np.uint8))
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
        prepared_by("table", table(), tuple("abc")).apply(rows)


def test_a_column_without_a_value_in_training_is_refused_by_name():
    rows = table()
    rows[:, 1] = np.nan
    with pytest.raises(BadData, match="column 'b' has no value in any training row"):
        prepared_by("table", rows, tuple("abc"))


def test_numbers_too_large_to_average_are_refused():
    with pytest.raises(BadData, match="cannot be averaged"):
        prepared_by("table", np.array([[1e300], [-1e300]]))


TEXTS = {"plan": ("basic", "free", "plus", "pro")}
PLANS = np.array([0, 1, 0, 1, 1, 2, np.nan])  # basic, free, basic, free, free, plus, missing
MIXED = np.column_stack([PLANS, np.arange(7.0)])


def test_a_column_of_text_equals_scikit_learns_one_hot_encoder_of_frequent_texts():
    from sklearn.preprocessing import OneHotEncoder

    preparation = prepared_by("table", MIXED, ("plan", "age"), TEXTS)
    oracle = OneHotEncoder(min_frequency=2, handle_unknown="infrequent_if_exist", sparse_output=False)
    oracle.fit(PLANS[:6, np.newaxis])
    fresh = np.array([[0.0], [1.0], [2.0], [3.0], [-1.0]])  # the last two were never seen
    prepared = preparation.apply(np.column_stack([fresh, np.zeros(5)]))
    np.testing.assert_array_equal(prepared[:, 1:4], oracle.transform(fresh))
    np.testing.assert_array_equal(prepared[:, 4], 0)


def test_a_missing_text_has_a_column_of_its_own_where_training_rows_miss_it():
    prepared = prepared_by("table", MIXED, ("plan", "age"), TEXTS).apply(MIXED)
    assert prepared.shape == (7, 5)
    np.testing.assert_array_equal(prepared[6, 1:], [0, 0, 0, 1])


def test_texts_and_gaps_that_training_rows_never_show_are_all_zeros():
    train = MIXED[[0, 1, 2, 3, 4]]
    prepared = prepared_by("table", train, ("plan", "age"), TEXTS).apply([[3.0, 0.0], [-1.0, 0.0], [np.nan, 0.0]])
    assert prepared.shape == (3, 3)
    assert not prepared[:, 1:].any()


def test_a_column_of_many_texts_tells_the_most_frequent_apart():
    counts = np.arange(2, 80)
    places = np.repeat(np.arange(len(counts)), counts).astype(float)[:, np.newaxis]
    texts = {"town": tuple(f"town {place:02}" for place in range(len(counts)))}
    prepared = prepared_by("table", places, ("town",), texts).apply(np.arange(len(counts))[:, np.newaxis])
    assert prepared.shape == (78, MOST + 1)
    np.testing.assert_array_equal(prepared[:, MOST], np.arange(78) < 78 - MOST)
    np.testing.assert_array_equal(prepared.sum(axis=1), 1)


@settings(deadline=None)
@given(st.lists(st.sampled_from((0.0, 1.0, 2.0, 3.0, np.nan)), min_size=1, max_size=12))
def test_text_survives_json_and_prepares_to_the_same_bits(places):
    rows = np.column_stack([places, np.arange(len(places))])
    preparation = prepared_by("table", rows, ("plan", "age"), TEXTS)
    preparation = replace(preparation, target=Scale(1.5, 2.0))
    again = Preparation.from_json(json.loads(json.dumps(preparation.to_json())))
    assert again == preparation
    np.testing.assert_array_equal(again.apply(MIXED), preparation.apply(MIXED))


def test_a_number_too_large_beside_text_is_refused_by_its_own_name():
    with pytest.raises(BadData, match="row 1: column 'age' is not finite"):
        prepared_by("table", MIXED, ("plan", "age"), TEXTS).apply([[0.0, 1e300]])


def test_rows_of_text_are_refused_with_the_way_that_takes_them():
    with pytest.raises(BadData, match="Pass a data frame or a file"):
        prepared_by("table", MIXED, ("plan", "age"), TEXTS).apply([["basic", "1"]])


def waves(rows=5, steps=8, channels=2):
    return (np.random.default_rng(0).normal(5.0, 3.0, size=(rows, steps, channels))).astype(np.float32)


def test_series_get_mean_0_and_deviation_1_in_each_channel_over_the_training_rows():
    train, other = waves(), waves() * 2
    numbers = train.astype(np.float64)
    expected = (other - numbers.mean(axis=(0, 1))) / numbers.std(axis=(0, 1))
    prepared = prepared_by("series", train).apply(other)
    assert prepared.dtype == np.float32
    np.testing.assert_allclose(prepared, expected, rtol=1e-5)


def test_a_series_that_ends_early_is_continued_with_the_mean_and_counts_for_what_it_has():
    train = waves()
    train[0, 5:] = np.nan
    preparation = prepared_by("series", train)
    np.testing.assert_array_equal(preparation.apply(train)[0, 5:], 0)
    there = train[:, :, 0].astype(np.float64)
    np.testing.assert_allclose(preparation.steps[0].means[0], there[~np.isnan(there)].mean())


def test_a_channel_that_never_changes_becomes_zero():
    flat = np.full((3, 4, 1), 0.1, np.float32)
    np.testing.assert_array_equal(prepared_by("series", flat).apply(flat), 0)


def test_a_gap_within_a_series_to_predict_is_refused():
    rows = waves()
    rows[1, 2, 0] = np.nan
    with pytest.raises(BadData, match="row 2: cell 5 is not finite"):
        prepared_by("series", waves()).apply(rows)


def test_series_survive_json_and_prepare_to_the_same_bits():
    preparation = prepared_by("series", waves())
    again = Preparation.from_json(json.loads(json.dumps(preparation.to_json())))
    assert again == preparation
    np.testing.assert_array_equal(again.apply(waves()), preparation.apply(waves()))


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


@pytest.mark.parametrize(("modality", "shape"), [("image", (5, 4, 4, 1)), ("series", (5, 7, 1))])
def test_rows_of_one_channel_may_come_without_its_axis(modality, shape):
    rows = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    preparation = prepared_by(modality, rows)
    np.testing.assert_array_equal(preparation.apply(rows[..., 0]), preparation.apply(rows))


def test_a_narrowed_preparation_knows_only_the_texts_that_it_tells_apart_and_prepares_to_the_same_bits():
    whole = prepared_by("table", MIXED, ("plan", "age"), TEXTS)
    preparation = narrowed(whole)
    assert preparation.categories == {"plan": ("basic", "free")}
    assert not {"plus", "pro"} & set(json.dumps(preparation.to_json()).split('"'))
    rows = np.where(MIXED[:, :1] > 1, -1.0, MIXED[:, :1])
    np.testing.assert_array_equal(preparation.apply(np.column_stack([rows, MIXED[:, 1]])), whole.apply(MIXED))


def test_a_preparation_without_text_is_narrow_already():
    preparation = prepared_by("table", table())
    assert narrowed(preparation) is preparation


PICTURES = Preparation((), (), (Resize(2, 2, 1),), "uint8", modality="image", facts={"channels": 1})


@pytest.mark.parametrize("value", [-1.0, 0.5, 256.0, np.nan])
def test_images_of_several_sizes_are_bytes_or_refused_not_cut(value):
    images = [np.zeros((2, 2, 1), np.uint8), np.full((3, 3, 1), value)]
    with pytest.raises(BadData, match="a pixel is not a whole number from 0 to 255"):
        PICTURES.apply(images)


def test_whole_numbers_are_bytes_whatever_their_type_and_lists_are_images():
    images = [np.full((2, 2, 1), 255, np.uint8), np.full((3, 3, 1), 255.0), [[[255], [255]], [[255], [255]]]]
    found = PICTURES.apply(images)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, 255)


@pytest.mark.parametrize("row", ["text", None, 1.5, [[1], [1, 2]], np.array(["a"])])
def test_what_is_no_image_is_refused(row):
    with pytest.raises(BadData, match="must be an array of numbers|of different shapes"):
        PICTURES.apply([row])


def test_images_that_must_be_of_one_shape_and_are_not_are_refused():
    same = Preparation((), (2, 2, 1), (), "uint8")
    with pytest.raises(BadData, match="rows are of different shapes; this model takes them all of one"):
        same.apply([np.zeros((2, 2, 1)), np.zeros((3, 2, 1))])


def test_one_text_is_not_taken_for_its_letters():
    with pytest.raises(BadData, match="rows are one text .* Pass a list of texts"):
        Preparation((), (), (Tokenise(("a",), 3),), "int32", modality="text").apply("a b")
