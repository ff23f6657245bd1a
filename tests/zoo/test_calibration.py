"""Calibration rows stand for the training rows."""

from __future__ import annotations

import numpy as np

from zoo.calibration import calibration_rows
from zoo.dataset import Split
from zoo.scale import Scale


def test_calibration_rows_keep_the_share_of_every_class_and_follow_the_seed(digits):
    numbered = Split(np.arange(len(digits.train)), digits.train.y)
    rows = calibration_rows(numbered, seed=3)
    assert len(set(rows)) == 300
    shares = np.bincount(digits.train.y[rows]) / 300 - np.bincount(digits.train.y) / len(digits.train)
    assert np.abs(shares).max() < 2 / 300
    np.testing.assert_array_equal(rows, calibration_rows(numbered, seed=3))
    assert set(rows) != set(calibration_rows(numbered, seed=4))


def test_few_rows_are_all_taken_for_calibration():
    few = Split(np.arange(7), np.array([0, 1, 0, 1, 0, 1, 1]))
    assert sorted(calibration_rows(few, seed=0)) == list(range(7))


def test_calibration_rows_of_quantities_spread_over_all_of_them():
    quantities = np.random.default_rng(0).permutation(1000).astype("float32")
    rows = calibration_rows(Split(quantities, quantities, Scale(0.0, 1.0)), seed=0, limit=100)
    assert np.diff(np.sort(rows)).max() < 20


def test_rows_of_a_forecast_come_larger_as_well_and_several_steps_by_their_mean():
    random = np.random.default_rng(0)
    split = Split(random.normal(size=(40, 5, 1)).astype(np.float32), random.normal(size=(40, 3)), Scale(0.0, 1.0))
    rows = calibration_rows(split, seed=0, limit=10, beyond=2.0)
    assert (rows.shape, rows.dtype) == ((20, 5, 1), np.float32)
    np.testing.assert_array_equal(rows[10:], 2 * rows[:10])
    np.testing.assert_array_equal(rows[:10], calibration_rows(split, seed=0, limit=10))
