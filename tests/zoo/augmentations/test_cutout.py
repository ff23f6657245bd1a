"""Images without a square."""

from __future__ import annotations

import numpy as np


def test_a_square_about_the_drawn_pixel_has_the_mean_colour_and_all_else_stays(augmented, images):
    after, (centres,) = augmented("cutout", images, 2 / 3)
    for image, found, centre in zip(images, after, centres, strict=True):
        row, column = int(centre[0] * 9), int(centre[1] * 6)
        expected = image.copy()
        expected[max(0, row - 2) : row + 2, max(0, column - 2) : column + 2] = np.round(image.mean(axis=(0, 1)))
        assert (expected != image).any()
        np.testing.assert_array_equal(found, expected)


def test_the_side_is_a_share_of_the_shorter_side(augmented):
    white = np.zeros((1, 9, 6, 1), "float32")
    white[0, 0, 0] = 0.9
    after, _ = augmented("cutout", white, 0.5, forced=[np.array([[0.5, 0.5]])])
    assert np.sum(np.asarray(after)[0] != white[0]) == 3 * 3
