"""Images of one size: how they are framed, what stays as it was, and how the step is kept."""

import json
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from zoo.errors import BadData
from zoo.preparation import objects
from zoo.preparation.resize import Resize

DICE = np.random.default_rng(0)
IMAGES = DICE.integers(0, 256, (5, 12, 20, 3), np.uint8)


def mixed():
    shapes = [(12, 20, 3), (20, 12, 3), (40, 40, 3), (12, 20, 3), (3, 2, 3)]
    return objects([DICE.integers(0, 256, shape, np.uint8) for shape in shapes])


@pytest.mark.parametrize(
    ("rows", "size", "found"),
    [
        (IMAGES, 0, (12, 20)),
        (IMAGES, 32, (32, 32)),
        (np.zeros((2, 96, 96, 1), np.uint8), 0, (96, 96)),
        (np.zeros((2, 97, 20, 1), np.uint8), 0, (64, 64)),
        (mixed(), 0, (64, 64)),
        (mixed(), 48, (48, 48)),
    ],
)
def test_the_size_is_the_one_asked_for_or_their_own_or_the_usual_one(rows, size, found):
    step = Resize.fit(rows, size)
    assert (step.height, step.width) == found
    assert step.apply(rows).shape == (len(rows), *found, rows[0].shape[-1])


@pytest.mark.parametrize("framing", ["crop", "pad", "stretch"])
def test_images_of_the_size_stay_as_they_are(framing):
    np.testing.assert_array_equal(Resize(12, 20, 3, framing).apply(IMAGES), IMAGES)


def test_the_middle_is_cut_out():
    np.testing.assert_array_equal(Resize(12, 12, 3, "crop").apply(IMAGES), IMAGES[:, :, 4:16])
    tall = IMAGES.transpose(0, 2, 1, 3)
    np.testing.assert_array_equal(Resize(12, 12, 3, "crop").apply(tall), tall[:, 4:16])


def test_black_is_put_beside():
    found = Resize(20, 20, 3, "pad").apply(IMAGES)
    np.testing.assert_array_equal(found[:, 4:16], IMAGES)
    assert not found[:, :4].any() and not found[:, 16:].any()


def test_an_image_is_stretched():
    lines = np.repeat(np.arange(0, 240, 20, dtype=np.uint8)[:, np.newaxis], 20, axis=1)[np.newaxis, ..., np.newaxis]
    found = Resize(12, 10, 1, "stretch").apply(lines)
    np.testing.assert_array_equal(found, lines[:, :, :10])


@pytest.mark.parametrize("framing", ["crop", "pad", "stretch"])
def test_images_of_several_sizes_come_out_as_each_does_alone(framing):
    rows, step = mixed(), Resize(16, 16, 3, framing)
    together = step.apply(rows)
    assert together.dtype == np.uint8
    for place, image in enumerate(rows):
        np.testing.assert_array_equal(step.apply(image[np.newaxis])[0], together[place])


def test_numbers_that_are_no_bytes_become_float32_and_are_not_rounded():
    found = Resize(6, 10, 3).apply(IMAGES / 255)
    oracle = IMAGES.reshape(5, 6, 2, 10, 2, 3).mean(axis=(2, 4)) / 255
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, oracle, atol=1e-6)


@pytest.mark.parametrize("framing", ["crop", "pad", "stretch"])
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 500, 1), (500, 1, 1), (2, 3, 1)])
def test_an_image_of_any_ratio_gets_the_size(shape, framing):
    image = np.full((1, *shape), 7, np.uint8)
    found = Resize(16, 16, 1, framing).apply(image)
    assert found.shape == (1, 16, 16, 1)
    assert set(np.unique(found)) <= {0, 7} and found.max() == 7


def test_json_both_ways_gives_the_same_step():
    step = Resize.fit(IMAGES, 32, "pad")
    assert Resize.from_json(json.loads(json.dumps(step.to_json()))) == step


@pytest.mark.parametrize("change", [{"height": 0}, {"channels": -1}, {"framing": "zoom"}])
def test_json_that_no_step_wrote_is_refused(change):
    with pytest.raises(ValueError, match="no size of an image"):
        Resize.from_json({**Resize(8, 8, 3).to_json(), **change})


def test_a_step_is_frozen_and_leaves_its_input_alone():
    step, rows = Resize(8, 8, 3), IMAGES.copy()
    step.apply(rows)
    np.testing.assert_array_equal(rows, IMAGES)
    with pytest.raises(FrozenInstanceError):
        step.height = 9


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (IMAGES[..., :1], "an image is of 12 x 20 x 1; this model takes 3 channels"),
        (objects([IMAGES[0], IMAGES[0, :, 0, 0]]), "it must be an array"),
        (objects([IMAGES[0, :0]]), "an image is of 0 x 20 x 3"),
        (objects([IMAGES[0].astype(str)]), "of numbers"),
    ],
)
def test_what_is_no_such_image_is_refused(rows, words):
    with pytest.raises(BadData, match=words):
        Resize(8, 8, 3).apply(rows)
