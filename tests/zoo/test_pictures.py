"""What augmentation makes of a data set, on one sheet."""

import io

import numpy as np
import pytest
from PIL import Image

from zoo.augmentations import augmentations_for
from zoo.data import load_data
from zoo.errors import UnknownName, Unsupported
from zoo.pictures import pictures_of
from zoo.sheets import CAPTION, GAP, SIDE
from zoo.splits import split


def size_of(content):
    return Image.open(io.BytesIO(content)).size


def size_with(rows, columns):
    return GAP + columns * (SIDE + GAP), CAPTION + rows * (SIDE + CAPTION + GAP)


def test_one_row_of_each_class_is_shown_as_every_augmentation_leaves_it(digits):
    assert size_of(pictures_of(digits)) == size_with(10, 1 + len(augmentations_for("image")))


def test_only_the_augmentations_named_are_shown_and_alike_every_time(digits):
    content = pictures_of(digits, {"flip": 1.0, "noise": 0.2})
    assert size_of(content) == size_with(10, 3)
    assert pictures_of(digits, {"flip": 1.0, "noise": 0.2}) == content


def test_series_with_quantities_are_shown_at_even_steps_of_these():
    random = np.random.default_rng(0)
    splits = split(load_data((random.normal(size=(40, 12)), random.normal(size=40)), modality="series"))
    assert size_of(pictures_of(splits, {"jitter": 0.1})) == size_with(10, 2)


def test_tables_have_no_pictures_and_unknown_augmentations_are_refused(digits):
    with pytest.raises(Unsupported, match="there is nothing to draw"):
        pictures_of(split(load_data("wine")))
    with pytest.raises(UnknownName, match="did you mean 'rotate'"):
        pictures_of(digits, {"rotatte": 1.0})
