"""Test rows: both models are compared on them, row by row, and the comparison is kept."""

from __future__ import annotations

import numpy as np
import pytest

from search.compressing.opened import _compared
from zoo.dataset import Split
from zoo.proving.paired import shares_interval
from zoo.scale import Scale


class Answers:
    """A model that gives the answers that it was made with."""

    def __init__(self, answers):
        self.answers = np.asarray(answers, "float32")

    def predict(self, x):
        return self.answers[x.astype(int).ravel()]


def split(y, scale=None):
    return Split(np.arange(len(y), dtype="float32")[:, None], np.asarray(y), scale=scale)


def classes(labels):
    return Answers(np.eye(2)[labels])


def test_the_change_in_accuracy_lies_where_the_rows_whose_answers_changed_say():
    truth = np.array([0, 1] * 20)
    before, after = truth.copy(), truth.copy()
    before[:2], after[:6] = 1 - truth[:2], 1 - truth[:6]
    found = _compared(classes(before), classes(after), split(truth.astype("int32")), "accuracy")
    low, high = shares_interval(before == truth, after == truth, np.zeros_like(truth))
    assert found["test_change_interval"] == [low, high]
    change = found["test"]["accuracy"] - found["test_before"]["accuracy"]
    assert low < change < high and change == pytest.approx(-0.1)


@pytest.mark.parametrize("goal", ["rmse", "mae"])
def test_a_change_in_an_error_lies_in_the_units_of_the_target_and_more_is_a_loss(goal):
    random, scale = np.random.default_rng(0), Scale(50.0, 10.0)
    truth = random.normal(size=200).astype("float32")
    near, far = (Answers((truth + spread * random.normal(size=200))[:, None]) for spread in (0.1, 0.5))
    found = _compared(near, far, split(truth, scale), goal)
    low, high = found["test_change_interval"]
    change = found["test"][goal] - found["test_before"][goal]
    assert 0 < low < change < high
    assert 2 < change < 6  # of deviations of 10


def test_of_other_goals_no_interval_is_made_up():
    truth = np.array([0, 1, 0, 1], "int32")
    assert "test_change_interval" not in _compared(classes(truth), classes(truth), split(truth), "log_loss")
