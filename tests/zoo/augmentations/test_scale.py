"""Zoomed images, against NumPy's interpolation."""

from __future__ import annotations

import numpy as np


def test_an_image_is_read_linearly_about_its_centre(augmented, images):
    floats = (images / 255).astype("float32")
    after, (factors,) = augmented("scale", floats, 0.5)
    assert factors.min() >= 0.5 and factors.max() <= 1.5
    for image, found, factor in zip(floats.astype("float64"), after, factors[:, 0], strict=True):
        rows, columns = (centre + (np.arange(size) - centre) / factor for centre, size in ((4.0, 9), (2.5, 6)))
        down = np.apply_along_axis(lambda line, at=rows: np.interp(at, np.arange(9), line), 0, image)
        expected = np.apply_along_axis(lambda line, at=columns: np.interp(at, np.arange(6), line), 1, down)
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_factor_of_one_changes_nothing(augmented, images):
    np.testing.assert_array_equal(augmented("scale", images, 0.5, forced=[np.ones((7, 1))])[0], images)
