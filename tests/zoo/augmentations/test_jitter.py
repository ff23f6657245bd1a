"""Noise on series."""

from __future__ import annotations

import numpy as np


def test_noise_of_the_strength_is_added_to_every_number(augmented, series):
    after, (normal,) = augmented("jitter", series, 0.3)
    assert normal.shape == series.shape
    np.testing.assert_allclose(after, series + 0.3 * normal, atol=1e-6)
