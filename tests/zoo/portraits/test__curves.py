"""Curves are traced with their slopes, and drawn in the order of what they are about."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.portraits._curves import Curve, drawn, traced

from .opened import colors

pytestmark = pytest.mark.usefixtures("workspace")

POINTS = np.linspace(-1, 1, 11, dtype="float32")


def test_values_and_slopes_are_those_of_the_function():
    import tensorflow as tf

    values, slopes = traced(lambda x: tf.stack([x**2, tf.sin(x), tf.zeros_like(x)], axis=1), POINTS)
    np.testing.assert_allclose(values, np.stack([POINTS**2, np.sin(POINTS), 0 * POINTS], axis=1), atol=1e-6)
    np.testing.assert_allclose(slopes, np.stack([2 * POINTS, np.cos(POINTS), 0 * POINTS], axis=1), atol=1e-6)


def test_the_usual_line_is_blue_and_one_beside_it_grey():
    usual = Curve("usual", POINTS, POINTS)
    beside = Curve("beside", -POINTS, POINTS, usual=False, beside=True)
    blue, grey = (37, 99, 235), (107, 114, 128)
    assert blue in colors(drawn("one", "", POINTS, [usual], ("y", "x")))
    assert {blue, grey} <= colors(drawn("two", "", POINTS, [usual, beside], ("y", "x")))
