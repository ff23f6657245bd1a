"""Sound without a range of frequencies."""

from __future__ import annotations

import numpy as np


def test_neighbouring_bands_become_their_mean_as_specaugment_draws_it(augmented, clips):
    after, (draws,) = augmented("frequency_mask", clips, 0.5)
    bands = clips.shape[2]
    most = np.floor(0.5 * bands)
    for clip, found, (one, two) in zip(clips, after, draws, strict=True):
        length = int(min(np.floor(one * (most + 1)), most))
        first = int(np.floor(two * (bands - length + 1)))
        oracle = clip.copy()
        oracle[:, first : first + length] = 0
        np.testing.assert_array_equal(found, oracle)
