"""Moved images."""

from __future__ import annotations

import numpy as np


def test_an_image_moves_by_whole_pixels_and_its_edge_is_continued(augmented, images):
    after, (ways,) = augmented("shift", images, 0.4)
    assert np.abs(ways).max() <= 0.4
    for image, found, way in zip(images, after, ways, strict=True):
        down, across = np.round(way * (9, 6)).astype(int)
        wide = np.pad(image, ((9, 9), (6, 6), (0, 0)), mode="edge")
        np.testing.assert_array_equal(found, wide[9 - down : 18 - down, 6 - across : 12 - across])


def test_a_way_shorter_than_half_a_pixel_moves_nothing(augmented, images):
    np.testing.assert_array_equal(augmented("shift", images, 0.05)[0], images)
