"""Real series and forecasts from end to end: each short study must beat a guess by a margin that has a reason."""

from __future__ import annotations

import json

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

# a fair share of what the archive's own table of results reaches beyond the majority; ECG200 has .64 of one class
ARCHIVE = {
    "ECG200": 0.10,
    "GunPoint": 0.20,
    "SyntheticControl": 0.50,
    "SwedishLeaf": 0.30,
    "CricketX": 0.15,
    "ItalyPowerDemand": 0.30,
}


def studied(zoo_command, *arguments):
    """Return the answer of a study, and the test scores of its champion and of each baseline, printed side by side."""
    said = zoo_command("tune", *arguments, "--json")
    assert said.code in (0, 1), said.err  # 1: integers of 8 bits lose too much, as where a trend leaves their range
    answer = json.loads(said.out)
    scores = {baseline["name"]: baseline["test"][answer["goal"]] for baseline in answer["baselines"]}
    scores["champion"] = answer["champion"]["test"][answer["goal"]]
    print(answer["study"], answer["goal"], {name: round(value, 4) for name, value in scores.items()})
    return answer, scores


@pytest.mark.parametrize("name", ARCHIVE)
def test_series_of_the_archive_are_told_apart(shared_data, zoo_command, name):
    _, scores = studied(zoo_command, shared_data / "series" / name, "--trials", 8, "--builder", "mlp")
    assert scores["champion"] >= scores["majority"] + ARCHIVE[name]


def test_passengers_are_forecast_far_better_than_by_repeating_the_last_or_the_last_years_value(
    shared_data, zoo_command, tmp_path
):
    path = shared_data / "airline" / "airline-passengers.csv"
    answer, scores = studied(zoo_command, path, "--target", "Passengers", "--time", "Month", "--trials", 12)
    print(answer["champion"]["test"])
    assert answer["goal"] == "mae"
    assert scores["champion"] < 0.7 * min(scores["naive"], scores["seasonal_naive"])  # both miss trend or season
    assert answer["champion"]["test"]["rmse"] < 47.5  # an LSTM that looks back one month, by the data's own README
    bundle = tmp_path / "mlruns" / "studies" / answer["study"] / "exports" / "tflite-float32"
    said = zoo_command("predict", bundle, path, "--json")
    assert "after 1960-12" in said.err
    assert 350 < json.loads(said.out)["predictions"][0] < 550  # January 1960 had 417, December 432


def test_temperatures_are_forecast_a_little_better_than_by_repeating_yesterdays(shared_data, zoo_command):
    path = shared_data / "airline" / "daily-min-temperatures.csv"
    options = ("--target", "Temp", "--time", "Date", "--trials", 6, "--builder", "mlp", "--horizon", 3)
    _, scores = studied(zoo_command, path, *options)
    assert scores["champion"] < 0.95 * scores["naive"]  # yesterday's weather is hard to beat; a mean of days does
