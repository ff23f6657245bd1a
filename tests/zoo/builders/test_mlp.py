"""The multilayer perceptron: what its layers are made of under each activation, normalisation and start."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.errors import BadValue
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

TASK = Task("table", (5,), ("a", "b"))


def kinds(**values):
    return [type(layer).__name__ for layer in build("mlp", TASK, depth=1, units=8, **values).layers]


def test_a_plain_activation_is_part_of_its_dense_layer():
    assert kinds() == ["InputLayer", "Flatten", "Dense", "Dropout", "Dense"]
    assert build("mlp", TASK, activation="mish").layers[2].activation is keras.activations.mish


def test_values_of_an_activation_are_frozen_into_the_stock_layer():
    model = build("mlp", TASK, depth=1, units=8, activation="leaky_relu", slope=0.4)
    assert model.layers[3].negative_slope == pytest.approx(0.4)
    assert build("mlp", TASK, depth=1, units=8, activation="elu", alpha=0.4).layers[3].alpha == pytest.approx(0.4)


def test_maxout_has_two_affine_pieces_for_each_unit():
    model = build("mlp", TASK, depth=2, units=8, activation="maxout")
    assert [layer.units for layer in model.layers if isinstance(layer, keras.layers.Dense)] == [16, 16, 2]
    first = model.layers[2]
    x = np.random.default_rng(0).normal(size=(3, 5)).astype("float32")
    found = keras.Model(model.input, model.get_layer(index=4).input)(x)  # what dropout is given
    affine = x @ first.kernel.numpy() + first.bias.numpy()
    np.testing.assert_allclose(found, affine.reshape(3, 8, 2).max(axis=-1), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("how", "layer"), [("batch", "BatchNormalization"), ("layer", "LayerNormalization")])
def test_normalisation_stands_between_a_layer_and_its_activation(how, layer):
    assert kinds(normalization=how)[2:5] == ["Dense", layer, "Activation"]
    model = build("mlp", TASK, depth=1, units=8, normalization=how)
    assert model.layers[2].use_bias == (how != "batch")


def test_weights_start_from_the_initialiser_asked_for():
    model = build("mlp", TASK, initializer="lecun_normal")
    assert {type(layer.kernel_initializer).__name__ for layer in model.layers if layer.weights} == {"LecunNormal"}


def test_an_unknown_activation_gets_its_nearest_match():
    with pytest.raises(BadValue, match=r"mlp\.activation is 'rely'; it must be one of relu, .* Try relu\."):
        build("mlp", TASK, activation="rely")
