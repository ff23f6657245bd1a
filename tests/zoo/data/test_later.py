"""Series and forecasts whose test part is a second table."""

import numpy as np
import pandas as pd
import pytest

from zoo.data import load_data
from zoo.errors import BadData
from zoo.splits import split

FRAME = pd.DataFrame(
    {
        "day": pd.date_range("2024-01-01", periods=80).strftime("%Y-%m-%d"),
        "sold": 100 + 10 * np.sin(np.arange(80)),
        "rain": np.cos(np.arange(80)),
    }
)
FORECAST = {"target": "sold", "time": "day", "lookback": 5, "horizon": 2}
LONG = {"target": "kind", "id": "who", "time": "t"}


def long(names, steps):
    rows = [(name, step, step + place, "ab"[place % 2]) for place, name in enumerate(names) for step in range(steps)]
    return pd.DataFrame(rows, columns=["who", "t", "up", "kind"])


@pytest.fixture
def pair(tmp_path):
    def write(train, test, name="daten für später"):
        folder = tmp_path / name
        folder.mkdir()
        train.to_csv(folder / "train.csv", index=False)
        test.to_csv(folder / "test.csv", index=False)
        return folder

    return write


def test_the_windows_of_later_rows_see_the_last_ones_that_were_learned_from(pair):
    dataset, whole = load_data(pair(FRAME[:60], FRAME[60:]), **FORECAST), load_data(FRAME, **FORECAST)
    assert (len(dataset.x), len(dataset.x_test)) == (60 - 5 - 1, 20 - 1)
    np.testing.assert_array_equal(dataset.x_test, whole.x[-19:])
    np.testing.assert_array_equal(dataset.y_test, whole.y[-19:])
    np.testing.assert_array_equal(split(dataset).test.x, split(dataset).preparation.apply(whole.x[-19:]))


def test_columns_of_later_rows_may_stand_in_any_order_and_others_beside_them(pair):
    other = FRAME[60:].assign(note="x")[["note", "rain", "sold", "day"]]
    same, mixed = (
        load_data(pair(FRAME[:60], test, str(place)), **FORECAST) for place, test in ((0, FRAME[60:]), (1, other))
    )
    np.testing.assert_array_equal(mixed.x_test, same.x_test)


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (FRAME[50:], "test.csv begins at 2024-02-20, and the rows to learn from end at '2024-02-29'"),
        (FRAME[60:].drop(columns="rain"), "test.csv has no column 'rain'"),
        (FRAME[60:].drop(columns="sold"), "test.csv has no column 'sold'"),
        (FRAME[60:61], "test.csv has too few rows for a horizon of 2"),
        (FRAME[60:].assign(rain="much"), "no column 'rain'"),
    ],
)
def test_rows_that_do_not_go_on_with_the_series_are_refused(pair, test, words):
    with pytest.raises(BadData, match=words):
        load_data(pair(FRAME[:60], test), **FORECAST)


@pytest.mark.parametrize("steps", [3, 4, 6])
def test_series_of_a_second_table_are_padded_to_one_length(pair, steps):
    dataset = load_data(pair(long("abcdefghijkl", 4), long("mnop", steps)), **LONG)
    longest = max(4, steps)
    assert (dataset.x.shape, dataset.x_test.shape) == ((12, longest, 1), (4, longest, 1))
    np.testing.assert_array_equal(dataset.x_test[1, :steps, 0], np.arange(steps) + 1)
    assert np.isnan(dataset.x_test[:, steps:]).all() and np.isnan(dataset.x[:, 4:]).all()
    assert (dataset.names_test, dataset.y_test.tolist()) == (("m", "n", "o", "p"), [0, 1, 0, 1])


def test_groups_of_both_tables_are_told_apart(pair):
    train, test = long("abcdefghijkl", 4), long("mnop", 4)
    homes = pair(train.assign(home=train.who.map(ord) % 4), test.assign(home=test.who.map(ord) % 5 + 2))
    dataset = load_data(homes, **LONG, group="home")
    named = np.array(dataset.group_names)
    assert named[dataset.groups_test].tolist() == [str(ord(name) % 5 + 2) for name in "mnop"]
    assert named[dataset.groups].tolist() == [str(ord(name) % 4) for name in "abcdefghijkl"]


def test_a_class_that_only_the_test_series_have_is_refused(pair):
    with pytest.raises(BadData, match="test.csv: column 'kind' holds 'c'"):
        load_data(pair(long("abcdefghijkl", 4), long("mn", 4).replace({"kind": {"b": "c"}})), **LONG)
