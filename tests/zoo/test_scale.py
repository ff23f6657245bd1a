"""The scale of a target: there and back again, fitted like NumPy would."""

from __future__ import annotations

import json

import numpy as np
import pytest

from zoo.errors import BadData
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
