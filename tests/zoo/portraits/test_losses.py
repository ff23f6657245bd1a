"""The curves of a loss are its formula's, and its gradient's, in float64 NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.losses import LOSSES
from zoo.portraits.losses import _curve, draw
from zoo.showing import of_training

from ...oracles.losses import LOSSES as FORMULAS
from ...oracles.losses import OF_CLASSES
from .opened import opened

pytestmark = pytest.mark.usefixtures("workspace")

POINTS = np.linspace(-5, 5, 24)  # none of them at a kink
OTHERS = {"label_smoothing": 0.2, "focal_gamma": 1.5, "huber_delta": 0.4, "quantile": 0.8}


def by_formula(name, values):
    """Return the losses and their slopes along POINTS."""
    if name == "soft_f1":
        batches = [FORMULAS[name](np.array([0, 1]), np.array([[at, 0.0], [0.0, at]])) for at in POINTS]
        steep = [(worth.slopes[0, 0] + worth.slopes[1, 1]) / 2 for worth in batches]
        return [worth.losses[0] for worth in batches], steep
    if name in OF_CLASSES:
        scores = np.stack([POINTS, np.zeros_like(POINTS)], axis=1)
        worth = FORMULAS[name](np.zeros(len(POINTS), int), scores, **values)
        return worth.losses, worth.slopes[:, 0]
    worth = FORMULAS[name](np.zeros(len(POINTS)), POINTS[:, None], **values)
    return worth.losses, worth.slopes[:, 0]


@pytest.mark.parametrize("name", LOSSES.names())
def test_the_curve_is_the_formula_and_its_gradient(name):
    values = {key: OTHERS[key] for key in of_training(LOSSES, name)}
    curve = _curve(name, POINTS.astype("float32"), values, name)
    losses, slopes = by_formula(name, values)
    np.testing.assert_allclose(curve.values, losses, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(curve.slopes, slopes, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["focal", "mae", "soft_f1"])
def test_each_sort_of_loss_is_drawn(name):
    opened(draw(name, {}))
