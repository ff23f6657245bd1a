"""What is said of data as it is read."""

import numpy as np
import pytest

from zoo.data._notes import counts_rows

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(
    "cells",
    [np.arange(30.0), np.arange(30.0)[::-1] * 7, RANDOM.permutation(200) + 1000.0, np.r_[RANDOM.permutation(200), 7.0]],
    ids=["rising", "falling", "shuffled", "one twice"],
)
def test_columns_that_number_the_rows(cells):
    assert counts_rows(cells)


@pytest.mark.parametrize(
    "cells",
    [
        np.arange(20.0),
        np.arange(30) + 0.5,
        RANDOM.permutation(30) * 1.0,
        RANDOM.permutation(200) * 10.0,
        RANDOM.integers(0, 100, 200) * 1.0,
        np.full(200, np.nan),
    ],
    ids=["few", "fractions", "shuffled and few", "with gaps", "ages", "missing"],
)
def test_columns_that_do_not(cells):
    assert not counts_rows(cells)
