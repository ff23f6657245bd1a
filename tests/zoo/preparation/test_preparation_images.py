"""Preparing images: bytes stay bytes, other pixels are divided, what is no image is refused."""

import numpy as np
import pytest

from zoo.errors import BadData
from zoo.preparation import Preparation
from zoo.preparation.resize import Resize

from ..prepared import prepared_by


def test_images_are_divided_by_the_largest_absolute_value_of_the_training_rows():
    images = np.array([-8.0, 4.0, 0.0, 2.0], np.float32).reshape(1, 2, 2, 1)
    preparation = prepared_by("image", images)
    np.testing.assert_array_equal(preparation.apply(images * 2).ravel(), [-2, 1, 0, 0.5])


def test_images_without_light_stay_black():
    black = np.zeros((2, 3, 3, 1), np.float32)
    np.testing.assert_array_equal(prepared_by("image", black).apply(black), black)


def test_images_of_bytes_stay_bytes_whether_they_come_as_images_or_as_flat_numbers():
    images = np.arange(32, dtype=np.uint8).reshape(2, 4, 4, 1)
    preparation = prepared_by("image", images)
    assert (preparation.steps, preparation.dtype) == ((), "uint8")
    for rows in (images, images.reshape(2, 16).astype(np.float64)):
        prepared = preparation.apply(rows)
        assert prepared.dtype == np.uint8
        np.testing.assert_array_equal(prepared, images)


def test_flat_rows_are_prepared_as_shaped_ones_are():
    images = np.random.default_rng(0).uniform(0, 16, (5, 4, 4, 2)).astype(np.float32)
    preparation = prepared_by("image", images)
    prepared = preparation.apply(images)
    assert prepared.dtype == np.float32
    np.testing.assert_array_equal(preparation.apply(images.reshape(5, 32).astype(np.float64)), prepared)


@pytest.mark.parametrize("value", [-1, 0.5, 256, np.nan])
def test_a_pixel_that_is_no_byte_is_refused(value):
    preparation = prepared_by("image", np.zeros((2, 2, 2, 1), np.uint8))
    with pytest.raises(BadData, match="0 to 255"):
        preparation.apply(np.full((1, 4), value))


@pytest.mark.parametrize(("modality", "shape"), [("image", (5, 4, 4, 1)), ("series", (5, 7, 1))])
def test_rows_of_one_channel_may_come_without_its_axis(modality, shape):
    rows = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    preparation = prepared_by(modality, rows)
    np.testing.assert_array_equal(preparation.apply(rows[..., 0]), preparation.apply(rows))


PICTURES = Preparation((), (), (Resize(2, 2, 1),), "uint8", modality="image", facts={"channels": 1})


@pytest.mark.parametrize("value", [-1.0, 0.5, 256.0, np.nan])
def test_images_of_several_sizes_are_bytes_or_refused_not_cut(value):
    images = [np.zeros((2, 2, 1), np.uint8), np.full((3, 3, 1), value)]
    with pytest.raises(BadData, match="a pixel is not a whole number from 0 to 255"):
        PICTURES.apply(images)


def test_whole_numbers_are_bytes_whatever_their_type_and_lists_are_images():
    images = [np.full((2, 2, 1), 255, np.uint8), np.full((3, 3, 1), 255.0), [[[255], [255]], [[255], [255]]]]
    found = PICTURES.apply(images)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, 255)


@pytest.mark.parametrize("row", ["text", None, 1.5, [[1], [1, 2]], np.array(["a"])])
def test_what_is_no_image_is_refused(row):
    with pytest.raises(BadData, match="must be an array of numbers|of different shapes"):
        PICTURES.apply([row])


def test_images_that_must_be_of_one_shape_and_are_not_are_refused():
    same = Preparation((), (2, 2, 1), (), "uint8")
    with pytest.raises(BadData, match="rows are of different shapes; this model takes them all of one"):
        same.apply([np.zeros((2, 2, 1)), np.zeros((3, 2, 1))])
