"""Training a trial in this process: its files, its callbacks, and what is left of one that does not end well."""

from __future__ import annotations

import json

import numpy as np
import pytest

from search.attempt import Pruned
from search.runners import Here
from zoo.pipeline import run
from zoo.trained import load_weights

from .working import REAL_RECIPE, Heard


def test_the_files_and_the_answer_are_those_of_running_the_recipe(workspace, tmp_path):
    finished = Here(workspace).run(REAL_RECIPE, tmp_path)
    result = run(REAL_RECIPE, workspace)
    history = json.loads((tmp_path / "history.json").read_text())
    assert history["history"] == list(result.trained.history)
    assert (history["epoch"], history["validation"]) == (result.trained.epoch, result.report.metrics)
    stored = load_weights(result.trained, tmp_path / "weights.npz")
    assert all(map(np.array_equal, stored.weights, result.trained.weights))
    assert (finished.metrics, finished.epoch, finished.epochs) == (result.report.metrics, result.trained.epoch, 4)
    assert finished.parameters == result.trained.parameters
    assert finished.health == {
        name: value for name, value in history["history"][finished.epoch - 1].items() if name.startswith("health/")
    }


def test_callbacks_hear_of_the_size_before_the_first_epoch(workspace, tmp_path):
    heard = Heard()
    finished = Here(workspace).run(REAL_RECIPE, tmp_path, [heard], (3,))
    assert heard.calls[0] == ("begun", finished.parameters)
    assert heard.epochs == [1, 2, 3, 4]


@pytest.mark.parametrize("epoch", [2, 4], ids=["in the middle", "after the last epoch"])
def test_a_trial_that_a_callback_ends_leaves_no_files(workspace, tmp_path, epoch):
    with pytest.raises(Pruned):
        Here(workspace).run(REAL_RECIPE, tmp_path, [Heard(epoch, Pruned(epoch, 0.5))], (2,))
    assert list(tmp_path.iterdir()) == []
