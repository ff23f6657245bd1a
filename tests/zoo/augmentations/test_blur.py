"""Blurred images, against a plain sum over all pixels in float64."""

from __future__ import annotations

import numpy as np


def test_a_pixel_is_the_mean_of_all_by_their_distance(augmented, images):
    floats = (images / 255).astype("float32")
    after, (deviations,) = augmented("blur", floats, 2.0)
    rows, columns = np.mgrid[:9, :6]
    for image, found, deviation in zip(floats.astype("float64"), after, deviations[:, 0, 0], strict=True):
        for row, column in ((0, 0), (4, 2), (8, 5), (0, 3)):
            weights = np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * deviation**2))
            expected = np.tensordot(weights / weights.sum(), image, 2)
            np.testing.assert_allclose(found[row, column], expected, atol=1e-5)


def test_a_deviation_of_nothing_changes_nothing(augmented, images):
    np.testing.assert_array_equal(augmented("blur", images, 1.0, forced=[np.zeros((7, 1, 1))])[0], images)


def test_a_plain_image_stays_plain(augmented):
    plain = np.full((2, 9, 6, 1), 77, "uint8")
    np.testing.assert_array_equal(augmented("blur", plain, 5.0)[0], plain)
