"""Preparing columns of text: each frequent text, the rare ones and gaps have a column of their own."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoo.errors import BadData
from zoo.plans import narrowed
from zoo.preparation import Preparation
from zoo.preparation.encode import MOST
from zoo.preparation.tokenise import Tokenise
from zoo.scale import Scale

from ..prepared import prepared_by

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


def test_a_narrowed_preparation_knows_only_the_texts_that_it_tells_apart_and_prepares_to_the_same_bits():
    whole = prepared_by("table", MIXED, ("plan", "age"), TEXTS)
    preparation = narrowed(whole)
    assert preparation.categories == {"plan": ("basic", "free")}
    assert not {"plus", "pro"} & set(json.dumps(preparation.to_json()).split('"'))
    rows = np.where(MIXED[:, :1] > 1, -1.0, MIXED[:, :1])
    np.testing.assert_array_equal(preparation.apply(np.column_stack([rows, MIXED[:, 1]])), whole.apply(MIXED))


def test_one_text_is_not_taken_for_its_letters():
    with pytest.raises(BadData, match="rows are one text .* Pass a list of texts"):
        Preparation((), (), (Tokenise(("a",), 3),), "int32", modality="text").apply("a b")
