"""The scale of a target: there and back again, fitted like NumPy would."""

from __future__ import annotations

import json

import numpy as np
import pytest

from zoo.errors import BadData
from zoo.lazy import LazyRows
from zoo.scale import Scale

PRICES = np.array([120_000.0, 350_000.0, 99_500.5, 500_001.0])


def test_scaled_targets_have_mean_zero_and_deviation_one():
    scaled = Scale.fit(PRICES).apply(PRICES)
    assert scaled.dtype == np.float32
    np.testing.assert_allclose([scaled.mean(), scaled.std()], [0, 1], atol=1e-6)


def test_undo_gives_the_quantities_back():
    scale = Scale.fit(PRICES)
    np.testing.assert_allclose(scale.undo(scale.apply(PRICES)), PRICES, rtol=1e-6)


def test_a_scale_survives_json():
    scale = Scale.fit(PRICES)
    assert Scale.from_json(json.loads(json.dumps(scale.to_json()))) == scale


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (np.full(5, 3.0), "is 3 in every training row"),
        (np.array([1e308, -1e308]), r"-1e\+308 to 1e\+308, is too large to be scaled\. Multiply the target by 1e-300"),
        (np.arange(5) * 1e-170, r"0 to 4e-170, is too small to be scaled\. Multiply the target by 1e\+170"),
        (np.array([0, 5e-324]), r"too small to be scaled\. Multiply the target by 1e\+300"),
    ],
)
def test_a_target_without_a_scale_is_refused(y, words):
    with pytest.raises(BadData, match=words):
        Scale.fit(y)


WINDOWS = np.random.default_rng(0).normal(50, 9, size=(8, 5, 2))
STEPS = WINDOWS[:, -1, :1] + np.arange(3.0) + np.linspace(0, 1, 8)[:, np.newaxis]


@pytest.mark.parametrize("window", ["last", "mean"])
def test_targets_may_be_taken_from_the_level_of_their_window(window):
    level = WINDOWS[:, -1, 0] if window == "last" else WINDOWS[:, :, 0].mean(axis=1)
    fitted = Scale.fit(STEPS, WINDOWS, window)
    above = STEPS - level[:, np.newaxis]
    np.testing.assert_allclose([fitted.mean, fitted.deviation], [above.mean(), above.std()])
    own = fitted.of(WINDOWS)
    np.testing.assert_allclose(own.apply(STEPS), (above - above.mean()) / above.std(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(own.undo(own.apply(STEPS)), STEPS, rtol=1e-6)
    np.testing.assert_allclose(own.undo(own.apply(STEPS[:, 0])), STEPS[:, 0], rtol=1e-6)


@pytest.mark.parametrize("window", ["none", "last", "mean"])
def test_levels_of_windows_that_are_not_in_memory_are_the_same(window):
    lazy = LazyRows(lambda places: WINDOWS[places], np.arange(len(WINDOWS)), WINDOWS[0].nbytes)
    fitted = Scale.fit(STEPS, lazy, window)
    assert fitted == Scale.fit(STEPS, WINDOWS, window)
    np.testing.assert_array_equal(fitted.of(lazy).mean, fitted.of(WINDOWS).mean)


def test_a_scale_with_a_level_survives_json_and_one_without_is_that_of_all_rows():
    scale = Scale.fit(STEPS, WINDOWS, "mean")
    assert Scale.from_json(json.loads(json.dumps(scale.to_json()))) == scale
    plain = Scale.fit(STEPS)
    assert plain.of(WINDOWS) is plain
    assert set(plain.to_json()) == {"mean", "deviation"}


def test_a_level_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="window is 'first'"):
        Scale.from_json({"mean": 0, "deviation": 1, "window": "first"})
