"""Depthwise separable network: its kinds of convolutions, what the first one sees, and that it learns."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.evaluation import evaluate
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.task import Task
from zoo.training.fitting import fit

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

IMAGES = Task("image", (8, 8, 3), ("a", "b"))


def kernels(model):
    return [(type(layer).__name__, layer.kernel_size) for layer in model.layers if hasattr(layer, "kernel_size")]


def test_each_block_is_a_depthwise_and_a_pointwise_convolution():
    block = [("DepthwiseConv2D", (5, 5)), ("Conv2D", (1, 1))]
    assert kernels(build("ds_cnn", IMAGES, blocks=2, kernel=5)) == [("Conv2D", (5, 5)), *block, *block]


def test_of_sound_the_first_convolution_sees_ten_frames_by_four_bands():
    assert kernels(build("ds_cnn", Task("audio", (49, 10, 1), ("a", "b"))))[0] == ("Conv2D", (10, 4))


@pytest.mark.parametrize(("stride", "places"), [(1, 8), (2, 4)])
def test_the_first_convolution_alone_has_a_stride(stride, places):
    model = build("ds_cnn", IMAGES, stride=stride)
    maps = {layer.output.shape[1:3] for layer in model.layers if hasattr(layer, "kernel_size")}
    assert maps == {(places, places)}


def test_a_depthwise_convolution_gives_each_channel_a_kernel_of_its_own():
    model = build("ds_cnn", IMAGES, blocks=1, filters=8)
    layer = next(layer for layer in model.layers if isinstance(layer, keras.layers.DepthwiseConv2D))
    x = np.random.default_rng(0).normal(size=(2, 4, 4, 8))
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    kernel = layer.get_weights()[0].astype("float64")[..., 0]
    shifted = np.stack([padded[:, i : i + 4, j : j + 4] * kernel[i, j] for i in range(3) for j in range(3)])
    np.testing.assert_allclose(layer(x.astype("float32")), shifted.sum(axis=0), atol=1e-5)


def test_maxout_gets_two_kernels_for_each_channel():
    model = build("ds_cnn", IMAGES, blocks=1, filters=8, activation="maxout")
    layer = next(layer for layer in model.layers if isinstance(layer, keras.layers.DepthwiseConv2D))
    assert (layer.depth_multiplier, model.output_shape) == (2, (None, 2))


@pytest.mark.slow
def test_digits_are_learned(workspace, digits):
    train = TrainConfig(epochs=12, learning_rate=5e-3)
    trained = fit(Recipe(Source("digits"), "ds_cnn", {"filters": 32}, train=train), digits, workspace)
    assert evaluate(trained, digits.validation).metrics["accuracy"] > 0.93
