"""Baselines beside folded trials: fitted to each fold, scored by the mean, tested as those of the first fold."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score

from search.choosing.yardsticks import fitted_baselines, with_test
from search.planning import make_plan
from search.settings import Settings
from search.watcher import Watcher
from zoo.data import load_data
from zoo.splits import split

from ..whole_studies import asked


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    root = tmp_path_factory.mktemp("yardsticks")
    return {folds: make_plan(Settings("wine", **asked(root, folds=folds)), Watcher()) for folds in (None, 3)}


def logistic(splits):
    return LogisticRegression(max_iter=500, tol=1e-3).fit(splits.train.x, splits.train.y)


def named(scores, name):
    return next(score for score in scores if score.name == name)


@pytest.mark.parametrize("folds", [None, 3])
def test_a_baseline_is_worth_the_mean_of_what_scikit_learn_says_of_each_fold(plans, folds):
    _, scores = fitted_baselines(plans[folds])
    parts = [split(load_data("wine"), folds=folds, fold=fold) for fold in range(folds or 1)]
    wanted = [accuracy_score(one.validation.y, logistic(one).predict(one.validation.x)) for one in parts]
    assert named(scores, "logistic").validation["accuracy"] == pytest.approx(np.mean(wanted))
    assert named(scores, "logistic").test is None


def test_the_test_rows_are_met_by_the_baselines_of_the_first_fold(plans):
    fitted, scores = fitted_baselines(plans[3])
    first = plans[3].splits
    opened = named(with_test(scores, fitted, plans[3]), "logistic")
    assert opened.validation == named(scores, "logistic").validation
    assert opened.test["accuracy"] == accuracy_score(first.test.y, logistic(first).predict(first.test.x))
