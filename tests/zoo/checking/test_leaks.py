"""Rows and groups that several parts share, and columns that give the answer away."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from zoo.checking.duplicates import keys_of
from zoo.checking.finding import DOUBT, GRAVE
from zoo.checking.leaks import near_rows, shared_groups, shared_names, shared_rows, telling_columns
from zoo.checking.ranking import Ranked
from zoo.data import load_data
from zoo.dividing import Places

RANDOM = np.random.default_rng(0)
PLACES = Places(np.arange(60), np.arange(60, 80), np.arange(80, 100), "by hand")


def table(x):
    return load_data((x, np.arange(len(x)) % 2))


def told(findings):
    return [finding.text for finding in findings]


def test_rows_that_parts_share_are_counted_with_an_example():
    x = RANDOM.normal(size=(100, 3))
    x[61], x[85], x[99] = x[4], x[4], x[60]
    dataset = table(x)
    found = list(shared_rows(dataset, PLACES, keys_of(dataset.x)))
    assert told(found) == [
        "1 of 20 validation rows and 1 of 20 test rows are training rows too (row 62 is row 5): scores may flatter"
    ]
    assert {finding.gravity for finding in found} == {GRAVE}


def test_one_row_of_very_many_is_a_doubt():
    x = np.arange(1000.0)[:, np.newaxis] ** 2
    x[999] = x[0]
    dataset = table(x)
    (finding,) = shared_rows(dataset, Places(np.arange(500), np.arange(500, 1000), None, ""), keys_of(dataset.x))
    assert finding.gravity == DOUBT


def test_rows_of_a_given_test_part_are_compared_and_named_as_such():
    dataset = table(RANDOM.normal(size=(100, 3)))
    dataset = replace(dataset, x_test=dataset.x[[7, 90]] + 0.0, y_test=dataset.y[[7, 90]])
    keys = np.concatenate([keys_of(dataset.x), keys_of(dataset.x_test)])
    places = Places(np.arange(80), np.arange(80, 100), None, "")
    assert told(shared_rows(dataset, places, keys)) == [
        "1 of 2 test rows is a training row too (test row 1 is row 8): scores may flatter"
    ]


def test_nearly_equal_rows_are_told_and_equal_ones_are_not_told_twice():
    x = RANDOM.normal(size=(100, 4))
    x[62], x[63] = x[3] * (1 + 1e-9), x[4]
    dataset = table(x)
    assert told(near_rows(dataset, PLACES, keys_of(dataset.x))) == [
        "1 of 20 validation rows nearly repeats a training row (row 63 is nearly row 4)"
    ]


def test_a_sample_is_said_to_be_one(monkeypatch):
    monkeypatch.setattr("zoo.checking.leaks._most", lambda dataset: 10)
    dataset = table(RANDOM.normal(size=(100, 4)))
    told_of = told(near_rows(dataset, PLACES, keys_of(dataset.x)))
    assert told_of[0] == (
        "no row of another part nearly repeats a training row; only 10 training rows were compared with "
        "10 validation and 10 test rows"
    )


def test_groups_in_training_and_test_are_named():
    dataset = table(RANDOM.normal(size=(80, 3)))
    dataset = replace(
        dataset,
        groups=(np.arange(80) // 10).astype(np.int32),
        group_names=tuple("abcdefghi"),
        x_test=dataset.x[:4],
        y_test=dataset.y[:4],
        groups_test=np.array([8, 0, 0, 5], np.int32),
    )
    (finding,) = shared_groups(dataset, Places(np.arange(60), np.arange(60, 80), None, ""))
    assert finding.text == "2 groups are in training and test alike ('a', 'f'; 3 test rows): scores may flatter"


def test_data_without_groups_share_none():
    assert told(shared_groups(table(RANDOM.normal(size=(100, 3))), PLACES)) == []


def test_a_column_that_tells_the_target_alone_is_grave():
    (finding,) = telling_columns([Ranked("refund", "auc", 0.995), Ranked("age", "auc", 0.7)])
    assert finding.gravity == GRAVE
    assert finding.text.startswith("column 'refund' predicts the target alone (AUC .995): is it known beforehand?")


def test_a_curve_of_the_target_is_found_by_its_order():
    (finding,) = telling_columns([Ranked("log price", "r2", 0.8, 1.0), Ranked("age", "r2", 0.3, 0.5)])
    assert "column 'log price' predicts the target alone (R2 .800, rank correlation 1.000)" in finding.text


def test_a_column_far_above_the_rest_is_told():
    (finding,) = telling_columns([Ranked("refund", "auc", 0.97), Ranked("age", "auc", 0.6)])
    assert "far above the next, 'age' (AUC .600)" in finding.text


@pytest.mark.parametrize(("first", "second"), [(0.97, 0.95), (0.85, 0.5)])
def test_good_columns_are_no_leak(first, second):
    assert told(telling_columns([Ranked("one", "auc", first), Ranked("two", "auc", second)])) == []


def test_the_only_column_may_be_good():
    assert told(telling_columns([Ranked("one", "auc", 0.95)])) == []
    assert told(telling_columns([])) == []


def test_a_copied_target_is_found_from_the_data_on():
    from zoo.checking import check
    from zoo.splits import split

    y = np.arange(200) % 2
    frame = pd.DataFrame({"age": RANDOM.normal(size=200), "refund": np.where(y, 5.0, 3.0), "y": y})
    dataset = load_data(frame, target="y")
    assert (
        check(dataset, split(dataset)).warnings[0].startswith("column 'refund' predicts the target alone (AUC 1.000)")
    )


def test_ids_that_training_and_another_part_share_are_told_with_the_option_that_binds_them():
    frame = pd.DataFrame({"a": RANDOM.normal(size=100), "who": np.arange(100) % 70, "y": np.arange(100) % 2})
    dataset = load_data(frame, "y", id="who")
    told_of = "30 rows of other parts have the 'who' of a training row ('0'): --group who instead of --id keeps these"
    (finding,) = shared_names(dataset, PLACES)
    assert (finding.text, finding.gravity) == (f"{told_of} together", GRAVE)
    assert not list(shared_names(load_data(frame.assign(who=range(100)), "y", id="who"), PLACES))
