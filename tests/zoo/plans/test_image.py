"""The plan of images: which size they get, and when it is worth searching."""

import json

import numpy as np
import pytest

from zoo.data import load_data
from zoo.plans import plan_space
from zoo.preparation import Preparation, objects
from zoo.splits import split

from ..prepared import prepared_by

DICE = np.random.default_rng(0)
Y = np.arange(30) % 3


def images(*shape, kind="uint8"):
    return DICE.integers(0, 256, (30, *shape)).astype(kind)


def names(preparation):
    return [step.to_json()["name"] for step in preparation.steps]


@pytest.mark.parametrize(
    ("shape", "kind", "values", "steps", "prepared"),
    [
        ((8, 8, 1), "uint8", {}, [], ((8, 8, 1), "uint8")),
        ((8, 8, 1), "float32", {}, ["rescale"], ((8, 8, 1), "float32")),
        ((60, 96, 3), "uint8", {}, [], ((60, 96, 3), "uint8")),
        ((100, 100, 3), "uint8", {}, ["resize"], ((64, 64, 3), "uint8")),
        ((8, 8, 3), "uint8", {"size": 12}, ["resize"], ((12, 12, 3), "uint8")),
        ((12, 12, 3), "uint8", {"size": 12}, [], ((12, 12, 3), "uint8")),
        ((8, 8, 3), "uint8", {"channels": "grey"}, ["grey"], ((8, 8, 1), "uint8")),
        ((8, 8, 3), "float32", {"size": 4, "channels": "grey"}, ["grey", "resize", "rescale"], ((4, 4, 1), "float32")),
    ],
)
def test_images_get_the_steps_that_they_need(shape, kind, values, steps, prepared):
    rows = images(*shape, kind=kind)
    preparation = prepared_by("image", rows, **values)
    found = preparation.apply(rows)
    assert names(preparation) == steps
    assert (found.shape[1:], str(found.dtype)) == prepared
    assert preparation.shape_of_rows() == found.shape[1:]


def test_images_of_several_sizes_survive_json_and_come_out_the_same():
    rows = objects([DICE.integers(0, 256, (10 + place, 12, 3), np.uint8) for place in range(30)])
    preparation = split(load_data((rows, Y)), preparation={"framing": "pad", "size": 16}).preparation
    again = Preparation.from_json(json.loads(json.dumps(preparation.to_json())))
    np.testing.assert_array_equal(again.apply(rows), preparation.apply(rows))
    assert again == preparation


@pytest.mark.parametrize(
    ("shape", "searched"),
    [
        ((8, 8, 1), ()),
        ((32, 32, 3), ()),
        ((48, 48, 3), (32, 48)),
        ((60, 40, 3), (0, 32, 48)),
        ((96, 96, 1), (32, 48, 64, 96)),
        ((100, 100, 3), (32, 48, 64, 96)),
        ((50, 300, 3), (32, 48, 64, 96)),
    ],
)
def test_sizes_are_searched_only_where_images_have_the_pixels(shape, searched):
    assert plan_space(load_data((images(*shape), Y)))["size"].domain.points() == searched


def test_nothing_else_is_searched_unasked():
    space = plan_space(load_data((images(100, 100, 3), Y)))
    assert [name for name, parameter in space.items() if parameter.domain.points()] == ["size"]


def test_a_size_that_was_asked_for_is_the_one_of_the_splits():
    splits = split(load_data((images(40, 40, 1), Y)), preparation={"size": 16})
    assert splits.task.input_shape == (16, 16, 1)
