"""Columns that weigh, name, bind or order rows, and those that are ignored."""

import numpy as np
import pandas as pd
import pytest

from zoo.data import load_data
from zoo.errors import BadData, BadValue, UnknownName, ZooError
from zoo.splits import split

ROWS = 30


def frame(**columns):
    found = {
        "age": np.arange(ROWS) % 7,
        "town": ["Rome", "Oslo", "Bonn"] * 10,
        "weight": np.linspace(0, 2, ROWS),
        "person": [f"p{row // 2}" for row in range(ROWS)],
        "day": pd.date_range("2020-01-01", periods=ROWS).astype(str)[::-1],
        "y": ["a", "b"] * 15,
    }
    return pd.DataFrame({**found, **columns})


def test_ignored_columns_are_left_out():
    dataset = load_data(frame(), target="y", ignore=("weight", "person", "day"))
    assert dataset.columns == ("age", "town")


def test_weights_bind_names_and_times_leave_the_features_and_are_kept():
    dataset = load_data(frame(), target="y", weight="weight", id="person", group="town", time="day")
    assert dataset.columns == ("age",)
    np.testing.assert_array_equal(dataset.weights, np.linspace(0, 2, ROWS))
    assert dataset.names[:3] == ("p0", "p0", "p1")
    assert [dataset.group_names[place] for place in dataset.groups[:3]] == ["Rome", "Oslo", "Bonn"]
    assert dataset.groups.dtype == np.int32
    assert np.diff(dataset.times).tolist() == [-86_400] * (ROWS - 1)


def test_rows_are_split_by_the_time_column_whatever_their_order():
    splits = split(load_data(frame(age=np.arange(ROWS)), target="y", time="day", ignore=("person", "weight", "town")))
    mean, deviation = splits.preparation.steps[-1].means[0], splits.preparation.steps[-1].deviations[0]
    ages = [np.round(part.x[:, 0] * deviation + mean) for part in (splits.train, splits.validation, splits.test)]
    assert ages[0].min() > ages[1].max() > ages[1].min() > ages[2].max()


def test_numbers_order_rows_too_and_a_folder_keeps_groups_and_names_of_both_parts(tmp_path):
    table = frame(day=range(ROWS))
    table.to_csv(tmp_path / "train.csv", index=False)
    table[:4].assign(town=["Rome", "Lima", "Rome", "Oslo"]).to_csv(tmp_path / "test.csv", index=False)
    asked = {"group": "town", "id": "person", "ignore": ["weight"], "time": "day"}
    dataset = load_data(tmp_path, target="y", **asked)
    assert dataset.times.tolist() == [*range(ROWS)]
    assert [dataset.group_names[place] for place in dataset.groups_test] == ["Rome", "Lima", "Rome", "Oslo"]
    assert dataset.names_test == ("p0", "p0", "p1", "p1")


def test_a_group_of_numbers_and_some_texts_is_no_mistake():
    rooms = [*map(str, range(1, ROWS)), "12b"]
    dataset = load_data(frame(town=rooms), target="y", group="town", ignore=("person", "day"))
    assert len(dataset.group_names) == ROWS


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"ignore": ("twon",)}, UnknownName, "no column is named 'twon' in frame; did you mean 'town'?"),
        ({"weight": "wieght"}, UnknownName, "did you mean 'weight'"),
        ({"group": "family"}, UnknownName, "no column is named 'family'"),
        ({"weight": "y"}, BadValue, "column 'y' of frame is both --target and --weight"),
        ({"group": "town", "id": "town"}, BadValue, "both --id and --group|both --group and --id"),
        ({"group": "town", "ignore": ("town",)}, BadValue, "both --group and --ignore"),
        ({"weight": "town"}, BadData, "holds 'Bonn'; weights are numbers"),
        ({"time": "town"}, BadData, "holds 'Bonn', which is no time"),
        ({"ignore": ("age", "town", "weight", "person", "day")}, BadData, "no column but the target"),
        ({"ignore": ("age", "weight", "person", "day"), "group": "town"}, BadData, "no column left to learn from"),
    ],
)
def test_columns_that_do_not_fit_are_refused(options, kind, words):
    with pytest.raises(kind, match=words) as caught:
        load_data(frame(), target="y", **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "options", "words"),
    [
        ({"weight": [-1.0] + [1.0] * 29}, {"weight": "weight"}, r"is -1 in data row 1 \(1 such\); weights are finite"),
        ({"weight": [None] + [1.0] * 29}, {"weight": "weight"}, "is nan in data row 1"),
        ({"weight": [0.0] * 30}, {"weight": "weight"}, "is 0 in all rows"),
        ({"town": [None] + ["Rome", "Oslo", "Bonn"] * 9 + ["Rome"] * 2}, {"group": "town"}, "is missing in 1 rows"),
        ({"day": [None, *range(29)]}, {"time": "day"}, "lacks a time in 1 rows"),
    ],
)
def test_cells_that_cannot_weigh_bind_or_order_are_refused(columns, options, words):
    with pytest.raises(ZooError, match=words):
        load_data(frame(**columns), target="y", **options)
