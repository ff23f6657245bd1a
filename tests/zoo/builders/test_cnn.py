"""Convolutional network: series as steps, the three ways to pool, start values by name, what is too short for it."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.builders._blocks import LiveDropout
from zoo.errors import Infeasible
from zoo.live import live_values
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

IMAGES = Task("image", (8, 8, 1), ("a", "b", "c"))
SERIES = Task("series", (10, 3), (), horizon=4)
RANDOM = np.random.default_rng(0)


def convolved(x, kernel, bias):
    """Return relu of every window of an odd kernel over the steps of x (rows, steps, channels), in float64."""
    side = len(kernel) // 2
    padded = np.pad(x, ((0, 0), (side, side), (0, 0)))
    windows = np.stack([padded[:, at : at + len(kernel)] for at in range(x.shape[1])], axis=1)
    return np.maximum(np.einsum("rwkc,kcf->rwf", windows, kernel) + bias, 0)


@pytest.mark.parametrize(("pooling", "pool"), [("max", np.max), ("average", np.mean)])
def test_a_series_is_convolved_along_its_steps_and_pooled_in_pairs(pooling, pool):
    model = build("cnn", SERIES, stages=2, filters=4, normalization="none", pooling=pooling)
    x = found = RANDOM.normal(size=(5, 10, 3))
    *stages, kernel, bias = (weight.astype("float64") for weight in model.get_weights())
    for place in range(0, len(stages), 2):
        found = convolved(found, *stages[place : place + 2])
        pairs = found.shape[1] // 2
        found = pool(found[:, : 2 * pairs].reshape(len(x), pairs, 2, -1), axis=2)
    expected = found.reshape(len(x), -1) @ kernel + bias
    assert expected.shape == (5, 4)
    np.testing.assert_allclose(model.predict(x.astype("float32"), verbose=0), expected, atol=1e-5)


def test_a_strided_stage_ends_with_a_convolution_that_takes_every_second_place():
    model = build("cnn", IMAGES, stages=2, convolutions=2, pooling="strided")
    found = [layer.strides for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert found == [(1, 1), (2, 2), (1, 1), (2, 2)]
    assert not any("Pooling" in type(layer).__name__ for layer in model.layers)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("glorot_uniform", -np.sqrt(6 / (9 * 4 + 9 * 8)), np.sqrt(6 / (9 * 4 + 9 * 8))),
        ("he_uniform", -np.sqrt(6 / (9 * 4)), np.sqrt(6 / (9 * 4))),
    ],
)
def test_start_values_are_drawn_as_they_are_called(name, least, most):
    model = build("cnn", IMAGES, stages=2, filters=4, initializer=name)
    kernel = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)][1].kernel.numpy()
    assert least <= kernel.min() < 0.8 * least
    assert 0.8 * most < kernel.max() <= most


def test_dropping_channels_drops_them_whole_in_the_program_and_in_keras():
    with live_values():
        live = build("cnn", IMAGES, dropping="channels")
    assert {layer.together for layer in live.layers if isinstance(layer, LiveDropout)} == {"channels"}
    stock = build("cnn", IMAGES, dropping="channels")
    assert sum(isinstance(layer, keras.layers.SpatialDropout2D) for layer in stock.layers) == 2


@pytest.mark.parametrize(("length", "most"), [(10, 3), (1, 0)])
def test_a_series_that_is_too_short_is_infeasible(length, most):
    with pytest.raises(Infeasible, match=f"{length} steps can be halved at most {most} times. Try {most}."):
        build("cnn", Task("series", (length, 3), ("a", "b")), stages=most + 1)
