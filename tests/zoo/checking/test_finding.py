"""Findings in words and in order."""

from dataclasses import replace

import numpy as np

from zoo.checking.finding import DOUBT, GRAVE, NOTE, Finding, by_gravity, listed, row_name, rows_of
from zoo.data import load_data


def test_the_gravest_come_first_and_the_others_keep_their_order():
    found = by_gravity([Finding(NOTE, "a"), Finding(GRAVE, "b"), Finding(NOTE, "c"), Finding(DOUBT, "d")])
    assert [finding.text for finding in found] == ["b", "d", "a", "c"]
    assert found[0].to_json() == {"gravity": "grave", "text": "b"}


def test_words_beyond_the_third_are_counted():
    assert (listed(["a", "b", "c"]), listed(list("abcde"))) == ("a, b, c", "a, b, c and 2 more")


def test_one_row_is_not_rows():
    assert (rows_of(1), rows_of(1200, "test row")) == ("1 row", "1,200 test rows")


def test_rows_are_named_by_their_file_or_else_numbered_in_their_part():
    dataset = load_data((np.arange(12.0)[:, None], np.arange(12) % 2))
    dataset = replace(dataset, x_test=dataset.x, y_test=dataset.y)
    assert (row_name(dataset, 0), row_name(dataset, 12)) == ("row 1", "test row 1")
    named = replace(dataset, names=tuple("abcdefghijkl"), names_test=tuple("ABCDEFGHIJKL"))
    assert (row_name(named, 1), row_name(named, 13)) == ("b", "B")
