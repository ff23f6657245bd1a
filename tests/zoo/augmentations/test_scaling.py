"""Series made larger or smaller."""

from __future__ import annotations

import numpy as np


def test_each_channel_of_each_series_is_multiplied_by_one_number(augmented, series):
    after, (normal,) = augmented("scaling", series, 0.3)
    assert normal.shape == (7, 1, 2)
    np.testing.assert_allclose(after, series * (1 + 0.3 * normal), atol=1e-6)
