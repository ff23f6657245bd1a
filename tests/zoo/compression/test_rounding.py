"""Where answers are rounded: where an operator of an int8 file ends."""

from __future__ import annotations

import keras
import pytest

from zoo.builders import build
from zoo.compression._rounding import rounded_behind
from zoo.task import Task

from .branching import branching

layers = keras.layers


def test_answers_are_rounded_where_operators_of_a_file_end():
    ends = {"hidden", "left", "right", "sum", "joined", "aside", "mean", "scores"}
    assert rounded_behind(branching()) == ends


@pytest.mark.parametrize(
    ("following", "is_one"),
    [
        (lambda: layers.Activation("relu"), True),
        (lambda: layers.Activation("relu6"), True),
        (lambda: layers.ReLU(6.0), True),
        (lambda: layers.BatchNormalization(), True),
        (lambda: layers.Activation("elu"), False),
        (lambda: layers.ReLU(negative_slope=0.1), False),
        (lambda: layers.LeakyReLU(), False),
    ],
)
def test_what_a_file_makes_one_operator_with_a_dense_layer_is_rounded_once(following, is_one):
    inputs = keras.Input((4,))
    network = keras.Model(inputs, following()(layers.Dense(3, name="first")(inputs)))
    assert ("first" not in rounded_behind(network)) == is_one


def test_a_layer_that_two_hear_is_rounded_for_both():
    inputs = keras.Input((4,))
    x = layers.Dense(3, name="first")(inputs)
    network = keras.Model(inputs, layers.Add(name="sum")([layers.ReLU(name="half")(x), x]))
    assert rounded_behind(network) == {"first", "half", "sum"}


def test_pixels_in_bytes_are_exact_as_they_come():
    network = build("cnn", Task("image", (8, 8, 1), ("a", "b"), "uint8"), stages=1, filters=4)
    assert not any("rescaling" in name for name in rounded_behind(network))
