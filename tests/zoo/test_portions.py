"""Answers to many rows: the same as to all at once, of which few are held at a time."""

from __future__ import annotations

import numpy as np
import pytest

from zoo import portions
from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.portions import in_portions, of_raw

ROWS = np.random.default_rng(0).normal(size=(5000, 3))


def twice(rows):
    return 2 * rows


class Counting:
    """Doubles rows and keeps how many it was asked at a time."""

    def __init__(self):
        self.asked = []

    def __call__(self, rows):
        self.asked.append(len(rows))
        return twice(rows)


@pytest.mark.parametrize(("most", "asked"), [(2**26, [5000]), (24 * 2048, [2048, 2048, 904]), (1, [1024] * 4 + [904])])
def test_portions_are_whole_batches_and_their_answers_those_of_all_rows(most, asked, monkeypatch):
    monkeypatch.setattr(portions, "CHUNK_BYTES", most)
    count = Counting()
    np.testing.assert_array_equal(in_portions(count, ROWS), twice(ROWS))
    assert count.asked == asked


def test_no_rows_have_no_answers():
    assert in_portions(twice, ROWS[:0]).shape == (0, 3)


def test_raw_rows_are_answered_at_once_unless_they_lie_on_the_disk(tmp_path):
    mapped = np.memmap(tmp_path / "rows", np.float64, "w+", shape=ROWS.shape)
    mapped[:] = ROWS
    lazy = LazyRows(lambda places: ROWS[places], np.arange(5000), 24)
    for rows, asked in ((ROWS, [5000]), (mapped, [1024] * 4 + [904]), (lazy, [1024] * 4 + [904])):
        count = Counting()
        np.testing.assert_array_equal(of_raw(count, rows), twice(ROWS))
        assert count.asked == asked


def test_an_error_says_from_where_its_rows_are_counted():
    def picky(rows):
        if 0.0 in rows:
            raise BadData(f"row {int(np.argmax(rows == 0)) + 1} is 0. Change it.")
        return rows

    rows = np.ones(3000)
    rows[2050] = 0.0
    lazy = LazyRows(lambda places: rows[places], np.arange(3000), 8)
    with pytest.raises(BadData, match=r"of the rows from 2,049 on, row 3 is 0\. Change it"):
        of_raw(picky, lazy)
