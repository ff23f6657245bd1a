"""Rows on the disk are looked at in part, under their own names."""

from dataclasses import replace

import numpy as np

from zoo.checking.looking import at_hand
from zoo.data import load_data
from zoo.dividing import Places
from zoo.lazy import LazyRows

X, Y = np.random.default_rng(0).normal(size=(60, 2)), np.arange(60) % 2
PLACES = Places(np.arange(40), np.arange(40, 50), np.arange(50, 60), "by hand")


def on_disk(x):
    return LazyRows(lambda places: x[places], np.arange(len(x)), 16)


def test_rows_in_memory_are_all_there():
    dataset = load_data((X, Y))
    assert at_hand(dataset, PLACES) == (dataset, PLACES)


def test_rows_on_the_disk_are_read_and_keep_their_numbers(monkeypatch):
    monkeypatch.setattr("zoo.checking.looking.MOST", 5)
    few, places = at_hand(replace(load_data((X, Y)), x=on_disk(X)), PLACES)
    assert [len(part) for part in (places.train, places.validation, places.test)] == [5, 5, 5]
    numbers = [int(name.removeprefix("row ")) - 1 for name in few.names]
    np.testing.assert_array_equal(few.x, X[numbers])
    np.testing.assert_array_equal(few.y, Y[numbers])
    assert all(numbers[place] < 40 for place in places.train)
    assert all(numbers[place] >= 50 for place in places.test)


def test_a_test_part_on_the_disk_is_read_in_part_too(monkeypatch):
    monkeypatch.setattr("zoo.checking.looking.MOST", 4)
    dataset = replace(load_data((X, Y)), x=on_disk(X), x_test=on_disk(X + 1), y_test=Y)
    few, places = at_hand(dataset, Places(np.arange(40), np.arange(40, 60), None, ""))
    assert (places.test, few.x_test.shape, len(few.names_test)) == (None, (4, 2), 4)
    place = int(few.names_test[0].removeprefix("test row ")) - 1
    np.testing.assert_array_equal(few.x_test[0], X[place] + 1)


def test_drawn_rows_are_called_so():
    few, _ = at_hand(load_data((X, Y), rows=20), Places(np.arange(12), np.arange(12, 16), np.arange(16, 20), ""))
    assert few.names[0] == "drawn row 1"
