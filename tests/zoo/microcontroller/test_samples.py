"""Rows that are made from a preparation alone."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.microcontroller._samples import sample_rows
from zoo.plans import fit_preparation
from zoo.preparation import objects
from zoo.task import MODALITIES

from ..kinds import KINDS, dataset_of


@pytest.fixture(params=MODALITIES)
def preparation(request):
    dataset = dataset_of(request.param)
    return fit_preparation(dataset, dataset.x)


def test_they_are_rows_that_can_be_prepared_and_differ(preparation):
    rows = sample_rows(preparation, 5)
    prepared = preparation.apply(rows)
    assert len(rows) == len(prepared) == 5
    assert len(np.unique(prepared.reshape(5, -1), axis=0)) == 5


def test_the_same_seed_gives_the_same_rows(preparation):
    for first, second in zip(sample_rows(preparation, 3, 7), sample_rows(preparation, 3, 7), strict=True):
        np.testing.assert_array_equal(first, second)


def test_no_row_of_the_data_is_among_them(preparation):
    known = KINDS[preparation.modality][0]
    known = {row if isinstance(row, str) else np.asarray(row).tobytes() for row in known}
    for row in sample_rows(preparation, 20):
        assert (row if isinstance(row, str) else row.tobytes()) not in known


def test_numbers_of_a_table_lie_where_its_columns_do_and_some_are_missing():
    from ..prepared import prepared_by

    known = np.random.default_rng(0).normal([1000, -5], [10, 0.1], (200, 2))
    rows = sample_rows(prepared_by("table", known), 400)
    assert np.isnan(rows).any()
    np.testing.assert_allclose(np.nanmean(rows, axis=0), [1000, -5], rtol=0.01)
    np.testing.assert_allclose(np.nanstd(rows, axis=0), [10, 0.1], rtol=0.2)


def test_images_of_several_sizes_have_several():
    from ..prepared import prepared_by

    images = objects([np.full((5 + place, 9, 3), place, np.uint8) for place in range(4)])
    assert len({row.shape for row in sample_rows(prepared_by("image", images), 3)}) == 3
