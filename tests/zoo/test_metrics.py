"""Metrics equal scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle

from zoo.data import load_data
from zoo.dataset import Split
from zoo.metrics import METRICS, accuracy, balanced_accuracy, default_goal, log_loss, measure, r2
from zoo.scale import Scale


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 60), st.integers(2, 5), st.sampled_from((np.float32, np.float64)))
def test_every_metric_equals_scikit_learns(seed, rows, classes, kind):
    random = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), random.integers(0, classes, rows)])
    probabilities = random.dirichlet(np.ones(classes) / 3, len(labels)).astype(kind)
    best = probabilities.argmax(axis=1)
    assert accuracy(probabilities, labels) == pytest.approx(oracle.accuracy_score(labels, best))
    assert balanced_accuracy(probabilities, labels) == pytest.approx(oracle.balanced_accuracy_score(labels, best))
    sure = np.clip(probabilities.astype(float), 1e-7, None)  # scikit-learn clips by the dtype
    expected = oracle.log_loss(labels, sure / sure.sum(axis=1, keepdims=True))
    assert log_loss(probabilities, labels) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_a_probability_of_zero_costs_a_finite_loss():
    assert np.isfinite(log_loss(np.array([[1.0, 0.0]], np.float32), np.array([1])))


def test_metrics_are_named_as_their_functions():
    for metrics in METRICS.values():
        assert {name: metric.__name__ for name, metric in metrics.items()} == {name: name for name in metrics}


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60))
def test_every_metric_of_quantities_equals_scikit_learns(seed, rows):
    random = np.random.default_rng(seed)
    targets, answers = random.normal(50, 20, rows), random.normal(50, 20, rows)
    theirs = (oracle.root_mean_squared_error, oracle.mean_absolute_error, oracle.r2_score)
    for metric, expected in zip(METRICS["regression"].values(), theirs, strict=True):
        assert metric(answers, targets) == pytest.approx(expected(targets, answers))


def test_constant_targets_have_nothing_to_explain():
    assert r2(np.array([1.0, 2.0]), np.array([3.0, 3.0])) == 0


def test_quantities_are_measured_in_their_own_units():
    truth = np.array([100.0, 300.0, 200.0, 400.0])
    scale = Scale.fit(truth)
    answers = scale.apply(truth + [10, -10, 10, -10])[:, np.newaxis]
    measured = measure(answers, Split(np.zeros((4, 1)), scale.apply(truth), scale))
    assert measured["rmse"] == pytest.approx(10, rel=1e-5)
    assert measured["mae"] == pytest.approx(10, rel=1e-5)


def test_the_goal_of_quantities_is_their_root_mean_squared_error():
    assert default_goal(np.array([0.5, 1.5]), ()) == "rmse"


@pytest.mark.parametrize(("small", "goal"), [(10, "accuracy"), (9, "balanced_accuracy"), (0, "balanced_accuracy")])
def test_the_goal_is_balanced_where_a_class_has_under_a_fifth_of_its_fair_share(small, goal):
    labels = np.repeat([0, 1], [100 - small, small])
    assert default_goal(labels, ("a", "b")) == goal


def test_the_goal_of_digits_is_accuracy():
    digits = load_data("digits")
    assert default_goal(digits.y, digits.classes) == "accuracy"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_certain_and_wrong_answer_costs_the_same_in_every_precision(dtype):
    assert log_loss(np.array([[1.0, 0.0]], dtype), np.array([1])) == pytest.approx(-np.log(1e-7))


def test_forecasts_are_measured_over_all_steps_in_their_own_units():
    random = np.random.default_rng(0)
    truth, answers, scale = random.normal(9, 2, (30, 4)), random.normal(9, 2, (30, 4)), Scale(5.0, 3.0)
    found = measure(scale.apply(answers), Split(np.zeros((30, 1)), scale.apply(truth), scale))
    assert found["mae"] == pytest.approx(np.abs(answers - truth).mean(), rel=1e-5)
    assert found["rmse"] == pytest.approx(np.sqrt(np.square(answers - truth).mean()), rel=1e-5)
    assert found["r2"] == pytest.approx(1 - np.square(answers - truth).mean() / truth.var(), rel=1e-4)


def test_the_goal_of_a_forecast_is_the_mean_absolute_error():
    assert default_goal(np.array([0.5, 1.5]), (), forecast=True) == "mae"
