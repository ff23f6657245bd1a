"""Goals know which way is better and how a person reads them."""

from __future__ import annotations

import pytest

from zoo.errors import BadValue
from zoo.goals import GOALS, direction, gain, plain, shown, watched
from zoo.metrics import METRICS


@pytest.mark.parametrize("kind", METRICS)
def test_every_goal_is_a_metric_of_its_kind(kind):
    assert set(GOALS[kind]) <= set(METRICS[kind])


@pytest.mark.parametrize(
    ("value", "text"), [(0.98319, ".983"), (1.0, "1.000"), (0.0, ".000"), (None, ""), (0.9999, "1.000")]
)
def test_a_share_is_three_digits_without_a_leading_zero(value, text):
    assert shown("accuracy", value) == text


@pytest.mark.parametrize(("value", "text"), [(47923.51, "47,924"), (54.3217, "54.32"), (0.0123456, "0.01235")])
def test_a_quantity_keeps_about_four_digits(value, text):
    assert shown("rmse", value) == text


@pytest.mark.parametrize(("metric", "better", "worse"), [("rmse", 1.0, 2.0), ("r2", 0.9, 0.1), ("accuracy", 0.9, 0.1)])
def test_more_gain_is_better_whichever_way_the_metric_runs(metric, better, worse):
    assert gain(metric, better) > gain(metric, worse)


def test_errors_are_minimized_and_shares_maximized():
    assert [direction(metric) for metric in ("rmse", "mae", "r2", "accuracy")] == ["minimize"] * 2 + ["maximize"] * 2


@pytest.mark.parametrize(("kind", "metric"), [("classification", "accuracy"), ("regression", "rmse")])
def test_auto_watches_the_first_goal_of_the_kind(kind, metric):
    assert watched("auto", kind) == metric


def test_a_metric_of_another_kind_is_refused_with_a_cure():
    with pytest.raises(BadValue, match=r"train.monitor is rmse; classification .* Try accuracy"):
        watched("rmse", "classification")


@pytest.mark.parametrize(
    ("value", "text"),
    [(48911.6, "48,912"), (-2000.0, "-2,000"), (48.9116, "48.91"), (4.8911e-7, "4.891e-07"), (0.0, "0")],
)
def test_a_quantity_is_written_for_reading(value, text):
    assert plain(value) == text
