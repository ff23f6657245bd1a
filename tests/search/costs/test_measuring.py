"""Trials measured as they would ship; the files themselves are measured in the tests of weighing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from search.aims import Aims, read_limits
from search.children.runners import Finished
from search.claiming.attempt import OverLimit
from search.costs.measuring import Scales, require_within
from search.drawing.spaces import study_space
from zoo.artifact import Artifact
from zoo.errors import ConversionFailed, ConverterLost, Infeasible
from zoo.evaluation import Report
from zoo.formats import Variant
from zoo.formats._facts import Facts
from zoo.proving import weighing
from zoo.recipe import Recipe, Source
from zoo.trained import Trained, save_weights

SPACE = study_space(["mlp"])
FINISHED = Finished({"accuracy": 0.9}, 4, 4, 1000)
FILE = Artifact("tflite", "int8", bytes=5000, facts=Facts(arena_bytes=256, macs=900), latency_ms=0.5)
USED = Artifact(**{**vars(FILE), "bytes": 5008, "validation": Report({"accuracy": 0.8}, rows=10)})


def _recipe(**model):
    return Recipe(Source("wine"), "mlp", model)


@pytest.fixture
def weighed(monkeypatch):
    """Count the files that are made, instead of making them."""
    made = []
    monkeypatch.setattr(weighing, "weigh_untrained", lambda recipe, *_, strip: made.append(recipe) or FILE)
    monkeypatch.setattr(weighing, "weigh", lambda trained, *_, timed, strip: made.append((trained, timed)) or USED)
    return made


@pytest.fixture
def folder(tmp_path) -> Path:
    save_weights(Trained(_recipe(), None, (np.ones(3),)), tmp_path / "weights.npz")
    return tmp_path


def _rows():
    return SimpleNamespace(task=None)


def test_without_a_cost_of_a_file_none_is_made(weighed, folder):
    scales = Scales(Aims("accuracy", ("accuracy", "params"), read_limits(["params=2k"])), SPACE)
    assert scales.forecast(_recipe(), pytest.fail) == {}
    measured = scales.measure(FINISHED, _recipe(), folder, pytest.fail)
    assert (measured.metrics, measured.costs, weighed) == ({"accuracy": 0.9}, {"params": 1000}, [])


def test_costs_of_a_structure_are_made_once_whatever_its_live_values(weighed, folder):
    scales = Scales(Aims("accuracy", ("accuracy", "bytes"), read_limits(["ram=1KiB"])), SPACE)
    for dropout in (0.1, 0.4):
        known = scales.forecast(_recipe(units=32, dropout=dropout), _rows)
        assert known == {"bytes": 5000, "ram": 256, "macs": 900}
    assert len(weighed) == 1
    scales.forecast(_recipe(units=64), _rows)
    assert len(weighed) == 2
    measured = scales.measure(FINISHED, _recipe(units=32), folder, pytest.fail)
    assert measured.known() == {"accuracy": 0.9, "params": 1000, "bytes": 5000, "ram": 256, "macs": 900}


def test_in_another_precision_a_trial_is_worth_what_its_own_file_is(weighed, folder):
    scales = Scales(Aims("accuracy", ("accuracy",), precision="int8"), SPACE)
    assert scales.forecast(_recipe(), pytest.fail) == {}
    measured = scales.measure(FINISHED, _recipe(), folder, _rows)
    ((trained, timed),) = weighed
    assert (measured.metrics, measured.costs["bytes"], timed) == ({"accuracy": 0.8}, 5008, False)
    assert np.array_equal(trained.weights[0], np.ones(3))


def test_latency_is_measured_on_the_trained_file(weighed, folder):
    scales = Scales(Aims("accuracy", ("accuracy", "latency")), SPACE)
    assert scales.forecast(_recipe(), pytest.fail) == {}
    assert scales.measure(FINISHED, _recipe(), folder, _rows).costs["latency"] == 0.5
    assert weighed[0][1] is True


def test_what_is_known_of_a_structure_over_a_limit_is_told_and_every_broken_limit_is_named(weighed):
    aims = Aims("accuracy", ("accuracy",), read_limits(["bytes=4k", "ram=128", "macs=1k"]))
    known = Scales(aims, SPACE).forecast(_recipe(), _rows)
    with pytest.raises(OverLimit, match="bytes is 5,000, at most 4,000 are wanted; ram is 256, at most 128") as caught:
        require_within(aims, known)
    assert caught.value.excess == pytest.approx(0.25 + 1.0)


def test_a_score_below_its_limit_breaks_it(folder):
    aims = Aims("accuracy", ("accuracy",), read_limits(["accuracy=95%"]))
    measured = Scales(aims, SPACE).measure(FINISHED, _recipe(), folder, pytest.fail)
    with pytest.raises(OverLimit, match="accuracy is .900, at least .950 are wanted"):
        require_within(aims, measured.known())


@pytest.fixture
def refused(monkeypatch):
    """Refuse every conversion, and count those that were tried."""
    tried = []

    def refuses(model, *_, **named):
        tried.append(model)
        raise ConversionFailed("tflite int8 was not made: no such kernel.")

    monkeypatch.setattr(weighing, "weigh_untrained", refuses)
    monkeypatch.setattr(weighing, "weigh", refuses)
    return tried


def test_a_structure_that_does_not_convert_is_infeasible_and_is_not_tried_again(refused):
    scales = Scales(Aims("accuracy", ("accuracy", "bytes")), SPACE)
    for dropout in (0.1, 0.4):
        with pytest.raises(Infeasible, match="no such kernel"):
            scales.forecast(_recipe(units=32, dropout=dropout), _rows)
    assert len(refused) == 1
    with pytest.raises(Infeasible):
        scales.forecast(_recipe(units=64), _rows)
    assert len(refused) == 2


def test_a_structure_that_its_converter_was_lost_with_is_tried_once_more(monkeypatch):
    tried = []

    def lost(model, *_, **named):
        tried.append(model)
        raise ConverterLost("tflite int8 was not made: the converter filled the memory.")

    monkeypatch.setattr(weighing, "weigh_untrained", lost)
    scales = Scales(Aims("accuracy", ("accuracy", "bytes")), SPACE)
    for _ in range(3):
        with pytest.raises(Infeasible, match="filled the memory"):
            scales.forecast(_recipe(units=32), _rows)
    assert len(tried) == 2


def test_one_that_does_not_convert_once_it_is_trained_trains_no_other_time(refused, folder):
    scales = Scales(Aims("accuracy", ("accuracy",), precision="int8"), SPACE)
    assert scales.forecast(_recipe(units=32), pytest.fail) == {}
    with pytest.raises(Infeasible, match="no such kernel"):
        scales.measure(FINISHED, _recipe(units=32), folder, _rows)
    with pytest.raises(Infeasible, match="no such kernel"):
        scales.forecast(_recipe(units=32, dropout=0.4), pytest.fail)
    assert scales.forecast(_recipe(units=64), pytest.fail) == {}
    assert len(refused) == 1


def test_weights_that_do_not_convert_refuse_no_structure_that_did(weighed, folder, monkeypatch):
    def refuses(*_, **named):
        raise ConversionFailed("tflite int8 was not made: weights overflow.")

    scales = Scales(Aims("accuracy", ("accuracy", "bytes"), precision="int8"), SPACE)
    known = scales.forecast(_recipe(), _rows)
    monkeypatch.setattr(weighing, "weigh", refuses)
    with pytest.raises(Infeasible, match="weights overflow"):
        scales.measure(FINISHED, _recipe(), folder, _rows)
    assert scales.forecast(_recipe(), pytest.fail) == known


def test_what_is_not_known_breaks_no_limit():
    require_within(Aims("accuracy", ("accuracy",), read_limits(["bytes=1"])), {"params": 10})


def test_what_is_weighed_is_the_file_to_ship(monkeypatch, folder):
    asked = []
    monkeypatch.setattr(weighing, "weigh_untrained", lambda *given, **_: asked.append(given[2]) or FILE)
    monkeypatch.setattr(weighing, "weigh", lambda *given, **_: asked.append(given[2]) or USED)
    aims = Aims("accuracy", ("accuracy", "bytes"), precision="int8", format="c_array")
    scales = Scales(aims, SPACE, object())
    scales.forecast(_recipe(), _rows)
    assert scales.measure(FINISHED, _recipe(), folder, _rows).costs["bytes"] == 5008
    assert asked == [("c_array", "int8"), ("c_array", "int8")]


def test_a_structure_that_the_format_of_a_device_cannot_hold_is_infeasible_and_each_is_asked_once(monkeypatch):
    asked = []

    def only_wide(recipe, _splits, variant, _converter, *, strip):
        asked.append((recipe.model["units"], variant))
        if recipe.model["units"] < 64:
            raise ConversionFailed("c_array int8 was not made: Micro has no such kernel.")
        return FILE

    monkeypatch.setattr(weighing, "weigh_untrained", only_wide)
    aims = Aims("accuracy", ("accuracy",), precision="int8", format="c_array")
    scales = Scales(aims, SPACE, object())
    for dropout in (0.1, 0.4):
        with pytest.raises(Infeasible, match="Micro has no such kernel"):
            scales.forecast(_recipe(units=32, dropout=dropout), _rows)
        assert scales.forecast(_recipe(units=64, dropout=dropout), _rows) == {}
    assert asked == [(32, Variant("c_array", "int8")), (64, Variant("c_array", "int8"))]
    usual = replace(aims, format="tflite")
    assert Scales(usual, SPACE, object()).forecast(_recipe(units=32), pytest.fail) == {}


def test_what_a_device_takes_is_no_cost_where_none_is_asked_for(weighed, folder):
    scales = Scales(Aims("accuracy", ("accuracy",), format="c_array"), SPACE, object())
    assert scales.forecast(_recipe(), _rows) == {}
    assert scales.measure(FINISHED, _recipe(), folder, pytest.fail).costs == {"params": 1000}
    assert weighed == [_recipe()]
