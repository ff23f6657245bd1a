"""Preparing series: mean 0 and deviation 1 in each channel, the mean behind an early end."""

import json

import numpy as np
import pytest

from zoo.errors import BadData
from zoo.preparation import Preparation

from ..prepared import prepared_by


def waves(rows=5, steps=8, channels=2):
    return (np.random.default_rng(0).normal(5.0, 3.0, size=(rows, steps, channels))).astype(np.float32)


def test_series_get_mean_0_and_deviation_1_in_each_channel_over_the_training_rows():
    train, other = waves(), waves() * 2
    numbers = train.astype(np.float64)
    expected = (other - numbers.mean(axis=(0, 1))) / numbers.std(axis=(0, 1))
    prepared = prepared_by("series", train).apply(other)
    assert prepared.dtype == np.float32
    np.testing.assert_allclose(prepared, expected, rtol=1e-5)


def test_a_series_that_ends_early_is_continued_with_the_mean_and_counts_for_what_it_has():
    train = waves()
    train[0, 5:] = np.nan
    preparation = prepared_by("series", train)
    np.testing.assert_array_equal(preparation.apply(train)[0, 5:], 0)
    there = train[:, :, 0].astype(np.float64)
    np.testing.assert_allclose(preparation.steps[0].means[0], there[~np.isnan(there)].mean())


def test_a_channel_that_never_changes_becomes_zero():
    flat = np.full((3, 4, 1), 0.1, np.float32)
    np.testing.assert_array_equal(prepared_by("series", flat).apply(flat), 0)


def test_a_gap_within_a_series_to_predict_is_refused():
    rows = waves()
    rows[1, 2, 0] = np.nan
    with pytest.raises(BadData, match="row 2: cell 5 is not finite"):
        prepared_by("series", waves()).apply(rows)


def test_series_survive_json_and_prepare_to_the_same_bits():
    preparation = prepared_by("series", waves())
    again = Preparation.from_json(json.loads(json.dumps(preparation.to_json())))
    assert again == preparation
    np.testing.assert_array_equal(again.apply(waves()), preparation.apply(waves()))
