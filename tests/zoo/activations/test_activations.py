"""The registry of activations: its names beside Keras's, their order, and how a layer is to be made for one."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.activations import ACTIVATIONS, FIRST, KERAS, activate, is_plain, names, pieces, values_of, without_kernel
from zoo.errors import UnknownName
from zoo.space import Part

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread


def test_every_activation_of_keras_that_takes_and_gives_one_tensor_is_known_by_its_name():
    of_keras = set(keras.src.activations.ALL_OBJECTS_DICT) - {"glu", "threshold"}
    assert of_keras == set(names()) - {"maxout", "prelu", "swish_beta"}
    assert not set(KERAS) & set(ACTIVATIONS.names())


def test_names_that_stored_studies_chose_from_keep_their_order_before_all_others():
    assert names()[: len(FIRST)] == FIRST == ("relu", "elu", "tanh", "leaky_relu", "sigmoid")
    assert len(set(names())) == len(names())


def test_a_name_that_only_keras_knows_is_keras_s_own_layer():
    inputs = keras.Input((3,))
    model = keras.Model(inputs, activate(inputs, "mish"))
    assert isinstance(model.layers[-1], keras.layers.Activation)
    x = np.array([[-1.0, 0.0, 2.0]], "float32")
    np.testing.assert_allclose(model(x), keras.activations.mish(x), rtol=1e-6)


@pytest.mark.parametrize("name", [name for name in names() if is_plain(name)])
def test_a_plain_activation_is_what_keras_knows_by_its_name(name):
    x = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    if name in ACTIVATIONS.entries:
        np.testing.assert_array_equal(ACTIVATIONS.get(name)(x), keras.activations.get(name)(x))
    assert keras.layers.Dense(2, activation=name)(x).shape == (4, 2)


def test_an_unknown_name_gets_its_nearest_match():
    with pytest.raises(UnknownName, match="no activation is named 'swoosh'; did you mean 'swish'"):
        activate(keras.Input((3,)), "swoosh")


def test_values_that_an_activation_does_not_have_are_passed_over():
    inputs = keras.Input((3,))
    assert activate(inputs, "leaky_relu", slope=0.5, alpha=2.0).shape == (None, 3)
    assert set(values_of("leaky_relu")) == {"slope"}
    assert values_of("mish") == {}


def test_maxout_asks_for_two_pieces_and_others_for_one():
    assert {name for name in names() if pieces(name) != 1} == {"maxout"}
    assert pieces("maxout") == 2


def test_what_has_no_integer_kernel_is_known_by_precision():
    assert without_kernel("int8") == ("elu", "selu")
    assert {"elu", "selu", "hard_swish"} < {*without_kernel("int16x8")}
    assert without_kernel("float32") == ()


def test_the_names_are_the_options_of_a_builder_s_activation():
    assert Part("activation").options == names()
