"""Scores for reading: of several trainings the mean and the deviation, of one the score alone."""

from __future__ import annotations

import pytest

from search.choosing.spreads import with_spread


@pytest.mark.parametrize(
    ("goal", "value", "spread", "text"),
    [
        ("accuracy", 0.8532, {"accuracy": 0.0041, "log_loss": 0.2}, ".853 ± .004"),
        ("rmse", 47.912, {"rmse": 1.25}, "47.91 ± 1.25"),
        ("accuracy", 0.8532, {}, ".853"),
        ("accuracy", None, {}, ""),
    ],
)
def test_a_mean_is_shown_with_its_deviation(goal, value, spread, text):
    assert with_spread(goal, value, spread) == text
