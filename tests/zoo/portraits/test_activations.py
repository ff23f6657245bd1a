"""The curves of an activation are its formula's, and its gradient's, in float64 NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.activations import ACTIVATIONS, KERAS, pieces, values_of
from zoo.portraits.activations import OTHERS, PIECES, WHOLE, _answers, draw

from ...oracles.activations import activated, pulled
from .opened import opened

pytestmark = pytest.mark.usefixtures("workspace")

POINTS = np.linspace(-5, 5, 58)  # none of them at a kink
LEARNED = {"prelu": {"slope": 0.25}, "swish_beta": {"beta": 1.0}}  # as they start


def by_formula(name):
    """Return the answers and their slopes along POINTS, each (n, channels)."""
    values = {key: parameter.default for key, parameter in values_of(name).items()} | LEARNED.get(name, {})
    rows, slopes = POINTS[:, None], np.ones((1, 1))
    if name in WHOLE:
        rows = np.stack([POINTS, *(np.full_like(POINTS, other) for other in OTHERS)], axis=1)
        slopes = np.array([[1.0, *(0.0 for _ in OTHERS)]])
    elif pieces(name) > 1:
        affine = np.array(PIECES[: pieces(name)])
        rows, slopes = POINTS[:, None] * affine[:, 0] + affine[:, 1], affine[None, :, 0]
    answers = activated(name, rows, **values)
    one = np.eye(answers.shape[1])
    pulls = [pulled(name, rows, np.tile(column, (len(rows), 1)), **values) for column in one]
    return answers, np.stack([(pull * slopes).sum(axis=1) for pull in pulls], axis=1)


@pytest.mark.parametrize("name", ACTIVATIONS.names())
def test_the_curve_is_the_formula_and_its_gradient(name):
    defaults = {key: parameter.default for key, parameter in values_of(name).items()}
    answers, slopes = _answers(name, POINTS.astype("float32"), defaults)
    expected, steep = by_formula(name)
    np.testing.assert_allclose(answers, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(slopes, steep, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["leaky_relu", "maxout", "softmax", KERAS[0]])
def test_each_sort_of_activation_is_drawn(name):
    opened(draw(name, {}))


def test_values_that_are_asked_for_are_drawn_alone():
    assert draw("elu", {"alpha": 1.0}) != draw("elu", {})
    assert draw("elu", {"alpha": 1.0}) == draw("elu", {"alpha": 1.0})
