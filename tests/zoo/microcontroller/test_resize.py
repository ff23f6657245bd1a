"""Resized images in C: to the byte as in Python, whatever size they come in."""

import numpy as np
import pytest

from zoo.microcontroller.resize import LONGEST
from zoo.preparation import Preparation, objects
from zoo.preparation.resize import FRAMINGS, Resize

from .compiled import Compiled, needs_compiler

RANDOM = np.random.default_rng(0)
SIZES = [(9, 7), (7, 9), (8, 8), (16, 16), (3, 20), (1, 1), (40, 2), (2, 1), (33, 50)]


def image(height, width, dtype="uint8", channels=3):
    return RANDOM.integers(0, 256, (height, width, channels)).astype(dtype)


@needs_compiler
@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_images_of_several_sizes_are_those_of_python(framing, dtype, tmp_path):
    images = objects([image(*size, dtype) for size in SIZES])
    kind = {"dtype": dtype, "modality": "image", "facts": {"channels": 3}}
    preparation = Preparation((), (), (Resize(8, 12, 3, framing),), **kind)
    found, expected = Compiled(preparation, tmp_path).all(images), preparation.apply(images)
    np.testing.assert_allclose(found, expected, rtol=0 if dtype == "uint8" else 1e-6)


@needs_compiler
@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("size", [(20, 31), (5, 4), (8, 12)])
def test_images_of_one_size_are_those_of_python(framing, size, tmp_path):
    images = np.stack([image(*size, channels=1) for _ in range(3)])
    preparation = Preparation((), (*size, 1), (Resize(8, 12, 1, framing),), dtype="uint8")
    np.testing.assert_array_equal(Compiled(preparation, tmp_path).all(images), preparation.apply(images))


@needs_compiler
def test_an_image_without_pixels_or_larger_than_any_that_is_read_is_not_served(tmp_path):
    prepare = Compiled(Preparation((), (), (Resize(4, 4, 1),), dtype="uint8", modality="image"), tmp_path)
    assert prepare(image(LONGEST, 3, channels=1))[0] == 0
    assert prepare(image(LONGEST + 1, 3, channels=1))[0] == prepare(image(0, 3, channels=1))[0] == -2
