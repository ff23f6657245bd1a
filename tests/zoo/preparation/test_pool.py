"""Pooling: each stretch of time becomes the mean of the numbers in it."""

import numpy as np
import pytest

from zoo.preparation.pool import Pool

ROWS = np.random.default_rng(0).normal(size=(4, 23, 2))


@pytest.mark.parametrize("length", [1, 5, 23])
def test_each_step_is_the_mean_of_its_stretch_without_what_is_missing(length):
    rows = ROWS.copy()
    rows[1, 15:] = np.nan
    found = Pool.fit(rows, length).apply(rows)
    stretches = np.array_split(np.arange(23), [23 * place // length for place in range(1, length)])
    assert found.shape == (4, length, 2)
    for place, stretch in enumerate(stretches):
        for row in range(4):
            own = rows[row, stretch]
            expected = np.full(2, np.nan) if np.isnan(own).all() else np.nanmean(own, axis=0)
            np.testing.assert_allclose(found[row, place], expected, rtol=1e-12)


def test_a_series_is_never_lengthened():
    assert Pool.fit(ROWS, 99).length == 23
    with pytest.raises(ValueError, match="length is 9 of 3 steps"):
        Pool.from_json({"steps": 3, "length": 9})
