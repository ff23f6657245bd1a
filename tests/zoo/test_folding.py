"""Folds: each row that is not for the test is for validation once, as scikit-learn parts them, and never leaks."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

from zoo.data import load_data
from zoo.dividing import divided
from zoo.errors import BadValue
from zoo.folding import folded
from zoo.splits import split

from .test_dividing import rows


def all_folds(dataset, folds, seed=0):
    return [folded(dataset, seed, folds, fold) for fold in range(folds)]


@given(st.integers(2, 8), st.integers(0, 5), st.sampled_from([0, 2, 3]), st.booleans())
@pytest.mark.slow
def test_every_row_but_those_of_the_test_is_for_validation_once(folds, seed, classes, grouped):
    count = 30 * folds
    groups = np.random.default_rng(seed).integers(0, count, count).astype(np.int32) if grouped else None
    data = rows(count, classes, groups=groups)
    parts, test = all_folds(data, folds, seed), divided(data, seed).test
    held = np.concatenate([part.validation for part in parts])
    assert sorted([*held, *test]) == list(range(count))
    for part in parts:
        np.testing.assert_array_equal(part.test, test)
        assert sorted([*part.train, *part.validation, *test]) == list(range(count))
        if grouped:
            assert not set(groups[part.train]) & set(groups[part.validation])


@pytest.mark.parametrize(
    ("classes", "grouped", "oracle"),
    [(3, False, StratifiedKFold), (0, False, KFold), (3, True, StratifiedGroupKFold), (0, True, GroupKFold)],
)
def test_folds_are_those_of_scikit_learn_on_the_rows_besides_the_test(classes, grouped, oracle):
    groups = np.arange(90, dtype=np.int32) // 2 if grouped else None
    data = rows(90, classes, groups=groups)
    rest = np.setdiff1d(np.arange(90), divided(data, 3).test)
    wanted = oracle(5, shuffle=True, random_state=3).split(rest, data.y[rest], None if groups is None else groups[rest])
    for part, (train, validation) in zip(all_folds(data, 5, 3), wanted, strict=True):
        np.testing.assert_array_equal(part.train, rest[train])
        np.testing.assert_array_equal(part.validation, rest[validation])


def test_each_fold_has_its_share_of_every_class():
    data = rows(301, 3)
    counts = np.array([np.bincount(data.y[part.validation]) for part in all_folds(data, 7)])
    assert np.ptp(counts, axis=0).max() <= 1


def test_the_seed_decides_and_the_rule_says_which_fold_it_is():
    data = rows(60)
    assert folded(data, 0, 4, 1).how == "stratified, fold 2 of 4"
    assert folded(rows(60, 0), 0, 4, 3).how == "at random, fold 4 of 4"
    assert not np.array_equal(folded(data, 0, 4, 1).validation, folded(data, 1, 4, 1).validation)


def test_a_test_part_that_the_data_brings_is_kept():
    data = rows(40)
    data = replace(data, x_test=data.x[:6], y_test=data.y[:6])
    places = folded(data, 0, 4, 0)
    assert (len(places.train), len(places.validation), places.test) == (30, 10, None)


@pytest.mark.parametrize("folds", [-1, 0, 1, 21])
def test_there_are_2_to_20_folds(folds):
    with pytest.raises(BadValue, match=rf"folds is {folds}; it must be 2 to 20\. Try 5\."):
        folded(rows(400), 0, folds, 0)


def test_rows_in_time_have_no_folds():
    data = rows(60, times=np.arange(60.0))
    with pytest.raises(BadValue, match=r"folds is 5, but the rows of arrays are ordered by time.*Leave out --folds"):
        folded(data, 0, 5, 0)


def test_data_with_validation_rows_of_its_own_has_no_folds():
    data = rows(60, validation=np.arange(12))
    with pytest.raises(BadValue, match="folds is 5, but arrays brings its own validation rows. Leave out --folds"):
        folded(data, 0, 5, 0)


def test_a_class_with_fewer_rows_than_folds_is_named_with_the_cure():
    data = replace(rows(40), y=np.r_[np.zeros(35, int), np.ones(5, int)])  # of which 4 are not for the test
    with pytest.raises(BadValue, match=r"folds is 5, but class '1' has 4 rows besides the test part.*Try --folds 4"):
        folded(data, 0, 5, 0)
    assert len(all_folds(data, 4)) == 4


def test_fewer_groups_than_folds_are_said():
    data = rows(60, groups=np.arange(60, dtype=np.int32) % 6)
    with pytest.raises(BadValue, match=r"folds is 8, but 'group' has \d groups besides the test part"):
        folded(data, 0, 8, 0)


def test_fewer_quantities_than_folds_are_said():
    with pytest.raises(BadValue, match=r"folds is 20, but there are 8 rows besides the test part.*Try --folds 8"):
        folded(rows(10, 0), 0, 20, 0)


def test_a_class_that_lies_in_one_group_leaves_some_fold_without_it():
    groups = np.r_[np.arange(80) % 20, np.full(8, 20)].astype(np.int32)
    data = replace(rows(88, groups=groups), y=np.r_[np.arange(80) % 2, np.full(8, 2)], classes=("a", "b", "c"))
    said = set()
    for seed in range(8):
        try:
            folded(data, seed, 4, 0)
        except Exception as error:
            said.add(str(error))
    assert any("has all rows of class 'c' in one group" in text for text in said)


def test_training_rows_of_every_fold_weigh_something():
    weights = np.zeros(60)
    places = folded(rows(60), 0, 4, 1)
    weights[places.validation] = 1  # so that only that fold has none to train on
    with pytest.raises(BadValue, match="no weight on the training rows of a fold"):
        folded(rows(60, weights=weights), 0, 4, 0)


def test_no_warning_of_scikit_learn_comes_through():
    groups = np.r_[np.arange(80) % 20, np.full(3, 20)].astype(np.int32)
    data = replace(rows(83, groups=groups), y=np.r_[np.arange(82) % 2, 1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        all_folds(data, 10)


@pytest.mark.parametrize("fold", range(4))
def test_what_prepares_a_fold_is_fitted_to_its_training_rows_alone(fold):
    dataset = load_data("wine")
    places, splits = folded(dataset, 0, 4, fold), split(dataset, folds=4, fold=fold)
    known = dataset.x[places.train]
    wanted = (dataset.x - known.mean(axis=0)) / known.std(axis=0)
    np.testing.assert_allclose(splits.train.x, wanted[places.train], atol=1e-5)
    np.testing.assert_allclose(splits.validation.x, wanted[places.validation], atol=1e-5)
    np.testing.assert_array_equal(splits.validation.y, dataset.y[places.validation])


def test_no_fold_learns_from_cells_of_its_validation_rows():
    dataset = load_data("wine")
    before = split(dataset, folds=4, fold=2)
    changed = dataset.x.copy()
    changed[before.places.validation] += 1e3
    after = split(replace(dataset, x=changed), folds=4, fold=2)
    np.testing.assert_array_equal(after.train.x, before.train.x)
    assert after.preparation == before.preparation
    assert not np.allclose(after.validation.x, before.validation.x)


def test_quantities_of_each_fold_are_on_the_scale_of_its_own_training_rows():
    dataset = load_data("diabetes")
    for fold in range(3):
        splits = split(dataset, folds=3, fold=fold)
        learned = dataset.y[splits.places.train]
        assert splits.preparation.target.mean == pytest.approx(learned.mean())
        assert splits.preparation.target.deviation == pytest.approx(learned.std())
        np.testing.assert_allclose(
            splits.validation.scale.undo(splits.validation.y), dataset.y[splits.places.validation], rtol=1e-5
        )


def test_weights_follow_the_training_rows_of_a_fold():
    data = rows(60, weights=np.arange(60.0))
    splits = split(data, folds=3, fold=1)
    np.testing.assert_array_equal(splits.train.weights, splits.places.train.astype(np.float32))


def test_the_source_says_which_fold_it_is():
    source = split(load_data("wine"), 7, folds=3, fold=2).dataset.source
    assert (source.split_seed, source.folds, source.fold) == (7, 3, 2)
