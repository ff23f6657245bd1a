"""Cropped images, against NumPy's interpolation."""

from __future__ import annotations

import numpy as np


def test_a_window_is_stretched_linearly_to_the_whole_size(augmented, images):
    floats = (images / 255).astype("float32")
    after, (cuts, starts) = augmented("crop", floats, 0.5)
    assert cuts.max() <= 0.5
    for image, found, cut, start in zip(floats.astype("float64"), after, cuts[:, 0], starts, strict=True):
        rows, columns = (
            np.linspace(cut * begin * last, cut * begin * last + (1 - cut) * last, last + 1)
            for begin, last in ((start[0], 8), (start[1], 5))
        )
        assert rows[-1] <= 8 and columns[-1] <= 5
        down = np.apply_along_axis(lambda line, at=rows: np.interp(at, np.arange(9), line), 0, image)
        expected = np.apply_along_axis(lambda line, at=columns: np.interp(at, np.arange(6), line), 1, down)
        np.testing.assert_allclose(found, expected, atol=1e-5)
