"""Real series and forecasts, where they lie beside the project: what `check` says of them is what their owners say."""

import csv

import numpy as np
import pytest

from zoo.data import load_data
from zoo.splits import split

pytestmark = pytest.mark.slow

SERIES = {
    "ECG200": ("-1", "1"),
    "GunPoint": ("1", "2"),
    "SyntheticControl": tuple(map(str, range(1, 7))),
    "SwedishLeaf": tuple(map(str, range(1, 16))),
    "CricketX": tuple(map(str, range(1, 13))),
    "ItalyPowerDemand": ("1", "2"),
}


@pytest.mark.parametrize("name", SERIES)
def test_labels_are_classes_in_their_order_whatever_they_start_at(shared_data, name):
    dataset = load_data(shared_data / "series" / name)
    assert (dataset.modality, dataset.kind, dataset.classes) == ("series", "classification", SERIES[name])
    for part, labels in (("TRAIN", dataset.y), ("TEST", dataset.y_test)):
        with (shared_data / "series" / name / f"{name}_{part}.tsv").open(newline="") as file:
            told = [int(float(line[0])) for line in csv.reader(file, delimiter="\t")]
        np.testing.assert_array_equal([int(dataset.classes[label]) for label in labels], told)
    assert not np.isnan(dataset.x).any()


@pytest.mark.parametrize(
    ("file", "target", "time", "rows", "lookback"),
    [
        ("airline-passengers.csv", "Passengers", "Month", 144, 12),
        ("daily-min-temperatures.csv", "Temp", "Date", 3650, 24),
    ],
)
def test_a_forecast_needs_no_more_than_a_target_and_a_time(shared_data, file, target, time, rows, lookback):
    path = shared_data / "airline" / file
    dataset = load_data(path, target=target, time=time)
    with path.open(newline="") as told:
        values = [float(line[target]) for line in csv.DictReader(told)]
    assert (dataset.x.shape, dataset.source.horizon) == ((rows - lookback, lookback, 1), 1)
    np.testing.assert_allclose(dataset.x[0, :, 0], values[:lookback], rtol=1e-6)
    np.testing.assert_array_equal(dataset.y, values[lookback:])
    splits = split(dataset)
    assert splits.how == "by time"
    assert splits.places.train.max() < splits.places.validation.min() < splits.places.test.min()


def test_the_seasons_of_passengers_and_of_temperatures_are_a_year(shared_data):
    folder = shared_data / "airline"
    passengers = load_data(folder / "airline-passengers.csv", target="Passengers", time="Month")
    temperatures = load_data(folder / "daily-min-temperatures.csv", target="Temp", time="Date")
    assert passengers.facts["season"] == 12
    assert temperatures.facts["season"] == pytest.approx(365, abs=10)  # weather is no clock
