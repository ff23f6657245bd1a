"""Fewer rows: drawn the same way every time, in which every class keeps its share."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.data import load_data
from zoo.data._drawing import drawn
from zoo.errors import BadValue


@given(st.lists(st.integers(3, 40), min_size=2, max_size=6), st.data())
def test_classes_keep_their_shares_and_enough_rows_to_be_split(counts, data):
    y = np.repeat(np.arange(len(counts)), counts)
    rows = data.draw(st.integers(3 * len(counts), len(y)))
    dataset = load_data((np.arange(len(y))[:, np.newaxis], y), rows=rows)
    drawn = np.bincount(dataset.y)
    assert drawn.sum() == len(dataset.x) == rows
    assert (drawn >= 3).all()
    assert (drawn <= counts).all()
    shares = np.asarray(counts) * rows / len(y)
    if (np.floor(shares) >= 3).all():
        assert (np.abs(drawn - shares) < 1).all()
    np.testing.assert_array_equal(y[dataset.x[:, 0].astype(int)], dataset.y)
    assert (np.diff(dataset.x[:, 0]) > 0).all()


def test_quantities_are_drawn_and_it_is_said_and_kept_in_the_source():
    dataset, again = load_data("diabetes", rows=100), load_data("diabetes", rows=100)
    assert (len(dataset.x), dataset.source.rows) == (100, 100)
    assert dataset.warnings == ("100 of 442 rows are learned from",)
    assert dataset.source == again.source
    assert dataset.source.sha256 != load_data("diabetes").source.sha256


def test_more_rows_than_there_are_is_all_of_them_without_a_word():
    dataset = load_data("diabetes", rows=1000)
    assert (len(dataset.x), dataset.warnings) == (442, ())
    assert dataset.source.sha256 == load_data("diabetes").source.sha256


def test_a_data_set_in_memory_is_cut_too():
    assert len(load_data(load_data("wine"), rows=50).x) == 50


def test_gaps_are_counted_among_the_rows_that_are_left(tmp_path):
    import pandas as pd

    frame = pd.DataFrame({"age": [np.nan, 1.0] * 50, "churn": ["a", "b"] * 50})
    assert load_data(frame, target="churn", rows=20).missing == {"age": 10}


@pytest.mark.parametrize(
    ("name", "rows", "words"),
    [
        ("digits", 29, "rows is 29; 10 classes need 3 each, so it must be at least 30. Ask for more."),
        ("diabetes", 9, "rows is 9; quantities need 10, so it must be at least 10. Ask for more."),
        ("wine", 0, "rows is 0; it must be at least 1"),
    ],
)
def test_too_few_rows_are_refused(name, rows, words):
    with pytest.raises(BadValue) as caught:
        load_data(name, rows=rows)
    assert str(caught.value).startswith(words)


def test_rows_that_the_data_names_for_validation_keep_their_share():
    dataset = replace(load_data((np.arange(200.0)[:, np.newaxis], np.arange(200) % 2)), validation=np.arange(150, 200))
    fewer = drawn(dataset, 20)
    assert len(fewer.y) == 20
    assert 4 <= len(fewer.validation) <= 6
    assert (fewer.x[fewer.validation, 0] >= 150).all()
    assert set(fewer.y[fewer.validation]) == {0, 1}
