"""Standardised columns in C."""

import numpy as np

from zoo.preparation import Preparation
from zoo.preparation.standardise import Standardise

from .compiled import Compiled, needs_compiler


@needs_compiler
def test_a_large_mean_costs_no_digits(tmp_path):
    rows = 1.7e9 + np.arange(12.0).reshape(6, 2)  # floats of 32 bits are 128 apart there
    preparation = Preparation((), (2,), (Standardise.fit(rows),))
    np.testing.assert_allclose(Compiled(preparation, tmp_path).all(rows), preparation.apply(rows), rtol=1e-6)


@needs_compiler
def test_a_row_that_python_refuses_is_not_finite(tmp_path):
    preparation = Preparation((), (2,), (Standardise((0.0, 0.0), (1e-30, 1.0)),))
    prepare = Compiled(preparation, tmp_path)
    assert [prepare(row)[0] for row in np.array([[0, 0], [1e30, 0], [0, np.nan]])] == [0, -1, -1]
