"""Areas under curves, rank correlations and lines, against scikit-learn and SciPy."""

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score, roc_auc_score

from zoo.checking.association import auc, line_r2, mean_of, ranks, spearman

RANDOM = np.random.default_rng(0)


def test_the_area_is_that_of_the_rows_one_by_one():
    scores, positives, negatives = np.array([0.2, 0.9, 0.2, 0.5]), np.array([1, 5, 0, 2]), np.array([4, 1, 2, 2])
    rows = [(score, 1) for score, count in zip(scores, positives, strict=True) for _ in range(count)]
    rows += [(score, 0) for score, count in zip(scores, negatives, strict=True) for _ in range(count)]
    said, truth = zip(*rows, strict=True)
    assert auc(scores, positives, negatives) == pytest.approx(roc_auc_score(truth, said))


def test_there_is_no_area_without_a_positive_row():
    assert np.isnan(auc(np.array([0.1, 0.2]), np.array([0, 0]), np.array([3, 4])))


def test_equal_values_share_their_mean_rank():
    values = RANDOM.integers(0, 9, 50).astype(float)
    np.testing.assert_array_equal(ranks(values), rankdata(values))


def test_the_rank_correlation_is_spearmans_without_sign_over_rows_that_are_there():
    x, y = RANDOM.normal(size=80).round(1), RANDOM.normal(size=80)
    y -= 2 * x
    x[:5] = np.nan
    assert spearman(x, y) == pytest.approx(abs(spearmanr(x[5:], y[5:]).statistic))


@pytest.mark.parametrize("values", [np.full(9, 2.0), np.full(9, np.nan)])
def test_a_column_of_one_value_correlates_with_nothing(values):
    assert spearman(values, np.arange(9.0)) == 0


def test_the_line_is_judged_by_rows_that_were_held_out():
    x, folds = RANDOM.normal(size=90), np.arange(90) % 3
    y = 3 * x + RANDOM.normal(size=90)
    expected = []
    for fold in range(3):
        held = folds == fold
        line = LinearRegression().fit(x[~held, np.newaxis], y[~held])
        expected.append(r2_score(y[held], line.predict(x[held, np.newaxis])))
    assert line_r2(x, y, folds) == pytest.approx(np.mean(expected))


def test_a_line_through_one_value_explains_nothing():
    assert line_r2(np.full(9, 3.0), np.arange(9.0), np.arange(9) % 3) <= 0
    assert line_r2(np.full(9, np.nan), np.arange(9.0), np.arange(9) % 3) == 0


def test_no_scores_have_the_mean_that_is_asked_for():
    assert (mean_of([], 0.5), mean_of([1.0, 2.0], 0.5)) == (0.5, 1.5)
