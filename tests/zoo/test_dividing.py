"""Who goes where: by the data's own word, by time, by group, by class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.data import load_data
from zoo.dividing import divided
from zoo.errors import BadData


def rows(count: int, classes: int = 2, **changes):
    y = np.arange(count) % classes if classes else np.arange(count) / 3
    return replace(load_data((np.arange(count, dtype=float)[:, np.newaxis], y)), **changes)


def parts(places):
    return [part for part in (places.train, places.validation, places.test) if part is not None]


@given(st.integers(5, 40), st.integers(0, 5), st.sampled_from([0, 2, 3]))
def test_groups_are_never_parted_and_every_row_is_in_one_part(count, seed, classes):
    groups = np.random.default_rng(seed).integers(0, count, 12 * count).astype(np.int32)
    groups[:count] = np.arange(count)
    places = divided(rows(12 * count, classes, groups=groups), seed)
    assert sorted(np.concatenate(parts(places)).tolist()) == list(range(12 * count))
    own = [set(groups[part]) for part in parts(places)]
    assert all(not own[a] & own[b] for a, b in ((0, 1), (0, 2), (1, 2)))
    assert places.how == "by group 'group'"


def test_parts_by_group_are_about_as_large_as_others():
    groups = np.repeat(np.arange(100, dtype=np.int32), 5)
    sizes = [len(part) for part in parts(divided(rows(500, 2, groups=groups), 0))]
    assert sizes == [300, 100, 100]


def test_two_groups_make_no_three_parts():
    with pytest.raises(BadData, match=r"'group' has 2 groups; parts that share none need 3\. Choose another --group"):
        divided(rows(40, 2, groups=np.arange(40, dtype=np.int32) // 20), 0)


def test_a_class_whose_rows_are_all_of_one_group_may_be_missing_from_training_and_is_said_so():
    groups = np.r_[np.arange(40) % 10, np.full(4, 10)].astype(np.int32)
    data = replace(rows(44, 2, groups=groups), y=np.r_[np.arange(40) % 2, np.full(4, 2)], classes=("a", "b", "c"))
    found = set()
    for seed in range(8):
        try:
            divided(data, seed)
        except BadData as error:
            found.add("class 'c' lies in too few groups" in str(error))
    assert found == {True}


def test_rows_in_time_are_parted_by_time_and_never_shuffled():
    times = np.random.default_rng(0).permutation(100).astype(float)
    places = divided(rows(100, 0, times=times), seed=5)
    train, validation, test = (times[part] for part in parts(places))
    assert (len(train), len(validation), len(test), places.how) == (60, 20, 20, "by time")
    assert train.max() < validation.min() <= validation.max() < test.min()
    assert (np.diff(train) > 0).all()


def test_no_part_in_time_is_asked_for_values_that_a_later_one_is_asked_for():
    horizon, values = 3, np.arange(52.0)
    y = np.lib.stride_tricks.sliding_window_view(values, horizon)
    places = divided(rows(50, 0, y=y, times=np.arange(50.0)), 0)
    train, validation, test = (set(y[part].ravel()) for part in parts(places))
    assert not train & validation
    assert not validation & test
    assert (len(places.train), len(places.validation), len(places.test)) == (28, 8, 10)


def test_a_validation_part_that_the_data_names_is_kept():
    given_places = np.array([0, 1, 2, 3, 4, 5])
    places = divided(rows(60, 2, validation=given_places), 0)
    np.testing.assert_array_equal(places.validation, given_places)
    assert (len(places.train), len(places.test), places.how) == (42, 12, "validation as given, stratified")
    assert not set(places.train) & {*places.test, *given_places}


def test_validation_and_test_parts_of_the_data_leave_all_others_for_training():
    brought = rows(60, 2, validation=np.arange(6), x_test=np.zeros((4, 1)), y_test=np.array([0, 1, 0, 1], np.int32))
    places = divided(brought, 0)
    assert (len(places.train), places.test, places.how) == (54, None, "as given")


@given(st.integers(3, 12), st.integers(0, 5), st.integers(20, 60))
def test_rows_of_one_time_are_never_parted(count, seed, total):
    times = np.random.default_rng(seed).integers(0, count, total).astype(float)
    times[:count] = np.arange(count)
    places = divided(rows(total, 0, times=times), seed)
    train, validation, test = (times[part] for part in parts(places))
    assert train.max() < validation.min() <= validation.max() < test.min()
    assert len(train) + len(validation) + len(test) == total


def test_rows_of_two_times_make_no_three_parts():
    with pytest.raises(BadData, match="has 40 rows in time, of 2 different; no two of 3 parts share one"):
        divided(rows(40, 0, times=np.arange(40.0) // 20), 0)


def test_a_group_of_most_rows_is_for_training():
    groups = np.r_[np.zeros(80), np.arange(1, 21)].astype(np.int32)
    for seed in range(6):
        places = divided(rows(100, 2, groups=groups), seed)
        assert set(np.flatnonzero(groups == 0)) <= set(places.train)


def test_training_rows_without_any_weight_are_refused():
    weights = np.zeros(60)
    weights[divided(rows(60), 0).test] = 1
    with pytest.raises(BadData, match=r"all 36 training rows weigh 0 \(--weight weights\)"):
        divided(rows(60, weights=weights), 0)


def test_groups_of_small_classes_make_fewer_folds_and_parts_that_share_none():
    groups = np.arange(12, dtype=np.int32)
    data = replace(rows(12, 4, groups=groups), classes=tuple("abcd"))
    places = divided(data, 0)
    assert sorted(np.concatenate(parts(places)).tolist()) == list(range(12))


def test_classes_of_two_rows_make_no_three_parts_by_group():
    with pytest.raises(BadData, match=r"every class has 2 rows; 3 parts need more\. Add rows"):
        divided(replace(rows(8, 2, groups=np.arange(8, dtype=np.int32)), y=np.arange(8) // 2, classes=tuple("abcd")), 0)


def test_a_validation_part_that_the_data_names_is_kept_beside_groups():
    groups = (np.arange(60) // 4).astype(np.int32)
    places = divided(rows(60, 2, groups=groups, validation=np.arange(8)), 0)
    np.testing.assert_array_equal(places.validation, np.arange(8))
    assert places.how == "validation as given, by group 'group'"
    assert not {*groups[places.train]} & {*groups[places.test]}
    assert len(places.train) + len(places.test) == 52
