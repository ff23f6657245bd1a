"""Quantization-aware training: what was trained is what the file holds, integer for integer."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest

import zoo
from zoo.compression import compress
from zoo.compression._grid import highest, rounded
from zoo.compression._sharing import sharing_of
from zoo.evaluation import evaluate
from zoo.formats._grid import on_grid
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.trained import with_network
from zoo.training.fitting import fit

from .stored import integers_in

BRIEF = {"method": "quantize_aware", "epochs": 2}


def integers(kernel, axes, bits=8):
    """Return the whole numbers of steps that weights are on their grid, whose largest one is its end."""
    largest = np.abs(kernel).max(axis=axes, keepdims=True)
    return kernel.astype("float64") * highest(bits) / np.where(largest > 0, largest, 1)


def kernels_of(network):
    """Return the kernel of each convolution and dense layer, (..., channels), with the signs that batch norm gives."""
    found = []
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            found[-1] = found[-1] * np.sign(layer.gamma.numpy())
        elif sharing_of(layer) is not None:
            found.append(layer.kernel.numpy())
    return found


@pytest.fixture(scope="module")
def eight_bits(champions, digits, workspace):
    return compress(champions["cnn"], digits, BRIEF, workspace=workspace)


@pytest.fixture(scope="module")
def exported(eight_bits, digits, tmp_path_factory):
    return zoo.export(eight_bits, digits, "tflite", "int8", out=tmp_path_factory.mktemp("aware") / "bundle")


def test_an_int8_file_holds_exactly_the_integers_that_were_trained(eight_bits, exported):
    stored = [weights.values for weights in integers_in(exported.path / "model.tflite")]
    kernels = kernels_of(eight_bits.network())
    assert len(stored) == len(kernels) == 3
    for found, kernel in zip(stored, kernels, strict=True):
        trained = integers(np.moveaxis(kernel, -1, 0), tuple(range(1, kernel.ndim)))
        np.testing.assert_allclose(trained, np.rint(trained), atol=1e-3)
        np.testing.assert_array_equal(found, np.rint(trained))


def test_the_file_answers_as_its_source(exported):
    assert exported.proof.passed, exported.proof.reasons


def test_the_model_stays_a_builder_s_and_its_recipe_says_all_that_was_done(eight_bits, champions):
    champion = champions["cnn"]
    (step,) = eight_bits.recipe.compress
    assert step["method"] == "quantize_aware"
    assert (step["bits"], step["activations"], step["epochs"]) == (8, "int8", 2)
    assert eight_bits.config is None
    assert replace(eight_bits.recipe, compress=()) == champion.recipe
    assert len(eight_bits.history) == len(champion.history) + 2
    assert eight_bits.epoch > len(champion.history)


def test_the_champion_is_as_it_was(champions, digits, workspace):
    before = [weight.copy() for weight in champions["mlp"].weights]
    compress(champions["mlp"], digits, {**BRIEF, "epochs": 1}, workspace=workspace)
    assert all(map(np.array_equal, champions["mlp"].weights, before))


@pytest.mark.slow
@pytest.mark.parametrize(("bits", "epochs"), [(2, 8), (4, 3)])
def test_few_bits_that_were_trained_are_worth_more_than_rounding_alone(champions, digits, workspace, bits, epochs):
    champion = champions["mlp"]
    step = {"method": "quantize_aware", "bits": bits, "activations": "float", "epochs": epochs, "learning_rate": 3e-3}
    trained = compress(champion, digits, step, workspace=workspace)
    weights = [rounded(one, "channel", bits).numpy() if one.ndim > 1 else one for one in champion.weights]
    alone = replace(champion, weights=tuple(weights))
    before, after = (evaluate(one, digits.validation).metrics["log_loss"] for one in (alone, trained))
    assert after < before
    for kernel in kernels_of(trained.network()):
        levels = integers(kernel, 0, bits)
        np.testing.assert_allclose(levels, np.rint(levels), atol=1e-3)
        in_a_file = on_grid(kernel, 1, bits=4).weights()
        np.testing.assert_allclose(in_a_file, kernel, atol=1e-6)
    assert evaluate(trained, digits.validation).metrics["accuracy"] > 0.9


def test_a_quantity_is_learned_on_a_grid_too(diabetes, workspace):
    train = TrainConfig(epochs=10, learning_rate=3e-3)
    trained = fit(Recipe(Source("diabetes"), "mlp", {"units": 16}, train=train), diabetes, workspace)
    small = compress(trained, diabetes, {**BRIEF, "bits": 6}, workspace=workspace)
    before, after = (evaluate(one, diabetes.validation).metrics["rmse"] for one in (trained, small))
    assert after < 1.1 * before
    for kernel in kernels_of(small.network()):
        levels = integers(kernel, 0, 6)
        np.testing.assert_allclose(levels, np.rint(levels), atol=1e-3)


@pytest.mark.slow
def test_an_int8_file_of_an_lstm_holds_exactly_the_integers_that_were_trained(champions, digits, workspace, tmp_path):
    small = compress(champions["lstm"], digits, {**BRIEF, "epochs": 1}, workspace=workspace)
    artifact = zoo.export(small, digits, "tflite", "int8", out=tmp_path / "bundle")
    assert artifact.proof.passed, artifact.proof.reasons
    (memory,) = (layer for layer in small.network().layers if isinstance(layer, keras.layers.LSTM))
    gates = [part for weights in memory.get_weights()[:2] for part in np.split(weights, 4, axis=-1)]
    found = list(integers_in(artifact.path / "model.tflite"))
    (fused,) = (weights.operator for weights in found if weights.place == len(gates))
    stored = {weights.place: weights.values for weights in found if weights.operator == fused}
    for place, gate in enumerate(gates, start=1):
        expected = integers(gate.T, (0, 1))
        np.testing.assert_allclose(expected, np.rint(expected), atol=1e-3)
        np.testing.assert_array_equal(stored[place], np.rint(expected))


@pytest.fixture(scope="module")
def separable(champions, digits, workspace):
    """A briefly trained network of depthwise and separable convolutions, on its grid of eight bits."""
    keras.utils.set_random_seed(0)
    layers, inputs = keras.layers, keras.Input((8, 8, 1))
    x = layers.Conv2D(6, 3, padding="same", activation="relu")(inputs)
    x = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, use_bias=False)(x)
    x = layers.Activation("relu")(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.SeparableConv2D(8, 3, padding="same", activation="relu")(x)
    network = keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))
    step = {"method": "quantize_aware", "epochs": 20, "learning_rate": 1e-2}
    return compress(with_network(champions["cnn"], network), digits, step, workspace=workspace)


@pytest.mark.slow
def test_an_int8_file_of_separable_convolutions_holds_exactly_the_integers_that_were_trained(
    separable, digits, tmp_path
):
    artifact = zoo.export(separable, digits, "tflite", "int8", out=tmp_path / "bundle")
    assert artifact.proof.passed, artifact.proof.reasons
    kernels = [weight for weight in separable.network().weights if "kernel" in weight.name]
    (norm,) = (one for one in separable.network().layers if isinstance(one, keras.layers.BatchNormalization))
    stored = [weights.values for weights in integers_in(artifact.path / "model.tflite")]
    assert len(stored) == len(kernels) == 5
    for number, (found, kernel) in enumerate(zip(stored, (weight.numpy() for weight in kernels), strict=True)):
        in_order = kernel.reshape(1, 3, 3, -1) if number in (1, 2) else np.moveaxis(kernel, -1, 0)
        axes = (0, 1, 2) if number in (1, 2) else tuple(range(1, kernel.ndim))
        trained = integers(in_order * (np.sign(norm.gamma.numpy()) if number == 1 else 1), axes)
        np.testing.assert_allclose(trained, np.rint(trained), atol=1e-3)
        np.testing.assert_array_equal(found, np.rint(trained))
