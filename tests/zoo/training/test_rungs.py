"""Rungs, and the shares of the training rows between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.training.rungs import rungs, share_of, subset

LABELS = np.random.default_rng(0).choice(5, 1000, p=[0.5, 0.3, 0.15, 0.04, 0.01])


@pytest.mark.parametrize(
    ("epochs", "expected"), [(1, ()), (3, ()), (4, (3,)), (10, (3, 9)), (30, (3, 9, 27)), (82, (3, 9, 27, 81))]
)
def test_rungs_are_powers_of_three_before_the_last_epoch(epochs, expected):
    assert rungs(epochs) == expected


def test_thirty_epochs_begin_with_a_ninth_of_the_rows():
    shares = [share_of(epoch, 30) for epoch in range(1, 31)]
    assert shares == pytest.approx([1 / 9] * 3 + [1 / 3] * 6 + [1.0] * 21)


@pytest.mark.parametrize(("epochs", "first"), [(1, 1.0), (3, 1.0), (5, 1.0), (10, 1 / 3), (100, 1 / 27)])
def test_the_first_share_follows_from_the_number_of_rungs(epochs, first):
    assert share_of(1, epochs) == pytest.approx(first)


@given(epochs=st.integers(1, 1000), epoch=st.integers(1, 1000))
def test_shares_only_grow_and_end_with_all_rows(epochs, epoch):
    epoch = min(epoch, epochs)
    assert 0 < share_of(epoch, epochs) <= share_of(min(epoch + 1, epochs), epochs) <= share_of(epochs, epochs) == 1


@pytest.mark.parametrize("labels", [LABELS, None])
@pytest.mark.parametrize("latest", [False, True])
def test_a_smaller_share_is_part_of_a_larger_one(labels, latest):
    parts = [set(subset(7, labels, 1000, share, latest)) for share in (1 / 27, 1 / 9, 1 / 3, 0.5, 1.0)]
    assert all(small < large for small, large in zip(parts, parts[1:], strict=False))
    assert parts[-1] == set(range(1000))


def test_each_class_has_its_share_and_at_least_one_row():
    counts = np.bincount(LABELS[subset(7, LABELS, 1000, 1 / 9)], minlength=5)
    assert np.abs(counts - np.bincount(LABELS) / 9).max() <= 1
    assert counts.min() >= 1


def test_quantities_are_drawn_from_all_rows_alike():
    found = np.concatenate([subset(seed, None, 90, 1 / 9) for seed in range(900)])
    visits = np.bincount(found, minlength=90)
    assert len(found) == 9000
    assert np.abs(visits - 100).max() < 5 * np.sqrt(100 * 8 / 9)


def test_the_rows_follow_from_the_seed_alone():
    first, again, other = (subset(seed, LABELS, 1000, 1 / 3) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert set(first) != set(other)


def test_of_rows_in_time_the_latest_are_kept():
    np.testing.assert_array_equal(subset(7, None, 90, 1 / 9, latest=True), np.arange(80, 90))


def test_of_rows_in_time_a_class_that_ended_early_keeps_its_last_row():
    labels = np.array([2, 2, 2, *([0, 1] * 12)])
    np.testing.assert_array_equal(subset(7, labels, 27, 1 / 9, latest=True), [2, 24, 25, 26])


def test_places_are_whole_numbers_in_order():
    found = subset(7, LABELS, 1000, 1 / 3)
    assert found.dtype == np.int32
    assert (np.diff(found) > 0).all()
