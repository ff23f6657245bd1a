"""Temporal convolutions: causal, as far back as the formula says, and Bai's block in NumPy."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.errors import Infeasible
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

LENGTH = 40


def series(steps=LENGTH, features=2):
    return Task("series", (steps, features), ("a", "b"))


def causal(x, kernel, bias, dilation):
    """Return the sum over the taps k of x[t - dilation (last - k)] K[k] + b of one row (steps, channels)."""
    found = np.tile(bias, (len(x), 1))
    for tap, weights in enumerate(kernel):
        back = dilation * (len(kernel) - 1 - tap)
        found[back:] += x[: len(x) - back] @ weights
    return found


def made(layer):
    """Return a layer's number in its name: they count up as layers are made."""
    return int(f"0{layer.name.removeprefix('conv1d').strip('_')}")


def test_blocks_add_what_two_dilated_causal_convolutions_find():
    model = build("tcn", series(9), blocks=2, filters=8, kernel=2, normalization="none")
    random = np.random.default_rng(0)
    model.set_weights([random.normal(0, 0.5, weight.shape) for weight in model.get_weights()])
    convolutions = sorted((x for x in model.layers if isinstance(x, keras.layers.Conv1D)), key=made)
    first, second, project, third, fourth = (layer.get_weights() for layer in convolutions)
    kernel, bias = model.get_weights()[-2:]
    x, expected = random.normal(size=(4, 9, 2)), []
    for row in x:
        inner = np.maximum(causal(np.maximum(causal(row, *first, 1), 0), *second, 1), 0)
        block = np.maximum(inner + causal(row, *project, 1), 0)
        inner = np.maximum(causal(np.maximum(causal(block, *third, 2), 0), *fourth, 2), 0)
        expected.append(np.maximum(inner + block, 0)[-1] @ kernel + bias)
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("blocks", "kernel"), [(1, 3), (2, 2), (3, 3)])
def test_the_answer_depends_on_as_many_steps_as_the_formula_says(blocks, kernel):
    model = build("tcn", series(), blocks=blocks, kernel=kernel, filters=8, activation="tanh")
    field = 1 + 2 * (kernel - 1) * (2**blocks - 1)
    random = np.random.default_rng(0)
    x = np.repeat(random.normal(size=(1, LENGTH, 2)), 3, axis=0)
    x[1, LENGTH - field - 1] += 5  # just outside
    x[2, LENGTH - field] += 5
    plain, outside, inside = model.predict(x, verbose=0)
    np.testing.assert_allclose(outside, plain, atol=1e-6)
    assert np.abs(inside - plain).max() > 1e-6


@pytest.mark.parametrize(("steps", "most"), [(40, 6), (9, 4), (8, 3), (2, 1), (1, 1)])
def test_blocks_whose_taps_are_a_row_apart_are_infeasible(steps, most):
    build("tcn", series(steps), blocks=most, filters=8)
    with pytest.raises(Infeasible, match=f"tcn.blocks is {most + 1}; rows of {steps} steps .*Try {most}"):
        build("tcn", series(steps), blocks=most + 1, filters=8)


@pytest.mark.parametrize("values", [{"normalization": "layer"}, {"activation": "maxout"}, {"pooling": "attention"}])
def test_other_parts_leave_the_shape_of_the_answer(values):
    assert build("tcn", series(), filters=8, **values).output_shape == (None, 2)
