"""The plan of series: long ones are shortened, windows may lose their level, and only what may gain is searched."""

import numpy as np
import pandas as pd
import pytest

from zoo.data import load_data
from zoo.errors import BadValue
from zoo.plans import plan_space
from zoo.splits import split


def series_of(steps):
    return load_data((np.random.default_rng(0).normal(size=(12, steps)), ["a", "b"] * 6), modality="series")


@pytest.fixture(scope="module")
def forecast():
    rows = np.arange(80.0)
    frame = pd.DataFrame({"t": rows, "v": rows**1.5 + np.sin(rows)})
    return load_data(frame, target="v", time="t", lookback=6, horizon=2)


def searched(dataset):
    return {name: parameter.domain.points() for name, parameter in plan_space(dataset).items()}


def test_nothing_is_searched_for_short_series():
    assert all(len(points) < 2 for points in searched(series_of(512)).values())


def test_the_length_of_long_series_is_searched_and_a_window_of_forecasts(forecast):
    assert searched(series_of(513))["length"] == (128, 256, 512)
    assert searched(forecast) == {"length": (), "window": ("none", "last", "mean")}


@pytest.mark.parametrize(
    ("steps", "length", "prepared"), [(300, 0, 300), (600, 0, 512), (600, 128, 128), (60, 128, 60)]
)
def test_series_are_as_long_as_asked_and_never_longer_than_they_were(steps, length, prepared):
    assert split(series_of(steps), preparation={"length": length}).task.input_shape == (prepared, 1)


def test_a_series_of_one_step_and_one_of_a_hundred_thousand_are_prepared():
    assert split(series_of(1)).task.input_shape == (1, 1)
    assert split(series_of(100_000)).task.input_shape == (512, 1)


@pytest.mark.parametrize("window", ["last", "mean"])
def test_windows_lose_the_level_that_their_targets_lose_and_answers_regain(forecast, window):
    splits = split(forecast, preparation={"window": window})
    places = splits.places.test
    raw, coming = forecast.x[places].astype(np.float64), forecast.y[places]
    level = raw[:, -1, 0] if window == "last" else raw[:, :, 0].mean(axis=1)
    np.testing.assert_allclose(splits.test.scale.undo(splits.test.y), coming, rtol=1e-5)
    target = splits.preparation.target
    np.testing.assert_allclose(splits.test.y, (coming - level[:, None] - target.mean) / target.deviation, atol=1e-5)


def test_a_level_is_of_windows_of_a_forecast_only():
    with pytest.raises(BadValue, match=r"preparation\.window is last; only windows of a forecast have a level"):
        split(series_of(20), preparation={"window": "last"})
