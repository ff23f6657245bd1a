"""compress: steps in turn, named in the recipe; a model whose structure changed is a value like any other."""

from __future__ import annotations

import json
from dataclasses import replace

import keras
import numpy as np
import pytest

import zoo
from zoo.compression import COMPRESSIONS, apply, compression_space
from zoo.errors import BadValue, UnknownName, Unsupported
from zoo.recipe import OWN_MODEL
from zoo.trained import with_network


@pytest.fixture
def narrower(champions, digits):
    """A champion whose structure no builder makes, trained far enough that its answers are no accident of rounding."""
    trained = champions["mlp"]
    network = trained.network()
    scores = keras.layers.Dense(10, name="scores")(keras.layers.Dense(3, name="narrow")(network.layers[-2].output))
    model = keras.Model(network.input, scores)
    model.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(digits.train.x, digits.train.y, epochs=5, verbose=0)
    return with_network(trained, model)


def test_another_structure_keeps_its_answers_in_the_value(narrower, digits):
    rebuilt = replace(narrower, config=json.loads(json.dumps(narrower.config)))
    network = narrower.network()
    scores = network.predict(digits.validation.x, verbose=0)
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert np.abs(rebuilt.predict(digits.validation.x) - expected).max() < 1e-5
    assert {"narrow", "scores"} <= {layer.name for layer in network.layers}


@pytest.mark.slow
def test_another_structure_is_exported_and_proven(narrower, digits, tmp_path):
    artifact = zoo.export(narrower, digits, "tflite", "int8", out=tmp_path / "bundle")
    assert artifact.proof.passed, artifact.proof
    assert artifact.proof.label_agreement > 0.9


def test_a_layer_that_is_not_keras_s_own_is_refused_by_name(champions):
    class Mine(keras.layers.Layer):
        def call(self, x):
            return x

    network = champions["mlp"].network()
    with pytest.raises(Unsupported, match="the layer mine is a Mine"):
        with_network(champions["mlp"], keras.Model(network.input, Mine(name="mine")(network.output)))


def test_a_model_of_one_s_own_is_not_taken_apart(champions):
    own = replace(champions["mlp"], recipe=replace(champions["mlp"].recipe, builder=OWN_MODEL))
    with pytest.raises(Unsupported, match="model of your own"):
        own.network()


@pytest.mark.parametrize(
    ("step", "error", "text"),
    [
        ("chanels", UnknownName, "channels"),
        ({"share": 0.5}, BadValue, "a step names its method"),
        (7, BadValue, "compress holds 7"),
    ],
)
def test_a_wrong_step_is_refused_before_anything_is_done(champions, digits, workspace, step, error, text):
    steps = [{"method": step} if isinstance(step, str) else step]
    with pytest.raises(error, match=text):
        apply(steps, champions["mlp"], digits, workspace)


@pytest.mark.parametrize("method", COMPRESSIONS.names())
def test_every_method_says_the_ranges_of_its_arguments(method):
    space = compression_space(method)
    assert space
    for name, parameter in space.items():
        assert parameter.domain.check(parameter.default, name) == parameter.default
