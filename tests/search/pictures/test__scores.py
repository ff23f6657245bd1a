"""Curves over thresholds against scikit-learn's, ties and all."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from search.pictures._scores import BINS, precision_recall, reliability, roc


@pytest.fixture(params=["apart", "with ties"])
def rows(request):
    random = np.random.default_rng(7)
    truth = random.random(300) < 0.3
    scores = np.clip(0.4 * truth + 0.6 * random.random(300), 0, 1)
    return truth, np.round(scores, 1) if request.param == "with ties" else scores


def test_the_roc_curve_and_its_area_are_scikit_learns(rows):
    truth, scores = rows
    own, (x, y, _) = roc(truth, scores), roc_curve(truth, scores, drop_intermediate=False)
    np.testing.assert_allclose([own.x, own.y], [x, y])
    assert own.area == pytest.approx(roc_auc_score(truth, scores))


def test_precision_by_recall_and_its_mean_are_scikit_learns(rows):
    truth, scores = rows
    own, (precision, recall, _) = precision_recall(truth, scores), precision_recall_curve(truth, scores)
    np.testing.assert_allclose(own.x[1:], recall[::-1][1:])
    np.testing.assert_allclose(own.y[1:], precision[::-1][1:])
    assert own.area == pytest.approx(average_precision_score(truth, scores))


def test_answers_that_are_as_sure_as_right_have_no_calibration_error():
    answers = np.array([[0.75, 0.25]] * 4 + [[0.0, 1.0]] * 6)
    truth = np.array([0, 0, 0, 1] + [1] * 6)
    found = reliability(answers, truth)
    assert found.error == 0
    assert (found.confidence.tolist(), found.share.tolist()) == ([0.75, 1.0], [0.4, 0.6])


def test_the_error_is_the_distance_weighted_by_rows_bin_by_bin():
    random = np.random.default_rng(1)
    answers, truth = random.dirichlet([0.4, 0.4, 0.4], 500), random.integers(0, 3, 500)
    wanted, sure = 0.0, answers.max(axis=1)
    for low in range(BINS):
        held = [row for row in range(500) if low / BINS < sure[row] <= (low + 1) / BINS]
        if held:
            right = np.mean([answers[row].argmax() == truth[row] for row in held])
            wanted += len(held) / 500 * abs(right - np.mean(sure[held]))
    assert reliability(answers, truth).error == pytest.approx(wanted)
