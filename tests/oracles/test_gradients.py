"""Every derivative written by hand is the one that central differences find."""

from __future__ import annotations

import numpy as np
import pytest

from .activations import NAMES, activated, pulled
from .cases import every_case
from .checks import gradient_error
from .differences import differences
from .losses import LOSSES, OF_CLASSES
from .networks import Recurrent
from .side_by_side import gradients

CASES = {f"{case.kind} {case.name}": case for case in every_case() if case.kind not in ("optimizer", "step")}
VALUES = {"leaky_relu": [{"slope": 0.3}], "elu": [{"alpha": 0.5}], "swish_beta": [{"beta": 1.7}], "maxout": [{}]}
OF_LOSSES = {
    **{name: {"label_smoothing": 0.2} for name in ("cross_entropy", "binary_cross_entropy", "kl_divergence")},
    "focal": {"focal_gamma": 1.5},
    "huber": {"huber_delta": 0.3},
    "quantile": {"quantile": 0.8},
}


@pytest.mark.parametrize("name", NAMES)
def test_an_activation_passes_gradients_back_as_differences_find_them(name):
    random = np.random.default_rng(3)
    z, upstream = random.normal(scale=2.0, size=(9, 6)), random.normal(size=(9, 3 if name == "maxout" else 6))
    for values in VALUES.get(name, [{}]):
        slopes = differences(lambda at, values=values: float((upstream * activated(name, at, **values)).sum()), z)
        np.testing.assert_allclose(pulled(name, z, upstream, **values), slopes, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("values", [{}, OF_LOSSES], ids=["usual", "own"])
@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_slopes_as_differences_find_it(name, values):
    random, loss = np.random.default_rng(4), LOSSES[name]
    classes = 2 if name.startswith("binary") else 3
    y = np.arange(8) % classes if name in OF_CLASSES else random.normal(size=8)
    scores = random.normal(size=(8, classes if name in OF_CLASSES else 1))
    given = values.get(name, {})
    slopes = differences(lambda at: float(loss(y, at, **given).losses.sum()), scores)
    np.testing.assert_allclose(loss(y, scores, **given).slopes, slopes, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", CASES)
def test_the_gradient_of_every_weight_is_what_differences_find(name):
    assert gradient_error(CASES[name]) < 1e-6


def test_a_wrong_derivative_is_found():
    case = CASES["network lstm"]

    class Forgetful(Recurrent):
        def backward(self, weights, tape, slopes):
            return super().backward(weights, tape[-1:], slopes)  # a step back only

    wrong = type(case)(**{**vars(case), "network": Forgetful()})
    assert gradient_error(wrong) > 1e-2


def test_scores_of_any_size_have_finite_losses_and_gradients():
    scores = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 5e-324], [0.0, 0.0, 0.0]])
    for name in OF_CLASSES:
        worth = LOSSES[name](np.array([1, 1, 0]), scores[:, : 2 if name.startswith("binary") else 3])
        assert np.isfinite(worth.losses).all(), name
        assert np.isfinite(worth.slopes).all(), name


def test_a_batch_is_worth_the_mean_of_its_rows():
    case, random = CASES["loss mae"], np.random.default_rng(5)
    weights = [random.normal(size=shape) for shape in ((4, 3), (3,), (3, 1), (1,))]
    x, y = random.normal(size=(6, 4)), random.normal(size=6)
    whole = gradients(case, weights, x, y)[1]
    halves = [gradients(case, weights, x[half], y[half])[1] for half in (slice(0, 2), slice(2, 6))]
    for one, first, second in zip(whole, *halves, strict=True):
        np.testing.assert_allclose(one, (2 * first + 4 * second) / 6, atol=1e-12)
