"""Kim's convolutions over words in NumPy: windows at the tokens alone, and the largest find of each filter."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.builders import build
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

TASK = Task("text", (7,), ("a", "b"), "int32", vocabulary=12)
TOKENS = np.array([[3, 4, 5, 0, 0, 0, 0], [2, 1, 11, 7, 9, 3, 4], [5] + [0] * 6], "int32")


def finds(vectors, count, kernel, bias):
    """Return relu(windows . kernel + bias) at the first `count` tokens, (count, filters); beyond a row are zeros."""
    size = len(kernel)
    before = (size - 1) // 2  # of an even number of taps one more looks ahead
    padded = np.pad(vectors, ((before, size - 1 - before), (0, 0)))
    windows = [np.tensordot(padded[at : at + size], kernel, 2) for at in range(count)]
    return np.maximum(np.array(windows) + bias, 0)


@pytest.mark.parametrize("pooling", ["max", "mean"])
def test_the_largest_or_the_mean_find_of_each_filter_answers(pooling):
    model = build("text_cnn", TASK, width=8, windows=2, kernel=2, filters=8, pooling=pooling)
    random = np.random.default_rng(0)
    model.set_weights([random.normal(size=weight.shape) for weight in model.get_weights()])
    table, *windows, kernel, bias = (weight.astype("float64") for weight in model.get_weights())
    pairs = sorted(zip(windows[::2], windows[1::2], strict=True), key=lambda pair: len(pair[0]))
    table[0] = 0
    rows = []
    for row in TOKENS:
        found = [finds(table[row], np.count_nonzero(row), *pair) for pair in pairs]
        rows.append(np.concatenate([getattr(one, pooling)(axis=0) for one in found]))
    np.testing.assert_allclose(model.predict(TOKENS, verbose=0), np.array(rows) @ kernel + bias, atol=1e-4)


def test_windows_grow_by_one_token_each():
    model = build("text_cnn", TASK, windows=3, kernel=3)
    assert sorted(weight.shape[0] for weight in model.weights if len(weight.shape) == 3) == [3, 4, 5]


@pytest.mark.parametrize("activation", ["maxout", "tanh"])
def test_filters_are_as_many_whatever_their_activation(activation):
    model = build("text_cnn", TASK, windows=2, filters=16, activation=activation)
    assert model.get_weights()[-2].shape == (2 * 16, 2)
