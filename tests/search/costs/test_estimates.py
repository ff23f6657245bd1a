"""Forecast costs against those of trained files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.aims import Aims
from search.costs.estimates import estimates, of_the_champion
from search.trials import TrialRecord

INT8 = Aims("accuracy", ("accuracy", "bytes"), (), "int8")


def trial(slot, forecast, measured, **facts):
    metrics = {"metrics": {"accuracy": 0.9}, **facts}
    return TrialRecord(slot, slot, 0, "finished", 0.9, costs=measured, forecast=forecast, **metrics)


def test_each_cost_tells_how_often_it_was_exact_and_where_it_was_furthest_off():
    bytes_, ram = estimates(
        INT8,
        [
            trial(0, {"bytes": 1000, "ram": 64}, {"bytes": 1000, "ram": 64, "params": 7}),
            trial(1, {"bytes": 1000, "ram": 64}, {"bytes": 990, "ram": 64}),
            trial(2, {"bytes": 2000, "ram": 64}, {"bytes": 2010, "ram": 64}),
        ],
    )
    assert (bytes_.name, bytes_.exact, bytes_.worst.slot, bytes_.worst.off) == ("bytes", 1, 1, -0.01)
    assert bytes_.mean_off == pytest.approx((0 + 0.01 + 0.005) / 3)
    assert (ram.name, ram.exact, ram.worst.off) == ("ram", 3, 0.0)


def test_a_trial_that_was_not_trained_to_its_end_is_not_compared():
    assert estimates(INT8, [trial(0, {"bytes": 10}, {"bytes": 10}, metrics={})]) == ()


def test_where_no_trained_file_is_made_the_costs_are_the_forecast_itself():
    assert estimates(Aims("accuracy", ("accuracy", "bytes")), [trial(0, {"bytes": 10}, {"bytes": 10})]) == ()


def test_the_champions_export_is_held_against_its_forecast():
    variants = [
        {"format": "tflite", "precision": "float32", "bytes": 4000, "arena_bytes": 256, "macs": 100},
        {"format": "tflite", "precision": "int8", "bytes": 1010, "arena_bytes": None, "macs": 100},
    ]
    found = of_the_champion(INT8, 3, {"bytes": 1000, "ram": 64, "macs": 100}, variants)
    assert [(one.name, one.worst.off) for one in found] == [("bytes", 0.01), ("macs", 0.0)]
    assert of_the_champion(INT8, 3, {"bytes": 1000}, []) == ()


def test_for_a_microcontroller_the_export_is_the_one_that_ships_there():
    variants = [
        {"format": "tflite", "precision": "int8", "bytes": 2000, "arena_bytes": 64, "macs": 100},
        {"format": "c_array", "precision": "int8", "bytes": 1500, "arena_bytes": 64, "macs": 100},
    ]
    (found,) = of_the_champion(replace(INT8, format="c_array"), 3, {"bytes": 1000}, variants)
    assert found.worst.measured == 1500
