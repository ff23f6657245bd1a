"""Start values: every weight can be made anew by its own layer's initialiser."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.live import live_values
from zoo.starts import note
from zoo.training.initial import recorded_initial_values, seeds

from .few import of_images

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread


@pytest.fixture(params=of_images())
def recorded(request, digits):
    """A model with its initial values, after every weight was spoilt and made anew with seed 0."""
    with live_values(), recorded_initial_values() as found:
        model = build(request.param, digits.task)
    before = model.get_weights()
    for weight in model.weights:
        weight.assign(np.full(weight.shape, 9.0))
    for initial, seed in zip(found, seeds(0, len(found)), strict=True):
        initial.assign(seed)
    return model, before


def test_every_weight_starts_as_the_initialiser_of_its_layer_makes_it(recorded):
    model, before = recorded
    for weight, start in zip(model.weights, before, strict=True):
        now = weight.numpy()
        assert not np.any(now == 9.0), weight.path
        assert np.array_equal(now, start) or now.std() == pytest.approx(start.std(), rel=0.5), weight.path


def test_no_two_random_kernels_of_one_shape_start_alike(recorded):
    kernels = [weight.numpy() for weight in recorded[0].weights if len(weight.shape) > 1]
    for index, kernel in enumerate(kernels):
        assert not any(np.array_equal(kernel, other) for other in kernels[index + 1 :])


def test_seeds_are_repeatable_and_differ():
    assert seeds(3, 50) == seeds(3, 50)
    assert len({*seeds(3, 50), *seeds(4, 50)}) == 100
    assert all(0 <= seed < 2**31 for seed in seeds(3, 50))


def test_a_start_value_that_a_builder_brings_along_takes_the_place_of_an_initialiser():
    brought = np.arange(6.0).reshape(2, 3)
    with recorded_initial_values() as found:
        inputs = keras.Input((2,))
        layers = keras.layers.Dense(3), keras.layers.Dense(3)
        model = keras.Model(inputs, layers[1](layers[0](inputs)))
        layers[0].kernel.assign(brought)
        note([layers[0].kernel])
    for weight in model.weights:
        weight.assign(np.full(weight.shape, 9.0))
    for initial, seed in zip(found, seeds(0, len(found)), strict=True):
        initial.assign(seed)
    assert np.array_equal(layers[0].kernel, brought)
    assert np.ptp(layers[1].kernel) > 0
