"""Calibration rows stand for the training rows."""

from __future__ import annotations

import numpy as np

from zoo.calibration import calibration_rows
from zoo.dataset import Split


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
