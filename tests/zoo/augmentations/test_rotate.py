"""Turned images, against NumPy's own quarter turn and a float64 reading of four neighbours."""

from __future__ import annotations

import numpy as np
import pytest


def read(image, row, column):
    """Return the linear reading of an image (height, width, channels) at one place, edges continued."""
    row, column = np.clip(row, 0, image.shape[0] - 1), np.clip(column, 0, image.shape[1] - 1)
    top, left = int(row), int(column)
    bottom, right = min(top + 1, image.shape[0] - 1), min(left + 1, image.shape[1] - 1)
    down, across = row - top, column - left
    upper = (1 - across) * image[top, left] + across * image[top, right]
    lower = (1 - across) * image[bottom, left] + across * image[bottom, right]
    return (1 - down) * upper + down * lower


def test_ninety_degrees_are_a_quarter_turn(augmented, images):
    square = images[:, :6]
    after, _ = augmented("rotate", square, 180.0, forced=[np.full(len(square), 90.0)])
    np.testing.assert_array_equal(after, np.rot90(square, axes=(1, 2)))


@pytest.mark.parametrize("strength", [10.0, 60.0])
def test_each_pixel_is_read_where_the_images_own_angle_turns_it_from(augmented, images, strength):
    floats = (images / 255).astype("float32")
    after, (angles,) = augmented("rotate", floats, strength)
    assert np.abs(angles).max() <= strength
    middle, centre = 4.0, 2.5
    for image, found, angle in zip(floats.astype("float64"), after, np.deg2rad(angles), strict=True):
        for row in range(9):
            for column in range(6):
                down, across = row - middle, column - centre
                from_row = middle + np.sin(angle) * across + np.cos(angle) * down
                from_column = centre + np.cos(angle) * across - np.sin(angle) * down
                np.testing.assert_allclose(found[row, column], read(image, from_row, from_column), atol=1e-4)
