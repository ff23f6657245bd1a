"""Trials measured as they would ship; the files themselves are measured in the tests of weighing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from search.aims import Aims, read_limits
from search.attempt import OverLimit
from search.measuring import Scales, require_within
from search.runners import Finished
from search.spaces import study_space
from zoo import weighing
from zoo.artifact import Artifact
from zoo.errors import ConversionFailed, Infeasible
from zoo.evaluation import Report
from zoo.formats._facts import Facts
from zoo.recipe import Recipe, Source
from zoo.trained import Trained, save_weights

SPACE = study_space(["mlp"])
FINISHED = Finished({"accuracy": 0.9}, 4, 4, 1000)
FILE = Artifact("tflite", "int8", bytes=5000, facts=Facts(arena_bytes=256, macs=900), latency_ms=0.5)
FILE_IN_USE = Artifact(**{**vars(FILE), "bytes": 5008, "validation": Report({"accuracy": 0.8}, rows=10)})


def _recipe(**model):
    return Recipe(Source("wine"), "mlp", model)


@pytest.fixture
def weighed(monkeypatch):
    """Count the files that are made, instead of making them."""
    made = []
    monkeypatch.setattr(weighing, "weigh_untrained", lambda recipe, *_: made.append(recipe) or FILE)
    monkeypatch.setattr(weighing, "weigh", lambda trained, *_, timed: made.append((trained, timed)) or FILE_IN_USE)
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
        assert scales.forecast(_recipe(units=32, dropout=dropout), _rows) == {"bytes": 5000, "ram": 256}
    assert len(weighed) == 1
    scales.forecast(_recipe(units=64), _rows)
    assert len(weighed) == 2
    measured = scales.measure(FINISHED, _recipe(units=32), folder, pytest.fail)
    assert measured.known() == {"accuracy": 0.9, "params": 1000, "bytes": 5000, "ram": 256, "macs": 900, "latency": 0.5}


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


def test_a_structure_over_a_limit_is_refused_before_training_and_every_broken_limit_is_named(weighed):
    aims = Aims("accuracy", ("accuracy",), read_limits(["bytes=4k", "ram=128", "macs=1k"]))
    with pytest.raises(OverLimit, match="bytes is 5,000, at most 4,000 are wanted; ram is 256, at most 128") as caught:
        Scales(aims, SPACE).forecast(_recipe(), _rows)
    assert caught.value.excess == pytest.approx(0.25 + 1.0)


def test_a_score_below_its_limit_is_refused_after_training(folder):
    with pytest.raises(OverLimit, match="accuracy is .900, at least .950 are wanted"):
        Scales(Aims("accuracy", ("accuracy",), read_limits(["accuracy=95%"])), SPACE).measure(
            FINISHED, _recipe(), folder, pytest.fail
        )


def test_a_model_that_does_not_convert_is_infeasible_and_is_asked_for_again(monkeypatch):
    def refuses(*_):
        raise ConversionFailed("tflite int8 was not made: no such kernel.")

    monkeypatch.setattr(weighing, "weigh_untrained", refuses)
    with pytest.raises(Infeasible, match="no such kernel"):
        Scales(Aims("accuracy", ("accuracy", "bytes")), SPACE).forecast(_recipe(), _rows)


def test_what_is_not_known_breaks_no_limit():
    require_within(Aims("accuracy", ("accuracy",), read_limits(["bytes=1"])), {"params": 10})
