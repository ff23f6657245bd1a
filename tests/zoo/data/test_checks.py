"""What cannot be learned from is refused in one line with the value, the rule and the cure."""

from dataclasses import replace

import numpy as np
import pytest

from zoo.data import load_data
from zoo.data._checks import require_learnable
from zoo.errors import BadData
from zoo.lazy import LazyRows

TABLE = load_data((np.random.default_rng(0).normal(size=(30, 2)), np.arange(30) % 2))


def refusal(**changed):
    with pytest.raises(BadData) as caught:
        require_learnable(replace(TABLE, **changed))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (np.r_[np.ones(29), -1.0], "holds -1 in data row 30 (1 such weight); weights are 0 or more. Correct them."),
        (np.r_[np.nan, np.ones(29)], "holds nan in data row 1"),
        (np.full(30, 1e300), "holds 1e+300 at most; the largest weight must be 1e-30 to 1e+30. Only ratios count"),
        (np.full(30, 1e-50), "holds 1e-50 at most"),
        (np.zeros(30), "holds 0 in all 30 rows; some row must weigh something"),
    ],
)
def test_weights_must_be_numbers_that_are_not_negative(weights, words):
    assert words in refusal(weights=weights)


def test_texts_must_hold_something():
    assert "all 30 texts are empty" in refusal(modality="text", x=np.array([" "] * 30, object))


def test_rows_on_the_disk_are_taken_as_they_are():
    require_learnable(replace(TABLE, x=LazyRows(lambda places: TABLE.x[places], np.arange(30), 16)))


def test_a_forecast_of_one_value_has_nothing_to_learn():
    windows = {"x": np.zeros((30, 6, 1), np.float32), "modality": "series", "columns": ()}
    assert "the target is 3 in all 30 rows" in refusal(y=np.full((30, 4), 3.0), classes=(), **windows)
