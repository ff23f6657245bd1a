"""Rows that are the same."""

import numpy as np
import pytest

from zoo.checking.duplicates import keys_of, repeats
from zoo.data import load_data
from zoo.lazy import LazyRows


def test_rows_of_the_same_values_have_the_same_key():
    rows = np.array([[0.0, np.nan], [-0.0, -np.nan], [1.0, 2.0], [0.0, np.nan]])
    keys = keys_of(rows)
    assert keys[0] == keys[1] == keys[3] != keys[2]


def test_texts_waves_and_images_of_several_sizes_have_keys():
    shapes = np.empty(3, object)
    shapes[:] = [np.zeros((2, 3, 1), np.uint8), np.zeros((3, 2, 1), np.uint8), np.zeros((2, 3, 1), np.uint8)]
    first, second, third = keys_of(shapes)
    assert first == third != second
    texts = keys_of(np.array(["one", "two", "one", "\ud800"], object))
    assert texts[0] == texts[2] != texts[1]


def test_rows_on_the_disk_have_the_keys_of_those_in_memory():
    rows = np.random.default_rng(0).integers(0, 3, (3000, 2))
    lazy = LazyRows(lambda places: rows[places], np.arange(3000), 16)
    np.testing.assert_array_equal(keys_of(lazy), keys_of(rows))


def told(x, y):
    dataset = load_data((x, y))
    return [finding.text for finding in repeats(dataset, keys_of(dataset.x))]


def test_repeated_rows_are_counted_with_the_first_pair():
    x = np.arange(30.0)[:, np.newaxis]
    x[20], x[25] = x[3], x[4]
    (text,) = told(x, np.arange(30) % 2 * (x[:, 0] >= 0) * 0 + (x[:, 0] % 2).astype(int))
    assert text == "2 rows repeat an earlier one: parts of the split may share them (row 21 is row 4)"


def test_same_inputs_with_different_answers_are_told_apart_from_plain_repeats():
    x = np.arange(30.0)[:, np.newaxis]
    y = (x[:, 0] % 2).astype(int)
    x[20] = x[3]
    assert told(x, y)[1] == ("2 rows have the same inputs as another and a different answer (row 4: '1', row 21: '0')")


def test_quantities_contradict_each_other_too():
    x, y = np.repeat(np.arange(15.0), 2)[:, np.newaxis], np.arange(30) / 3
    assert told(x, y)[1].startswith("30 rows have the same inputs as another and a different answer (row 1: 0, row 2:")


def test_different_rows_are_not_mentioned():
    assert told(np.arange(30.0)[:, np.newaxis], np.arange(30) % 2) == []


@pytest.mark.parametrize("rows", [np.ones((12, 3)), np.zeros((12, 4, 4, 1), np.uint8)])
def test_identical_rows_are_one_row_and_its_repeats(rows):
    assert len(np.unique(keys_of(rows))) == 1
