"""Odd rows, columns and targets, each told with a count and an example."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from zoo.checking.finding import DOUBT, NOTE
from zoo.checking.oddities import blanks, imbalance, odd_numbers, odd_target, odd_weights
from zoo.data import load_data

RANDOM = np.random.default_rng(0)
ROWS = 300


def table(y=None, **columns):
    y = np.arange(ROWS) % 2 if y is None else y
    return load_data(pd.DataFrame({**columns, "y": y}), target="y")


def texts(findings):
    return [finding.text for finding in findings]


def test_an_outlier_lies_eight_scaled_deviations_from_the_median():
    cells = np.arange(ROWS) % 101 - 50.0
    deviation = 1.4826 * np.median(np.abs(cells - np.median(cells)))
    cells[7], cells[8] = np.median(cells) + 8.5 * deviation, np.median(cells) + 7.5 * deviation
    finding = next(odd_numbers(table(age=cells)))
    assert finding.gravity == NOTE
    assert finding.text.endswith(f"age 1 ({cells[7]:.4g} in row 8)")


def test_a_repeated_extreme_of_nines_is_taken_for_a_code_of_missing():
    cells = RANDOM.normal(40, 5, ROWS)
    cells[[5, 50]] = 999
    (finding,) = odd_numbers(table(age=cells))
    told = "column 'age' is 999 in 2 rows, such as row 6, far from all else: a code for missing?"
    assert (finding.gravity, finding.text) == (DOUBT, told)


def test_nines_among_other_numbers_are_numbers():
    assert texts(odd_numbers(table(age=np.arange(ROWS) % 100.0))) == []


def test_skewed_columns_are_named_with_median_and_mean():
    cells = np.exp(2 * RANDOM.normal(size=ROWS))
    told = texts(odd_numbers(table(income=cells)))
    assert told[-1].startswith(f"skewed: income (median {np.median(cells):.4g}, mean {cells.mean():.4g})")


@pytest.mark.parametrize("cells", [np.full(ROWS, np.nan), np.arange(ROWS), np.arange(ROWS) % 5 == 0])
def test_empty_columns_row_numbers_and_flags_have_no_outliers(cells):
    dataset = table(age=RANDOM.normal(size=ROWS))
    assert texts(odd_numbers(replace(dataset, x=np.column_stack([cells.astype(float)])))) == []


def test_a_capped_target_is_told_with_its_rows():
    y = RANDOM.normal(100, 20, ROWS)
    y = np.minimum(y, 110)
    count, row = int((y == 110).sum()), int(np.argmax(y == 110)) + 1
    (finding,) = odd_target(table(y, age=RANDOM.normal(size=ROWS)))
    told = f"{count} rows of 300 hold exactly the largest target, 110 (such as row {row}): it may be capped there"
    assert finding.text == told


def test_a_target_that_piles_up_at_the_bottom_is_told_too():
    y = np.maximum(RANDOM.normal(size=ROWS), -0.5)
    assert "hold exactly the smallest target, -0.5" in texts(odd_target(table(y, age=RANDOM.normal(size=ROWS))))[0]


@pytest.mark.parametrize("y", [RANDOM.normal(size=ROWS), np.arange(ROWS) % 50 / 10])
def test_plain_targets_are_not_odd(y):
    assert texts(odd_target(table(y, age=RANDOM.normal(size=ROWS)))) == []


def test_a_wild_target_is_named():
    y = RANDOM.normal(size=ROWS)
    y[11] = 1e6
    assert "the target 1 (1,000,000 in row 12)" in texts(odd_target(table(y, age=RANDOM.normal(size=ROWS))))[0]


def test_a_rare_class_is_told_with_its_rows():
    dataset = table(np.where(np.arange(ROWS) < 6, "rare", "usual"), age=RANDOM.normal(size=ROWS))
    assert texts(imbalance(dataset)) == [
        "classes are unbalanced: 'rare' has 6 of 300 rows; --space train.class_weight=none,balanced tries weights"
    ]


def test_images_of_one_colour_and_constant_series_are_counted():
    x = RANDOM.integers(0, 256, (12, 4, 4, 1), np.uint8)
    x[3] = 7
    assert texts(blanks(load_data((x, np.arange(12) % 2)))) == ["1 row of 12 is of one colour (such as row 4)"]
    series = RANDOM.normal(size=(12, 5, 1)).astype(np.float32)
    series[2], series[5] = 1, 2
    found = texts(blanks(load_data((series, np.arange(12) % 2), modality="series")))
    assert found == ["2 rows of 12 are constant (such as row 3)"]


def test_silent_recordings_are_counted_and_empty_texts_left_to_their_reader():
    dataset = load_data((RANDOM.normal(size=(12, 2)), np.arange(12) % 2))
    words, waves = np.array(["one", " "] * 6, object), np.empty(12, object)
    waves[:] = [np.zeros(9, np.float32)] + [RANDOM.normal(size=9).astype(np.float32)] * 11
    assert texts(blanks(replace(dataset, modality="text", x=words))) == []
    named = replace(dataset, modality="audio", x=waves, names=tuple(f"{i}.wav" for i in range(12)))
    assert texts(blanks(named)) == ["1 row of 12 is silent (such as 0.wav)"]


def test_weights_are_told_with_their_range_and_the_heaviest():
    dataset = replace(table(age=RANDOM.normal(size=ROWS)), weights=np.r_[0.0, np.ones(ROWS - 2), 2.0])
    told = "weights of rows run from 0 to 2; 1 row weighs nothing; the heaviest, row 300, has 0.7% of all weight"
    assert texts(odd_weights(dataset)) == [told]


def test_a_class_without_any_weight_is_named():
    dataset = table(np.where(np.arange(ROWS) < 6, "rare", "usual"), age=RANDOM.normal(size=ROWS))
    weights = np.where(np.arange(ROWS) < 6, 0.0, 1.0)
    assert "no row of class 'rare' has a weight: it cannot be learned" in texts(
        odd_weights(replace(dataset, weights=weights))
    )
