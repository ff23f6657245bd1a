"""Residual network: the sizes that MLPerf Tiny's ResNet-8 has, the shortcut, and what is too small for it."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.errors import Infeasible
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread


def images(height, width=None, channels=3):
    return Task("image", (height, width or height, channels), tuple("0123456789"))


def test_the_defaults_are_the_eight_layers_of_mlperf_tiny():
    model = build("resnet", images(32))
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    shortcuts = [layer for layer in convolutions if layer.kernel_size == (1, 1)]
    assert (len(convolutions), len(shortcuts)) == (9, 2)  # seven convolutions and a dense layer count as eight
    assert [layer.output.shape[1:] for layer in model.layers if isinstance(layer, keras.layers.Add)] == [
        (32, 32, 16),
        (16, 16, 32),
        (8, 8, 64),
    ]


def test_blocks_and_stages_add_two_convolutions_each():
    model = build("resnet", images(32), stages=3, blocks=3)
    wide = [x for x in model.layers if isinstance(x, keras.layers.Conv2D) and x.kernel_size == (3, 3)]
    assert len(wide) == 1 + 2 * 3 * 3  # He's ResNet-20


def test_a_block_whose_convolutions_answer_nothing_passes_its_input_on():
    model = build("resnet", images(8), stages=1, blocks=1)
    activations = [layer.output for layer in model.layers if isinstance(layer, keras.layers.Activation)]
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    norms[-1].gamma.assign(np.zeros(16))
    both = keras.Model(model.input, [activations[0], activations[-1]])
    before, after = both.predict(np.random.default_rng(0).normal(size=(4, 8, 8, 3)), verbose=0)
    np.testing.assert_allclose(after, before, atol=1e-6)


@pytest.mark.parametrize(("pixels", "most"), [((8, 8), 4), ((7, 30), 3), ((1, 1), 1)])
def test_stages_beyond_the_last_pixel_are_infeasible(pixels, most):
    build("resnet", images(*pixels), stages=most, filters=4)
    with pytest.raises(Infeasible, match=f"resnet.stages is {most + 1}; {min(pixels)} pixels? .*Try {most}"):
        build("resnet", images(*pixels), stages=most + 1, filters=4)


def test_before_activation_what_is_added_up_stays_as_it_is_and_each_sum_is_normalised_next():
    model = build("resnet", images(8), stages=2, blocks=2, filters=4, pre_activation=True)
    sums = [layer for layer in model.layers if isinstance(layer, keras.layers.Add)]
    after = [node.operation for layer in sums for node in layer._outbound_nodes]
    assert len(sums) == 4
    assert {type(layer).__name__ for layer in after} == {"BatchNormalization", "Add"}
    wide = [x for x in model.layers if isinstance(x, keras.layers.Conv2D)]
    assert not any(layer.use_bias for layer in wide)
    assert len(wide) == 1 + 2 * 4 + 1  # the stem, two a block, and one projection where the stages meet


def test_a_block_before_activation_is_its_input_plus_two_convolutions_of_its_normalised_rectified_input():
    model = build("resnet", images(4), stages=1, blocks=1, filters=4, pre_activation=True)
    random = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(random.uniform(0.5, 1.5, weight.shape))
    layers = {
        kind: [x for x in model.layers if isinstance(x, getattr(keras.layers, kind))] for kind in ("Conv2D", "Add")
    }
    norms = [x for x in model.layers if isinstance(x, keras.layers.BatchNormalization)]
    stem, first, second = layers["Conv2D"]
    parts = keras.Model(model.input, [stem.output, layers["Add"][0].output])
    before, after = parts.predict(random.normal(size=(2, 4, 4, 3)), verbose=0)
    inner = first(np.maximum(norms[0](before), 0))
    inner = second(np.maximum(norms[1](inner), 0))
    np.testing.assert_allclose(after, before + inner, rtol=1e-4)
