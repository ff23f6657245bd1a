"""Mirrored images."""

from __future__ import annotations

import numpy as np


def test_images_whose_draw_is_below_the_strength_are_mirrored_left_to_right(augmented, images):
    after, (drawn,) = augmented("flip", images, 0.5)
    mirrored = drawn[:, 0, 0, 0] < 0.5
    assert 0 < mirrored.sum() < len(images)
    expected = np.where(mirrored[:, np.newaxis, np.newaxis, np.newaxis], images[:, :, ::-1], images)
    np.testing.assert_array_equal(after, expected)


def test_at_strength_1_every_image_is_mirrored(augmented, images):
    np.testing.assert_array_equal(augmented("flip", images, 1.0)[0], images[:, :, ::-1])
