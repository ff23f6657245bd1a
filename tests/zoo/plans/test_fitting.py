"""Steps are fitted to training rows, and to few of them where they stay on the disk."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zoo.errors import BadData
from zoo.lazy import CHUNK_BYTES, LazyRows
from zoo.plans import fit_preparation, narrowed
from zoo.plans._fitting import FEWEST

from ..kinds import CELLS, dataset_of

MANY = np.random.default_rng(0).normal(size=(3 * FEWEST, 2))


def numbers(rows=MANY, **about):
    return dataset_of("table", x=rows, columns=("a", "b"), dates=(), categories={}, facts={}, **about)


def left_on_disk(rows, row_bytes, read):
    def fetch(places):
        read.append(places)
        return rows[places]

    return LazyRows(fetch, np.arange(len(rows)), row_bytes)


def test_of_rows_on_the_disk_no_more_are_read_than_at_once_whatever_memory_is_allowed():
    read = []
    lazy = left_on_disk(MANY, CHUNK_BYTES, read)
    sources = [replace(numbers().source, memory=memory) for memory in (None, 1, 2**40)]
    found = [fit_preparation(replace(numbers(), source=source), lazy) for source in sources]
    assert found[0] == found[1] == found[2]
    assert all(len(places) == FEWEST and (np.diff(places) > 0).all() for places in read)
    assert found[0] == fit_preparation(numbers(), MANY[read[0]])


def test_rows_on_the_disk_that_are_few_are_all_read():
    read = []
    fit_preparation(numbers(), left_on_disk(MANY, CHUNK_BYTES // len(MANY), read))
    np.testing.assert_array_equal(read, [np.arange(len(MANY))])


def test_windows_of_a_forecast_are_fitted_on_the_same_rows_wherever_they_are(monkeypatch):
    dataset, read = dataset_of("series"), []
    monkeypatch.setattr("zoo.plans._fitting.FEWEST", 10)
    monkeypatch.setattr("zoo.plans._fitting.CHUNK_BYTES", 10 * dataset.x[0].nbytes)
    lazy = left_on_disk(dataset.x, dataset.x[0].nbytes, read)
    found = fit_preparation(dataset, lazy)
    assert len(read[0]) == 10 < len(dataset.x)
    assert found == fit_preparation(dataset, dataset.x)
    assert found != fit_preparation(replace(dataset, facts={}), dataset.x)


def test_a_column_without_any_value_in_training_rows_is_refused_by_name():
    rows = MANY.copy()
    rows[:, 1] = np.nan
    with pytest.raises(BadData, match="column 'b' has no value in any training row"):
        fit_preparation(numbers(), rows)


def test_texts_that_are_not_told_apart_leave_the_preparation_and_the_rows_stay_the_same():
    dataset = dataset_of("table", x=np.where(CELLS == 2, 1, CELLS))
    dataset.x[0, 3] = 2  # the only row with 'z'
    kept = fit_preparation(dataset, dataset.x)
    few = narrowed(kept)
    assert (kept.categories["c"], few.categories["c"]) == (("x", "y", "z"), ("x", "y"))
    np.testing.assert_array_equal(few.apply(np.where(dataset.x == 2, -1, dataset.x)), kept.apply(dataset.x))
