"""Normalised series in C: those that end early, and those with a gap."""

import numpy as np
import pytest

from zoo.errors import BadData
from zoo.preparation import Preparation
from zoo.preparation.normalise import Normalise
from zoo.preparation.pool import Pool

from .compiled import Compiled, needs_compiler

ROWS = np.random.default_rng(0).normal(5, 2, (6, 12, 2)).astype("float32")


@pytest.fixture(params=[(), (Pool(12, 5),)], ids=["alone", "behind pool"])
def preparation(request):
    return Preparation((), (12, 2), (*request.param, Normalise.fit(ROWS)), modality="series")


@needs_compiler
def test_a_series_that_ends_goes_on_with_the_mean(preparation, tmp_path):
    rows = ROWS.copy()
    rows[1, 7:] = rows[2, 3:, 1] = rows[3] = np.nan
    np.testing.assert_allclose(Compiled(preparation, tmp_path).all(rows), preparation.apply(rows), rtol=1e-6, atol=1e-6)


@needs_compiler
def test_a_gap_is_refused_as_in_python(tmp_path):
    preparation = Preparation((), (12, 2), (Normalise.fit(ROWS),), modality="series")
    row = ROWS[0].copy()
    row[5, 0] = np.nan
    with pytest.raises(BadData):
        preparation.apply(row[np.newaxis])
    assert Compiled(preparation, tmp_path)(row)[0] == -1
