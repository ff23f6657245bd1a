"""Logarithms of columns that are skewed, and of these alone."""

import numpy as np
from scipy.stats import skew

from zoo.preparation.logarithm import Logarithm, signed_log, skewness

RANDOM = np.random.default_rng(0)
ROWS = np.column_stack(
    [RANDOM.lognormal(3, 2, 500), RANDOM.normal(size=500), -RANDOM.lognormal(3, 2, 500), RANDOM.random(500) < 0.01]
).astype(float)


def test_skewness_equals_scipys_and_is_0_of_a_constant():
    np.testing.assert_allclose(skewness(ROWS), skew(ROWS))
    assert skewness(np.ones((5, 1)))[0] == skewness(np.array([[1e200], [0], [0]]))[0] * 0 == 0


def test_skewed_columns_are_chosen_and_flags_are_not():
    step = Logarithm.fit(ROWS)
    assert step.columns == (0, 2)
    found = step.apply(ROWS)
    np.testing.assert_allclose(found[:, 0], np.log(1 + ROWS[:, 0]))
    np.testing.assert_allclose(found[:, 2], -np.log(1 - ROWS[:, 2]))
    np.testing.assert_array_equal(found[:, [1, 3]], ROWS[:, [1, 3]])


def test_a_skew_that_the_logarithm_does_not_mend_is_left():
    assert Logarithm.fit(ROWS[:, :1] * 1e-9).columns == ()


def test_the_logarithm_keeps_signs_and_0():
    np.testing.assert_allclose(signed_log(np.array([-1.0, 0, 1])), [-np.log(2), 0, np.log(2)])
