"""Windows of series, against NumPy's interpolation."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.mark.parametrize("strength", [0.1, 0.75])
def test_a_window_is_stretched_linearly_to_the_whole_length(augmented, series, strength):
    after, (starts,) = augmented("slicing", series, strength)
    for row, found, start in zip(series.astype("float64"), after, starts[:, 0], strict=True):
        begin = start * strength * 19
        times = np.linspace(begin, begin + (1 - strength) * 19, 20)
        assert times[-1] <= 19 + 1e-9
        for channel in range(2):
            expected = np.interp(times, np.arange(20), row[:, channel])
            np.testing.assert_allclose(found[:, channel], expected, atol=1e-4)


def test_a_series_of_one_time_stays_as_it_is(augmented):
    rows = np.ones((3, 1, 2), "float32")
    np.testing.assert_array_equal(augmented("slicing", rows, 0.5)[0], rows)
