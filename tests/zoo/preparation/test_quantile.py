"""Numbers spread by rank, against SciPy's normal distribution and scikit-learn's transformer."""

import numpy as np
import pytest
from scipy.stats import norm

from zoo.preparation.quantile import Quantile

RANDOM = np.random.default_rng(0)
ROWS = np.column_stack([RANDOM.exponential(5.0, 300), RANDOM.integers(0, 4, 300), RANDOM.integers(0, 2, 300)]).astype(
    float
)


def test_knots_lie_at_the_normal_scores_of_their_ranks():
    step = Quantile.fit(ROWS)
    shares = np.linspace(0, 1, 10)
    knots = np.quantile(ROWS[:, 0], shares)
    np.testing.assert_allclose(step.knots[0], knots)
    np.testing.assert_allclose(step.values[0], norm.ppf(np.clip(shares, 0.5 / 300, 1 - 0.5 / 300)), atol=1e-12)
    between = (knots[3] + knots[4]) / 2
    expected = (norm.ppf(shares[3]) + norm.ppf(shares[4])) / 2
    np.testing.assert_allclose(step.apply(np.array([[between, 0, 0]]))[0, 0], expected)


def test_uniform_numbers_equal_scikit_learns_but_for_half_a_row_at_the_ends():
    from sklearn.preprocessing import QuantileTransformer

    rows = RANDOM.normal(size=(900, 2))
    oracle = QuantileTransformer(n_quantiles=30, subsample=None).fit(rows)
    found = Quantile.fit(rows, normal=False).apply(rows)
    np.testing.assert_allclose(found, 2 * oracle.transform(rows) - 1, atol=1 / 900)


def test_training_rows_become_nearly_standard_normal():
    rows = RANDOM.exponential(5.0, (30_000, 1))
    step = Quantile.fit(rows)
    found = step.apply(rows)
    assert len(step.knots[0]) == 1000
    np.testing.assert_allclose([found.mean(), found.std()], [0, 1], atol=0.01)
    np.testing.assert_allclose(np.quantile(found, [0.1, 0.5, 0.9]), norm.ppf([0.1, 0.5, 0.9]), atol=0.01)


def test_repeated_numbers_lie_in_the_middle_of_their_ranks():
    zeros = np.zeros(80)
    step = Quantile.fit(np.concatenate([zeros, np.arange(1.0, 21.0)])[:, np.newaxis], normal=False)
    shares = np.linspace(0, 1, 10)
    middle = np.clip(shares, 0.005, 0.995)[shares < 0.8].mean()
    np.testing.assert_allclose(step.apply(np.zeros((1, 1)))[0, 0], 2 * middle - 1)


def test_columns_of_0_and_1_stay_and_numbers_beyond_the_knots_get_the_outermost_values():
    step = Quantile.fit(ROWS)
    found = step.apply(np.array([[-1e9, 0, 1], [1e9, 3, 0]], float))
    np.testing.assert_array_equal(found[:, 2], [1, 0])
    np.testing.assert_allclose(found[:, 0], [norm.ppf(0.5 / 300), norm.ppf(1 - 0.5 / 300)])


@pytest.mark.parametrize("normal", [True, False])
def test_a_constant_becomes_0(normal):
    step = Quantile.fit(np.full((40, 1), 7.0), normal)
    np.testing.assert_allclose(step.apply(np.array([[7.0], [9.0]])), 0, atol=1e-12)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_stays_so(odd):
    np.testing.assert_array_equal(Quantile.fit(ROWS).apply(np.array([[odd, 0, 0]]))[0, 0], odd)
