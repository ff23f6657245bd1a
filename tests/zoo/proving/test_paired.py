"""Changes on the same rows: intervals hold the truth as often as they promise, and the class that lost is named."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.dataset import Split
from zoo.proving.paired import ClassChange, change_interval, errors_interval, shares_interval, worst_class
from zoo.scale import Scale


def test_the_interval_is_that_of_agresti_and_min():
    before = np.repeat([True, True, False, False], [70, 6, 2, 22])
    after = np.repeat([True, False, True, False], [70, 6, 2, 22])
    gained, lost, rows = 2.5, 6.5, 102
    change = (gained - lost) / rows
    half = 1.959964 * np.sqrt((gained + lost) - (gained - lost) ** 2 / rows) / rows
    assert shares_interval(before, after, np.zeros(100)) == pytest.approx((change - half, change + half))


def test_rows_that_are_all_alike_leave_room_for_doubt_and_more_of_them_less():
    widths = []
    for rows in (10, 100, 1000):
        right = np.ones(rows, bool)
        low, high = shares_interval(right, right, np.zeros(rows))
        assert low < 0 < high
        widths.append(high - low)
    assert widths[0] > 5 * widths[1] > 25 * widths[2]


def covered(draw, truth, times=600):
    """Return how often the interval of `draw(random)` holds the truth."""
    random = np.random.default_rng(0)
    return np.mean([low <= truth <= high for low, high in (draw(random) for _ in range(times))])


def test_the_interval_of_shares_holds_the_truth_as_often_as_it_promises():
    def draw(random):
        kind = random.choice(4, 200, p=[0.85, 0.04, 0.02, 0.09])  # right, lost, gained, wrong
        return shares_interval(kind <= 1, (kind == 0) | (kind == 2), np.zeros(200))

    assert 0.93 <= covered(draw, -0.02) <= 0.985


def test_the_interval_over_classes_holds_the_truth_as_often_as_it_promises():
    labels = np.repeat([0, 1, 2], [150, 60, 30])
    lost = np.array([0.02, 0.06, 0.1])

    def draw(random):
        before = random.random(240) < 0.9
        return shares_interval(before, before & (random.random(240) >= lost[labels]), labels)

    assert 0.92 <= covered(draw, -0.9 * lost.mean()) <= 0.99


@pytest.mark.parametrize("metric", ["mae", "rmse"])
def test_the_interval_of_errors_holds_the_truth_as_often_as_it_promises(metric):
    def draw(random):
        before = random.normal(0, 0.5, (150, 2))
        return errors_interval(metric, before, before + random.normal(0, 0.2, (150, 2)))

    sizes = 0.5, np.hypot(0.5, 0.2)
    truth = (sizes[0] - sizes[1]) * (np.sqrt(2 / np.pi) if metric == "mae" else 1)
    assert 0.92 <= covered(draw, truth) <= 0.98


def test_the_centre_of_errors_is_the_change_itself():
    random = np.random.default_rng(0)
    before, after = random.normal(size=(2, 40, 1))
    for metric, size in (("mae", lambda one: np.abs(one).mean()), ("rmse", lambda one: np.sqrt(np.square(one).mean()))):
        low, high = errors_interval(metric, before, after)
        assert (low + high) / 2 == pytest.approx(size(before) - size(after))


def test_one_row_tells_nothing_and_answers_without_errors_are_no_division_by_zero():
    assert errors_interval("rmse", np.ones((1, 1)), np.zeros((1, 1))) is None
    assert errors_interval("rmse", np.zeros((5, 1)), np.zeros((5, 1))) == (0, 0)


def probabilities(labels):
    return np.eye(3, dtype="float32")[labels]


def test_a_split_is_measured_in_its_own_way():
    labels = np.repeat([0, 1, 2], [80, 10, 10]).astype("int32")
    found = labels.copy()
    found[80:84] = 0
    classes = Split(np.zeros((100, 1)), labels)
    plain, balanced = (
        change_interval(metric, probabilities(labels), probabilities(found), classes)
        for metric in ("accuracy", "balanced_accuracy")
    )
    assert plain[0] < -0.04 < plain[1]
    assert balanced[0] < -0.4 / 3 < balanced[1] < 0
    truth = np.linspace(-1, 1, 50, dtype="float32")
    quantities = Split(np.zeros((50, 1)), truth, Scale(10.0, 5.0))
    answers = truth[:, np.newaxis] + 0.1
    assert change_interval("mae", answers, answers + 0.1, quantities) == pytest.approx((-0.1, -0.1), abs=1e-6)


def test_the_class_that_lost_the_largest_share_is_named():
    labels = np.array([0] * 10 + [1] * 4 + [2] * 6)
    found = labels.copy()
    found[:3] = 1
    found[10:12] = 0
    worst = worst_class(probabilities(labels), probabilities(found), labels, ("a", "b", "c"))
    assert worst == ClassChange("b", 4, -0.5)
    assert worst_class(probabilities(labels), probabilities(found), labels).name == "1"


def test_where_no_class_lost_anything_none_is_named():
    labels = np.array([0, 1, 2, 2])
    wrong = np.array([1, 1, 2, 2])
    assert worst_class(probabilities(wrong), probabilities(labels), labels) is None
