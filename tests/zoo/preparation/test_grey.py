"""Images in grey: as bright as they were, whatever their kind and size."""

import json

import numpy as np
import pytest
from PIL import Image

from zoo.errors import BadData
from zoo.preparation import objects
from zoo.preparation.grey import Grey

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 6, 7, 3), np.uint8)


def test_bytes_are_as_pillow_weighs_them():
    found = Grey.fit(IMAGES).apply(IMAGES)
    oracle = np.stack([np.asarray(Image.fromarray(image).convert("L"), int) for image in IMAGES])
    assert (found.dtype, found.shape) == (np.uint8, (5, 6, 7, 1))
    assert np.abs(found[..., 0] - oracle).max() <= 1  # Pillow weighs with 16 bits


def test_other_numbers_are_not_rounded():
    found = Grey.fit(IMAGES).apply(IMAGES / 255)
    np.testing.assert_allclose(found[..., 0], IMAGES @ np.array([0.299, 0.587, 0.114]) / 255, atol=1e-6)


def test_images_of_several_sizes_and_one_channel_are_taken():
    rows = objects([IMAGES[0], IMAGES[1, :3], IMAGES[2, ..., :1]])
    found = Grey.fit(rows).apply(rows)
    assert [image.shape for image in found] == [(6, 7, 1), (3, 7, 1), (6, 7, 1)]
    np.testing.assert_array_equal(found[2], IMAGES[2, ..., :1])
    np.testing.assert_array_equal(found[1], Grey(3).apply(IMAGES)[1, :3])


def test_json_both_ways_gives_the_same_step():
    step = Grey.fit(IMAGES)
    assert Grey.from_json(json.loads(json.dumps(step.to_json()))) == step


def test_two_channels_have_no_brightness():
    with pytest.raises(BadData, match="an image has 2 channels; grey is made of 3"):
        Grey.fit(IMAGES[..., :2])
