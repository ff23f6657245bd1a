"""Rules that repeat what was seen: their answers are the values themselves, whatever the preparation."""

import numpy as np
import pandas as pd
import pytest

from zoo.baselines import baselines
from zoo.data import load_data
from zoo.evaluation import evaluate
from zoo.repeating import naive_error, repeating
from zoo.splits import split

STEPS = np.arange(120)
VALUES = 5.0 * STEPS + 40 * np.sin(2 * np.pi * STEPS / 6) + np.random.default_rng(0).normal(size=120)


def splits_of(values=VALUES, horizon=2, lookback=12, **preparation):
    frame = pd.DataFrame({"t": np.arange(len(values)), "v": values, "w": -values})
    return split(load_data(frame, target="v", time="t", lookback=lookback, horizon=horizon), preparation=preparation)


@pytest.mark.parametrize("window", ["none", "last", "mean"])
@pytest.mark.parametrize("horizon", [1, 2, 8])
def test_the_last_value_and_that_of_one_season_before_are_the_answers(horizon, window):
    splits = splits_of(horizon=horizon, window=window)
    raw = splits.dataset.x[splits.places.test][:, :, 0]
    rows = splits.test.x.reshape(len(raw), -1)
    scale = splits.test.scale
    found = {name: scale.undo(rule.predict(rows)) for name, rule in repeating(splits).items()}
    np.testing.assert_allclose(found["naive"], np.repeat(raw[:, -1:], horizon, axis=1), rtol=1e-4)
    season = np.stack([raw[:, 12 - 6 + step % 6] for step in range(horizon)], axis=1)
    np.testing.assert_allclose(found["seasonal_naive"], season, rtol=1e-4)


def test_a_season_that_no_window_holds_is_not_repeated():
    assert set(repeating(splits_of(lookback=5))) == {"naive"}
    assert set(repeating(splits_of(np.random.default_rng(0).normal(size=120)))) == {"naive"}


def test_shortened_windows_are_not_repeated():
    assert repeating(splits_of(length=4)) == {}


def test_the_error_of_the_last_value_is_that_over_the_training_rows():
    splits = splits_of(horizon=1)
    rows = len(splits.train)
    assert naive_error(splits) == pytest.approx(np.abs(np.diff(VALUES)[11 : 11 + rows]).mean(), rel=1e-5)


@pytest.mark.parametrize("horizon", [1, 3])
def test_forecasts_are_measured_beside_rules_a_line_and_boosting(horizon):
    splits = splits_of(horizon=horizon)
    found = {baseline.name: baseline for baseline in baselines(splits)}
    assert list(found) == ["naive", "seasonal_naive", "linear", "boosting"]
    for baseline in found.values():
        assert baseline.predict(splits.test.x).shape == (len(splits.test), horizon)
    raw, coming = splits.dataset.x[splits.places.test][:, -1, :1], splits.dataset.y[splits.places.test]
    expected = np.abs(coming.reshape(len(raw), -1) - raw).mean()
    assert evaluate(found["naive"], splits.test).metrics["mae"] == pytest.approx(expected, rel=1e-4)
