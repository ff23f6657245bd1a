"""Images in other light, against the formulas in float64."""

from __future__ import annotations

import numpy as np
import pytest


def expected(image, saturation, contrast, brightness, white):
    image = image.astype("float64")
    if image.shape[-1] == 3:
        grey = image @ np.array([0.299, 0.587, 0.114])
        image = grey[..., np.newaxis] + (1 + saturation) * (image - grey[..., np.newaxis])
    light = image.mean() + (1 + contrast) * (image - image.mean()) + brightness * white
    return np.clip(light, 0, white)


@pytest.mark.parametrize("channels", [1, 3])
def test_saturation_contrast_and_brightness_follow_their_formulas(augmented, images, channels):
    rows = images[..., :channels]
    after, (drawn,) = augmented("colour", rows, 0.4)
    assert np.abs(drawn).max() <= 0.4
    for image, found, changes in zip(rows, after, drawn[:, 0, 0], strict=True):
        np.testing.assert_allclose(found, expected(image, *changes, 255), atol=0.51)


def test_floats_run_from_zero_to_one(augmented, images):
    rows = (images / 255).astype("float32")
    after, (drawn,) = augmented("colour", rows, 1.0)
    for image, found, changes in zip(rows, after, drawn[:, 0, 0], strict=True):
        np.testing.assert_allclose(found, expected(image, *changes, 1), atol=1e-5)
