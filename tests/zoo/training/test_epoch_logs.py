"""The metrics of an epoch, under the names that histories and curves have."""

from __future__ import annotations

import json

import numpy as np
import pytest

from zoo.dataset import Split, Splits
from zoo.scale import Scale
from zoo.training.epoch_logs import epoch_logs
from zoo.training.judging import Sums
from zoo.training.tally import Judged, Tally

TALLY = Tally(np.float64(20.0), np.int32(6), np.float64(12.0), np.float32(0.25))


def splits_of(train, validation):
    return Splits(None, None, train, validation, None, None)


def test_classes_have_a_loss_and_two_accuracies():
    part = Split(np.zeros((4, 1)), np.array([0, 0, 0, 1], "int32"))
    judged = Judged(Sums(np.float64(2.0), np.array([3.0, 0.0])), np.array([True, False, True, True]), np.float32(0.5))
    logs = epoch_logs(TALLY, judged, splits_of(part, part), (8, 3))
    assert logs == {
        "train/log_loss": 2.5,
        "train/accuracy": 0.75,
        "val/accuracy": 0.75,
        "val/balanced_accuracy": 0.5,
        "val/log_loss": 0.5,
        "health/gradient_norm": 4.0,
        "health/update_ratio": 0.25,
        "health/dead_units": 0.25,
        "health/saturated": 0.5,
    }
    assert json.loads(json.dumps(logs)) == logs


def test_quantities_have_errors_in_their_own_unit():
    part = Split(np.zeros((4, 1)), np.array([-1.0, 0.0, 1.0, 0.0], "float32"), Scale(10.0, 3.0))
    judged = Judged(Sums(np.float64(1.0), np.float64(2.0)), np.zeros(0, bool), None)
    logs = epoch_logs(TALLY, judged, splits_of(part, part), (5, 3))
    expected = {"train/rmse": 6.0, "val/rmse": 1.5, "val/mae": 1.5, "val/r2": 0.5}
    assert logs == pytest.approx(expected | {"health/gradient_norm": 4.0, "health/update_ratio": 0.25})


@pytest.mark.parametrize(("scale", "right"), [(None, {"train/accuracy": 0.75}), (Scale(10.0, 3.0), {})])
def test_a_loss_that_is_no_metric_is_told_as_it_is(scale, right):
    y = np.array([0, 0, 0, 1], "int32" if scale is None else "float32")
    part = Split(np.zeros((4, 1)), y, scale)
    judged = Judged(
        Sums(np.float64(2.0), np.array([3.0, 0.0]) if scale is None else np.float64(1.0)), np.zeros(0), None
    )
    logs = epoch_logs(TALLY, judged, splits_of(part, part), (8, 3), plain_loss=False)
    assert {name: value for name, value in logs.items() if name.startswith("train/")} == {"train/loss": 2.5, **right}
